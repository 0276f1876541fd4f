/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/proto/stream.h"

#include "tests/unit/test.h"
#include "tests/unit/vectors.h"

enum { T = 20000, FRAMES_MAX = 8 };

static const struct stream_terms PLAIN = {
    .may_send = true,
    .may_receive = true,
    .timeout_ms = T,
};
static const struct stream_terms COMPRESSED = {
    .use_compress = true,
    .may_send = true,
    .may_receive = true,
    .timeout_ms = T,
};

/* What came out of a stream, copied. */
struct heard {
    struct vector_bytes frame[FRAMES_MAX];
    size_t count;
    enum stream_result end;
    struct noren_err err;
};

static void clear_heard(struct heard *heard)
{
    for (size_t i = 0; i < heard->count; i++)
        free(heard->frame[i].data);
}

/* Feeds in pieces, each an exact copy so that a sanitizer sees a byte too many. */
static struct heard hear(
        struct stream *s, const uint8_t *bytes, size_t len, size_t piece, int64_t now_ms)
{
    struct heard heard = { .end = STREAM_MORE };

    for (size_t at = 0; at < len && heard.end != STREAM_BROKEN; at += piece) {
        size_t part = len - at < piece ? len - at : piece;
        noren_cleanup(noren_freep) uint8_t *copy = noren_alloc(part);
        struct bytes frame;

        memcpy(copy, bytes + at, part);
        struct reader in = reader_over(copy, part);
        while ((heard.end = stream_next(s, &in, &frame, now_ms, &heard.err)) == STREAM_FRAME) {
            assert_true(heard.count < FRAMES_MAX);
            uint8_t *kept = noren_alloc(frame.len);
            memcpy(kept, frame.data, frame.len);
            heard.frame[heard.count++] = (struct vector_bytes){ .data = kept, .len = frame.len };
        }
        if (heard.end == STREAM_MORE)
            assert_int_equal(reader_left(&in), 0);
    }
    return heard;
}

static struct heard hear_hex(const struct stream_terms *terms, const char *hex)
{
    struct vector_bytes bytes = vectors_unhex(hex);
    struct stream *s = stream_new(terms, 1, 0);
    struct heard heard = hear(s, bytes.data, bytes.len, SIZE_MAX / 2, 1);

    stream_free(s);
    free(bytes.data);
    return heard;
}

static void assert_frames(const struct heard *heard, json_t *frames)
{
    size_t index;
    json_t *frame;

    assert_int_equal(heard->end, STREAM_MORE);
    assert_int_equal(heard->count, json_array_size(frames));
    json_array_foreach(frames, index, frame)
    {
        struct vector_bytes want = vectors_unhex(json_string_value(frame));
        assert_int_equal(heard->frame[index].len, want.len);
        assert_memory_equal(heard->frame[index].data, want.data, want.len);
        free(want.data);
    }
}

static void check_vector(json_t *vector, size_t piece)
{
    struct vector_bytes bytes = vectors_bytes(vector, "bytes_hex");
    bool compressed = json_is_true(json_object_get(vector, "compressed"));
    struct stream *s = stream_new(compressed ? &COMPRESSED : &PLAIN, 1, 0);
    struct heard heard = hear(s, bytes.data, bytes.len, piece, 7);

    assert_frames(&heard, json_object_get(vector, "frames"));
    if (strstr(vectors_text(vector, "name"), "keep-alive") != NULL)
        assert_int_equal(stream_get_counters(s)->keepalives_in, 1);
    clear_heard(&heard);
    stream_free(s);
    free(bytes.data);
}

static void test_computed_vectors_are_read_in_pieces_of_every_size(void **state)
{
    (void)state;
    json_t *root = vectors_load("data.json");
    size_t index;
    json_t *vector;

    assert_true(json_array_size(json_object_get(root, "computed")) >= 9);
    json_array_foreach(json_object_get(root, "computed"), index, vector)
    {
        for (size_t piece = 1; piece < 120; piece++)
            check_vector(vector, piece);
    }
    json_decref(root);
}

static void test_captured_vectors_are_read_and_written_back(void **state)
{
    (void)state;
    json_t *root = vectors_load("data.json");
    size_t index;
    json_t *vector;
    size_t frames_seen = 0;

    json_array_foreach(json_object_get(root, "captured_from_5_01_9674"), index, vector)
    {
        struct vector_bytes bytes = vectors_bytes(vector, "bytes_hex");
        struct stream *s = stream_new(&PLAIN, 1, 0);
        struct heard heard = hear(s, bytes.data, bytes.len, 11, 0);
        struct writer out;

        assert_int_equal(heard.end, STREAM_MORE);
        assert_true(heard.count > 0 || stream_get_counters(s)->keepalives_in == 1);
        if (heard.count > 0) {
            struct bytes again[FRAMES_MAX];
            for (size_t i = 0; i < heard.count; i++)
                again[i] = (struct bytes){ heard.frame[i].data, heard.frame[i].len };
            writer_init(&out, 0);
            stream_put(s, again, heard.count, &out, 0);
            assert_int_equal(out.len, bytes.len);
            assert_memory_equal(out.data, bytes.data, out.len);
            writer_clear(&out);
        }
        frames_seen += heard.count;
        clear_heard(&heard);
        stream_free(s);
        free(bytes.data);
    }
    assert_int_equal(frames_seen, 6);
    json_decref(root);
}

static void test_whole_frame_is_borrowed_from_the_input(void **state)
{
    (void)state;
    struct vector_bytes bytes =
            vectors_unhex("0000000100000013ffffffffffff02000000000a88b568656c6c6f");
    struct stream *s = stream_new(&PLAIN, 1, 0);
    struct reader in = reader_over(bytes.data, bytes.len);
    struct bytes frame;

    assert_int_equal(stream_next(s, &in, &frame, 0, NULL), STREAM_FRAME);
    assert_ptr_equal(frame.data, bytes.data + 8);
    assert_int_equal(stream_next(s, &in, &frame, 0, NULL), STREAM_MORE);
    stream_free(s);
    free(bytes.data);
}

/* A unit of one block of `len` bytes. */
static struct vector_bytes unit_of(uint32_t len)
{
    struct writer w;

    writer_init(&w, 0);
    writer_u32(&w, 1);
    writer_u32(&w, len);
    memset(writer_extend(&w, len), 0x5a, len);
    return (struct vector_bytes){ .data = w.data, .len = w.len };
}

struct size_case {
    uint32_t len;
    enum stream_result end;
    size_t frames;
    uint64_t dropped_short;
    uint64_t dropped_long;
};

static void test_block_sizes_are_passed_dropped_or_fatal(void **state)
{
    (void)state;
    static const struct size_case table[] = {
        { 0, STREAM_MORE, 0, 0, 0 },
        { 13, STREAM_MORE, 0, 1, 0 },
        { 14, STREAM_MORE, 1, 0, 0 },
        { 1600, STREAM_MORE, 1, 0, 0 },
        { 1601, STREAM_MORE, 0, 0, 1 },
        { 3200, STREAM_MORE, 0, 0, 1 },
        { 3201, STREAM_BROKEN, 0, 0, 0 },
    };

    for (size_t i = 0; i < 2 * noren_countof(table); i++) {
        const struct size_case *c = &table[i / 2];
        struct vector_bytes bytes = unit_of(c->len);
        struct stream *s = stream_new(&PLAIN, 1, 0);
        struct heard heard = hear(s, bytes.data, bytes.len, i % 2 == 0 ? bytes.len : 1, 0);

        assert_int_equal(heard.end, c->end);
        assert_int_equal(heard.count, c->frames);
        assert_int_equal(stream_get_counters(s)->dropped_short, c->dropped_short);
        assert_int_equal(stream_get_counters(s)->dropped_long, c->dropped_long);
        clear_heard(&heard);
        stream_free(s);
        free(bytes.data);
    }
}

static void test_stream_goes_on_behind_a_dropped_block(void **state)
{
    (void)state;
    struct heard heard = hear_hex(&PLAIN, "0000000300000001ff00000000"
                                          "00000013ffffffffffff02000000000a88b568656c6c6f");

    assert_int_equal(heard.end, STREAM_MORE);
    assert_int_equal(heard.count, 1);
    clear_heard(&heard);
}

static void test_long_keepalive_ends_the_stream_and_it_stays_ended(void **state)
{
    (void)state;
    static const uint8_t too_long[] = { 0xff, 0xff, 0xff, 0xff, 0, 0, 2, 1 };
    static const uint8_t nothing[] = { 0, 0, 0, 0 };
    struct stream *s = stream_new(&PLAIN, 1, 0);
    struct heard heard = hear(s, too_long, sizeof too_long, 1, 0);

    assert_int_equal(heard.end, STREAM_BROKEN);
    assert_int_equal(heard.err.code, NOREN_E_LIMIT);
    assert_int_equal(hear(s, nothing, sizeof nothing, 4, 0).end, STREAM_BROKEN);
    stream_free(s);
}

static void test_keepalive_of_512_bytes_passes(void **state)
{
    (void)state;
    struct vector_bytes bytes = unit_of(512);
    struct stream *s = stream_new(&PLAIN, 1, 0);

    memset(bytes.data, 0xff, 4);
    struct heard heard = hear(s, bytes.data, bytes.len, 100, 0);
    assert_int_equal(heard.end, STREAM_MORE);
    assert_int_equal(stream_get_counters(s)->keepalives_in, 1);
    stream_free(s);
    free(bytes.data);
}

static void test_block_that_does_not_inflate_is_dropped_alone(void **state)
{
    (void)state;
    struct vector_bytes bytes =
            vectors_unhex("0000000200000004deadbeef"
                          "00000017789cfbff1f0498188080ab636b466a4e4e3e007137095800000000");
    struct stream *s = stream_new(&COMPRESSED, 1, 0);
    struct heard heard = hear(s, bytes.data, bytes.len, 3, 0);

    assert_int_equal(heard.end, STREAM_MORE);
    assert_int_equal(heard.count, 1);
    assert_int_equal(stream_get_counters(s)->dropped_inflate, 1);
    clear_heard(&heard);
    stream_free(s);
    free(bytes.data);
}

/* A compressed unit made by a peer that does not keep to the frame size. */
static struct vector_bytes squeezed_unit(const uint8_t *frame, size_t len)
{
    struct stream *s = stream_new(&COMPRESSED, 1, 0);
    struct bytes one = { frame, len };
    struct writer out;

    writer_init(&out, 0);
    stream_put(s, &one, 1, &out, 0);
    stream_free(s);
    return (struct vector_bytes){ .data = out.data, .len = out.len };
}

static void test_compressed_frames_of_every_length_come_back(void **state)
{
    (void)state;
    uint8_t frame[STREAM_FRAME_MAX];
    uint32_t noise = 1;

    for (size_t i = 0; i < sizeof frame; i++) {
        noise = noise * 1103515245 + 12345;
        frame[i] = (uint8_t)(noise >> 16); /* incompressible */
    }
    for (size_t len = STREAM_FRAME_MIN; len <= sizeof frame; len += 61) {
        struct vector_bytes bytes = squeezed_unit(frame, len);
        struct stream *s = stream_new(&COMPRESSED, 1, 0);
        struct heard heard = hear(s, bytes.data, bytes.len, 1000, 0);

        assert_int_equal(bytes.data[8], 0x78);
        assert_int_equal(bytes.data[9], 0x9c);
        assert_int_equal(heard.count, 1);
        assert_int_equal(heard.frame[0].len, len);
        assert_memory_equal(heard.frame[0].data, frame, len);
        clear_heard(&heard);
        stream_free(s);
        free(bytes.data);
    }
}

/* zlib streams of 1600, 1601 and 100000 zero bytes. */
static void test_inflating_stops_at_1600_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        size_t frames;
    } table[] = {
        { "0000000100000015789c63601805a360148c8251300a48070006400001", 1 },
        { "0000000100000015789c63601805a360148c8251300ac8000006410001", 0 },
        { "0000000100000078789cedc13101000000c2a0f54f6d0d0fa000000000000000000000000000"
          "0000000000000000000000000000000000000000000000000000000000000000000000000000"
          "0000000000000000000000000000000000000000000000000000000000000000000000000000"
          "0000000000000080570386af0001",
                0 },
    };

    for (size_t i = 0; i < noren_countof(table); i++) {
        struct vector_bytes bytes = vectors_unhex(table[i].hex);
        struct stream *s = stream_new(&COMPRESSED, 1, 0);
        struct heard heard = hear(s, bytes.data, bytes.len, bytes.len, 0);

        assert_int_equal(heard.end, STREAM_MORE);
        assert_int_equal(heard.count, table[i].frames);
        assert_int_equal(stream_get_counters(s)->dropped_long, 1 - table[i].frames);
        clear_heard(&heard);
        stream_free(s);
        free(bytes.data);
    }
}

static void test_cut_stream_waits_for_the_rest(void **state)
{
    (void)state;
    struct vector_bytes bytes = unit_of(100);

    for (size_t len = 0; len < bytes.len; len++) {
        struct stream *s = stream_new(&PLAIN, 1, 0);
        struct heard heard = hear(s, bytes.data, len, 64, 0);
        assert_int_equal(heard.end, STREAM_MORE);
        assert_int_equal(heard.count, 0);
        stream_free(s);
    }
    free(bytes.data);
}

static void test_frames_to_send_outside_the_sizes_are_counted_and_left_out(void **state)
{
    (void)state;
    static const uint8_t bytes[STREAM_FRAME_MAX + 1];
    const struct bytes frames[] = { { bytes, 13 }, { bytes, 14 }, { bytes, sizeof bytes },
        { bytes, 1600 } };
    struct stream *s = stream_new(&PLAIN, 1, 0);
    struct writer out;

    writer_init(&out, 0);
    stream_put(s, frames, noren_countof(frames), &out, 0);
    assert_int_equal(out.len, 4 + 4 + 14 + 4 + 1600);
    assert_int_equal(out.data[3], 2);
    assert_int_equal(stream_get_counters(s)->dropped_short, 1);
    assert_int_equal(stream_get_counters(s)->dropped_long, 1);
    assert_int_equal(stream_get_counters(s)->frames_out, 2);
    assert_int_equal(stream_get_counters(s)->bytes_out, 1614);

    writer_reset(&out);
    stream_put(s, frames, 1, &out, 0);
    assert_int_equal(out.len, 0);
    writer_clear(&out);
    stream_free(s);
}

static void test_many_frames_go_out_in_units_of_1024(void **state)
{
    (void)state;
    static const uint8_t bytes[STREAM_FRAME_MIN];
    static struct bytes frames[STREAM_UNIT_FRAMES_MAX + 1];
    struct stream *s = stream_new(&PLAIN, 1, 0);
    struct writer out;

    for (size_t i = 0; i < noren_countof(frames); i++)
        frames[i] = (struct bytes){ bytes, sizeof bytes };
    writer_init(&out, 0);
    stream_put(s, frames, noren_countof(frames), &out, 0);
    struct reader r = reader_over(out.data, out.len);
    assert_int_equal(reader_u32(&r), STREAM_UNIT_FRAMES_MAX);
    reader_skip(&r, (size_t)STREAM_UNIT_FRAMES_MAX * (4 + STREAM_FRAME_MIN));
    assert_int_equal(reader_u32(&r), 1);
    writer_clear(&out);
    stream_free(s);
}

static void test_full_writer_never_gets_half_a_unit(void **state)
{
    (void)state;
    static const uint8_t bytes[STREAM_FRAME_MAX];
    const struct bytes frames[] = { { bytes, 1600 }, { bytes, 1600 }, { bytes, 1600 },
        { bytes, 1600 } };
    struct stream *s = stream_new(&PLAIN, 1, 0);
    struct writer out;

    writer_init(&out, 5000);
    stream_put(s, frames, noren_countof(frames), &out, 0);
    assert_false(writer_failed(&out));
    assert_int_equal(stream_get_counters(s)->dropped_full, 2);

    struct stream *peer = stream_new(&PLAIN, 2, 0);
    struct heard heard = hear(peer, out.data, out.len, out.len, 0);
    assert_int_equal(heard.end, STREAM_MORE);
    assert_int_equal(heard.count, 2);
    clear_heard(&heard);
    stream_free(peer);
    stream_free(s);
    writer_clear(&out);
}

static void test_first_keepalive_leaves_at_once_and_the_next_between_a_fifth_and_a_half(
        void **state)
{
    (void)state;
    int64_t least = INT64_MAX;
    int64_t most = 0;
    struct writer out;

    writer_init(&out, 0);
    for (uint64_t seed = 0; seed < 500; seed++) {
        struct stream *s = stream_new(&PLAIN, seed, 1000);
        assert_int_equal(stream_deadline_ms(s), 1000);
        assert_true(stream_tick(s, &out, 1000, NULL));
        assert_true(out.len >= 8 && out.len <= 8 + 511);
        int64_t wait = stream_deadline_ms(s) - 1000;
        least = wait < least ? wait : least;
        most = wait > most ? wait : most;
        writer_reset(&out);
        assert_true(stream_tick(s, &out, 1000 + wait - 1, NULL));
        assert_int_equal(out.len, 0);
        stream_free(s);
    }
    assert_in_range(least, T / 5, T / 5 + 200);
    assert_in_range(most, T / 2 - 200, T / 2 - 1);
    writer_clear(&out);
}

static void test_sending_frames_puts_the_keepalive_off(void **state)
{
    (void)state;
    static const uint8_t bytes[60];
    const struct bytes frame = { bytes, sizeof bytes };
    struct stream *s = stream_new(&PLAIN, 1, 0);
    struct writer out;

    writer_init(&out, 0);
    assert_true(stream_tick(s, &out, 0, NULL));
    stream_put(s, &frame, 1, &out, 3900);
    assert_true(stream_deadline_ms(s) >= 3900 + T / 5);
    writer_clear(&out);
    stream_free(s);
}

static void test_silent_peer_is_given_up_after_the_timeout(void **state)
{
    (void)state;
    static const uint8_t keepalive[] = { 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0 };
    static const uint8_t half_a_block[] = { 0, 0, 0, 1, 0, 0, 0, 60, 1, 2, 3 };
    struct stream *s = stream_new(&PLAIN, 1, 0);
    struct noren_err err;
    struct writer out;

    writer_init(&out, 0);
    hear(s, keepalive, sizeof keepalive, 8, 15000);
    assert_true(stream_tick(s, &out, 15000 + T - 1, &err));
    hear(s, half_a_block, sizeof half_a_block, 4, 15000 + T - 1);
    assert_false(stream_tick(s, &out, 15000 + T, &err));
    assert_int_equal(err.code, NOREN_E_TIMEOUT);
    writer_clear(&out);
    stream_free(s);
}

static void test_one_way_connections_have_only_their_own_timer(void **state)
{
    (void)state;
    struct stream_terms sends = PLAIN;
    struct stream_terms receives = PLAIN;
    struct writer out;

    sends.may_receive = false;
    receives.may_send = false;
    struct stream *sender = stream_new(&sends, 1, 0);
    struct stream *receiver = stream_new(&receives, 1, 0);

    writer_init(&out, 0);
    assert_int_equal(stream_deadline_ms(receiver), T);
    assert_true(stream_tick(receiver, &out, 0, NULL));
    assert_int_equal(out.len, 0);
    assert_true(stream_tick(sender, &out, 10 * T, NULL));
    assert_true(out.len > 0);
    writer_clear(&out);
    stream_free(sender);
    stream_free(receiver);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_computed_vectors_are_read_in_pieces_of_every_size),
        cmocka_unit_test(test_captured_vectors_are_read_and_written_back),
        cmocka_unit_test(test_whole_frame_is_borrowed_from_the_input),
        cmocka_unit_test(test_block_sizes_are_passed_dropped_or_fatal),
        cmocka_unit_test(test_stream_goes_on_behind_a_dropped_block),
        cmocka_unit_test(test_long_keepalive_ends_the_stream_and_it_stays_ended),
        cmocka_unit_test(test_keepalive_of_512_bytes_passes),
        cmocka_unit_test(test_block_that_does_not_inflate_is_dropped_alone),
        cmocka_unit_test(test_compressed_frames_of_every_length_come_back),
        cmocka_unit_test(test_inflating_stops_at_1600_bytes),
        cmocka_unit_test(test_cut_stream_waits_for_the_rest),
        cmocka_unit_test(test_frames_to_send_outside_the_sizes_are_counted_and_left_out),
        cmocka_unit_test(test_many_frames_go_out_in_units_of_1024),
        cmocka_unit_test(test_full_writer_never_gets_half_a_unit),
        cmocka_unit_test(
                test_first_keepalive_leaves_at_once_and_the_next_between_a_fifth_and_a_half),
        cmocka_unit_test(test_sending_frames_puts_the_keepalive_off),
        cmocka_unit_test(test_silent_peer_is_given_up_after_the_timeout),
        cmocka_unit_test(test_one_way_connections_have_only_their_own_timer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
