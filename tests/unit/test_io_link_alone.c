/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "noren/base/alloc.h"

#include "libnoren/io/link_internal.h"
#include "tests/unit/link_rig.h"
#include "tests/unit/test.h"

/* One loop, one link; the test stands at the other end with a bare socket. */
struct lone {
    struct loop *loop;
    struct rig rig; /* only its contexts */
    struct rig_end end;
    int far; /* -1: none */
};

static struct sockaddr_in loopback(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)
    };
}

static uint16_t bound_port(int fd)
{
    struct sockaddr_in bound;
    socklen_t len = sizeof bound;

    assert_int_equal(getsockname(fd, (struct sockaddr *)&bound, &len), 0);
    return ntohs(bound.sin_port);
}

static int listen_somewhere(uint16_t *port)
{
    struct sockaddr_in address = loopback(0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 4), 0);
    *port = bound_port(fd);
    return fd;
}

/* The two ends of a connection over loopback. */
static void make_pair(int *near, int *far)
{
    uint16_t port;
    int listening = listen_somewhere(&port);
    struct sockaddr_in address = loopback(port);

    *far = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(*far, (struct sockaddr *)&address, sizeof address), 0);
    *near = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    assert_true(*near >= 0);
    close(listening);
}

static void stop_own_loop(struct link *link, void *ctx, const struct noren_err *why)
{
    struct rig_end *end = ctx;

    (void)link;
    end->closed++;
    end->why = *why;
    loop_stop(end->loop);
}

static const struct link_callbacks LONE_CALLBACKS = { rig_on_open, rig_on_bytes, rig_on_drained,
    stop_own_loop };

static void lone_start(struct lone *lone)
{
    memset(lone, 0, sizeof *lone);
    rig_init(&lone->rig);
    lone->loop = loop_new("lone", NULL);
    lone->end.loop = lone->loop;
    lone->far = -1;
}

static struct link *lone_init(struct lone *lone)
{
    int near;

    lone_start(lone);
    make_pair(&near, &lone->far);
    return link_accept(lone->loop, near, lone->rig.server_context, &LONE_CALLBACKS, &lone->end);
}

static struct link *lone_connect(struct lone *lone, const char *host, uint16_t port)
{
    lone_start(lone);
    return link_connect(
            lone->loop, host, port, lone->rig.client_context, &LONE_CALLBACKS, &lone->end);
}

static void lone_clear(struct lone *lone)
{
    loop_free(lone->loop);
    rig_clear(&lone->rig);
    noren_closep(&lone->far);
}

/* Says it, and returns what comes back until the connection ends. */
static size_t say_to_server(const char *text, size_t len, uint8_t answer[64])
{
    struct lone lone;

    lone_init(&lone);
    assert_int_equal(send(lone.far, text, len, 0), len);
    shutdown(lone.far, SHUT_WR);
    loop_run(lone.loop);
    assert_int_equal(lone.end.opened, 0);
    assert_int_equal(lone.end.closed, 1);
    assert_int_equal(lone.end.why.code, NOREN_E_PROTOCOL);

    ssize_t got = recv(lone.far, answer, 64, 0);
    lone_clear(&lone);
    return got > 0 ? (size_t)got : 0;
}

static void test_garbage_instead_of_tls_ends_it_without_an_answer(void **state)
{
    (void)state;
    static const char http[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    uint8_t answer[64];

    assert_int_equal(say_to_server(http, sizeof http - 1, answer), 0);
}

static void test_malformed_hello_ends_it_with_an_alert(void **state)
{
    (void)state;
    static const char hello[] = "\x16\x03\x01\0\4\xff\0\0\0"; /* a message of no known type */
    uint8_t answer[64];

    assert_int_equal(say_to_server(hello, sizeof hello - 1, answer), 7);
    assert_int_equal(answer[0], 21); /* an alert record */
}

/* Input that nobody read would turn the end into a reset, which may overtake the alert. */
static void test_alert_is_not_reset_away_by_what_the_peer_sent_behind(void **state)
{
    (void)state;
    enum { BEHIND = 300 * 1000 };
    noren_cleanup(writer_clear) struct writer text;
    uint8_t answer[64];
    struct lone lone;

    writer_init(&text, 0);
    writer_put(&text, "\x16\x03\x01\0\4\xff\0\0\0", 9);
    memset(writer_extend(&text, BEHIND), 0, BEHIND);
    lone_init(&lone);
    int buffer = 2 * BEHIND;
    setsockopt(lone.far, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    assert_int_equal(send(lone.far, text.data, text.len, MSG_DONTWAIT), text.len);
    shutdown(lone.far, SHUT_WR);
    loop_run(lone.loop);

    assert_int_equal(lone.end.why.code, NOREN_E_PROTOCOL);
    assert_int_equal(recv(lone.far, answer, sizeof answer, 0), 7);
    assert_int_equal(recv(lone.far, answer, sizeof answer, 0), 0); /* FIN, and no reset */
    lone_clear(&lone);
}

static void test_silent_peer_is_cut_after_the_handshakes_time(void **state)
{
    (void)state;
    uint8_t answer[8];
    struct lone lone;

    struct link *link = lone_init(&lone);
    link_set_handshake_ms(link, 20);
    loop_run(lone.loop);

    assert_int_equal(lone.end.opened, 0);
    assert_int_equal(lone.end.closed, 1);
    assert_int_equal(lone.end.why.code, NOREN_E_TIMEOUT);
    assert_int_equal(recv(lone.far, answer, sizeof answer, 0), 0);
    lone_clear(&lone);
}

static void test_handshake_of_too_many_bytes_is_cut(void **state)
{
    (void)state;
    enum { RECORD = 16384, HELLO = 131390 }; /* the largest hello that OpenSSL would gather */
    noren_cleanup(writer_clear) struct writer flood;
    struct lone lone;

    writer_init(&flood, 0);
    for (size_t at = 0; at < HELLO; at += RECORD) {
        writer_put(&flood, "\x16\x03\x01\x40\x00", 5);
        memset(writer_extend(&flood, RECORD), 0, RECORD);
    }
    memcpy(flood.data + 5, "\x01\x02\x01\x3e", 4); /* client_hello of 131390 bytes */

    lone_init(&lone);
    int buffer = 512 * 1024;
    setsockopt(lone.far, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    fcntl(lone.far, F_SETFL, O_NONBLOCK);
    ssize_t sent = send(lone.far, flood.data, flood.len, 0);
    assert_int_equal(sent, flood.len);
    loop_run(lone.loop);
    assert_int_equal(lone.end.why.code, NOREN_E_LIMIT);
    lone_clear(&lone);
}

static void test_peer_that_leaves_during_the_handshake_is_an_io_error(void **state)
{
    (void)state;
    struct lone lone;

    lone_init(&lone);
    shutdown(lone.far, SHUT_WR);
    loop_run(lone.loop);
    assert_int_equal(lone.end.why.code, NOREN_E_IO);
    assert_non_null(strstr(lone.end.why.text, "handshake"));
    lone_clear(&lone);
}

static void test_link_closed_before_its_loop_turns_reports_from_the_loop(void **state)
{
    (void)state;
    struct lone lone;

    struct link *link = lone_init(&lone);
    uint8_t byte = 1;
    assert_false(link_send(link, &byte, 1));
    link_close(link);
    link_close(link);
    assert_int_equal(lone.end.closed, 0);
    loop_run(lone.loop);
    assert_int_equal(lone.end.closed, 1);
    assert_int_equal(lone.end.why.code, NOREN_OK);
    lone_clear(&lone);
}

static void test_descriptor_that_is_not_open_is_reported_from_the_loop(void **state)
{
    (void)state;
    struct lone lone;

    lone_start(&lone);
    link_accept(lone.loop, -1, lone.rig.server_context, &LONE_CALLBACKS, &lone.end);
    assert_int_equal(lone.end.closed, 0);
    loop_run(lone.loop);
    assert_int_equal(lone.end.closed, 1);
    assert_int_equal(lone.end.why.code, NOREN_E_IO);
    lone_clear(&lone);
}

static void test_addresses_of_both_ends_are_told(void **state)
{
    (void)state;
    struct lone lone;
    char expected[64];

    struct link *link = lone_init(&lone);
    snprintf(expected, sizeof expected, "127.0.0.1:%u", bound_port(lone.far));
    assert_string_equal(link_peer_text(link).text, expected);
    assert_int_equal(link_local(link)->sa_family, AF_INET);
    link_close(link);
    loop_run(lone.loop);
    lone_clear(&lone);
}

/* ---- connecting ---- */

static struct noren_err connect_fails(const char *host, uint16_t port)
{
    struct lone lone;

    lone_connect(&lone, host, port);
    assert_int_equal(lone.end.closed, 0);
    loop_run(lone.loop);
    assert_int_equal(lone.end.closed, 1);
    lone_clear(&lone);
    return lone.end.why;
}

static void test_port_where_nobody_listens_is_an_io_error(void **state)
{
    (void)state;
    uint16_t port;
    int listening = listen_somewhere(&port);

    close(listening);
    assert_int_equal(connect_fails("127.0.0.1", port).code, NOREN_E_IO);
    assert_int_equal(connect_fails("localhost", port).code, NOREN_E_IO);
}

static void test_name_that_cannot_exist_is_not_found(void **state)
{
    (void)state;
    char label[80];

    memset(label, 'a', sizeof label - 1); /* DNS labels have at most 63 bytes */
    label[sizeof label - 1] = '\0';
    assert_int_equal(connect_fails(label, 443).code, NOREN_E_NOT_FOUND);
    assert_int_equal(connect_fails("", 443).code, NOREN_E_NOT_FOUND);
}

static void test_server_that_accepts_and_says_nothing_is_a_timeout(void **state)
{
    (void)state;
    uint16_t port;
    int listening = listen_somewhere(&port);
    struct lone lone;

    struct link *link = lone_connect(&lone, "127.0.0.1", port);
    link_set_handshake_ms(link, 100);
    loop_run(lone.loop);
    assert_int_equal(lone.end.why.code, NOREN_E_TIMEOUT);
    close(listening);
    lone_clear(&lone);
}

static void test_connection_given_up_while_resolving_is_closed_once(void **state)
{
    (void)state;
    struct lone lone;

    link_close(lone_connect(&lone, "localhost", 1));
    loop_run(lone.loop);
    assert_int_equal(lone.end.closed, 1);
    assert_int_equal(lone.end.why.code, NOREN_OK);
    lone_clear(&lone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_garbage_instead_of_tls_ends_it_without_an_answer),
        cmocka_unit_test(test_malformed_hello_ends_it_with_an_alert),
        cmocka_unit_test(test_alert_is_not_reset_away_by_what_the_peer_sent_behind),
        cmocka_unit_test(test_silent_peer_is_cut_after_the_handshakes_time),
        cmocka_unit_test(test_handshake_of_too_many_bytes_is_cut),
        cmocka_unit_test(test_peer_that_leaves_during_the_handshake_is_an_io_error),
        cmocka_unit_test(test_link_closed_before_its_loop_turns_reports_from_the_loop),
        cmocka_unit_test(test_descriptor_that_is_not_open_is_reported_from_the_loop),
        cmocka_unit_test(test_addresses_of_both_ends_are_told),
        cmocka_unit_test(test_port_where_nobody_listens_is_an_io_error),
        cmocka_unit_test(test_name_that_cannot_exist_is_not_found),
        cmocka_unit_test(test_server_that_accepts_and_says_nothing_is_a_timeout),
        cmocka_unit_test(test_connection_given_up_while_resolving_is_closed_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
