/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"
#include "noren/pack/pack.h"
#include "noren/proto/rpc_frame.h"

#include "tests/unit/test.h"

enum { MAX = 4096 };

static void put_frame(struct writer *out, uint32_t number)
{
    struct pack *pack = pack_new();
    size_t start = rpc_frame_begin(out);

    pack_add_int(pack, "number", number);
    pack_write(pack, out);
    rpc_frame_end(out, start);
    pack_free(pack);
}

static uint32_t read_number(struct bytes frame)
{
    struct pack *pack = pack_read(frame.data, frame.len, &PACK_LIMITS_RPC, NULL);

    assert_non_null(pack);
    uint32_t number = pack_int(pack, "number");
    pack_free(pack);
    return number;
}

static void test_frames_come_out_as_they_went_in_however_they_are_cut(void **state)
{
    noren_cleanup(writer_clear) struct writer out;
    struct bytes frame;

    (void)state;
    writer_init(&out, 0);
    for (uint32_t i = 1; i <= 3; i++)
        put_frame(&out, i);
    for (size_t piece = 1; piece <= out.len; piece++) {
        struct rpc_framer framer;
        uint32_t seen = 0;
        rpc_framer_init(&framer, MAX);
        for (size_t at = 0; at < out.len; at += piece) {
            size_t len = out.len - at < piece ? out.len - at : piece;
            assert_true(rpc_framer_receive(&framer, out.data + at, len, NULL));
            while (rpc_framer_peek(&framer, &frame, NULL) == RPC_FRAME_READY) {
                assert_int_equal(read_number(frame), ++seen);
                rpc_framer_drop(&framer);
            }
        }
        assert_int_equal(seen, 3);
        rpc_framer_clear(&framer);
    }
}

static void test_no_prefix_of_a_frame_is_a_frame(void **state)
{
    noren_cleanup(writer_clear) struct writer out;
    struct bytes frame;

    (void)state;
    writer_init(&out, 0);
    put_frame(&out, 1);
    for (size_t len = 0; len < out.len; len++) {
        struct rpc_framer framer;
        rpc_framer_init(&framer, MAX);
        assert_true(rpc_framer_receive(&framer, out.data, len, NULL));
        assert_int_equal(rpc_framer_peek(&framer, &frame, NULL), RPC_FRAME_NONE);
        rpc_framer_clear(&framer);
    }
}

static void test_a_length_of_zero_or_above_the_maximum_is_broken(void **state)
{
    static const struct {
        uint8_t head[4];
        enum rpc_frame_result result;
    } CASES[] = {
        { { 0, 0, 0, 0 }, RPC_FRAME_BROKEN },
        { { 0, 0, 0x10, 0 }, RPC_FRAME_NONE },
        { { 0, 0, 0x10, 1 }, RPC_FRAME_BROKEN },
        { { 0xff, 0xff, 0xff, 0xff }, RPC_FRAME_BROKEN },
    };
    struct bytes frame;

    (void)state;
    for (size_t i = 0; i < noren_countof(CASES); i++) {
        struct rpc_framer framer;
        rpc_framer_init(&framer, MAX);
        assert_true(rpc_framer_receive(&framer, CASES[i].head, 4, NULL));
        assert_int_equal(rpc_framer_peek(&framer, &frame, NULL), CASES[i].result);
        rpc_framer_clear(&framer);
    }
}

static void test_what_waits_is_bounded(void **state)
{
    static const uint8_t head[4] = { 0, 0, 0x10, 0 };
    struct noren_err err = { 0 };
    struct rpc_framer framer;
    uint8_t zeros[1024] = { 0 };
    size_t taken = sizeof head;

    (void)state;
    rpc_framer_init(&framer, MAX);
    assert_true(rpc_framer_receive(&framer, head, sizeof head, NULL));
    while (rpc_framer_receive(&framer, zeros, sizeof zeros, &err))
        taken += sizeof zeros;
    assert_int_equal(err.code, NOREN_E_LIMIT);
    assert_in_range(taken, MAX, 2 * MAX);
    rpc_framer_clear(&framer);
}

static void test_a_dropped_frame_leaves_no_bytes_behind(void **state)
{
    static const uint8_t SECRET[] = { 0, 0, 0, 4, 's', 'e', 'c', 'r', 0, 0, 0, 4, 'o', 'p', 'e',
        'n' };
    struct rpc_framer framer;

    (void)state;
    rpc_framer_init(&framer, MAX);
    assert_true(rpc_framer_receive(&framer, SECRET, sizeof SECRET, NULL));
    rpc_framer_drop(&framer);
    assert_int_equal(framer.inbox.len, 8);
    assert_null(memmem(framer.inbox.data, sizeof SECRET, "secr", 4));
    rpc_framer_drop(&framer);
    assert_null(memmem(framer.inbox.data, sizeof SECRET, "open", 4));
    rpc_framer_clear(&framer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames_come_out_as_they_went_in_however_they_are_cut),
        cmocka_unit_test(test_no_prefix_of_a_frame_is_a_frame),
        cmocka_unit_test(test_a_length_of_zero_or_above_the_maximum_is_broken),
        cmocka_unit_test(test_what_waits_is_bounded),
        cmocka_unit_test(test_a_dropped_frame_leaves_no_bytes_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
