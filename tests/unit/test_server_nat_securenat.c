/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/os/netconf.h"
#include "noren/os/tap.h"
#include "noren/packet/dhcp.h"
#include "noren/packet/packet.h"

#include "nat/securenat.h"
#include "tests/unit/net_programs.h"
#include "tests/unit/test.h"

/*
 * A guest behind a real hub: its TAP lies in a network namespace of its own, the hub and SecureNAT run
 * in another, where 10.77.0.1 is the outside. The guest's part is a thread that works with ordinary
 * sockets; it tells what went wrong in `trouble`.
 */

enum {
    QUIET_MS = 300,
    ECHO_PORT = 7777,
    CHORUS_PORT = 7778, /* answers when CHORUS have asked */
    CHORUS = 80,        /* more than libslirp remembers the addresses of */
    CHORUS_MS = 500,    /* it gives up after a second */
    LOCAL_PORT = 7779,
    FEW_FILES = 160,
};

#define OUTSIDE_IP "10.77.0.1"
#define GATEWAY_IP "192.168.30.1"

static const struct mac NAT_MAC = { { 0x5e, 0, 0, 0, 0, 0xff } };
static const struct mac GUEST_MAC = { { 0x5e, 0, 0, 0, 0, 1 } };

struct scene {
    int outer_ns, guest_ns;
    struct tap outside, guest;
    struct loop *loop;
    struct hub *hub;
    struct securenat *nat;
    struct hub_port *port;
    uv_poll_t tap_poll;
    struct dhcp_client *dhcp;
    struct loop_timer dhcp_timer;
    int lease_pipe[2]; /* the lease, from the loop to the guest */
    const char *(*play)(struct scene *scene);
    const char *trouble;
    unsigned beacons, announcements;
    const char *mask;
    unsigned asked_for;    /* members of the chorus that the virtual host asked for by ARP */
    unsigned chorus;       /* answers that came to the address of the one who asked */
    struct mail ask;       /* posted by the guest to let the chorus ask */
    struct mail take_down; /* posted by the guest when it has finished */
};

/* ---- the guest's station on the hub: TAP and DHCP client ---- */

static void send_to_hub(struct scene *scene, const uint8_t *data, size_t len)
{
    struct frame *frame = frame_new((struct bytes){ .data = data, .len = len });

    hub_port_send(scene->port, &frame, 1);
    frame_unref(frame);
}

static void turn_dhcp(void *ctx)
{
    struct scene *scene = ctx;
    struct dhcp_lease lease;
    struct writer w;

    writer_init(&w, 0);
    dhcp_client_tick(scene->dhcp, noren_now_ms());
    while (dhcp_client_next_frame(scene->dhcp, &w)) {
        send_to_hub(scene, w.data, w.len);
        writer_reset(&w);
    }
    writer_clear(&w);
    if (dhcp_client_next_event(scene->dhcp, &lease) == DHCP_CLIENT_BOUND)
        assert_int_equal(write(scene->lease_pipe[1], &lease, sizeof lease), sizeof lease);
    loop_timer_set(&scene->dhcp_timer,
            loop_now_ms(scene->loop) + dhcp_client_deadline_ms(scene->dhcp) - noren_now_ms());
}

static void count_signs_of_life(struct scene *scene, struct bytes frame)
{
    struct eth_frame eth;
    struct arp_packet arp;
    struct udp_packet udp;

    if (!eth_read(frame, &eth) || !mac_equal(eth.src, NAT_MAC) || !mac_is_group(eth.dst))
        return;
    if (arp_read(eth.payload, &arp) && arp.sender_ip == arp.target_ip)
        scene->announcements++;
    if (udp_read(eth.payload, &udp) && udp.dst_port == 7)
        scene->beacons++;
}

/*
 * The second half of the chorus pushes the first one out of the virtual host's table of neighbours,
 * where an address has its place by its last ten bits: so it has to ask for them.
 */
static uint32_t chorus_ip(unsigned member)
{
    bool is_second = member >= CHORUS / 2;

    return ip_from_number(
            ip_number(net_ip("192.168.16.100")) + member % (CHORUS / 2) + (is_second ? 1024 : 0));
}

static bool chorus_member(uint32_t wanted, unsigned *out)
{
    for (*out = 0; *out < CHORUS; (*out)++) {
        if (chorus_ip(*out) == wanted)
            return true;
    }
    return false;
}

static struct mac chorus_mac(unsigned member)
{
    return (struct mac){ { 0x5e, 0, 0, 0, 2, (uint8_t)member } };
}

static void count_chorus(struct scene *scene, struct bytes frame)
{
    struct eth_frame eth;
    struct udp_packet udp;

    if (!eth_read(frame, &eth) || !udp_read(eth.payload, &udp) || udp.src_port != CHORUS_PORT)
        return;
    unsigned member;
    if (chorus_member(udp.dst_ip, &member) && mac_equal(eth.dst, chorus_mac(member)))
        __atomic_fetch_add(&scene->chorus, 1, __ATOMIC_RELAXED);
}

static void answer_for_chorus(struct scene *scene, struct bytes frame)
{
    struct eth_frame eth;
    struct arp_packet arp;
    struct writer w;
    unsigned member;

    if (!eth_read(frame, &eth) || !arp_read(eth.payload, &arp) || arp.op != ARP_REQUEST
            || !chorus_member(arp.target_ip, &member))
        return;
    scene->asked_for++;
    writer_init(&w, 0);
    arp_write_frame(&w, arp.sender_mac,
            &(struct arp_packet){
                    .op = ARP_REPLY,
                    .sender_mac = chorus_mac(member),
                    .sender_ip = arp.target_ip,
                    .target_mac = arp.sender_mac,
                    .target_ip = arp.sender_ip,
            });
    send_to_hub(scene, w.data, w.len);
    writer_clear(&w);
}

static size_t on_frames_for_guest(void *ctx, struct frame *const *frames, size_t count)
{
    struct scene *scene = ctx;

    for (size_t i = 0; i < count; i++) {
        struct bytes frame = { .data = frames[i]->data, .len = frames[i]->len };
        count_signs_of_life(scene, frame);
        count_chorus(scene, frame);
        answer_for_chorus(scene, frame);
        if (!dhcp_client_receive(scene->dhcp, frame, noren_now_ms()))
            tap_write(&scene->guest, frame.data, frame.len, NULL);
    }
    loop_timer_set(&scene->dhcp_timer, loop_now_ms(scene->loop));
    return count;
}

static void on_hub_gone(void *ctx)
{
    (void)ctx;
}

static const struct hub_port_callbacks GUEST_CALLBACKS = {
    .deliver = on_frames_for_guest,
    .on_hub_gone = on_hub_gone,
};

static void on_tap_readable(uv_poll_t *handle, int status, int events)
{
    struct scene *scene = handle->data;
    uint8_t buffer[TAP_FRAME_MAX];
    size_t len;

    (void)status, (void)events;
    while (tap_read(&scene->guest, buffer, &len, NULL) == TAP_FRAME)
        send_to_hub(scene, buffer, len);
}

/* ---- servers on the outside ---- */

static void *serve_chorus(void *ctx)
{
    int sock = *(int *)ctx;
    struct sockaddr_in peer[CHORUS];
    char text[16];

    for (size_t i = 0; i < CHORUS; i++) {
        socklen_t len = sizeof peer[i];
        if (recvfrom(sock, text, sizeof text, 0, (struct sockaddr *)&peer[i], &len) <= 0)
            return NULL;
    }
    for (size_t i = 0; i < CHORUS; i++)
        sendto(sock, "answer", 6, 0, (struct sockaddr *)&peer[i], sizeof peer[i]);
    return NULL;
}

/* ---- the guest's programs ---- */

static const char *take_lease(struct scene *scene)
{
    struct net_route everything = { .prefix = 0 };
    struct dhcp_lease lease;

    if (!net_wait_for(scene->lease_pipe[0], POLLIN, WAIT_MS))
        return "no lease";
    if (read(scene->lease_pipe[0], &lease, sizeof lease) != sizeof lease)
        return "half a lease";
    if (lease.ip != net_ip("192.168.30.10") || lease.mask != net_ip(scene->mask)
            || lease.router != net_ip(GATEWAY_IP) || lease.dns_count != 1
            || lease.dns[0] != net_ip(GATEWAY_IP) || lease.lease_s != 7200)
        return "not the lease of the defaults";
    everything.gateway = lease.router;
    memcpy(everything.dev, scene->guest.name, sizeof everything.dev);
    if (!net_address_add(scene->guest.name, lease.ip, 24, NULL)
            || !net_route_add(&everything, NULL))
        return "the guest cannot use its lease";
    return NULL;
}

static const char *use_the_outside(struct scene *scene)
{
    (void)scene;
    if (!net_ping_is_answered(GATEWAY_IP, WAIT_MS))
        return "no echo of the gateway";
    if (!net_udp_is_answered(OUTSIDE_IP, ECHO_PORT, WAIT_MS))
        return "no answer by UDP";
    if (!net_udp_is_answered(GATEWAY_IP, 53, WAIT_MS))
        return "no answer of the resolver";
    int sock = net_tcp_connect(OUTSIDE_IP, ECHO_PORT, WAIT_MS);
    if (sock < 0)
        return "no connection by TCP";
    bool same = net_bulk_comes_back(sock);
    close(sock);
    return same ? NULL : "the bytes differ";
}

static const char *try_what_is_closed(struct scene *scene)
{
    static const char *const closed[] = { GATEWAY_IP, "192.0.0.8", "192.168.30.77" };

    (void)scene;
    for (size_t i = 0; i < noren_countof(closed); i++) {
        if (net_tcp_connect(closed[i], LOCAL_PORT, QUIET_MS) >= 0)
            return closed[i];
        if (net_udp_is_answered(closed[i], LOCAL_PORT, QUIET_MS))
            return closed[i];
    }
    if (net_tcp_connect(OUTSIDE_IP, 9, WAIT_MS) >= 0)
        return "a closed port of the outside";
    return NULL;
}

static const char *use_many_connections(struct scene *scene)
{
    int sock[64];

    (void)scene;
    for (size_t i = 0; i < noren_countof(sock); i++) {
        sock[i] = net_tcp_connect(OUTSIDE_IP, ECHO_PORT, WAIT_MS);
        if (sock[i] < 0)
            return "not every connection came up";
    }
    for (size_t i = 0; i < noren_countof(sock); i++)
        close(sock[i]);
    return NULL;
}

/* Everything that has a handle on the loop goes while the loop still runs. */
static void take_down(struct mail *mail)
{
    struct scene *scene = noren_container_of(mail, struct scene, take_down);

    uv_close((uv_handle_t *)&scene->tap_poll, NULL);
    loop_timer_clear(&scene->dhcp_timer);
    hub_port_free(scene->port);
    securenat_free(scene->nat);
    hub_close(scene->hub);
    loop_stop(scene->loop);
}

static void leave_mail(struct mail *mail)
{
    (void)mail;
}

/* On the loop: every member asks at once, as stations behind the guest's port. */
static void let_chorus_ask(struct mail *mail)
{
    struct scene *scene = noren_container_of(mail, struct scene, ask);
    struct writer w;

    writer_init(&w, 0);
    for (unsigned i = 0; i < CHORUS; i++) {
        writer_reset(&w);
        udp_write_frame(&w, NAT_MAC, chorus_mac(i),
                &(struct udp_packet){
                        .src_ip = chorus_ip(i),
                        .dst_ip = net_ip(OUTSIDE_IP),
                        .src_port = 1000,
                        .dst_port = CHORUS_PORT,
                        .payload = { .data = (const uint8_t *)"sing", .len = 4 },
                });
        send_to_hub(scene, w.data, w.len);
    }
    writer_clear(&w);
}

static const char *sing(struct scene *scene)
{
    int64_t until_ms = noren_now_ms() + CHORUS_MS;

    noren_mailbox_post(scene->loop, &scene->ask);
    while (__atomic_load_n(&scene->chorus, __ATOMIC_RELAXED) < CHORUS) {
        if (noren_now_ms() > until_ms)
            return "not everybody was answered in time";
        poll(NULL, 0, 5);
    }
    return NULL;
}

/* With FEW_FILES a segment may have 40 sockets, 32 of them by TCP. */
static const char *use_too_many_connections(struct scene *scene)
{
    int sock[32];
    const char *trouble = NULL;

    (void)scene;
    for (size_t i = 0; i < noren_countof(sock); i++) {
        sock[i] = net_tcp_connect(OUTSIDE_IP, ECHO_PORT, WAIT_MS);
        if (sock[i] < 0)
            return "not every connection came up";
    }
    if (net_tcp_connect(OUTSIDE_IP, ECHO_PORT, QUIET_MS) >= 0)
        trouble = "one connection too many";
    else if (!net_udp_is_answered(GATEWAY_IP, 53, WAIT_MS))
        trouble = "nothing is left for the resolver";
    for (size_t i = 0; i < noren_countof(sock); i++)
        close(sock[i]);
    return trouble;
}

static void *guest_main(void *ctx)
{
    struct scene *scene = ctx;

    if (setns(scene->guest_ns, CLONE_NEWNET) != 0)
        scene->trouble = "setns";
    if (scene->trouble == NULL)
        scene->trouble = take_lease(scene);
    if (scene->trouble == NULL)
        scene->trouble = scene->play(scene);
    noren_mailbox_post(scene->loop, &scene->take_down);
    return NULL;
}

/* ---- the scene ---- */

static int own_namespace(void)
{
    return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

static void raise_guest(struct scene *scene)
{
    assert_int_equal(unshare(CLONE_NEWNET), 0);
    scene->guest_ns = own_namespace();
    assert_true(tap_open(&scene->guest, "guest0", GUEST_MAC, NULL));
    assert_true(net_link_up("guest0", 1500, NULL));
    assert_int_equal(setns(scene->outer_ns, CLONE_NEWNET), 0);
}

static void raise_outside(struct scene *scene)
{
    static const struct mac mac = { { 0x5e, 0, 0, 0, 1, 0 } };

    assert_int_equal(unshare(CLONE_NEWNET), 0);
    scene->outer_ns = own_namespace();
    assert_true(net_link_up("lo", 0, NULL));
    assert_true(tap_open(&scene->outside, "outside0", mac, NULL));
    assert_true(net_link_up("outside0", 1500, NULL));
    assert_true(net_address_add("outside0", net_ip(OUTSIDE_IP), 24, NULL));
}

static void raise_hub(struct scene *scene)
{
    struct securenat_options options = securenat_defaults(NAT_MAC);
    struct noren_err err = { 0 };

    options.mask = net_ip(scene->mask);
    scene->loop = loop_new("test", NULL);
    scene->hub = hub_new("TEST", scene->loop, NULL);
    scene->nat = securenat_new(scene->hub, &options, NULL, &err);
    assert_non_null(scene->nat);
    scene->port = hub_port_new(scene->hub, scene->loop, "guest", 0, &GUEST_CALLBACKS, scene);
    scene->dhcp = dhcp_client_new(GUEST_MAC, "guest", 0, 1, noren_now_ms());
    loop_timer_init(&scene->dhcp_timer, scene->loop, turn_dhcp, scene);
    loop_timer_set(&scene->dhcp_timer, loop_now_ms(scene->loop));
    uv_poll_init(loop_uv(scene->loop), &scene->tap_poll, scene->guest.fd);
    scene->tap_poll.data = scene;
    uv_poll_start(&scene->tap_poll, UV_READABLE, on_tap_readable);
}

static void run_scene(
        const char *(*play)(struct scene *scene), const char *mask, struct scene *scene)
{
    pthread_t guest, tcp, udp, dns, chorus;

    *scene = (struct scene){
        .play = play,
        .mask = mask,
        .ask = { .deliver = let_chorus_ask, .dispose = leave_mail },
        .take_down = { .deliver = take_down, .dispose = leave_mail },
    };
    raise_outside(scene);
    raise_guest(scene);
    assert_int_equal(pipe(scene->lease_pipe), 0);
    int tcp_sock = net_listen_on(OUTSIDE_IP, ECHO_PORT, SOCK_STREAM);
    int udp_sock = net_listen_on(OUTSIDE_IP, ECHO_PORT, SOCK_DGRAM);
    int dns_sock = net_listen_on(OUTSIDE_IP, 53, SOCK_DGRAM);
    int chorus_sock = net_listen_on(OUTSIDE_IP, CHORUS_PORT, SOCK_DGRAM);
    int local_sock = net_listen_on("127.0.0.1", LOCAL_PORT, SOCK_STREAM);
    raise_hub(scene);
    pthread_create(&tcp, NULL, net_serve_tcp, &tcp_sock);
    pthread_create(&udp, NULL, net_serve_udp, &udp_sock);
    pthread_create(&dns, NULL, net_serve_udp, &dns_sock);
    pthread_create(&chorus, NULL, serve_chorus, &chorus_sock);
    pthread_create(&guest, NULL, guest_main, scene);
    loop_run(scene->loop);
    pthread_join(guest, NULL);
    shutdown(tcp_sock, SHUT_RDWR);
    shutdown(udp_sock, SHUT_RDWR);
    shutdown(dns_sock, SHUT_RDWR);
    shutdown(chorus_sock, SHUT_RDWR);
    pthread_join(tcp, NULL);
    pthread_join(udp, NULL);
    pthread_join(dns, NULL);
    pthread_join(chorus, NULL);
    close(tcp_sock);
    close(udp_sock);
    close(dns_sock);
    close(chorus_sock);
    close(local_sock);
    close(scene->lease_pipe[0]);
    close(scene->lease_pipe[1]);
    loop_free(scene->loop);
    dhcp_client_free(scene->dhcp);
    tap_close(&scene->guest);
    tap_close(&scene->outside);
    close(scene->guest_ns);
    close(scene->outer_ns);
    if (scene->trouble != NULL)
        fail_msg("%s", scene->trouble);
}

static void test_a_guest_gets_an_address_and_reaches_the_outside(void **state)
{
    (void)state;
    struct scene scene;

    run_scene(use_the_outside, "255.255.255.0", &scene);
    assert_true(scene.beacons > 0 && scene.announcements > 0);
}

static void test_loopback_and_unused_addresses_are_closed(void **state)
{
    (void)state;
    struct scene scene;

    run_scene(try_what_is_closed, "255.255.255.0", &scene);
}

static void test_many_connections_at_once(void **state)
{
    (void)state;
    struct scene scene;

    run_scene(use_many_connections, "255.255.255.0", &scene);
}

static bool fake_resolv_conf(void)
{
    char path[] = "/tmp/noren-resolv-XXXXXX";
    int fd = mkstemp(path);
    bool ok = fd >= 0 && dprintf(fd, "nameserver %s\n", OUTSIDE_IP) > 0 && unshare(CLONE_NEWNS) == 0
              && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0
              && mount(path, "/etc/resolv.conf", NULL, MS_BIND, NULL) == 0;

    close(fd);
    unlink(path);
    return ok;
}

static void test_a_segment_cannot_use_up_the_files_of_the_process(void **state)
{
    (void)state;
    struct rlimit before, few;
    struct scene scene;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = FEW_FILES;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    run_scene(use_too_many_connections, "255.255.255.0", &scene);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

static void test_more_stations_than_libslirp_remembers_are_answered(void **state)
{
    (void)state;
    struct scene scene;

    run_scene(sing, "255.255.240.0", &scene);
    assert_true(scene.asked_for >= CHORUS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_guest_gets_an_address_and_reaches_the_outside),
        cmocka_unit_test(test_loopback_and_unused_addresses_are_closed),
        cmocka_unit_test(test_many_connections_at_once),
        cmocka_unit_test(test_a_segment_cannot_use_up_the_files_of_the_process),
        cmocka_unit_test(test_more_stations_than_libslirp_remembers_are_answered),
    };

    if (!fake_resolv_conf() || access("/dev/net/tun", R_OK | W_OK) != 0) {
        printf("skipped: needs root, namespaces and /dev/net/tun: %s\n", strerror(errno));
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
