/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"
#include "noren/proto/rpc_frame.h"

#include "admin/admin_conn.h"
#include "session/clerk.h"
#include "tests/unit/admin_fixture.h"
#include "tests/unit/test.h"

/** A connection with a real clerk; the test is its link. The loop ends after `wanted` replies. */
struct conn_fixture {
    struct admin_fixture *admin;
    struct loop *loop;
    struct clerk *clerk;
    struct admin_conn *conn;
    uint32_t wanted;
    uint32_t replies[1024]; /**< IntValue of each, in order of arrival */
    uint32_t count;
    uint32_t pauses;
    bool is_paused;
    bool is_closed;
    bool free_on_reply;
    bool free_on_close;
    struct loop_timer drip;
    char why[64]; /**< it was closed */
    struct rpc_framer framer;
};

static void on_send(void *ctx, const uint8_t *bytes, size_t len)
{
    struct conn_fixture *f = ctx;
    struct bytes frame;

    assert_true(rpc_framer_receive(&f->framer, bytes, len, NULL));
    while (rpc_framer_peek(&f->framer, &frame, NULL) == RPC_FRAME_READY) {
        struct pack *reply = pack_read(frame.data, frame.len, &PACK_LIMITS_RPC, NULL);
        assert_non_null(reply);
        f->replies[f->count++] = pack_int(reply, "IntValue");
        pack_free(reply);
        rpc_framer_drop(&f->framer);
    }
    if (f->free_on_reply) {
        admin_conn_free(f->conn);
        f->conn = NULL;
    }
    if (f->count == f->wanted)
        loop_stop(f->loop);
}

static void on_pause(void *ctx, bool paused)
{
    struct conn_fixture *f = ctx;

    assert_int_not_equal(f->is_paused, paused);
    f->is_paused = paused;
    f->pauses += paused;
}

static void on_close(void *ctx, const char *why)
{
    struct conn_fixture *f = ctx;

    assert_non_null(why);
    assert_false(f->is_closed);
    f->is_closed = true;
    (void)snprintf(f->why, sizeof f->why, "%s", why);
    if (f->free_on_close) {
        admin_conn_free(f->conn);
        f->conn = NULL;
    }
    loop_stop(f->loop);
}

static const struct admin_callbacks CALLBACKS = { on_send, on_pause, on_close };

static int setup_with(void **state, uint32_t idle_ms, uint32_t request_ms)
{
    struct conn_fixture *f = noren_alloc(sizeof *f);
    void *admin;

    admin_fixture_setup(&admin);
    f->admin = admin;
    f->loop = loop_new("test", NULL);
    f->clerk = clerk_start("clerk", f->admin->base.dir, NULL, NULL);
    assert_non_null(f->clerk);
    const struct admin_conn_options options = {
        .server = &f->admin->server,
        .backend = &FAKE_BACKEND,
        .clerk = f->clerk,
        .loop = f->loop,
        .idle_ms = idle_ms,
        .request_ms = request_ms,
    };
    f->conn = admin_conn_new_with(&options, &CALLBACKS, f);
    rpc_framer_init(&f->framer, RPC_REPLY_MAX);
    *state = f;
    return 0;
}

static int setup(void **state)
{
    return setup_with(state, 0, 0);
}

enum { SOON_MS = 20, NEVER_MS = 60000 };

static int setup_short_idle(void **state)
{
    return setup_with(state, SOON_MS, NEVER_MS);
}

static int setup_short_request(void **state)
{
    return setup_with(state, NEVER_MS, SOON_MS);
}

static int teardown(void **state)
{
    struct conn_fixture *f = *state;
    void *admin = f->admin;

    admin_conn_free(f->conn);
    clerk_stop(f->clerk);
    loop_free(f->loop);
    clerk_free(f->clerk);
    rpc_framer_clear(&f->framer);
    admin_fixture_teardown(&admin);
    free(f);
    return 0;
}

static void put_test_call(struct writer *out, uint32_t number, size_t padding)
{
    struct pack *request = ask("Test", NULL);
    noren_cleanup(noren_freep) char *text = noren_alloc(padding + 1);
    size_t start = rpc_frame_begin(out);

    memset(text, 'x', padding);
    pack_add_int(request, "IntValue", number);
    pack_add_str(request, "StrValue", text);
    pack_write(request, out);
    rpc_frame_end(out, start);
    pack_free(request);
}

static void test_replies_come_in_order_of_the_requests(void **state)
{
    struct conn_fixture *f = *state;
    noren_cleanup(writer_clear) struct writer out;

    writer_init(&out, 0);
    f->wanted = 50;
    for (uint32_t i = 0; i < f->wanted; i++)
        put_test_call(&out, i, 0);
    admin_conn_receive(f->conn, out.data, out.len);
    loop_run(f->loop);
    for (uint32_t i = 0; i < f->wanted; i++)
        assert_int_equal(f->replies[i], i);
    assert_int_equal(f->pauses, 0);
}

static void test_a_request_may_come_byte_by_byte(void **state)
{
    struct conn_fixture *f = *state;
    noren_cleanup(writer_clear) struct writer out;

    writer_init(&out, 0);
    f->wanted = 1;
    put_test_call(&out, 7, 0);
    for (size_t i = 0; i < out.len; i++)
        admin_conn_receive(f->conn, out.data + i, 1);
    loop_run(f->loop);
    assert_int_equal(f->replies[0], 7);
}

static void test_a_peer_that_sends_far_ahead_is_paused_and_all_is_answered(void **state)
{
    struct conn_fixture *f = *state;

    f->wanted = 20;
    for (uint32_t i = 0; i < f->wanted; i++) {
        noren_cleanup(writer_clear) struct writer out;
        writer_init(&out, 0);
        put_test_call(&out, i, 60000);
        admin_conn_receive(f->conn, out.data, out.len);
    }
    assert_true(f->is_paused);
    loop_run(f->loop);
    assert_int_equal(f->replies[19], 19);
    assert_int_equal(f->pauses, 1);
    assert_false(f->is_paused);
}

static void test_a_frame_that_is_no_pack_ends_the_connection(void **state)
{
    static const uint8_t JUNK[] = { 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff };
    struct conn_fixture *f = *state;

    admin_conn_receive(f->conn, JUNK, sizeof JUNK);
    assert_true(f->is_closed);
    admin_conn_receive(f->conn, JUNK, sizeof JUNK); /* nothing more happens */
}

static void test_a_frame_beyond_the_limit_ends_the_connection_at_its_head(void **state)
{
    static const uint8_t HUGE[] = { 0x7f, 0, 0, 0 };
    struct conn_fixture *f = *state;

    admin_conn_receive(f->conn, HUGE, sizeof HUGE);
    assert_true(f->is_closed);
}

static void test_a_connection_may_end_while_a_call_is_under_way(void **state)
{
    struct conn_fixture *f = *state;
    noren_cleanup(writer_clear) struct writer out;

    writer_init(&out, 0);
    put_test_call(&out, 1, 0);
    admin_conn_receive(f->conn, out.data, out.len);
    admin_conn_free(f->conn);
    f->conn = NULL;
    clerk_stop(f->clerk); /* the job ends here or is disposed of; nobody is called */
    assert_int_equal(f->count, 0);
}

static void test_a_connection_may_be_freed_by_its_reply(void **state)
{
    struct conn_fixture *f = *state;
    noren_cleanup(writer_clear) struct writer out;

    writer_init(&out, 0);
    f->wanted = 1;
    f->free_on_reply = true;
    put_test_call(&out, 1, 0);
    put_test_call(&out, 2, 0);
    admin_conn_receive(f->conn, out.data, out.len);
    loop_run(f->loop);
    assert_int_equal(f->count, 1);
    assert_null(f->conn);
}

static void test_a_connection_may_be_freed_by_its_close(void **state)
{
    static const uint8_t HUGE[] = { 0x7f, 0, 0, 0 };
    struct conn_fixture *f = *state;

    f->free_on_close = true;
    admin_conn_receive(f->conn, HUGE, sizeof HUGE);
    assert_true(f->is_closed);
}

static void test_a_silent_peer_is_told_to_go(void **state)
{
    struct conn_fixture *f = *state;

    f->free_on_close = true;
    loop_run(f->loop);
    assert_string_equal(f->why, "idle");
}

static void test_a_peer_that_has_its_reply_is_waited_for_again(void **state)
{
    struct conn_fixture *f = *state;
    noren_cleanup(writer_clear) struct writer out;

    writer_init(&out, 0);
    put_test_call(&out, 1, 0);
    admin_conn_receive(f->conn, out.data, out.len);
    loop_run(f->loop);
    assert_int_equal(f->count, 1);
    assert_string_equal(f->why, "idle");
}

static void test_a_request_that_does_not_go_on_is_not_waited_for(void **state)
{
    struct conn_fixture *f = *state;
    noren_cleanup(writer_clear) struct writer out;

    writer_init(&out, 0);
    put_test_call(&out, 1, 100);
    admin_conn_receive(f->conn, out.data, out.len - 1);
    loop_run(f->loop);
    assert_string_equal(f->why, "request came too slowly");
    assert_int_equal(f->count, 0);
}

/* A byte now and then does not win time: each turn of the loop sends one more. */
static void on_drip(void *ctx)
{
    struct conn_fixture *f = ctx;
    static const uint8_t byte = 0;

    if (!f->is_closed)
        admin_conn_receive(f->conn, &byte, 1);
    loop_timer_set(&f->drip, loop_now_ms(f->loop) + 1);
}

static void test_a_request_that_drips_in_is_not_waited_for(void **state)
{
    static const uint8_t HEAD[] = { 0, 0xff, 0, 0 };
    struct conn_fixture *f = *state;

    admin_conn_receive(f->conn, HEAD, sizeof HEAD);
    loop_timer_init(&f->drip, f->loop, on_drip, f);
    loop_timer_set(&f->drip, 0);
    loop_run(f->loop);
    loop_timer_clear(&f->drip);
    assert_string_equal(f->why, "request came too slowly");
}

#define on_conn(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_conn(test_replies_come_in_order_of_the_requests),
        on_conn(test_a_request_may_come_byte_by_byte),
        on_conn(test_a_peer_that_sends_far_ahead_is_paused_and_all_is_answered),
        on_conn(test_a_frame_that_is_no_pack_ends_the_connection),
        on_conn(test_a_frame_beyond_the_limit_ends_the_connection_at_its_head),
        on_conn(test_a_connection_may_end_while_a_call_is_under_way),
        on_conn(test_a_connection_may_be_freed_by_its_reply),
        on_conn(test_a_connection_may_be_freed_by_its_close),
        cmocka_unit_test_setup_teardown(
                test_a_silent_peer_is_told_to_go, setup_short_idle, teardown),
        cmocka_unit_test_setup_teardown(
                test_a_peer_that_has_its_reply_is_waited_for_again, setup_short_idle, teardown),
        cmocka_unit_test_setup_teardown(test_a_request_that_does_not_go_on_is_not_waited_for,
                setup_short_request, teardown),
        cmocka_unit_test_setup_teardown(
                test_a_request_that_drips_in_is_not_waited_for, setup_short_request, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
