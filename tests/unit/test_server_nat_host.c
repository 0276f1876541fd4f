/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"
#include "noren/packet/packet.h"

#include "nat/host.h"
#include "tests/unit/test.h"

static const struct mac HOST = { { 0x5e, 0, 0, 0, 0, 0xff } };
static const struct mac ALICE = { { 0x5e, 0, 0, 0, 0, 1 } };
static const struct mac BOB = { { 0x5e, 0, 0, 0, 0, 2 } };
static const struct mac BROADCAST = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

static uint32_t ip(const char *text)
{
    uint32_t out = 0;

    assert_true(ip_parse(text, &out));
    return out;
}

static struct host *make_host(void)
{
    struct host *host = noren_alloc(sizeof *host);

    host_init(host, HOST, ip("192.168.30.1"), ip("255.255.255.0"));
    return host;
}

static struct bytes bytes_of(const struct writer *w)
{
    return (struct bytes){ .data = w->data, .len = w->len };
}

static struct bytes udp_frame(
        struct writer *w, struct mac dst, const char *src_ip, const char *dst_ip)
{
    writer_init(w, 0);
    udp_write_frame(w, dst, ALICE,
            &(struct udp_packet){
                    .src_ip = ip(src_ip),
                    .dst_ip = ip(dst_ip),
                    .src_port = 1000,
                    .dst_port = 53,
            });
    return bytes_of(w);
}

/* An echo request of alice, made from a UDP frame by changing the protocol. */
static struct bytes echo_frame(struct writer *w, const char *dst_ip)
{
    static const uint8_t icmp[] = { 8, 0, 0, 0, 0, 1, 0, 2, 'h', 'i' };

    udp_frame(w, HOST, "192.168.30.10", dst_ip);
    w->len = 14 + 20;
    writer_put(w, icmp, sizeof icmp);
    uint8_t *header = w->data + 14;
    header[3] = 20 + sizeof icmp;
    header[9] = 1;
    memset(header + 10, 0, 2);
    uint16_t checksum = inet_checksum(header, 20, 0);
    header[10] = (uint8_t)(checksum >> 8);
    header[11] = (uint8_t)checksum;
    checksum = inet_checksum(header + 20, sizeof icmp, 0);
    header[22] = (uint8_t)(checksum >> 8);
    header[23] = (uint8_t)checksum;
    return bytes_of(w);
}

static enum host_verdict receive_arp(struct host *host, uint16_t op, const char *sender_ip,
        const char *target_ip, struct writer *out)
{
    struct writer w;

    writer_init(&w, 0);
    writer_init(out, 0);
    arp_write_frame(&w, op == ARP_REQUEST ? BROADCAST : HOST,
            &(struct arp_packet){
                    .op = op,
                    .sender_mac = ALICE,
                    .sender_ip = ip(sender_ip),
                    .target_ip = ip(target_ip),
            });
    enum host_verdict verdict = host_receive(host, bytes_of(&w), out);
    writer_clear(&w);
    return verdict;
}

static void test_arp_for_the_host_is_answered(void **state)
{
    (void)state;
    noren_cleanup(noren_freep) struct host *host = make_host();
    struct eth_frame eth;
    struct arp_packet arp;
    struct writer out;
    struct mac mac;

    assert_int_equal(
            receive_arp(host, ARP_REQUEST, "192.168.30.10", "192.168.30.1", &out), HOST_ANSWERED);
    assert_true(eth_read(bytes_of(&out), &eth));
    assert_true(mac_equal(eth.dst, ALICE) && mac_equal(eth.src, HOST));
    assert_true(arp_read(eth.payload, &arp));
    assert_int_equal(arp.op, ARP_REPLY);
    assert_true(mac_equal(arp.sender_mac, HOST));
    assert_int_equal(arp.sender_ip, ip("192.168.30.1"));
    assert_int_equal(arp.target_ip, ip("192.168.30.10"));
    /* and whoever asks is known from then on */
    assert_true(host_find(host, ip("192.168.30.10"), &mac));
    assert_true(mac_equal(mac, ALICE));
    writer_clear(&out);
}

static void test_arp_for_others_is_not_answered(void **state)
{
    (void)state;
    noren_cleanup(noren_freep) struct host *host = make_host();
    struct writer out;

    receive_arp(host, ARP_REQUEST, "192.168.30.10", "192.168.30.2", &out);
    assert_int_equal(out.len, 0);
    receive_arp(host, ARP_REPLY, "192.168.30.10", "192.168.30.1", &out);
    assert_int_equal(out.len, 0);
}

static void test_only_neighbours_of_the_segment_are_learned(void **state)
{
    (void)state;
    noren_cleanup(noren_freep) struct host *host = make_host();
    struct writer out;
    struct mac mac;
    static const char *const foreign[] = { "10.0.0.1", "192.168.30.1", "192.168.30.255" };

    for (size_t i = 0; i < noren_countof(foreign); i++) {
        receive_arp(host, ARP_REPLY, foreign[i], "192.168.30.1", &out);
        assert_false(host_find(host, ip(foreign[i]), &mac));
        writer_clear(&out);
    }
    assert_false(host_find(host, 0, &mac));
}

static void test_echo_comes_back_with_good_checksums(void **state)
{
    (void)state;
    noren_cleanup(noren_freep) struct host *host = make_host();
    struct writer w, out;
    struct eth_frame eth;

    writer_init(&out, 0);
    assert_int_equal(host_receive(host, echo_frame(&w, "192.168.30.1"), &out), HOST_ANSWERED);
    assert_true(eth_read(bytes_of(&out), &eth));
    assert_true(mac_equal(eth.dst, ALICE) && mac_equal(eth.src, HOST));
    const uint8_t *packet = eth.payload.data;
    assert_int_equal(inet_checksum(packet, 20, 0), 0);
    assert_int_equal(inet_checksum(packet + 20, 10, 0), 0);
    assert_int_equal(packet[8], 128);
    assert_int_equal(packet[20], 0);
    assert_memory_equal(packet + 12, &(uint32_t){ ip("192.168.30.1") }, 4);
    assert_memory_equal(packet + 16, &(uint32_t){ ip("192.168.30.10") }, 4);
    assert_memory_equal(packet + 24, "\0\1\0\2hi", 6);
    writer_clear(&w);
    writer_clear(&out);
}

static void test_every_prefix_of_an_echo_is_taken_without_an_answer(void **state)
{
    (void)state;
    noren_cleanup(noren_freep) struct host *host = make_host();
    struct writer w, out;

    writer_init(&out, 0);
    struct bytes frame = echo_frame(&w, "192.168.30.1");
    for (size_t cut = 0; cut < frame.len; cut++) {
        host_receive(host, (struct bytes){ .data = frame.data, .len = cut }, &out);
        assert_int_equal(out.len, 0);
    }
    w.data[14 + 20 + 9] ^= 1; /* damaged on the way */
    host_receive(host, frame, &out);
    assert_int_equal(out.len, 0);
    writer_clear(&w);
}

static void test_frames_for_other_stations_are_foreign(void **state)
{
    (void)state;
    noren_cleanup(noren_freep) struct host *host = make_host();
    struct writer w, out;
    uint32_t src_ip;

    writer_init(&out, 0);
    struct bytes frame = udp_frame(&w, BOB, "192.168.30.10", "192.168.30.1");
    assert_int_equal(host_receive(host, frame, &out), HOST_FOREIGN);
    assert_false(host_may_leave(host, frame, &src_ip));
    writer_clear(&w);
}

static void test_what_may_leave(void **state)
{
    (void)state;
    noren_cleanup(noren_freep) struct host *host = make_host();
    static const char *const good[] = { "198.51.100.1", "10.0.0.1", "192.168.31.1", "192.168.30.1",
        "8.8.8.8", "223.255.255.255" };
    struct writer w;
    uint32_t src_ip;

    for (size_t i = 0; i < noren_countof(good); i++) {
        assert_true(host_may_leave(host, udp_frame(&w, HOST, "192.168.30.10", good[i]), &src_ip));
        assert_int_equal(src_ip, ip("192.168.30.10"));
        writer_clear(&w);
    }
}

static void test_what_may_not_leave(void **state)
{
    (void)state;
    noren_cleanup(noren_freep) struct host *host = make_host();
    static const char *const bad_dst[] = { "127.0.0.1", "127.255.0.1", "0.0.0.0", "0.1.2.3",
        "169.254.169.254", "192.0.0.8", "224.0.0.251", "240.0.0.1", "255.255.255.255",
        "192.168.30.2", "192.168.30.255" };
    static const char *const bad_src[] = { "10.0.0.1", "127.0.0.1", "192.168.30.1",
        "192.168.30.255" };
    struct writer w;
    uint32_t src_ip;

    for (size_t i = 0; i < noren_countof(bad_dst); i++) {
        assert_false(
                host_may_leave(host, udp_frame(&w, HOST, "192.168.30.10", bad_dst[i]), &src_ip));
        writer_clear(&w);
    }
    for (size_t i = 0; i < noren_countof(bad_src); i++) {
        assert_false(host_may_leave(host, udp_frame(&w, HOST, bad_src[i], "8.8.8.8"), &src_ip));
        writer_clear(&w);
    }
    assert_false(
            host_may_leave(host, udp_frame(&w, BROADCAST, "192.168.30.10", "8.8.8.8"), &src_ip));
    writer_clear(&w);
}

static void test_the_announcement_is_a_gratuitous_arp(void **state)
{
    (void)state;
    noren_cleanup(noren_freep) struct host *host = make_host();
    struct writer out;
    struct eth_frame eth;
    struct arp_packet arp;

    writer_init(&out, 0);
    host_announce(host, &out);
    assert_true(eth_read(bytes_of(&out), &eth) && arp_read(eth.payload, &arp));
    assert_true(mac_equal(eth.dst, BROADCAST) && mac_equal(eth.src, HOST));
    assert_int_equal(arp.sender_ip, ip("192.168.30.1"));
    assert_int_equal(arp.target_ip, ip("192.168.30.1"));
    writer_clear(&out);
}

static void test_the_beacon_goes_to_the_whole_segment(void **state)
{
    (void)state;
    noren_cleanup(noren_freep) struct host *host = make_host();
    struct writer out;
    struct eth_frame eth;
    struct udp_packet udp;

    writer_init(&out, 0);
    host_beacon(host, &out);
    assert_true(eth_read(bytes_of(&out), &eth) && udp_read(eth.payload, &udp));
    assert_true(mac_equal(eth.dst, BROADCAST));
    assert_int_equal(udp.dst_ip, ip("192.168.30.255"));
    assert_int_equal(udp.src_port, 7);
    assert_int_equal(udp.dst_port, 7);
    writer_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arp_for_the_host_is_answered),
        cmocka_unit_test(test_arp_for_others_is_not_answered),
        cmocka_unit_test(test_only_neighbours_of_the_segment_are_learned),
        cmocka_unit_test(test_echo_comes_back_with_good_checksums),
        cmocka_unit_test(test_every_prefix_of_an_echo_is_taken_without_an_answer),
        cmocka_unit_test(test_frames_for_other_stations_are_foreign),
        cmocka_unit_test(test_what_may_leave),
        cmocka_unit_test(test_what_may_not_leave),
        cmocka_unit_test(test_the_announcement_is_a_gratuitous_arp),
        cmocka_unit_test(test_the_beacon_goes_to_the_whole_segment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
