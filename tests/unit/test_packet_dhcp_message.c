/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/packet/dhcp.h"
#include "noren/packet/packet.h"

#include "tests/unit/test.h"

enum { OPTIONS_AT = 240, SNAME_AT = 44, FILE_AT = 108 };

static uint32_t ip(const char *text)
{
    uint32_t out = 0;

    assert_true(ip_parse(text, &out));
    return out;
}

static struct dhcp_message full_message(void)
{
    struct dhcp_message m = {
        .kind = DHCP_ACK,
        .xid = 0x11223344,
        .flags = 0x8000,
        .chaddr = { { 0x5e, 1, 2, 3, 4, 5 } },
        .ciaddr = ip("10.1.0.1"),
        .yiaddr = ip("10.1.0.2"),
        .siaddr = ip("10.1.0.3"),
        .giaddr = ip("10.1.0.4"),
        .requested_ip = ip("10.1.0.5"),
        .server_id = ip("10.1.0.6"),
        .mask = ip("255.255.0.0"),
        .router = ip("10.1.0.7"),
        .lease_s = 7200,
        .renew_s = 3600,
        .rebind_s = 6300,
        .dns = { ip("10.1.0.8"), ip("10.1.0.9") },
        .dns_count = 2,
        .mtu = 1400,
        .host_name = "alice-pc",
        .domain = "example.net",
    };
    return m;
}

/* An ACK whose options are what the test says, without an end mark of its own. */
static struct bytes with_options(struct writer *w, const void *options, size_t len)
{
    static const uint8_t kind[] = { 53, 1, DHCP_ACK };
    struct dhcp_message m = { .kind = DHCP_ACK };

    writer_init(w, 0);
    dhcp_write(w, &m);
    w->len = OPTIONS_AT;
    writer_put(w, kind, sizeof kind);
    writer_put(w, options, len);
    return (struct bytes){ .data = w->data, .len = w->len };
}

static bool reads(const void *options, size_t len, struct dhcp_message *out, struct noren_err *err)
{
    struct writer w;
    bool ok = dhcp_read(with_options(&w, options, len), out, err);

    writer_clear(&w);
    return ok;
}

static void test_a_message_comes_back_as_it_was_written(void **state)
{
    (void)state;
    struct dhcp_message sent = full_message();
    struct dhcp_message got;
    struct writer w;

    for (uint8_t i = 0; i < DHCP_ROUTES_MAX; i++) {
        sent.routes[i].prefix = (uint8_t)(i % 33);
        sent.routes[i].network = ip("203.0.113.255") & ip_mask_of_prefix((uint8_t)(i % 33));
        sent.routes[i].gateway = ip("10.1.0.7");
    }
    sent.route_count = DHCP_ROUTES_MAX;
    writer_init(&w, 0);
    dhcp_write(&w, &sent);
    assert_true(dhcp_read((struct bytes){ .data = w.data, .len = w.len }, &got, NULL));
    assert_memory_equal(&got, &sent, sizeof got);
    writer_clear(&w);
}

static void test_a_message_is_at_least_as_long_as_relays_demand(void **state)
{
    (void)state;
    struct dhcp_message m = { .kind = DHCP_NAK };
    struct writer w;

    writer_init(&w, 0);
    dhcp_write(&w, &m);
    assert_int_equal(w.len, 300);
    writer_clear(&w);
}

static void test_every_prefix_up_to_the_end_mark_is_refused(void **state)
{
    (void)state;
    struct dhcp_message sent = full_message();
    struct dhcp_message got;
    struct noren_err err = { 0 };
    struct writer w;

    writer_init(&w, 0);
    dhcp_write(&w, &sent);
    while (w.data[w.len - 1] != 255)
        w.len--;
    for (size_t cut = 0; cut < w.len; cut++) {
        assert_false(dhcp_read((struct bytes){ .data = w.data, .len = cut }, &got, &err));
        assert_int_equal(err.code, NOREN_E_PROTOCOL);
    }
    assert_true(dhcp_read((struct bytes){ .data = w.data, .len = w.len }, &got, &err));
    writer_clear(&w);
}

static void test_an_answer_sent_as_a_question_is_refused(void **state)
{
    (void)state;
    struct dhcp_message m = full_message();
    struct writer w;

    writer_init(&w, 0);
    dhcp_write(&w, &m);
    w.data[0] = 1;
    assert_false(dhcp_read((struct bytes){ .data = w.data, .len = w.len }, &m, NULL));
    writer_clear(&w);
}

static void test_options_of_a_wrong_length_are_refused(void **state)
{
    (void)state;
    static const uint8_t bad[][8] = {
        { 1, 3, 255, 255, 255, 255 }, { 54, 0, 255 }, { 6, 5, 1, 2, 3, 4, 5, 255 },
        { 26, 1, 5, 255 }, { 51, 5, 0, 0, 0, 0, 1, 255 }, { 121, 1, 33, 255 },
        { 121, 3, 24, 10, 0, 255 }, { 52, 1, 4, 255 },
        { 53, 1, 5, 255 }, /* joined with the first: a kind of two bytes */
    };
    struct dhcp_message m;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(reads(bad[i], sizeof bad[i], &m, NULL));
}

static void test_a_long_list_of_resolvers_is_cut(void **state)
{
    (void)state;
    uint8_t options[2 + 40 + 1] = { 6, 40 };
    struct dhcp_message m;

    options[42] = 255;
    assert_true(reads(options, sizeof options, &m, NULL));
    assert_int_equal(m.dns_count, DHCP_DNS_MAX);
}

static void test_split_routes_are_joined(void **state)
{
    (void)state;
    static const uint8_t options[] = { 121, 4, 24, 10, 9, 8, 121, 5, 10, 1, 0, 7, 0, 121, 4, 10, 1,
        0, 7, 255 };
    struct dhcp_message m;

    assert_true(reads(options, sizeof options, &m, NULL));
    assert_int_equal(m.route_count, 2);
    assert_int_equal(m.routes[0].network, ip("10.9.8.0"));
    assert_int_equal(m.routes[0].prefix, 24);
    assert_int_equal(m.routes[0].gateway, ip("10.1.0.7"));
    assert_int_equal(m.routes[1].prefix, 0);
}

static void test_the_old_number_of_routes_counts_only_without_the_new_one(void **state)
{
    (void)state;
    static const uint8_t both[] = { 249, 5, 0, 10, 0, 0, 9, 121, 5, 0, 10, 0, 0, 1, 255 };
    static const uint8_t old[] = { 249, 5, 0, 10, 0, 0, 9, 255 };
    struct dhcp_message m;

    assert_true(reads(both, sizeof both, &m, NULL));
    assert_int_equal(m.route_count, 1);
    assert_int_equal(m.routes[0].gateway, ip("10.0.0.1"));
    assert_true(reads(old, sizeof old, &m, NULL));
    assert_int_equal(m.routes[0].gateway, ip("10.0.0.9"));
}

static void test_more_routes_than_the_limit_are_refused(void **state)
{
    (void)state;
    uint8_t options[2 + 250 + 2 + 75 + 1] = { 121, 250 };
    struct dhcp_message m;
    struct noren_err err = { 0 };

    options[252] = 121;
    options[253] = 75;
    options[sizeof options - 1] = 255;
    assert_false(reads(options, sizeof options, &m, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);
}

static void test_host_bits_of_a_route_are_cleared(void **state)
{
    (void)state;
    static const uint8_t options[] = { 121, 8, 20, 10, 9, 0xff, 10, 0, 0, 1, 255 };
    struct dhcp_message m;

    assert_true(reads(options, sizeof options, &m, NULL));
    assert_int_equal(m.routes[0].network, ip("10.9.240.0"));
}

static void test_overloaded_fields_hold_options_too(void **state)
{
    (void)state;
    static const uint8_t options[] = { 52, 1, 3, 255 };
    static const uint8_t in_file[] = { 1, 4, 255, 255, 255, 0, 121, 1, 0, 255 };
    static const uint8_t in_sname[] = { 121, 4, 10, 0, 0, 1, 255 };
    struct dhcp_message m;
    struct writer w;

    struct bytes message = with_options(&w, options, sizeof options);
    memcpy(w.data + FILE_AT, in_file, sizeof in_file);
    memcpy(w.data + SNAME_AT, in_sname, sizeof in_sname);
    assert_true(dhcp_read(message, &m, NULL));
    assert_int_equal(m.mask, ip("255.255.255.0"));
    assert_int_equal(m.route_count, 1);
    assert_int_equal(m.routes[0].gateway, ip("10.0.0.1"));

    /* without the end mark they are cut short */
    memset(w.data + SNAME_AT, 0, 64);
    assert_false(dhcp_read(message, &m, NULL));
    writer_clear(&w);
}

static void test_fields_that_are_not_overloaded_are_no_options(void **state)
{
    (void)state;
    static const uint8_t options[] = { 255 };
    struct dhcp_message m;
    struct writer w;

    struct bytes message = with_options(&w, options, sizeof options);
    memset(w.data + SNAME_AT, 1, 192);
    assert_true(dhcp_read(message, &m, NULL));
    assert_int_equal(m.mask, 0);
    writer_clear(&w);
}

static void test_a_domain_that_is_no_name_reads_as_none(void **state)
{
    (void)state;
    static const uint8_t evil[] = { 15, 5, 'a', '\n', 'b', '.', 'c', 255 };
    static const uint8_t good[] = { 15, 4, 'a', '.', 'b', 0, 255 };
    struct dhcp_message m;

    assert_true(reads(evil, sizeof evil, &m, NULL));
    assert_string_equal(m.domain, "");
    assert_true(reads(good, sizeof good, &m, NULL));
    assert_string_equal(m.domain, "a.b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_comes_back_as_it_was_written),
        cmocka_unit_test(test_a_message_is_at_least_as_long_as_relays_demand),
        cmocka_unit_test(test_every_prefix_up_to_the_end_mark_is_refused),
        cmocka_unit_test(test_an_answer_sent_as_a_question_is_refused),
        cmocka_unit_test(test_options_of_a_wrong_length_are_refused),
        cmocka_unit_test(test_a_long_list_of_resolvers_is_cut),
        cmocka_unit_test(test_split_routes_are_joined),
        cmocka_unit_test(test_the_old_number_of_routes_counts_only_without_the_new_one),
        cmocka_unit_test(test_more_routes_than_the_limit_are_refused),
        cmocka_unit_test(test_host_bits_of_a_route_are_cleared),
        cmocka_unit_test(test_overloaded_fields_hold_options_too),
        cmocka_unit_test(test_fields_that_are_not_overloaded_are_no_options),
        cmocka_unit_test(test_a_domain_that_is_no_name_reads_as_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
