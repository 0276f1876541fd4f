/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/io/listener.h"

#include "tests/unit/test.h"

/* Counts what it is given, and stops the loop when it is enough. */
struct door {
    struct loop *loop;
    struct listener *listener;
    struct loop_timer timer;
    int count, enough;
    int fds[64];
    struct sockaddr_storage peer;
};

static void on_accept(void *ctx, int take_fd, const struct sockaddr *peer)
{
    struct door *door = ctx;

    door->fds[door->count++] = take_fd;
    memcpy(&door->peer, peer,
            peer->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
    if (door->count == door->enough)
        loop_stop(door->loop);
}

static void door_open(struct door *door, const char *where, struct noren_log *log)
{
    struct noren_err err = { .text = "" };

    *door = (struct door){ .loop = loop_new("test", log), .enough = 1 };
    door->listener = listener_new(door->loop, where, on_accept, door, &err);
    assert_string_equal(err.text, "");
    assert_non_null(door->listener);
}

static void door_close(struct door *door)
{
    listener_free(door->listener);
    loop_timer_clear(&door->timer);
    loop_free(door->loop);
    for (int i = 0; i < door->count; i++)
        close(door->fds[i]);
}

static uint16_t port_of(const struct listener *listener)
{
    char host[256];
    uint16_t port = 0;

    assert_true(noren_split_host_port(listener_where(listener), host, &port, NULL));
    assert_int_not_equal(port, 0);
    return port;
}

static int knock(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
    };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static void test_connections_are_handed_over_non_blocking(void **state)
{
    (void)state;
    struct door door;
    int knocking[5];
    char byte;

    door_open(&door, "127.0.0.1:0", NULL);
    door.enough = (int)noren_countof(knocking);
    for (size_t i = 0; i < noren_countof(knocking); i++)
        knocking[i] = knock(port_of(door.listener));
    loop_run(door.loop);

    assert_int_equal(door.count, noren_countof(knocking));
    assert_int_equal(door.peer.ss_family, AF_INET);
    assert_int_equal(recv(door.fds[0], &byte, 1, 0), -1);
    assert_int_equal(errno, EAGAIN);
    for (size_t i = 0; i < noren_countof(knocking); i++)
        close(knocking[i]);
    door_close(&door);
}

static void test_no_address_means_all_and_ipv4_peers_look_like_ipv4(void **state)
{
    (void)state;
    struct door door;

    door_open(&door, ":0", NULL);
    int knocking = knock(port_of(door.listener));
    assert_true(knocking >= 0);
    loop_run(door.loop);

    assert_int_equal(door.count, 1);
    assert_int_equal(door.peer.ss_family, AF_INET);
    close(knocking);
    door_close(&door);
}

static void test_bound_address_is_told_with_its_port(void **state)
{
    (void)state;
    struct door door;
    char expected[64];

    door_open(&door, "127.0.0.1:0", NULL);
    snprintf(expected, sizeof expected, "127.0.0.1:%u", port_of(door.listener));
    assert_string_equal(listener_where(door.listener), expected);
    door_close(&door);
}

static void test_port_is_refused_while_taken_and_free_at_once_after(void **state)
{
    (void)state;
    struct door door;
    struct noren_err err;
    char where[64];

    door_open(&door, "127.0.0.1:0", NULL);
    snprintf(where, sizeof where, "%s", listener_where(door.listener));
    assert_null(listener_new(door.loop, where, on_accept, &door, &err));
    assert_int_equal(err.code, NOREN_E_IO);
    assert_int_equal(err.os_code, EADDRINUSE);
    listener_free(door.listener);
    door.listener = listener_new(door.loop, where, on_accept, &door, &err);
    assert_non_null(door.listener);
    door_close(&door);
}

static void test_listener_may_be_freed_after_its_loop(void **state)
{
    (void)state;
    struct door door;

    door_open(&door, "127.0.0.1:0", NULL);
    loop_stop(door.loop);
    loop_run(door.loop);
    listener_pause(door.listener, true);
    loop_free(door.loop);
    listener_free(door.listener);
    listener_free(NULL);
    loop_timer_clear(&door.timer);
}

static void free_while_accepting(void *ctx, int take_fd, const struct sockaddr *peer)
{
    struct door *door = ctx;

    (void)peer;
    close(take_fd);
    listener_free(door->listener);
    door->listener = NULL;
    loop_stop(door->loop);
}

static void test_listener_may_be_freed_from_its_callback(void **state)
{
    (void)state;
    struct door door = { .loop = loop_new("test", NULL) };

    door.listener = listener_new(door.loop, "127.0.0.1:0", free_while_accepting, &door, NULL);
    int one = knock(port_of(door.listener));
    int two = knock(port_of(door.listener));
    loop_run(door.loop);
    assert_null(door.listener);
    close(one);
    close(two);
    door_close(&door);
}

static void unpause(void *ctx)
{
    struct door *door = ctx;

    assert_int_equal(door->count, 0);
    listener_pause(door->listener, false);
}

static void test_paused_listener_accepts_later(void **state)
{
    (void)state;
    struct door door;

    door_open(&door, "127.0.0.1:0", NULL);
    loop_timer_init(&door.timer, door.loop, unpause, &door);
    loop_timer_set(&door.timer, loop_now_ms(door.loop) + 30);
    listener_pause(door.listener, true);
    int knocking = knock(port_of(door.listener));
    loop_run(door.loop);
    assert_int_equal(door.count, 1);
    close(knocking);
    door_close(&door);
}

/* ---- when descriptors are short ---- */

static void set_descriptor_limit(rlim_t soft)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static void raise_limit(void *ctx)
{
    struct door *door = ctx;

    assert_int_equal(door->count, 0);
    set_descriptor_limit(1024);
}

static void test_shortage_of_descriptors_is_logged_and_outlived(void **state)
{
    (void)state;
    char *text = NULL;
    size_t text_len;
    FILE *stream = open_memstream(&text, &text_len);
    struct noren_log *log = noren_log_new(stream, NOREN_INFO);
    struct door door;

    door_open(&door, "127.0.0.1:0", log);
    loop_timer_init(&door.timer, door.loop, raise_limit, &door);
    loop_timer_set(&door.timer, loop_now_ms(door.loop) + 50);
    int knocking = knock(port_of(door.listener));
    set_descriptor_limit((rlim_t)knocking + 1);
    loop_run(door.loop);

    assert_int_equal(door.count, 1);
    noren_log_free(log);
    assert_non_null(strstr(text, "listener: connections have to wait: where=127.0.0.1:"));
    free(text);
    close(knocking);
    door_close(&door);
}

/* ---- text ---- */

static void test_host_and_port_are_split(void **state)
{
    (void)state;
    char host[256];
    uint16_t port;

    assert_true(noren_split_host_port("vpn.example:443", host, &port, NULL));
    assert_string_equal(host, "vpn.example");
    assert_int_equal(port, 443);
    assert_true(noren_split_host_port("[2001:db8::1]:65535", host, &port, NULL));
    assert_string_equal(host, "2001:db8::1");
    assert_int_equal(port, 65535);
    assert_true(noren_split_host_port(":0", host, &port, NULL));
    assert_string_equal(host, "");
    assert_int_equal(port, 0);
}

static void test_what_is_not_host_and_port_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "host", "host:", "host:x", "host:1x", "host:-1",
        "host:65536", "host:100000", "::1:443", "[::1:443", "[::1]443", "[:443", "host: 1" };
    char host[256] = "before";
    char longest[300];
    uint16_t port = 7;
    struct noren_err err;

    for (size_t i = 0; i < noren_countof(bad); i++) {
        assert_false(noren_split_host_port(bad[i], host, &port, &err));
        assert_int_equal(err.code, NOREN_E_ARGUMENT);
    }
    memset(longest, 'a', sizeof longest);
    memcpy(longest + 256, ":1", 3);
    assert_false(noren_split_host_port(longest, host, &port, &err));
    assert_string_equal(host, "before");
    assert_int_equal(port, 7);
    assert_true(noren_split_host_port(longest + 1, host, &port, &err));
    assert_int_equal(strlen(host), 255);
}

static void test_what_is_no_address_cannot_be_listened_on(void **state)
{
    (void)state;
    struct loop *loop = loop_new("test", NULL);
    static const char *const bad[] = { "vpn.example:443", "1.2.3:4", "[zz]:1", "[fe80::1%none]:1" };
    struct noren_err err;

    for (size_t i = 0; i < noren_countof(bad); i++) {
        assert_null(listener_new(loop, bad[i], on_accept, NULL, &err));
        assert_int_equal(err.code, NOREN_E_ARGUMENT);
    }
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_connections_are_handed_over_non_blocking),
        cmocka_unit_test(test_no_address_means_all_and_ipv4_peers_look_like_ipv4),
        cmocka_unit_test(test_bound_address_is_told_with_its_port),
        cmocka_unit_test(test_port_is_refused_while_taken_and_free_at_once_after),
        cmocka_unit_test(test_listener_may_be_freed_after_its_loop),
        cmocka_unit_test(test_listener_may_be_freed_from_its_callback),
        cmocka_unit_test(test_paused_listener_accepts_later),
        cmocka_unit_test(test_shortage_of_descriptors_is_logged_and_outlived),
        cmocka_unit_test(test_host_and_port_are_split),
        cmocka_unit_test(test_what_is_not_host_and_port_is_refused),
        cmocka_unit_test(test_what_is_no_address_cannot_be_listened_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
