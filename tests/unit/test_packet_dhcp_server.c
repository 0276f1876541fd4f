/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"
#include "noren/packet/dhcp.h"
#include "noren/packet/packet.h"

#include "tests/unit/test.h"

static const struct mac ALICE = { { 0x5e, 0, 0, 0, 0, 1 } };
static const struct mac BOB = { { 0x5e, 0, 0, 0, 0, 2 } };
static const struct mac CAROL = { { 0x5e, 0, 0, 0, 0, 3 } };
static const struct mac SERVER = { { 0x5e, 0, 0, 0, 0, 0xff } };
static const struct mac BROADCAST = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

enum { NOW = 1000000, LEASE_S = 15, OFFER_MS = 5000 };

static uint32_t ip(const char *text)
{
    uint32_t out = 0;

    assert_true(ip_parse(text, &out));
    return out;
}

/* Addresses .10 to .12. */
static struct dhcp_server *start(void)
{
    struct dhcp_pool pool = {
        .own_ip = ip("192.168.30.1"),
        .own_mac = SERVER,
        .first_ip = ip("192.168.30.10"),
        .last_ip = ip("192.168.30.12"),
        .mask = ip("255.255.255.0"),
        .router = ip("192.168.30.1"),
        .dns = { ip("192.168.30.1") },
        .dns_count = 1,
        .lease_s = LEASE_S,
    };

    return dhcp_server_new(&pool);
}

struct said {
    bool any;
    struct dhcp_message m;
    struct mac dst_mac;
    uint32_t dst_ip;
};

static struct said take_apart(const struct writer *w)
{
    struct said said = { .any = w->len > 0 };
    struct eth_frame eth;
    struct udp_packet udp;

    if (!said.any)
        return said;
    assert_true(eth_read((struct bytes){ .data = w->data, .len = w->len }, &eth));
    assert_true(mac_equal(eth.src, SERVER));
    assert_true(udp_read(eth.payload, &udp));
    assert_int_equal(udp.dst_port, DHCP_CLIENT_PORT);
    assert_int_equal(udp.src_ip, ip("192.168.30.1"));
    assert_true(dhcp_read(udp.payload, &said.m, NULL));
    assert_int_equal(said.m.server_id, ip("192.168.30.1"));
    said.dst_mac = eth.dst;
    said.dst_ip = udp.dst_ip;
    return said;
}

static struct said ask_from(
        struct dhcp_server *s, struct mac src, const struct dhcp_message *m, int64_t now_ms)
{
    struct writer payload, frame, out;

    writer_init(&payload, 0);
    writer_init(&frame, 0);
    writer_init(&out, 0);
    dhcp_write(&payload, m);
    udp_write_frame(&frame, BROADCAST, src,
            &(struct udp_packet){
                    .dst_ip = UINT32_MAX,
                    .src_port = DHCP_CLIENT_PORT,
                    .dst_port = DHCP_SERVER_PORT,
                    .payload = { .data = payload.data, .len = payload.len },
            });
    assert_true(dhcp_server_receive(
            s, (struct bytes){ .data = frame.data, .len = frame.len }, &out, now_ms));
    struct said said = take_apart(&out);
    writer_clear(&payload);
    writer_clear(&frame);
    writer_clear(&out);
    return said;
}

static struct said ask(struct dhcp_server *s, struct dhcp_message m, int64_t now_ms)
{
    m.xid = 77;
    return ask_from(s, m.chaddr, &m, now_ms);
}

static struct said discover(struct dhcp_server *s, struct mac mac, int64_t now_ms)
{
    return ask(s, (struct dhcp_message){ .kind = DHCP_DISCOVER, .chaddr = mac }, now_ms);
}

static struct said request(
        struct dhcp_server *s, struct mac mac, const char *wanted, int64_t now_ms)
{
    struct dhcp_message m = {
        .kind = DHCP_REQUEST,
        .chaddr = mac,
        .requested_ip = ip(wanted),
        .server_id = ip("192.168.30.1"),
    };

    return ask(s, m, now_ms);
}

static void assert_is(const struct said *said, enum dhcp_kind kind, const char *address)
{
    assert_true(said->any);
    assert_int_equal(said->m.kind, kind);
    assert_string_equal(ip_format(said->m.yiaddr).text, address);
}

static void test_two_clients_get_the_lowest_addresses(void **state)
{
    (void)state;
    struct dhcp_server *s = start();

    struct said said = discover(s, ALICE, NOW);
    assert_is(&said, DHCP_OFFER, "192.168.30.10");
    assert_int_equal(said.m.xid, 77);
    assert_int_equal(said.m.lease_s, LEASE_S);
    assert_int_equal(said.m.mask, ip("255.255.255.0"));
    assert_int_equal(said.m.router, ip("192.168.30.1"));
    assert_int_equal(said.m.dns[0], ip("192.168.30.1"));
    said = request(s, ALICE, "192.168.30.10", NOW);
    assert_is(&said, DHCP_ACK, "192.168.30.10");
    said = discover(s, BOB, NOW);
    assert_is(&said, DHCP_OFFER, "192.168.30.11");
    assert_int_equal(dhcp_server_lease_count(s, NOW), 1);
    dhcp_server_free(s);
}

static void test_an_offer_is_kept_for_five_seconds(void **state)
{
    (void)state;
    struct dhcp_server *s = start();

    discover(s, ALICE, NOW);
    struct said said = discover(s, BOB, NOW + OFFER_MS - 1);
    assert_is(&said, DHCP_OFFER, "192.168.30.11");
    said = discover(s, CAROL, NOW + OFFER_MS);
    assert_is(&said, DHCP_OFFER, "192.168.30.10");
    dhcp_server_free(s);
}

static void test_a_used_up_pool_is_silent(void **state)
{
    (void)state;
    struct dhcp_server *s = start();

    request(s, ALICE, "192.168.30.10", NOW);
    request(s, BOB, "192.168.30.11", NOW);
    request(s, CAROL, "192.168.30.12", NOW);
    struct said said = discover(s, SERVER, NOW);
    assert_false(said.any);
    assert_int_equal(dhcp_server_lease_count(s, NOW), 3);
    dhcp_server_free(s);
}

static void test_the_wanted_address_is_given_when_free(void **state)
{
    (void)state;
    struct dhcp_server *s = start();
    struct dhcp_message m = {
        .kind = DHCP_DISCOVER,
        .chaddr = ALICE,
        .requested_ip = ip("192.168.30.12"),
    };

    struct said said = ask(s, m, NOW);
    assert_is(&said, DHCP_OFFER, "192.168.30.12");
    m.chaddr = BOB;
    said = ask(s, m, NOW);
    assert_is(&said, DHCP_OFFER, "192.168.30.10");
    m.chaddr = CAROL;
    m.requested_ip = ip("10.0.0.1");
    said = ask(s, m, NOW);
    assert_is(&said, DHCP_OFFER, "192.168.30.11");
    dhcp_server_free(s);
}

static void test_a_client_gets_its_old_address_back(void **state)
{
    (void)state;
    struct dhcp_server *s = start();

    request(s, BOB, "192.168.30.11", NOW);
    struct said said = discover(s, BOB, NOW + LEASE_S * 1000 + 1);
    assert_is(&said, DHCP_OFFER, "192.168.30.11");
    dhcp_server_free(s);
}

static void test_an_expired_address_is_given_to_another(void **state)
{
    (void)state;
    struct dhcp_server *s = start();

    request(s, ALICE, "192.168.30.10", NOW);
    struct said said = request(s, BOB, "192.168.30.10", NOW + LEASE_S * 1000 - 1);
    assert_is(&said, DHCP_NAK, "0.0.0.0");
    said = request(s, BOB, "192.168.30.10", NOW + LEASE_S * 1000);
    assert_is(&said, DHCP_ACK, "192.168.30.10");
    dhcp_server_free(s);
}

static void test_what_cannot_be_granted_is_refused_to_everybody(void **state)
{
    (void)state;
    struct dhcp_server *s = start();

    struct said said = request(s, ALICE, "10.0.0.5", NOW);
    assert_is(&said, DHCP_NAK, "0.0.0.0");
    assert_true(mac_equal(said.dst_mac, BROADCAST));
    assert_int_equal(said.dst_ip, UINT32_MAX);
    said = request(s, ALICE, "192.168.30.13", NOW);
    assert_is(&said, DHCP_NAK, "0.0.0.0");
    assert_int_equal(dhcp_server_lease_count(s, NOW), 0);
    dhcp_server_free(s);
}

static void test_a_renewal_is_answered_to_the_client_alone(void **state)
{
    (void)state;
    struct dhcp_server *s = start();
    struct dhcp_message m = {
        .kind = DHCP_REQUEST,
        .chaddr = ALICE,
        .ciaddr = ip("192.168.30.10"),
        .flags = 0x8000,
    };
    struct dhcp_grant grant;

    request(s, ALICE, "192.168.30.10", NOW);
    assert_true(dhcp_server_next_grant(s, &grant));
    assert_true(grant.is_new);
    struct said said = ask(s, m, NOW + 10000);
    assert_is(&said, DHCP_ACK, "192.168.30.10");
    assert_true(mac_equal(said.dst_mac, ALICE));
    assert_int_equal(said.dst_ip, ip("192.168.30.10"));
    assert_true(dhcp_server_next_grant(s, &grant));
    assert_false(grant.is_new);
    assert_false(dhcp_server_next_grant(s, &grant));
    /* it counts from the renewal */
    assert_int_equal(dhcp_server_lease_count(s, NOW + 20000), 1);
    dhcp_server_free(s);
}

static void test_the_broadcast_flag_is_honoured(void **state)
{
    (void)state;
    struct dhcp_server *s = start();
    struct dhcp_message m = { .kind = DHCP_DISCOVER, .chaddr = ALICE, .flags = 0x8000 };

    struct said said = ask(s, m, NOW);
    assert_true(mac_equal(said.dst_mac, BROADCAST));
    assert_int_equal(said.dst_ip, UINT32_MAX);
    m.flags = 0;
    said = ask(s, m, NOW);
    assert_true(mac_equal(said.dst_mac, ALICE));
    assert_int_equal(said.dst_ip, ip("192.168.30.10"));
    dhcp_server_free(s);
}

static void test_a_client_that_chose_another_server_frees_its_offer(void **state)
{
    (void)state;
    struct dhcp_server *s = start();
    struct dhcp_message m = {
        .kind = DHCP_REQUEST,
        .chaddr = ALICE,
        .requested_ip = ip("192.168.30.10"),
        .server_id = ip("192.168.30.2"),
    };

    discover(s, ALICE, NOW);
    struct said said = ask(s, m, NOW);
    assert_false(said.any);
    said = discover(s, BOB, NOW);
    assert_is(&said, DHCP_OFFER, "192.168.30.10");
    dhcp_server_free(s);
}

static void test_only_the_holder_can_release_an_address(void **state)
{
    (void)state;
    struct dhcp_server *s = start();
    struct dhcp_message m = {
        .kind = DHCP_RELEASE,
        .chaddr = ALICE,
        .ciaddr = ip("192.168.30.10"),
    };

    request(s, ALICE, "192.168.30.10", NOW);
    ask_from(s, BOB, &m, NOW); /* in the name of alice */
    assert_int_equal(dhcp_server_lease_count(s, NOW), 1);
    m.chaddr = BOB;
    ask_from(s, BOB, &m, NOW);
    assert_int_equal(dhcp_server_lease_count(s, NOW), 1);
    m.chaddr = ALICE;
    ask_from(s, ALICE, &m, NOW);
    assert_int_equal(dhcp_server_lease_count(s, NOW), 0);
    struct said said = discover(s, BOB, NOW);
    assert_is(&said, DHCP_OFFER, "192.168.30.10");
    dhcp_server_free(s);
}

static void test_a_declined_address_rests(void **state)
{
    (void)state;
    struct dhcp_server *s = start();
    struct dhcp_message m = {
        .kind = DHCP_DECLINE,
        .chaddr = ALICE,
        .requested_ip = ip("192.168.30.10"),
    };

    request(s, ALICE, "192.168.30.10", NOW);
    ask(s, m, NOW);
    struct said said = discover(s, ALICE, NOW);
    assert_is(&said, DHCP_OFFER, "192.168.30.11");
    said = request(s, BOB, "192.168.30.10", NOW + 599999);
    assert_is(&said, DHCP_NAK, "0.0.0.0");
    said = request(s, BOB, "192.168.30.10", NOW + 600000);
    assert_is(&said, DHCP_ACK, "192.168.30.10");
    dhcp_server_free(s);
}

static void test_inform_gives_settings_and_no_lease(void **state)
{
    (void)state;
    struct dhcp_server *s = start();
    struct dhcp_message m = {
        .kind = DHCP_INFORM,
        .chaddr = ALICE,
        .ciaddr = ip("192.168.30.77"),
    };

    struct said said = ask(s, m, NOW);
    assert_is(&said, DHCP_ACK, "0.0.0.0");
    assert_int_equal(said.m.lease_s, 0);
    assert_int_equal(said.m.dns[0], ip("192.168.30.1"));
    assert_int_equal(said.dst_ip, ip("192.168.30.77"));
    assert_int_equal(dhcp_server_lease_count(s, NOW), 0);
    dhcp_server_free(s);
}

static void test_one_client_holds_one_address(void **state)
{
    (void)state;
    struct dhcp_server *s = start();

    request(s, ALICE, "192.168.30.10", NOW);
    request(s, ALICE, "192.168.30.11", NOW);
    assert_int_equal(dhcp_server_lease_count(s, NOW), 1);
    dhcp_server_free(s);
}

static void test_the_own_address_is_never_given(void **state)
{
    (void)state;
    struct dhcp_pool pool = {
        .own_ip = ip("10.0.0.1"),
        .own_mac = SERVER,
        .first_ip = ip("10.0.0.1"),
        .last_ip = ip("10.0.0.2"),
        .mask = ip("255.255.255.0"),
        .lease_s = LEASE_S,
    };
    struct dhcp_server *s = dhcp_server_new(&pool);
    struct dhcp_message m = { .kind = DHCP_DISCOVER, .chaddr = ALICE };
    struct writer frame, payload, out;

    writer_init(&frame, 0);
    writer_init(&payload, 0);
    writer_init(&out, 0);
    m.requested_ip = pool.own_ip;
    dhcp_write(&payload, &m);
    udp_write_frame(&frame, BROADCAST, ALICE,
            &(struct udp_packet){
                    .dst_ip = UINT32_MAX,
                    .src_port = DHCP_CLIENT_PORT,
                    .dst_port = DHCP_SERVER_PORT,
                    .payload = { .data = payload.data, .len = payload.len },
            });
    assert_true(dhcp_server_receive(
            s, (struct bytes){ .data = frame.data, .len = frame.len }, &out, NOW));
    /* yiaddr of the answer, behind the headers of Ethernet, IPv4 and UDP */
    assert_memory_equal(out.data + 14 + 20 + 8 + 16, &pool.last_ip, 4);
    writer_clear(&frame);
    writer_clear(&payload);
    writer_clear(&out);
    dhcp_server_free(s);
}

static void test_other_virtual_routers_are_ignored(void **state)
{
    (void)state;
    struct dhcp_server *s = start();
    struct dhcp_message m = {
        .kind = DHCP_DISCOVER,
        .chaddr = ALICE,
        .host_name = "SecureNAT-abc",
    };

    struct said said = ask(s, m, NOW);
    assert_false(said.any);
    dhcp_server_free(s);
}

static void test_a_huge_pool_is_bounded(void **state)
{
    (void)state;
    struct dhcp_pool pool = {
        .own_ip = ip("10.0.0.1"),
        .first_ip = ip("0.0.0.0"),
        .last_ip = ip("255.255.255.255"),
        .lease_s = LEASE_S,
    };
    struct dhcp_server *s = dhcp_server_new(&pool);

    assert_int_equal(dhcp_server_lease_count(s, NOW), 0);
    dhcp_server_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_clients_get_the_lowest_addresses),
        cmocka_unit_test(test_an_offer_is_kept_for_five_seconds),
        cmocka_unit_test(test_a_used_up_pool_is_silent),
        cmocka_unit_test(test_the_wanted_address_is_given_when_free),
        cmocka_unit_test(test_a_client_gets_its_old_address_back),
        cmocka_unit_test(test_an_expired_address_is_given_to_another),
        cmocka_unit_test(test_what_cannot_be_granted_is_refused_to_everybody),
        cmocka_unit_test(test_a_renewal_is_answered_to_the_client_alone),
        cmocka_unit_test(test_the_broadcast_flag_is_honoured),
        cmocka_unit_test(test_a_client_that_chose_another_server_frees_its_offer),
        cmocka_unit_test(test_only_the_holder_can_release_an_address),
        cmocka_unit_test(test_a_declined_address_rests),
        cmocka_unit_test(test_inform_gives_settings_and_no_lease),
        cmocka_unit_test(test_one_client_holds_one_address),
        cmocka_unit_test(test_the_own_address_is_never_given),
        cmocka_unit_test(test_other_virtual_routers_are_ignored),
        cmocka_unit_test(test_a_huge_pool_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
