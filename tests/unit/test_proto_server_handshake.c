/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/proto/handshake.h"

#include "tests/unit/proto_server_talk.h"
#include "tests/unit/proto_talk.h"
#include "tests/unit/test.h"

/* The server's side before the hello, and its limits. What follows: test_proto_server_login.c. */

/* ---- before the hello ---- */

enum outcome { STAYS, ENDS };

struct page_case {
    const char *says;
    int answers; /* HTTP status, 0 for nothing */
    enum outcome outcome;
};

static const struct page_case PAGES[] = {
    { "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 403, STAYS },
    { "HEAD / HTTP/1.1\r\n\r\n", 403, STAYS },
    { "GET /vpnsvc/connect.cgi HTTP/1.1\r\n\r\n", 404, STAYS },
    { "GET /x%0d%0aSet-Cookie:evil HTTP/1.1\r\n\r\n", 404, STAYS },
    { "POST /x HTTP/1.1\r\nContent-Length: 10\r\n\r\n0123456789", 404, STAYS },
    { "POST /vpnsvc/vpn.cgi HTTP/1.1\r\nContent-Length: 10\r\n\r\n0123456789", 404, STAYS },
    { "POST /vpnsvc/connect.cgi HTTP/1.1\r\nContent-Length: 10\r\n\r\nVPNCONNECX", 403, STAYS },
    { "POST /vpnsvc/connect.cgi HTTP/1.1\r\nContent-Length: 11\r\n\r\n", 403, ENDS },
    { "POST /vpnsvc/connect.cgi HTTP/1.1\r\nContent-Length: 1410\r\n\r\n", 403, ENDS },
    { "POST /vpnsvc/connect.cgi HTTP/1.1\r\nContent-Length: 3412\r\n\r\n", 403, ENDS },
    { "POST /vpnsvc/connect.cgi HTTP/1.1\r\n\r\n", 403, ENDS },
    { "POST /x HTTP/1.1\r\nContent-Length: 4294967295\r\n\r\n", 403, ENDS },
    { "DELETE / HTTP/1.1\r\n\r\n", 501, STAYS },
    { "SSTP_DUPLEX_POST /x HTTP/1.1\r\n\r\n", 501, STAYS },
    { "GET /\r\n", 0, ENDS },
    { "\r\n", 0, ENDS },
    { "GET / HTTP/1.1\r\nno colon here\r\n\r\n", 0, ENDS },
    { "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 0, ENDS },
    { "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 0, ENDS },
    { "POST / HTTP/1.1\r\nContent-Length: 10\r\nContent-Length: 11\r\n\r\n", 0, ENDS },
    { "POST /vpnsvc/connect.cgi HTTP/1.0\nContent-Length: 10\n\nVPNCONNECT", 200, STAYS },
    { "POST /VPNSVC/Connect.CGI HTTP/1.1\r\ncontent-length:10\r\n\r\nVPNCONNECT", 200, STAYS },
};

static void check_page(const struct page_case *c, size_t piece)
{
    struct server_handshake *h = talk_start();
    struct noren_err err = { .code = NOREN_OK };
    struct writer text;

    writer_init(&text, 0);
    writer_text(&text, c->says);
    if (talk_say(h, &text, piece, &err) != (c->outcome == STAYS))
        fail_msg("%s: %s", c->says, err.text);

    struct reader in = talk_answers(h);
    if (c->answers != 0) {
        struct talk_answer answer = talk_read(&in, strncmp(c->says, "HEAD", 4) == 0);
        assert_int_equal(answer.status, c->answers);
        pack_free(answer.pack);
    }
    assert_int_equal(reader_left(&in), 0);
    writer_clear(&text);
    server_handshake_free(h);
}

static void test_each_first_request_gets_its_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < noren_countof(PAGES); i++) {
        check_page(&PAGES[i], SIZE_MAX);
        check_page(&PAGES[i], 1);
    }
}

/* It asks before its log-in and goes away when the wording differs. */
static void test_the_stock_client_finds_the_page_that_it_looks_for(void **state)
{
    (void)state;
    static const char expected[] =
            "\r\n\r\n<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\r\n<HTML><HEAD>\r\n"
            "<TITLE>403 Forbidden</TITLE>\r\n</HEAD><BODY>\r\n<H1>Forbidden</H1>\r\n"
            "You don't have permission to access /\r\non this server.<P>\r\n";
    struct server_handshake *h = talk_start();
    struct writer text;

    writer_init(&text, 0);
    writer_text(&text, "GET / HTTP/1.1\r\nX-VPN: 1\r\nHost: 203.0.113.1\r\n\r\n");
    assert_true(talk_say(h, &text, SIZE_MAX, NULL));
    struct reader in = talk_answers(h);
    assert_non_null(memmem(in.at, in.left, expected, sizeof expected - 1));
    writer_clear(&text);
    server_handshake_free(h);
}

static void test_nothing_that_the_peer_said_comes_back(void **state)
{
    (void)state;
    struct server_handshake *h = talk_start();
    struct writer text;

    writer_init(&text, 0);
    writer_text(&text, "GET /<script>evil</script> HTTP/1.1\r\nHost: evil\r\n\r\n"
                       "EVIL /evil evil\r\nX-Evil: evil\r\n\r\n");
    assert_true(talk_say(h, &text, SIZE_MAX, NULL));
    struct reader in = talk_answers(h);
    assert_true(reader_left(&in) > 0);
    assert_null(memmem(in.at, in.left, "evil", 4));
    assert_null(memmem(in.at, in.left, "EVIL", 4));
    writer_clear(&text);
    server_handshake_free(h);
}

static void test_hello_carries_product_and_challenge(void **state)
{
    (void)state;
    struct server_handshake *h = talk_start();
    struct writer text;

    writer_init(&text, 0);
    writer_text(&text, "GET / HTTP/1.1\r\n\r\n");
    talk_signature(&text);
    assert_true(talk_say(h, &text, 3, NULL));
    struct reader in = talk_answers(h);
    pack_free(talk_read(&in, false).pack);
    struct talk_answer hello = talk_read(&in, false);
    assert_string_equal(pack_text(hello.pack, "hello"), "Some Server");
    assert_int_equal(pack_int(hello.pack, "version"), 501);
    assert_int_equal(pack_data(hello.pack, "random").len, CHALLENGE_BYTES);
    assert_memory_equal(pack_data(hello.pack, "random").data, TALK_CHALLENGE, CHALLENGE_BYTES);
    pack_free(hello.pack);
    writer_clear(&text);
    server_handshake_free(h);
}

static void test_nineteen_requests_are_answered_and_no_more(void **state)
{
    (void)state;
    struct server_handshake *h = talk_start();
    struct noren_err err;
    struct writer text;
    size_t count = 0;

    writer_init(&text, 0);
    for (size_t i = 0; i < 25; i++)
        writer_text(&text, "GET / HTTP/1.1\r\n\r\n");
    assert_false(talk_say(h, &text, SIZE_MAX, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);
    for (struct reader in = talk_answers(h); reader_left(&in) > 0; count++)
        talk_read(&in, false);
    assert_int_equal(count, HANDSHAKE_REQUESTS_MAX);
    writer_clear(&text);
    server_handshake_free(h);
}
/* ---- limits and time ---- */

static void test_each_line_and_the_number_of_lines_are_limited(void **state)
{
    (void)state;
    for (size_t len = 4096; len <= 4097; len++) {
        struct server_handshake *h = talk_start();
        struct writer text;

        writer_init(&text, 0);
        writer_text(&text, "GET / HTTP/1.1\r\nX: ");
        memset(writer_extend(&text, len - strlen("X: ")), 'x', len - strlen("X: "));
        writer_text(&text, "\n\r\n");
        assert_int_equal(talk_say(h, &text, SIZE_MAX, NULL), len == 4096);
        writer_clear(&text);
        server_handshake_free(h);
    }
    for (size_t lines = 64; lines <= 65; lines++) {
        struct server_handshake *h = talk_start();
        struct writer text;

        writer_init(&text, 0);
        writer_text(&text, "GET / HTTP/1.1\r\n");
        for (size_t i = 0; i < lines; i++)
            writer_text(&text, "X: y\r\n");
        writer_text(&text, "\r\n");
        assert_int_equal(talk_say(h, &text, SIZE_MAX, NULL), lines == 64);
        writer_clear(&text);
        server_handshake_free(h);
    }
}

static void test_connection_may_carry_128_kib_before_the_login(void **state)
{
    (void)state;
    struct server_handshake *h = talk_start_greeted();
    struct noren_err err;
    struct server_event event;
    struct writer text;

    talk_ask(h, talk_login_password(), &event);
    writer_init(&text, 0);
    memset(writer_extend(&text, HANDSHAKE_CONNECTION_MAX), 0, HANDSHAKE_CONNECTION_MAX);
    assert_false(talk_say(h, &text, 10000, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);
    assert_true(server_handshake_rest(h).len < HANDSHAKE_CONNECTION_MAX);
    writer_clear(&text);
    server_handshake_free(h);
}

static void test_slow_senders_do_not_put_the_deadline_off(void **state)
{
    (void)state;
    struct server_handshake *h = talk_start();
    struct noren_err err;

    for (int64_t now_ms = 0; now_ms < HANDSHAKE_STEP_MS; now_ms += 1000) {
        assert_true(server_handshake_receive(h, (const uint8_t *)"P", 1, now_ms, &err));
        assert_int_equal(server_handshake_deadline_ms(h), HANDSHAKE_STEP_MS);
    }
    assert_true(server_handshake_tick(h, HANDSHAKE_STEP_MS - 1, &err));
    assert_false(server_handshake_tick(h, HANDSHAKE_STEP_MS, &err));
    assert_int_equal(err.code, NOREN_E_TIMEOUT);
    server_handshake_free(h);
}

static void test_all_steps_together_have_60_seconds(void **state)
{
    (void)state;
    static const char page[] = "GET / HTTP/1.1\r\n\r\n";
    struct server_handshake *h = talk_start();
    struct noren_err err;

    for (int64_t now_ms = 0; now_ms < HANDSHAKE_TOTAL_MS; now_ms += 10000)
        assert_true(
                server_handshake_receive(h, (const uint8_t *)page, sizeof page - 1, now_ms, &err));
    assert_int_equal(server_handshake_deadline_ms(h), HANDSHAKE_TOTAL_MS);
    assert_false(server_handshake_tick(h, HANDSHAKE_TOTAL_MS, &err));
    server_handshake_free(h);
}
int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_first_request_gets_its_answer),
        cmocka_unit_test(test_the_stock_client_finds_the_page_that_it_looks_for),
        cmocka_unit_test(test_nothing_that_the_peer_said_comes_back),
        cmocka_unit_test(test_hello_carries_product_and_challenge),
        cmocka_unit_test(test_nineteen_requests_are_answered_and_no_more),
        cmocka_unit_test(test_each_line_and_the_number_of_lines_are_limited),
        cmocka_unit_test(test_connection_may_carry_128_kib_before_the_login),
        cmocka_unit_test(test_slow_senders_do_not_put_the_deadline_off),
        cmocka_unit_test(test_all_steps_together_have_60_seconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
