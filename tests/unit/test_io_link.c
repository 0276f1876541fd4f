/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"

#include "tests/unit/link_rig.h"
#include "tests/unit/test.h"

/* Two real ends, each on a loop and thread of its own. */

static void expect_closed_in_order(const struct rig *rig)
{
    assert_false(rig->hung);
    assert_int_equal(rig->client.opened, 1);
    assert_int_equal(rig->client.closed, 1);
    assert_int_equal(rig->client.why.code, NOREN_OK);
    assert_int_equal(rig->server.opened, 1);
    assert_int_equal(rig->server.closed, 1);
    assert_int_equal(rig->server.why.code, NOREN_E_CLOSED);
}

static void test_large_transfers_both_ways_arrive_with_equal_digests(void **state)
{
    (void)state;
    struct rig rig;

    rig_init(&rig);
    rig.client.to_send = 24 * 1024 * 1024 + 17;
    rig.server.to_send = 20 * 1024 * 1024 + 5;
    rig.client.close_after_received = rig.server.to_send;
    rig_run(&rig, "127.0.0.1");

    expect_closed_in_order(&rig);
    assert_int_equal(rig.server.received, rig.client.to_send);
    assert_int_equal(rig.client.received, rig.server.to_send);
    assert_memory_equal(rig.server.received_digest, rig.client.sent_digest, RIG_DIGEST_BYTES);
    assert_memory_equal(rig.client.received_digest, rig.server.sent_digest, RIG_DIGEST_BYTES);
    assert_true(rig.client.drained > 0);
    rig_clear(&rig);
}

static void test_close_sends_what_is_queued_before(void **state)
{
    (void)state;
    struct rig rig;

    rig_init(&rig);
    rig.client.to_send = 900 * 1000; /* all of it in the turn that also closes */
    rig.server.to_send = 1;
    rig.client.close_after_received = 1;
    rig_run(&rig, "localhost");

    expect_closed_in_order(&rig);
    assert_int_equal(rig.server.received, rig.client.to_send);
    rig_clear(&rig);
}

/* ---- back-pressure ---- */

enum { ROUNDS = 50 };

struct pressure {
    struct rig rig;
    int rounds;
    int drained_while_paused;
    size_t unsent_while_paused;
};

static void client_round(void *ctx);

static void server_round(void *ctx)
{
    struct pressure *pressure = ctx;

    rig_call(pressure->rig.client.loop, client_round, pressure);
}

static void server_reads(void *ctx)
{
    struct pressure *pressure = ctx;

    link_pause(pressure->rig.server.link, false);
}

/* Both loops turn a number of times while the server reads nothing. */
static void client_round(void *ctx)
{
    struct pressure *pressure = ctx;

    if (++pressure->rounds < ROUNDS) {
        rig_call(pressure->rig.server.loop, server_round, pressure);
        return;
    }
    pressure->unsent_while_paused = link_unsent(pressure->rig.client.link);
    pressure->drained_while_paused = pressure->rig.client.drained;
    rig_call(pressure->rig.server.loop, server_reads, pressure);
}

/* Beyond link_is_full(), until the link refuses. */
static void overfill(struct link *link, void *ctx)
{
    struct rig_end *end = ctx;
    uint8_t piece[10000] = { 1 };

    end->link = link;
    end->opened++;
    while (link_send(link, piece, sizeof piece))
        end->sent += sizeof piece;
    end->refused = true;
    end->to_send = end->sent;
    rig_call(end->loop, client_round, noren_container_of(end->rig, struct pressure, rig));
}

static void close_when_drained(struct link *link, void *ctx)
{
    struct rig_end *end = ctx;

    end->drained++;
    link_close(link);
}

static void pause_at_once(struct link *link, void *ctx)
{
    struct rig_end *end = ctx;

    end->link = link;
    end->opened++;
    link_pause(link, true);
}

static void test_peer_that_does_not_read_fills_the_link_up_to_its_limit(void **state)
{
    (void)state;
    const struct link_callbacks client = { overfill, rig_on_bytes, close_when_drained,
        rig_on_closed };
    const struct link_callbacks server = { pause_at_once, rig_on_bytes, rig_on_drained,
        rig_on_closed };
    struct pressure pressure = { .rounds = 0 };

    rig_init(&pressure.rig);
    pressure.rig.client_callbacks = &client;
    pressure.rig.server_callbacks = &server;
    rig_run(&pressure.rig, "127.0.0.1");

    expect_closed_in_order(&pressure.rig);
    assert_in_range(pressure.rig.client.sent, LINK_UNSENT_MAX - 100000, LINK_UNSENT_MAX);
    assert_true(pressure.unsent_while_paused > LINK_HIGH_WATER);
    assert_int_equal(pressure.drained_while_paused, 0);
    assert_int_equal(pressure.rig.client.drained, 1);
    assert_int_equal(pressure.rig.server.received, pressure.rig.client.sent);
    rig_clear(&pressure.rig);
}

/* ---- small pieces ---- */

static void send_many_small(struct link *link, void *ctx)
{
    struct rig_end *end = ctx;

    end->link = link;
    end->opened++;
    size_t before = link_unsent(link); /* the end of the handshake */
    for (uint8_t i = 0; i < 100; i++)
        assert_true(link_send(link, &i, 1));
    assert_int_equal(link_unsent(link), before + 100);
}

static void expect_all_at_once(struct link *link, void *ctx, const uint8_t *bytes, size_t len)
{
    struct rig_end *end = ctx;

    assert_int_equal(len, 100); /* one record: it is delivered whole or not at all */
    assert_int_equal(bytes[99], 99);
    end->received += len;
    link_close(link);
}

static void test_small_pieces_of_one_turn_leave_together(void **state)
{
    (void)state;
    const struct link_callbacks client = { send_many_small, rig_on_bytes, rig_on_drained,
        rig_on_closed };
    const struct link_callbacks server = { rig_on_open, expect_all_at_once, rig_on_drained,
        rig_on_closed };
    struct rig rig;

    rig_init(&rig);
    rig.client_callbacks = &client;
    rig.server_callbacks = &server;
    rig_run(&rig, "127.0.0.1");

    assert_false(rig.hung);
    assert_int_equal(rig.server.received, 100);
    assert_int_equal(rig.client.why.code, NOREN_E_CLOSED);
    assert_int_equal(rig.server.why.code, NOREN_OK);
    rig_clear(&rig);
}

/* ---- trust, over the network ---- */

static void expect_distrust(const struct tls_trust *trust, const char *reason)
{
    struct rig rig;

    rig_init(&rig);
    rig_trust(&rig, trust);
    rig_run(&rig, "127.0.0.1");

    assert_false(rig.hung);
    assert_int_equal(rig.client.opened, 0);
    assert_int_equal(rig.client.closed, 1);
    assert_int_equal(rig.client.why.code, NOREN_E_TRUST);
    assert_non_null(strstr(rig.client.why.text, reason));
    assert_int_equal(rig.server.opened, 0);
    assert_int_equal(rig.server.why.code, NOREN_E_PROTOCOL); /* our alert */
    rig_clear(&rig);
}

static void test_server_with_another_key_is_refused_and_told(void **state)
{
    (void)state;
    const char *pins[] = { "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" };
    struct tls_trust trust = { .pins = pins, .pin_count = 1 };

    expect_distrust(&trust, "pin does not match");
}

static void test_server_of_another_ca_is_refused_and_told(void **state)
{
    (void)state;
    noren_cleanup(pki_clear) struct pki_cert ca =
            pki_make((struct pki_wish){ .name = "CA", .is_ca = true });
    struct tls_trust trust = { .cas = &ca.cert, .ca_count = 1 };

    expect_distrust(&trust, "issuer");
}

/* ---- the end in other ways ---- */

/* The client hears something, so the server is open too. */
static void stop_server(struct link *link, void *ctx, const uint8_t *bytes, size_t len)
{
    struct rig_end *end = ctx;

    (void)link;
    (void)bytes;
    end->received += len;
    loop_stop(end->rig->server.loop);
}

static void stop_own_loop(struct link *link, void *ctx, const struct noren_err *why)
{
    struct rig_end *end = ctx;

    (void)link;
    end->closed++;
    end->why = *why;
    loop_stop(end->loop);
}

static void test_loop_that_ends_closes_its_links_in_order(void **state)
{
    (void)state;
    const struct link_callbacks client = { rig_on_open, stop_server, rig_on_drained,
        stop_own_loop };
    struct rig rig;

    rig_init(&rig);
    rig.client_callbacks = &client;
    rig.server.to_send = 1;
    rig_run(&rig, "127.0.0.1");

    assert_false(rig.hung);
    assert_int_equal(rig.client.closed, 1);
    assert_int_equal(rig.client.why.code, NOREN_E_CLOSED);
    assert_int_equal(rig.server.closed, 1);
    assert_int_equal(rig.server.why.code, NOREN_OK);
    rig_clear(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_large_transfers_both_ways_arrive_with_equal_digests),
        cmocka_unit_test(test_close_sends_what_is_queued_before),
        cmocka_unit_test(test_peer_that_does_not_read_fills_the_link_up_to_its_limit),
        cmocka_unit_test(test_small_pieces_of_one_turn_leave_together),
        cmocka_unit_test(test_server_with_another_key_is_refused_and_told),
        cmocka_unit_test(test_server_of_another_ca_is_refused_and_told),
        cmocka_unit_test(test_loop_that_ends_closes_its_links_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
