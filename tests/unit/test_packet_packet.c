/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/packet/packet.h"

#include "tests/unit/test.h"

static const struct mac ALICE = { { 0x5e, 0, 0, 0, 0, 1 } };
static const struct mac BOB = { { 0x5e, 0, 0, 0, 0, 2 } };

static uint32_t ip(const char *text)
{
    uint32_t out = 0;

    assert_true(ip_parse(text, &out));
    return out;
}

static struct bytes bytes_of(const struct writer *w)
{
    return (struct bytes){ .data = w->data, .len = w->len };
}

static void write_udp(struct writer *w, const char *payload)
{
    writer_init(w, 0);
    udp_write_frame(w, BOB, ALICE,
            &(struct udp_packet){
                    .src_ip = ip("10.0.0.1"),
                    .dst_ip = ip("10.0.0.2"),
                    .src_port = 68,
                    .dst_port = 67,
                    .payload = { .data = (const uint8_t *)payload, .len = strlen(payload) },
            });
}

static void test_addresses_are_read_and_written_as_text(void **state)
{
    (void)state;
    uint32_t out = 7;
    static const char *const bad[] = { "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1..2.3", "1.2.3.4 ",
        "a.b.c.d", "0001.2.3.4" };

    assert_string_equal(ip_format(ip("192.168.30.10")).text, "192.168.30.10");
    assert_string_equal(ip_format(ip("255.255.255.255")).text, "255.255.255.255");
    assert_int_equal(ip_number(ip("1.2.3.4")), 0x01020304);
    assert_int_equal(ip_from_number(0x01020304), ip("1.2.3.4"));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(ip_parse(bad[i], &out));
    assert_int_equal(out, 7);
}

static void test_masks_and_prefixes_agree(void **state)
{
    (void)state;
    uint8_t prefix = 0;

    for (uint8_t i = 0; i <= 32; i++) {
        assert_true(ip_prefix_of_mask(ip_mask_of_prefix(i), &prefix));
        assert_int_equal(prefix, i);
    }
    assert_int_equal(ip_mask_of_prefix(24), ip("255.255.255.0"));
    assert_false(ip_prefix_of_mask(ip("255.0.255.0"), &prefix));
}

static void test_checksum_is_that_of_rfc_1071(void **state)
{
    (void)state;
    static const uint8_t example[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };
    static const uint8_t odd[] = { 0x01, 0x02, 0x03 };

    assert_int_equal(inet_checksum(example, sizeof example, 0), 0xffff & ~0xddf2);
    assert_int_equal(inet_checksum(odd, sizeof odd, 0), 0xffff & ~(0x0102 + 0x0300));
    assert_int_equal(inet_checksum("", 0, 0x1fffe), 0xffff & ~0xffff);
}

static void test_a_udp_frame_comes_back_as_it_was_written(void **state)
{
    (void)state;
    struct writer w;
    struct eth_frame eth;
    struct udp_packet udp;

    write_udp(&w, "hello");
    assert_true(eth_read(bytes_of(&w), &eth));
    assert_true(mac_equal(eth.dst, BOB) && mac_equal(eth.src, ALICE));
    assert_int_equal(eth.type, ETH_TYPE_IPV4);
    assert_true(udp_read(eth.payload, &udp));
    assert_int_equal(udp.src_ip, ip("10.0.0.1"));
    assert_int_equal(udp.dst_ip, ip("10.0.0.2"));
    assert_int_equal(udp.src_port, 68);
    assert_int_equal(udp.dst_port, 67);
    assert_int_equal(udp.payload.len, 5);
    assert_memory_equal(udp.payload.data, "hello", 5);
    writer_clear(&w);
}

static void test_every_prefix_of_a_udp_frame_is_refused(void **state)
{
    (void)state;
    struct writer w;
    struct eth_frame eth;
    struct udp_packet udp;

    write_udp(&w, "hello");
    for (size_t cut = 0; cut < w.len; cut++) {
        struct bytes prefix = { .data = w.data, .len = cut };
        assert_false(eth_read(prefix, &eth) && udp_read(eth.payload, &udp));
    }
    writer_clear(&w);
}

static void test_every_flipped_bit_of_a_udp_packet_is_noticed(void **state)
{
    (void)state;
    struct writer w;
    struct eth_frame eth;
    struct udp_packet udp;

    write_udp(&w, "hello");
    for (size_t bit = ETH_HEADER_BYTES * 8; bit < w.len * 8; bit++) {
        w.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_true(eth_read(bytes_of(&w), &eth));
        assert_false(udp_read(eth.payload, &udp));
        w.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    writer_clear(&w);
}

static void test_the_padding_of_a_short_frame_is_not_payload(void **state)
{
    (void)state;
    struct writer w;
    struct eth_frame eth;
    struct udp_packet udp;

    write_udp(&w, "hi");
    writer_text(&w, "padding");
    assert_true(eth_read(bytes_of(&w), &eth));
    assert_true(udp_read(eth.payload, &udp));
    assert_int_equal(udp.payload.len, 2);
    writer_clear(&w);
}

static void test_a_udp_packet_without_a_checksum_is_taken(void **state)
{
    (void)state;
    struct writer w;
    struct eth_frame eth;
    struct udp_packet udp;

    write_udp(&w, "hello");
    memset(w.data + ETH_HEADER_BYTES + 20 + 6, 0, 2);
    assert_true(eth_read(bytes_of(&w), &eth));
    assert_true(udp_read(eth.payload, &udp));
    writer_clear(&w);
}

static void test_a_fragment_is_refused(void **state)
{
    (void)state;
    struct writer w;
    struct eth_frame eth;
    struct udp_packet udp;

    write_udp(&w, "hello");
    uint8_t *header = w.data + ETH_HEADER_BYTES;
    header[6] = 0x20; /* more fragments */
    memset(header + 10, 0, 2);
    uint16_t checksum = inet_checksum(header, 20, 0);
    header[10] = (uint8_t)(checksum >> 8);
    header[11] = (uint8_t)checksum;
    assert_true(eth_read(bytes_of(&w), &eth));
    assert_false(udp_read(eth.payload, &udp));
    writer_clear(&w);
}

static void test_an_arp_frame_comes_back_and_is_long_enough(void **state)
{
    (void)state;
    struct arp_packet sent = {
        .op = ARP_REPLY,
        .sender_mac = ALICE,
        .target_mac = BOB,
        .sender_ip = ip("10.0.0.1"),
        .target_ip = ip("10.0.0.2"),
    };
    struct arp_packet got;
    struct eth_frame eth;
    struct writer w;

    writer_init(&w, 0);
    arp_write_frame(&w, BOB, &sent);
    assert_int_equal(w.len, 60);
    assert_true(eth_read(bytes_of(&w), &eth));
    assert_int_equal(eth.type, ETH_TYPE_ARP);
    assert_true(arp_read(eth.payload, &got));
    assert_int_equal(got.op, ARP_REPLY);
    assert_true(mac_equal(got.sender_mac, ALICE) && mac_equal(got.target_mac, BOB));
    assert_int_equal(got.sender_ip, sent.sender_ip);
    assert_int_equal(got.target_ip, sent.target_ip);
    for (size_t cut = 0; cut < 28; cut++)
        assert_false(arp_read((struct bytes){ .data = eth.payload.data, .len = cut }, &got));
    writer_clear(&w);
}

static void test_arp_of_other_hardware_or_protocol_is_refused(void **state)
{
    (void)state;
    struct arp_packet arp = { .op = ARP_REQUEST, .sender_mac = ALICE };
    struct eth_frame eth;
    struct writer w;

    writer_init(&w, 0);
    arp_write_frame(&w, BOB, &arp);
    for (size_t i = 0; i < 6; i++) {
        w.data[ETH_HEADER_BYTES + i] ^= 2;
        assert_true(eth_read(bytes_of(&w), &eth));
        assert_false(arp_read(eth.payload, &arp));
        w.data[ETH_HEADER_BYTES + i] ^= 2;
    }
    assert_true(eth_read(bytes_of(&w), &eth));
    assert_true(arp_read(eth.payload, &arp));
    writer_clear(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_are_read_and_written_as_text),
        cmocka_unit_test(test_masks_and_prefixes_agree),
        cmocka_unit_test(test_checksum_is_that_of_rfc_1071),
        cmocka_unit_test(test_a_udp_frame_comes_back_as_it_was_written),
        cmocka_unit_test(test_every_prefix_of_a_udp_frame_is_refused),
        cmocka_unit_test(test_every_flipped_bit_of_a_udp_packet_is_noticed),
        cmocka_unit_test(test_the_padding_of_a_short_frame_is_not_payload),
        cmocka_unit_test(test_a_udp_packet_without_a_checksum_is_taken),
        cmocka_unit_test(test_a_fragment_is_refused),
        cmocka_unit_test(test_an_arp_frame_comes_back_and_is_long_enough),
        cmocka_unit_test(test_arp_of_other_hardware_or_protocol_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
