/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/clock.h"
#include "noren/packet/dhcp.h"
#include "noren/packet/packet.h"

#include "tests/unit/test.h"

static const struct mac ALICE = { { 0x5e, 0, 0, 0, 0, 1 } };
static const struct mac SERVER = { { 0x5e, 0, 0, 0, 0, 0xff } };

enum { START = 1000000, LEASE_S = 7200 };

static uint32_t ip(const char *text)
{
    uint32_t out = 0;

    assert_true(ip_parse(text, &out));
    return out;
}

/* What the client sent, taken apart. */
struct said {
    struct dhcp_message m;
    struct mac dst_mac;
    uint32_t dst_ip, src_ip;
};

static struct said heard(struct dhcp_client *c)
{
    struct said said = { 0 };
    struct eth_frame eth;
    struct udp_packet udp;
    struct writer w;

    writer_init(&w, 0);
    assert_true(dhcp_client_next_frame(c, &w));
    assert_true(eth_read((struct bytes){ .data = w.data, .len = w.len }, &eth));
    assert_true(mac_equal(eth.src, ALICE));
    assert_true(udp_read(eth.payload, &udp));
    assert_int_equal(udp.src_port, DHCP_CLIENT_PORT);
    assert_int_equal(udp.dst_port, DHCP_SERVER_PORT);
    assert_true(dhcp_read(udp.payload, &said.m, NULL));
    said.dst_mac = eth.dst;
    said.dst_ip = udp.dst_ip;
    said.src_ip = udp.src_ip;
    writer_clear(&w);
    return said;
}

static void assert_silent(struct dhcp_client *c)
{
    struct writer w;

    writer_init(&w, 0);
    assert_false(dhcp_client_next_frame(c, &w));
    writer_clear(&w);
}

static bool answer(struct dhcp_client *c, const struct dhcp_message *m, int64_t now_ms)
{
    struct writer payload, frame;

    writer_init(&payload, 0);
    writer_init(&frame, 0);
    dhcp_write(&payload, m);
    udp_write_frame(&frame, ALICE, SERVER,
            &(struct udp_packet){
                    .src_ip = ip("10.0.0.1"),
                    .dst_ip = UINT32_MAX,
                    .src_port = DHCP_SERVER_PORT,
                    .dst_port = DHCP_CLIENT_PORT,
                    .payload = { .data = payload.data, .len = payload.len },
            });
    bool taken =
            dhcp_client_receive(c, (struct bytes){ .data = frame.data, .len = frame.len }, now_ms);
    writer_clear(&payload);
    writer_clear(&frame);
    return taken;
}

static struct dhcp_message reply(enum dhcp_kind kind, const struct said *to)
{
    struct dhcp_message m = {
        .kind = kind,
        .xid = to->m.xid,
        .chaddr = ALICE,
        .server_id = ip("10.0.0.1"),
    };

    if (kind != DHCP_NAK) {
        m.yiaddr = ip("10.0.0.10");
        m.mask = ip("255.255.255.0");
        m.router = ip("10.0.0.1");
        m.lease_s = LEASE_S;
    }
    return m;
}

static struct dhcp_client *start(uint32_t want_ip)
{
    return dhcp_client_new(ALICE, "alice-pc", want_ip, /* seed */ 42, START);
}

/* Discover, offer, request, ack, all at `now_ms`; the lease is told. */
static struct dhcp_lease bind_client(struct dhcp_client *c, int64_t now_ms)
{
    struct dhcp_lease lease = { 0 };
    struct dhcp_message m;
    struct said said;

    dhcp_client_tick(c, now_ms);
    said = heard(c);
    assert_int_equal(said.m.kind, DHCP_DISCOVER);
    m = reply(DHCP_OFFER, &said);
    assert_true(answer(c, &m, now_ms));
    said = heard(c);
    assert_int_equal(said.m.kind, DHCP_REQUEST);
    m = reply(DHCP_ACK, &said);
    assert_true(answer(c, &m, now_ms));
    assert_int_equal(dhcp_client_next_event(c, &lease), DHCP_CLIENT_BOUND);
    assert_silent(c);
    return lease;
}

static void test_discover_offer_request_ack_give_a_lease(void **state)
{
    (void)state;
    struct dhcp_client *c = start(0);
    struct dhcp_message m;

    dhcp_client_tick(c, START);
    struct said discover = heard(c);
    assert_int_equal(discover.m.kind, DHCP_DISCOVER);
    assert_int_equal(discover.dst_ip, UINT32_MAX);
    assert_true(mac_is_group(discover.dst_mac));
    assert_string_equal(discover.m.host_name, "alice-pc");

    m = reply(DHCP_OFFER, &discover);
    assert_true(answer(c, &m, START + 20));
    struct said request = heard(c);
    assert_int_equal(request.m.kind, DHCP_REQUEST);
    assert_int_equal(request.m.requested_ip, ip("10.0.0.10"));
    assert_int_equal(request.m.server_id, ip("10.0.0.1"));
    assert_int_equal(request.m.ciaddr, 0);
    assert_int_equal(request.m.xid, discover.m.xid);

    struct dhcp_lease lease;
    m = reply(DHCP_ACK, &request);
    m.dns[0] = ip("10.0.0.53");
    m.dns_count = 1;
    assert_true(answer(c, &m, START + 40));
    assert_int_equal(dhcp_client_next_event(c, &lease), DHCP_CLIENT_BOUND);
    assert_int_equal(lease.ip, ip("10.0.0.10"));
    assert_int_equal(lease.mask, ip("255.255.255.0"));
    assert_int_equal(lease.router, ip("10.0.0.1"));
    assert_int_equal(lease.dns[0], ip("10.0.0.53"));
    assert_int_equal(dhcp_client_next_event(c, &lease), DHCP_CLIENT_NONE);
    dhcp_client_free(c);
}

static void test_discover_is_repeated_after_1_2_4_up_to_64_seconds(void **state)
{
    (void)state;
    struct dhcp_client *c = start(0);
    int64_t now_ms = START;

    dhcp_client_tick(c, now_ms);
    heard(c);
    for (int i = 0; i < 9; i++) {
        int64_t delay = 1000LL << (i < 6 ? i : 6);
        int64_t spread = delay / 4 < 1000 ? delay / 4 : 1000;
        struct dhcp_lease lease;
        int64_t sent_ms = now_ms;
        do {
            now_ms = dhcp_client_deadline_ms(c);
            dhcp_client_tick(c, now_ms);
        } while (dhcp_client_next_event(c, &lease) == DHCP_CLIENT_NO_ANSWER);
        assert_in_range(now_ms - sent_ms, delay - spread, delay + spread);
        assert_int_equal(heard(c).m.kind, DHCP_DISCOVER);
    }
    dhcp_client_free(c);
}

static void test_two_seeds_do_not_send_at_the_same_time_nor_with_one_id(void **state)
{
    (void)state;
    struct dhcp_client *a = dhcp_client_new(ALICE, "", 0, 1, START);
    struct dhcp_client *b = dhcp_client_new(ALICE, "", 0, 2, START);

    dhcp_client_tick(a, START);
    dhcp_client_tick(b, START);
    assert_int_not_equal(heard(a).m.xid, heard(b).m.xid);
    assert_int_not_equal(dhcp_client_deadline_ms(a), dhcp_client_deadline_ms(b));
    dhcp_client_free(a);
    dhcp_client_free(b);
}

static void test_silence_is_told_once_after_ten_seconds(void **state)
{
    (void)state;
    struct dhcp_client *c = start(0);
    struct dhcp_lease lease;
    int told = 0;

    for (int64_t now_ms = START; now_ms < START + 60000; now_ms = dhcp_client_deadline_ms(c)) {
        dhcp_client_tick(c, now_ms);
        if (dhcp_client_next_event(c, &lease) == DHCP_CLIENT_NO_ANSWER) {
            assert_int_equal(now_ms, START + 10000);
            told++;
        }
    }
    assert_int_equal(told, 1);
    dhcp_client_free(c);
}

static void test_answers_to_others_are_left_to_others(void **state)
{
    (void)state;
    struct dhcp_client *c = start(0);

    dhcp_client_tick(c, START);
    struct said said = heard(c);
    struct dhcp_message m = reply(DHCP_OFFER, &said);
    m.xid++;
    assert_false(answer(c, &m, START));
    m.xid--;
    m.chaddr = SERVER;
    assert_false(answer(c, &m, START));
    assert_silent(c);
    dhcp_client_free(c);
}

static void test_offers_that_cannot_be_used_are_passed_over(void **state)
{
    (void)state;
    struct dhcp_client *c = start(0);
    static const char *const bad[] = { "0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255" };

    dhcp_client_tick(c, START);
    struct said said = heard(c);
    for (size_t i = 0; i < 4; i++) {
        struct dhcp_message m = reply(DHCP_OFFER, &said);
        m.yiaddr = ip(bad[i]);
        assert_true(answer(c, &m, START));
        assert_silent(c);
    }
    struct dhcp_message m = reply(DHCP_OFFER, &said);
    m.server_id = 0;
    assert_true(answer(c, &m, START));
    assert_silent(c);
    dhcp_client_free(c);
}

static void test_an_ack_of_another_server_is_not_taken(void **state)
{
    (void)state;
    struct dhcp_client *c = start(0);
    struct dhcp_lease lease;

    dhcp_client_tick(c, START);
    struct said said = heard(c);
    struct dhcp_message m = reply(DHCP_OFFER, &said);
    assert_true(answer(c, &m, START));
    said = heard(c);
    m = reply(DHCP_ACK, &said);
    m.server_id = ip("10.0.0.66");
    assert_true(answer(c, &m, START));
    assert_int_equal(dhcp_client_next_event(c, &lease), DHCP_CLIENT_NONE);
    dhcp_client_free(c);
}

static void test_a_refusal_of_another_server_is_not_taken(void **state)
{
    (void)state;
    struct dhcp_client *c = start(0);
    struct dhcp_lease lease;

    dhcp_client_tick(c, START);
    struct said said = heard(c);
    struct dhcp_message m = reply(DHCP_OFFER, &said);
    assert_true(answer(c, &m, START));
    said = heard(c);
    m = reply(DHCP_NAK, &said);
    m.server_id = ip("10.0.0.66");
    assert_true(answer(c, &m, START));
    m = reply(DHCP_ACK, &said);
    assert_true(answer(c, &m, START));
    assert_int_equal(dhcp_client_next_event(c, &lease), DHCP_CLIENT_BOUND);
    dhcp_client_free(c);
}

static void test_an_unanswered_request_begins_anew(void **state)
{
    (void)state;
    struct dhcp_client *c = start(0);

    dhcp_client_tick(c, START);
    struct said said = heard(c);
    struct dhcp_message m = reply(DHCP_OFFER, &said);
    assert_true(answer(c, &m, START));
    for (int i = 0; i < 4; i++) {
        assert_int_equal(heard(c).m.kind, DHCP_REQUEST);
        dhcp_client_tick(c, dhcp_client_deadline_ms(c));
    }
    assert_int_equal(heard(c).m.kind, DHCP_DISCOVER);
    dhcp_client_free(c);
}

static void test_at_half_time_it_renews_with_its_server_alone(void **state)
{
    (void)state;
    struct dhcp_client *c = start(0);
    struct dhcp_lease lease;

    bind_client(c, START);
    int64_t now_ms = dhcp_client_deadline_ms(c);
    assert_int_equal(now_ms, START + LEASE_S / 2 * 1000);
    dhcp_client_tick(c, now_ms);
    struct said said = heard(c);
    assert_int_equal(said.m.kind, DHCP_REQUEST);
    assert_int_equal(said.m.ciaddr, ip("10.0.0.10"));
    assert_int_equal(said.m.requested_ip, 0);
    assert_int_equal(said.m.server_id, 0);
    assert_int_equal(said.src_ip, ip("10.0.0.10"));
    assert_int_equal(said.dst_ip, ip("10.0.0.1"));
    assert_true(mac_equal(said.dst_mac, SERVER));

    struct dhcp_message m = reply(DHCP_ACK, &said);
    assert_true(answer(c, &m, now_ms));
    /* nothing changed, so nothing is told */
    assert_int_equal(dhcp_client_next_event(c, &lease), DHCP_CLIENT_NONE);
    assert_int_equal(dhcp_client_deadline_ms(c), now_ms + LEASE_S / 2 * 1000);
    dhcp_client_free(c);
}

static void test_a_renewal_that_changes_something_is_told(void **state)
{
    (void)state;
    struct dhcp_client *c = start(0);
    struct dhcp_lease lease;

    bind_client(c, START);
    int64_t now_ms = dhcp_client_deadline_ms(c);
    dhcp_client_tick(c, now_ms);
    struct said said = heard(c);
    struct dhcp_message m = reply(DHCP_ACK, &said);
    m.dns[0] = ip("10.0.0.53");
    m.dns_count = 1;
    assert_true(answer(c, &m, now_ms));
    assert_int_equal(dhcp_client_next_event(c, &lease), DHCP_CLIENT_BOUND);
    assert_int_equal(lease.dns[0], ip("10.0.0.53"));
    dhcp_client_free(c);
}

static void test_the_server_may_name_the_times_of_renewal(void **state)
{
    (void)state;
    struct dhcp_client *c = start(0);

    dhcp_client_tick(c, START);
    struct said said = heard(c);
    struct dhcp_message m = reply(DHCP_OFFER, &said);
    assert_true(answer(c, &m, START));
    said = heard(c);
    m = reply(DHCP_ACK, &said);
    m.renew_s = 100;
    m.rebind_s = 200;
    assert_true(answer(c, &m, START));
    assert_int_equal(dhcp_client_deadline_ms(c), START + 100 * 1000);
    dhcp_client_free(c);
}

static void test_without_answers_it_rebinds_and_loses_the_lease_in_time(void **state)
{
    (void)state;
    struct dhcp_client *c = start(0);
    struct dhcp_lease lease;
    int64_t now_ms = START;
    int64_t first_broadcast_ms = 0;
    int sent = 0;

    bind_client(c, START);
    for (;;) {
        now_ms = dhcp_client_deadline_ms(c);
        dhcp_client_tick(c, now_ms);
        if (dhcp_client_next_event(c, &lease) == DHCP_CLIENT_LOST)
            break;
        struct said said = heard(c);
        assert_int_equal(said.m.kind, DHCP_REQUEST);
        if (first_broadcast_ms == 0 && said.dst_ip == UINT32_MAX)
            first_broadcast_ms = now_ms;
        sent++;
    }
    assert_int_equal(first_broadcast_ms, START + LEASE_S * 1000LL * 7 / 8);
    assert_int_equal(now_ms, START + LEASE_S * 1000LL);
    assert_in_range(sent, 4, 40);
    /* it keeps trying, and asks for what it had */
    struct said said = heard(c);
    assert_int_equal(said.m.kind, DHCP_DISCOVER);
    assert_int_equal(said.m.requested_ip, ip("10.0.0.10"));
    dhcp_client_free(c);
}

static void test_a_lease_for_ever_is_never_renewed(void **state)
{
    (void)state;
    struct dhcp_client *c = start(0);

    dhcp_client_tick(c, START);
    struct said said = heard(c);
    struct dhcp_message m = reply(DHCP_OFFER, &said);
    assert_true(answer(c, &m, START));
    said = heard(c);
    m = reply(DHCP_ACK, &said);
    m.lease_s = UINT32_MAX;
    assert_true(answer(c, &m, START));
    assert_int_equal(dhcp_client_deadline_ms(c), NOREN_NO_DEADLINE);
    dhcp_client_free(c);
}

static void test_a_refused_renewal_loses_the_lease_and_begins_anew(void **state)
{
    (void)state;
    struct dhcp_client *c = start(0);
    struct dhcp_lease lease;

    bind_client(c, START);
    int64_t now_ms = dhcp_client_deadline_ms(c);
    dhcp_client_tick(c, now_ms);
    struct said said = heard(c);
    struct dhcp_message m = reply(DHCP_NAK, &said);
    assert_true(answer(c, &m, now_ms));
    assert_int_equal(dhcp_client_next_event(c, &lease), DHCP_CLIENT_LOST);
    dhcp_client_tick(c, now_ms);
    said = heard(c);
    assert_int_equal(said.m.kind, DHCP_DISCOVER);
    assert_int_equal(said.m.requested_ip, 0);
    dhcp_client_free(c);
}

static void test_a_server_that_only_refuses_is_asked_more_and_more_seldom(void **state)
{
    (void)state;
    struct dhcp_client *c = start(0);
    int64_t now_ms = START;
    int64_t last_wait_ms = 0;

    for (int i = 0; i < 6; i++) {
        int64_t asked_ms = now_ms;
        now_ms = dhcp_client_deadline_ms(c);
        if (i > 1)
            assert_true(now_ms - asked_ms > last_wait_ms);
        last_wait_ms = now_ms - asked_ms;
        dhcp_client_tick(c, now_ms);
        struct said said = heard(c);
        struct dhcp_message m = reply(DHCP_OFFER, &said);
        assert_true(answer(c, &m, now_ms));
        said = heard(c);
        m = reply(DHCP_NAK, &said);
        assert_true(answer(c, &m, now_ms));
    }
    dhcp_client_free(c);
}

static void test_a_wanted_address_is_asked_for_without_discovery(void **state)
{
    (void)state;
    struct dhcp_client *c = start(ip("10.0.0.10"));
    struct dhcp_lease lease;

    dhcp_client_tick(c, START);
    struct said said = heard(c);
    assert_int_equal(said.m.kind, DHCP_REQUEST);
    assert_int_equal(said.m.requested_ip, ip("10.0.0.10"));
    assert_int_equal(said.m.server_id, 0);
    struct dhcp_message m = reply(DHCP_ACK, &said);
    assert_true(answer(c, &m, START));
    assert_int_equal(dhcp_client_next_event(c, &lease), DHCP_CLIENT_BOUND);
    dhcp_client_free(c);
}

static void test_an_unanswered_wish_becomes_a_discovery_within_two_seconds(void **state)
{
    (void)state;
    struct dhcp_client *c = start(ip("10.0.0.10"));

    dhcp_client_tick(c, START);
    heard(c);
    int64_t now_ms = dhcp_client_deadline_ms(c);
    assert_in_range(now_ms, START + 500, START + 2000);
    dhcp_client_tick(c, now_ms);
    struct said said = heard(c);
    assert_int_equal(said.m.kind, DHCP_DISCOVER);
    assert_int_equal(said.m.requested_ip, ip("10.0.0.10"));
    dhcp_client_free(c);
}

static void test_classless_routes_take_the_place_of_the_router(void **state)
{
    (void)state;
    struct dhcp_client *c = start(ip("10.0.0.10"));
    struct dhcp_lease lease;

    dhcp_client_tick(c, START);
    struct said said = heard(c);
    struct dhcp_message m = reply(DHCP_ACK, &said);
    m.routes[0] = (struct dhcp_route){ .network = ip("10.9.0.0"), .gateway = ip("10.0.0.2"), 16 };
    m.route_count = 1;
    assert_true(answer(c, &m, START));
    assert_int_equal(dhcp_client_next_event(c, &lease), DHCP_CLIENT_BOUND);
    assert_int_equal(lease.router, 0);
    assert_int_equal(lease.route_count, 1);
    dhcp_client_free(c);
}

static void test_release_tells_the_server_and_asks_for_nothing_more(void **state)
{
    (void)state;
    struct dhcp_client *c = start(0);

    bind_client(c, START);
    dhcp_client_release(c);
    struct said said = heard(c);
    assert_int_equal(said.m.kind, DHCP_RELEASE);
    assert_int_equal(said.m.ciaddr, ip("10.0.0.10"));
    assert_int_equal(said.m.server_id, ip("10.0.0.1"));
    assert_true(mac_equal(said.dst_mac, SERVER));
    assert_int_equal(dhcp_client_deadline_ms(c), NOREN_NO_DEADLINE);
    dhcp_client_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_discover_offer_request_ack_give_a_lease),
        cmocka_unit_test(test_discover_is_repeated_after_1_2_4_up_to_64_seconds),
        cmocka_unit_test(test_two_seeds_do_not_send_at_the_same_time_nor_with_one_id),
        cmocka_unit_test(test_silence_is_told_once_after_ten_seconds),
        cmocka_unit_test(test_answers_to_others_are_left_to_others),
        cmocka_unit_test(test_offers_that_cannot_be_used_are_passed_over),
        cmocka_unit_test(test_an_ack_of_another_server_is_not_taken),
        cmocka_unit_test(test_a_refusal_of_another_server_is_not_taken),
        cmocka_unit_test(test_an_unanswered_request_begins_anew),
        cmocka_unit_test(test_at_half_time_it_renews_with_its_server_alone),
        cmocka_unit_test(test_a_renewal_that_changes_something_is_told),
        cmocka_unit_test(test_the_server_may_name_the_times_of_renewal),
        cmocka_unit_test(test_without_answers_it_rebinds_and_loses_the_lease_in_time),
        cmocka_unit_test(test_a_lease_for_ever_is_never_renewed),
        cmocka_unit_test(test_a_refused_renewal_loses_the_lease_and_begins_anew),
        cmocka_unit_test(test_a_server_that_only_refuses_is_asked_more_and_more_seldom),
        cmocka_unit_test(test_a_wanted_address_is_asked_for_without_discovery),
        cmocka_unit_test(test_an_unanswered_wish_becomes_a_discovery_within_two_seconds),
        cmocka_unit_test(test_classless_routes_take_the_place_of_the_router),
        cmocka_unit_test(test_release_tells_the_server_and_asks_for_nothing_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
