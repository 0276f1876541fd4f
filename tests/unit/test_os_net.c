/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/os/netconf.h"
#include "noren/os/tap.h"
#include "noren/packet/packet.h"

#include "tests/unit/test.h"

/* TAP, addresses and routes against the real kernel, in a network namespace of this process. */

static const struct mac OWN = { { 0x5e, 0, 0, 0, 0, 1 } };
static const struct mac PEER = { { 0x5e, 0, 0, 0, 0, 2 } };

enum { WAIT_MS = 3000 };

static uint32_t ip(const char *text)
{
    uint32_t out = 0;

    assert_true(ip_parse(text, &out));
    return out;
}

#define must(call)                                    \
    do {                                              \
        struct noren_err must_err = { 0 };            \
        if (!(call))                                  \
            fail_msg("%s: %s", #call, must_err.text); \
    } while (0)

static int open_tap(void **state)
{
    static struct tap tap;

    must(tap_open(&tap, "nrtest0", OWN, &must_err));
    *state = &tap;
    return 0;
}

static int close_tap(void **state)
{
    tap_close(*state);
    return 0;
}

static void set_up(void)
{
    must(net_link_up("nrtest0", 1400, &must_err));
    must(net_address_add("nrtest0", ip("10.9.0.1"), 24, &must_err));
}

/* The next frame of the wanted type; what the system says by itself is passed over. */
static size_t read_frame(struct tap *tap, uint16_t type, uint8_t *buffer)
{
    int64_t until_ms = noren_now_ms() + WAIT_MS;

    for (;;) {
        struct pollfd wait = { .fd = tap->fd, .events = POLLIN };
        struct noren_err err = { 0 };
        struct eth_frame eth;
        size_t len = 0;
        switch (tap_read(tap, buffer, &len, &err)) {
        case TAP_FAILED:
            fail_msg("%s", err.text);
            break;
        case TAP_AGAIN:
            assert_true(noren_now_ms() < until_ms);
            poll(&wait, 1, 100);
            break;
        case TAP_FRAME:
            if (eth_read((struct bytes){ .data = buffer, .len = len }, &eth) && eth.type == type)
                return len;
            break;
        }
    }
}

static void answer_arp(struct tap *tap)
{
    uint8_t buffer[TAP_FRAME_MAX];
    struct arp_packet arp;
    struct writer w;

    size_t len = read_frame(tap, ETH_TYPE_ARP, buffer);
    assert_true(arp_read((struct bytes){ .data = buffer + 14, .len = len - 14 }, &arp));
    assert_int_equal(arp.target_ip, ip("10.9.0.2"));
    assert_true(mac_equal(arp.sender_mac, OWN));
    writer_init(&w, 0);
    arp_write_frame(&w, OWN,
            &(struct arp_packet){
                    .op = ARP_REPLY,
                    .sender_mac = PEER,
                    .sender_ip = arp.target_ip,
                    .target_mac = OWN,
                    .target_ip = arp.sender_ip,
            });
    assert_int_equal(tap_write(tap, w.data, w.len, NULL), TAP_FRAME);
    writer_clear(&w);
}

static int udp_socket(void)
{
    struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(4000) };
    int sock = socket(AF_INET, SOCK_DGRAM, 0);

    own.sin_addr.s_addr = ip("10.9.0.1");
    assert_int_equal(bind(sock, (struct sockaddr *)&own, sizeof own), 0);
    return sock;
}

static void test_frames_leave_with_their_checksums_complete(void **state)
{
    struct tap *tap = *state;
    struct sockaddr_in peer = { .sin_family = AF_INET, .sin_port = htons(4001) };
    uint8_t buffer[TAP_FRAME_MAX];
    struct udp_packet udp;

    set_up();
    int sock = udp_socket();
    peer.sin_addr.s_addr = ip("10.9.0.2");
    assert_int_equal(sendto(sock, "hello", 5, 0, (struct sockaddr *)&peer, sizeof peer), 5);
    answer_arp(tap);
    for (;;) {
        size_t len = read_frame(tap, ETH_TYPE_IPV4, buffer);
        /* udp_read() verifies the checksum; a frame of another program has another port */
        if (udp_read((struct bytes){ .data = buffer + 14, .len = len - 14 }, &udp)
                && udp.dst_port == 4001)
            break;
    }
    assert_int_equal(udp.payload.len, 5);
    assert_memory_equal(udp.payload.data, "hello", 5);
    close(sock);
}

/* A pipe stands in for the device: the kernel completes checksums itself while offloads are off. */
static enum tap_result read_through_pipe(
        const struct virtio_net_hdr *header, struct writer *frame, uint8_t *buffer, size_t *len)
{
    int ends[2];
    struct writer all;

    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    struct tap tap = { .fd = ends[0], .has_vnet_header = true };
    writer_init(&all, 0);
    writer_put(&all, header, sizeof *header);
    writer_put(&all, frame->data, frame->len);
    assert_int_equal(write(ends[1], all.data, all.len), all.len);
    enum tap_result result = tap_read(&tap, buffer, len, NULL);
    writer_clear(&all);
    close(ends[0]);
    close(ends[1]);
    return result;
}

static void test_a_checksum_left_to_the_hardware_is_completed(void **state)
{
    (void)state;
    struct virtio_net_hdr header = {
        .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
        .csum_start = 34,
        .csum_offset = 6,
    };
    uint8_t buffer[TAP_FRAME_MAX];
    struct udp_packet udp = { .src_port = 1, .dst_port = 2 };
    struct writer w;
    size_t len = 0;

    /* the addresses are zero, so the sum over the pseudo header is protocol and length */
    writer_init(&w, 0);
    udp.payload = (struct bytes){ .data = (const uint8_t *)"hello", .len = 5 };
    udp_write_frame(&w, OWN, PEER, &udp);
    w.data[40] = 0;
    w.data[41] = 17 + 13;
    assert_int_equal(read_through_pipe(&header, &w, buffer, &len), TAP_FRAME);
    assert_int_equal(len, w.len);
    assert_true(udp_read((struct bytes){ .data = buffer + 14, .len = len - 14 }, &udp));

    /* a place outside the frame, and a packet that is none yet: passed over */
    header.csum_offset = (uint16_t)(w.len - 34 - 1);
    assert_int_equal(read_through_pipe(&header, &w, buffer, &len), TAP_AGAIN);
    header = (struct virtio_net_hdr){ .gso_type = VIRTIO_NET_HDR_GSO_TCPV4 };
    assert_int_equal(read_through_pipe(&header, &w, buffer, &len), TAP_AGAIN);
    writer_clear(&w);
}

static void test_frames_written_arrive_at_a_socket(void **state)
{
    struct tap *tap = *state;
    char text[16] = "";
    struct writer w;

    set_up();
    int sock = udp_socket();
    writer_init(&w, 0);
    udp_write_frame(&w, OWN, PEER,
            &(struct udp_packet){
                    .src_ip = ip("10.9.0.2"),
                    .dst_ip = ip("10.9.0.1"),
                    .src_port = 4001,
                    .dst_port = 4000,
                    .payload = { .data = (const uint8_t *)"hello", .len = 5 },
            });
    assert_int_equal(tap_write(tap, w.data, w.len, NULL), TAP_FRAME);
    struct pollfd wait = { .fd = sock, .events = POLLIN };
    assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
    assert_int_equal(recv(sock, text, sizeof text, 0), 5);
    assert_string_equal(text, "hello");
    writer_clear(&w);
    close(sock);
}

static void test_a_name_that_is_taken_is_told_so(void **state)
{
    (void)state;
    struct tap second;
    struct noren_err err = { 0 };

    assert_false(tap_open(&second, "nrtest0", PEER, &err));
    assert_int_equal(err.code, NOREN_E_EXISTS);
    assert_false(tap_open(&second, "a-name-far-too-long", PEER, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
    assert_false(tap_open(&second, "", PEER, &err));
}

static void test_the_interface_has_its_address_and_goes_with_its_descriptor(void **state)
{
    (void)state;
    struct ifreq request = { .ifr_name = "nrtest1" };
    struct tap tap;

    must(tap_open(&tap, "nrtest1", PEER, &must_err));
    int sock = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(ioctl(sock, SIOCGIFHWADDR, &request), 0);
    assert_memory_equal(request.ifr_hwaddr.sa_data, PEER.byte, 6);
    close(sock);
    tap_close(&tap);
    assert_int_equal(if_nametoindex("nrtest1"), 0);
}

static void test_writing_to_an_interface_that_is_down_loses_the_frame_only(void **state)
{
    struct tap *tap = *state;
    uint8_t frame[60] = { 0 };

    assert_int_equal(tap_write(tap, frame, sizeof frame, NULL), TAP_AGAIN);
}

static void test_reading_an_interface_that_is_gone_fails(void **state)
{
    struct tap *tap = *state;
    uint8_t buffer[TAP_FRAME_MAX];
    struct noren_err err = { 0 };
    size_t len;

    must(net_link_delete("nrtest0", &must_err));
    must(net_link_delete("nrtest0", &must_err));
    assert_int_equal(tap_read(tap, buffer, &len, &err), TAP_FAILED);
    assert_int_equal(err.code, NOREN_E_IO);
}

static void test_addresses_can_be_added_and_removed_twice(void **state)
{
    (void)state;
    struct noren_err err = { 0 };
    struct net_route route;

    set_up();
    must(net_address_add("nrtest0", ip("10.9.0.1"), 24, &must_err));
    must(net_route_get(ip("10.9.0.77"), &route, &must_err));
    assert_string_equal(route.dev, "nrtest0");
    assert_int_equal(route.gateway, 0);
    must(net_address_remove("nrtest0", ip("10.9.0.1"), 24, &must_err));
    must(net_address_remove("nrtest0", ip("10.9.0.1"), 24, &must_err));
    assert_false(net_route_get(ip("10.9.0.77"), &route, &err));
    assert_int_equal(err.code, NOREN_E_NOT_FOUND);
    assert_false(net_address_add("nosuch0", ip("10.9.0.1"), 24, &err));
    assert_int_equal(err.code, NOREN_E_NOT_FOUND);
    must(net_address_remove("nosuch0", ip("10.9.0.1"), 24, &must_err));
}

static void test_routes_are_added_replaced_found_and_removed(void **state)
{
    (void)state;
    struct net_route route = {
        .network = ip("10.50.0.0"),
        .prefix = 16,
        .dev = "nrtest0",
        .metric = 50,
    };
    struct net_route found;
    struct noren_err err = { 0 };

    set_up();
    route.gateway = ip("10.9.0.2");
    must(net_route_add(&route, &must_err));
    must(net_route_add(&route, &must_err));
    must(net_route_get(ip("10.50.1.1"), &found, &must_err));
    assert_int_equal(found.gateway, ip("10.9.0.2"));
    assert_int_equal(found.network, ip("10.50.1.1"));
    assert_int_equal(found.prefix, 32);

    route.gateway = ip("10.9.0.3");
    must(net_route_add(&route, &must_err));
    must(net_route_get(ip("10.50.1.1"), &found, &must_err));
    assert_int_equal(found.gateway, ip("10.9.0.3"));

    must(net_route_remove(&route, &must_err));
    must(net_route_remove(&route, &must_err));
    assert_false(net_route_get(ip("10.50.1.1"), &found, &err));
    assert_int_equal(err.code, NOREN_E_NOT_FOUND);
}

static void test_default_and_on_link_routes_work_without_a_gateway(void **state)
{
    (void)state;
    struct net_route everything = { .dev = "nrtest0" };
    struct net_route one = { .network = ip("192.0.2.9"), .prefix = 32, .dev = "nrtest0" };
    struct net_route found;

    set_up();
    must(net_route_add(&everything, &must_err));
    must(net_route_get(ip("198.51.100.1"), &found, &must_err));
    assert_string_equal(found.dev, "nrtest0");
    must(net_route_remove(&everything, &must_err));
    must(net_route_add(&one, &must_err));
    must(net_route_get(ip("192.0.2.9"), &found, &must_err));
    assert_int_equal(found.gateway, 0);
    must(net_route_remove(&one, &must_err));
    assert_false(net_route_get(ip("192.0.2.9"), &found, NULL));
}

static void test_a_route_through_nowhere_is_refused_with_a_reason(void **state)
{
    (void)state;
    struct net_route route = { .network = ip("10.50.0.0"), .prefix = 16, .dev = "nrtest0" };
    struct noren_err err = { 0 };

    set_up();
    route.gateway = ip("172.16.0.1");
    assert_false(net_route_add(&route, &err));
    assert_int_equal(err.code, NOREN_E_IO);
    assert_non_null(strstr(err.text, "10.50.0.0/16"));
    memcpy(route.dev, "nosuch0", sizeof "nosuch0");
    assert_false(net_route_add(&route, &err));
    assert_int_equal(err.code, NOREN_E_NOT_FOUND);
    must(net_route_remove(&route, &must_err));
}

#define with_tap(test) cmocka_unit_test_setup_teardown(test, open_tap, close_tap)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_tap(test_frames_leave_with_their_checksums_complete),
        cmocka_unit_test(test_a_checksum_left_to_the_hardware_is_completed),
        with_tap(test_frames_written_arrive_at_a_socket),
        with_tap(test_a_name_that_is_taken_is_told_so),
        with_tap(test_the_interface_has_its_address_and_goes_with_its_descriptor),
        with_tap(test_writing_to_an_interface_that_is_down_loses_the_frame_only),
        with_tap(test_reading_an_interface_that_is_gone_fails),
        with_tap(test_addresses_can_be_added_and_removed_twice),
        with_tap(test_routes_are_added_replaced_found_and_removed),
        with_tap(test_default_and_on_link_routes_work_without_a_gateway),
        with_tap(test_a_route_through_nowhere_is_refused_with_a_reason),
    };

    if (unshare(CLONE_NEWNET) != 0) {
        printf("skipped: needs CAP_SYS_ADMIN for a network namespace: %s\n", strerror(errno));
        return 77;
    }
    if (access("/dev/net/tun", R_OK | W_OK) != 0) {
        printf("skipped: /dev/net/tun: %s\n", strerror(errno));
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
