/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/proto/handshake.h"

#include "libnoren/proto/http.h"
#include "tests/unit/proto_talk.h"
#include "tests/unit/test.h"

static const uint8_t CHALLENGE[CHALLENGE_BYTES] = { 0xa5, 0xfd, 0xd3, 0x6b };
static const uint8_t KEY[PROTO_SESSION_KEY_BYTES] = { 1, 2, 3 };
static const char MESSAGE[] = "Hello\r\n\x1b[31mred \xc3\xa4 \xff";

static struct client_request request_of(enum client_method method)
{
    return (struct client_request){
        .method = method,
        .server = "vpn.example.net",
        .port = 5555,
        .hub = "HUB",
        .user = "alice",
        .auth_type = PROTO_AUTH_ANONYMOUS,
        .max_connection = 8,
        .product = "Example VPN Client",
        .version = 501,
        .build = 9674,
        .session_key = KEY,
        .ticket = KEY,
    };
}

static bool hear(
        struct client_handshake *h, const struct writer *text, size_t piece, struct noren_err *err)
{
    struct reader r = reader_over(text->data, text->len);

    while (reader_left(&r) > 0) {
        size_t part = piece < reader_left(&r) ? piece : reader_left(&r);
        if (!client_handshake_receive(h, reader_take(&r, part), part, 0, err))
            return false;
    }
    return true;
}

/* One request of the client, as a server sees it. */
struct said {
    char target[64];
    char type[64];
    struct pack *pack; /* NULL unless it carries one */
    size_t body_len;
};

static struct said take_said(struct client_handshake *h)
{
    const uint8_t *bytes;
    size_t len = client_handshake_pending(h, &bytes);
    struct reader in = reader_over(bytes, len);
    struct http_reader http;
    struct said said = { 0 };

    http_reader_init(&http, 1024 * 1024);
    assert_int_equal(http_next(&http, &in, NULL), HTTP_HEAD);
    assert_int_equal(http_next(&http, &in, NULL), HTTP_BODY);
    assert_int_equal(reader_left(&in), 0);
    assert_string_equal(http.head.token[0], "POST");
    assert_string_equal(http.head.token[2], "HTTP/1.1");
    snprintf(said.target, sizeof said.target, "%.63s", http.head.token[1]);
    snprintf(said.type, sizeof said.type, "%.63s", http.head.content_type);
    said.body_len = http.body.len;
    if (strcmp(said.type, HTTP_TYPE_PACK) == 0) {
        said.pack = pack_read(http.body.data, http.body.len, &PACK_LIMITS_LOGIN, NULL);
        assert_non_null(said.pack);
    }
    http_reader_clear(&http);
    client_handshake_sent(h, len);
    return said;
}

static struct pack *hello(void)
{
    struct pack *pack = pack_new();

    pack_add_str(pack, "hello", "Some Server");
    pack_add_data(pack, "random", CHALLENGE, sizeof CHALLENGE);
    return pack;
}

/* A handshake whose signature went out and to which hello was said. */
static struct client_handshake *start_greeted(const struct client_request *request)
{
    struct client_handshake *h = client_handshake_new(request, 0);
    const uint8_t *bytes;
    struct writer text;

    client_handshake_sent(h, client_handshake_pending(h, &bytes));
    writer_init(&text, 0);
    talk_reply(&text, hello());
    assert_true(hear(h, &text, SIZE_MAX, NULL));
    writer_clear(&text);
    return h;
}

static void test_conversation_opens_with_the_short_signature(void **state)
{
    (void)state;
    struct client_request request = request_of(CLIENT_LOGIN);
    struct client_handshake *h = client_handshake_new(&request, 0);
    const uint8_t *bytes;
    size_t len = client_handshake_pending(h, &bytes);

    assert_non_null(memmem(bytes, len, "Host: vpn.example.net\r\n", 23));
    struct said said = take_said(h);
    assert_string_equal(said.target, "/vpnsvc/connect.cgi");
    assert_string_equal(said.type, "image/jpeg");
    assert_int_equal(said.body_len, 10);
    client_handshake_free(h);
}

static void test_host_that_would_break_the_header_is_left_out(void **state)
{
    (void)state;
    struct client_request request = request_of(CLIENT_LOGIN);
    request.server = "a\r\nX-Evil: 1";
    struct client_handshake *h = client_handshake_new(&request, 0);
    const uint8_t *bytes;
    size_t len = client_handshake_pending(h, &bytes);

    assert_null(memmem(bytes, len, "Evil", 4));
    client_handshake_free(h);
}

static void test_login_carries_the_answer_to_the_challenge(void **state)
{
    (void)state;
    noren_cleanup(secret_clear) struct secret password = { 0 };
    struct client_request request = request_of(CLIENT_LOGIN);
    struct sha0_digest hash = password_hash_user("Secret123", "alice");
    struct sha0_digest want = password_answer(&hash, CHALLENGE);

    secret_set(&password, "Secret123", 9);
    request.auth_type = PROTO_AUTH_PASSWORD;
    request.password = &password;
    request.os_name = "Debian";
    request.host_name = "desk";
    struct client_handshake *h = start_greeted(&request);
    struct said said = take_said(h);
    assert_string_equal(said.target, "/vpnsvc/vpn.cgi");
    assert_string_equal(pack_text(said.pack, "method"), "login");
    assert_string_equal(pack_text(said.pack, "hubname"), "HUB");
    assert_string_equal(pack_text(said.pack, "username"), "alice");
    assert_int_equal(pack_int(said.pack, "authtype"), 1);
    assert_memory_equal(pack_data(said.pack, "secure_password").data, want.byte, SHA0_BYTES);
    assert_false(pack_has(said.pack, "plain_password"));
    assert_int_equal(pack_int(said.pack, "use_encrypt"), 1);
    assert_int_equal(pack_int(said.pack, "max_connection"), 8);
    assert_string_equal(pack_text(said.pack, "client_str"), "Example VPN Client");
    assert_string_equal(pack_text(said.pack, "ClientOsName"), "Debian");
    assert_string_equal(pack_text(said.pack, "ClientHostname"), "desk");
    assert_int_equal(pack_data(said.pack, "unique_id").len, 20);
    pack_free(said.pack);
    client_handshake_free(h);
}

static void test_each_kind_of_credential_is_sent_as_itself(void **state)
{
    (void)state;
    noren_cleanup(secret_clear) struct secret password = { 0 };
    struct client_request request = request_of(CLIENT_LOGIN);

    secret_set(&password, "plain one", 9);
    request.password = &password;
    request.auth_type = PROTO_AUTH_PLAIN;
    struct client_handshake *h = start_greeted(&request);
    struct said said = take_said(h);
    assert_string_equal(pack_text(said.pack, "plain_password"), "plain one");
    assert_false(pack_has(said.pack, "secure_password"));
    pack_free(said.pack);
    client_handshake_free(h);

    request.auth_type = PROTO_AUTH_TICKET;
    h = start_greeted(&request);
    said = take_said(h);
    assert_int_equal(pack_int(said.pack, "authtype"), 99);
    assert_memory_equal(pack_data(said.pack, "ticket").data, KEY, PROTO_TICKET_BYTES);
    pack_free(said.pack);
    client_handshake_free(h);

    request.auth_type = PROTO_AUTH_ANONYMOUS;
    h = start_greeted(&request);
    said = take_said(h);
    assert_false(pack_has(said.pack, "plain_password"));
    assert_false(pack_has(said.pack, "secure_password"));
    pack_free(said.pack);
    client_handshake_free(h);
}

static void test_product_that_reads_like_a_bridge_is_sent_under_a_neutral_name(void **state)
{
    (void)state;
    struct client_request request = request_of(CLIENT_LOGIN);
    request.product = "BridgeNet VPN";
    struct client_handshake *h = start_greeted(&request);
    struct said said = take_said(h);

    assert_string_equal(pack_text(said.pack, "client_str"), "VPN Client");
    assert_string_equal(pack_text(said.pack, "ClientProductName"), "BridgeNet VPN");
    pack_free(said.pack);
    client_handshake_free(h);
}

static void test_attach_and_admin_send_their_own_requests(void **state)
{
    (void)state;
    struct client_request request = request_of(CLIENT_ATTACH);
    struct client_handshake *h = start_greeted(&request);
    struct said said = take_said(h);
    struct sha0_digest hash = password_hash_admin("");
    struct sha0_digest want = password_answer(&hash, CHALLENGE);

    assert_string_equal(pack_text(said.pack, "method"), "additional_connect");
    assert_memory_equal(pack_data(said.pack, "session_key").data, KEY, sizeof KEY);
    pack_free(said.pack);
    client_handshake_free(h);

    request = request_of(CLIENT_ADMIN);
    h = start_greeted(&request);
    said = take_said(h);
    assert_string_equal(pack_text(said.pack, "method"), "admin");
    assert_string_equal(pack_text(said.pack, "hubname"), "HUB");
    assert_int_equal(pack_int(said.pack, "accept_empty_password"), 1);
    assert_memory_equal(pack_data(said.pack, "secure_password").data, want.byte, SHA0_BYTES);
    pack_free(said.pack);
    client_handshake_free(h);
}

/* ---- what the server may answer ---- */

static struct pack *welcome_but(const char *element, uint32_t value)
{
    struct pack *pack = pack_new();
    static const struct {
        const char *name;
        uint32_t value;
    } numbers[] = { { "use_encrypt", 1 }, { "timeout", 20000 }, { "max_connection", 4 } };

    pack_add_str(pack, "session_name", "SID-ALICE-1");
    pack_add_str(pack, "connection_name", "CID-1");
    pack_add_data(pack, "session_key", KEY, sizeof KEY);
    pack_add_data(pack, "Msg", MESSAGE, sizeof MESSAGE - 1);
    if (element != NULL)
        pack_add_int(pack, element, value);
    for (size_t i = 0; i < noren_countof(numbers); i++) {
        if (element == NULL || strcmp(element, numbers[i].name) != 0)
            pack_add_int(pack, numbers[i].name, numbers[i].value);
    }
    return pack;
}

static struct pack *number(const char *name, uint32_t value)
{
    struct pack *pack = pack_new();

    pack_add_int(pack, name, value);
    return pack;
}

static struct pack *ends_unencrypted(void)
{
    return welcome_but("use_encrypt", 0);
}

static struct pack *ends_half_duplex(void)
{
    return welcome_but("half_connection", 1);
}

static struct pack *ends_nameless(void)
{
    return number("use_encrypt", 1);
}

static struct pack *ends_key_too_short(void)
{
    struct pack *pack = pack_new();

    pack_add_str(pack, "session_name", "SID-ALICE-1");
    pack_add_str(pack, "connection_name", "CID-1");
    pack_add_data(pack, "session_key", KEY, sizeof KEY - 1);
    pack_add_int(pack, "use_encrypt", 1);
    return pack;
}

static struct pack *ends_control_in_name(void)
{
    struct pack *pack = pack_new();

    pack_add_str(pack, "session_name", "SID\n-ALICE-1");
    pack_add_str(pack, "connection_name", "CID-1");
    pack_add_data(pack, "session_key", KEY, sizeof KEY);
    pack_add_int(pack, "use_encrypt", 1);
    return pack;
}

static struct pack *ends_redirect_without_ticket(void)
{
    struct pack *pack = number("Redirect", 1);

    pack_add_int(pack, "Port", 443);
    pack_add_int(pack, "Ip", 0x010200c0);
    pack_add_data(pack, "Cert", "cert", 4);
    return pack;
}

static void test_welcomes_that_cannot_be_accepted_end_the_conversation(void **state)
{
    (void)state;
    struct pack *(*const table[])(void) = {
        ends_unencrypted,
        ends_half_duplex,
        ends_nameless,
        ends_key_too_short,
        ends_control_in_name,
        ends_redirect_without_ticket,
    };

    for (size_t i = 0; i < noren_countof(table); i++) {
        struct client_request request = request_of(CLIENT_LOGIN);
        struct client_handshake *h = start_greeted(&request);
        struct noren_err err = { .code = NOREN_OK };
        struct client_event event;
        struct writer text;

        writer_init(&text, 0);
        talk_reply(&text, table[i]());
        assert_false(hear(h, &text, SIZE_MAX, &err));
        assert_int_equal(err.code, NOREN_E_PROTOCOL);
        assert_false(client_handshake_next_event(h, &event));
        assert_false(client_handshake_receive(h, (const uint8_t *)"x", 1, 0, NULL));
        writer_clear(&text);
        client_handshake_free(h);
    }
}

/* Gives the event that a reply leads to; *out_h is freed by the caller. */
static struct client_event answer_with(const struct client_request *request,
        struct pack *take_reply, size_t piece, struct client_handshake **out_h)
{
    struct client_handshake *h = start_greeted(request);
    struct client_event event;
    struct writer text;

    writer_init(&text, 0);
    talk_reply(&text, take_reply);
    writer_text(&text, "more");
    (void)hear(h, &text, piece, NULL); /* after a refusal nothing more is taken */
    assert_true(client_handshake_next_event(h, &event));
    writer_clear(&text);
    *out_h = h;
    return event;
}

static void test_welcome_gives_the_terms_and_keeps_what_follows(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 400; piece += 133) {
        struct client_request request = request_of(CLIENT_LOGIN);
        struct client_handshake *h;
        struct client_event event = answer_with(&request, welcome_but(NULL, 0), piece, &h);

        assert_int_equal(event.kind, CLIENT_EVENT_WELCOME);
        assert_string_equal(event.terms.session_name, "SID-ALICE-1");
        assert_string_equal(event.terms.connection_name, "CID-1");
        assert_memory_equal(event.terms.session_key, KEY, sizeof KEY);
        assert_true(event.terms.use_encrypt);
        assert_false(event.terms.use_compress);
        assert_int_equal(event.terms.timeout_ms, 20000);
        assert_int_equal(event.terms.max_connection, 4);
        assert_string_equal(event.message, "Hello\n[31mred \xc3\xa4 ?");
        assert_int_equal(client_handshake_rest(h).len, 4);
        assert_memory_equal(client_handshake_rest(h).data, "more", 4);
        assert_int_equal(client_handshake_deadline_ms(h), NOREN_NO_DEADLINE);
        client_handshake_free(h);
    }
}

struct clamp_case {
    const char *element;
    uint32_t says;
    uint32_t timeout_ms;
    uint32_t max_connection;
};

static void test_numbers_of_the_welcome_are_clamped(void **state)
{
    (void)state;
    static const struct clamp_case table[] = {
        { "timeout", 0, 20000, 4 },
        { "timeout", 1, 5000, 4 },
        { "timeout", 5000, 5000, 4 },
        { "timeout", 60000, 60000, 4 },
        { "timeout", 60001, 60000, 4 },
        { "timeout", 0xffffffff, 60000, 4 },
        { "max_connection", 0, 20000, 1 },
        { "max_connection", 8, 20000, 8 },
        { "max_connection", 9, 20000, 8 },
        { "max_connection", 0xffffffff, 20000, 8 },
    };

    for (size_t i = 0; i < noren_countof(table); i++) {
        struct client_request request = request_of(CLIENT_LOGIN);
        struct client_handshake *h;
        struct client_event event =
                answer_with(&request, welcome_but(table[i].element, table[i].says), SIZE_MAX, &h);

        assert_int_equal(event.terms.timeout_ms, table[i].timeout_ms);
        assert_int_equal(event.terms.max_connection, table[i].max_connection);
        client_handshake_free(h);
    }
}

static void test_refusal_gives_the_error_whatever_its_number(void **state)
{
    (void)state;
    static const uint32_t numbers[] = { 9, 8, 0xffffffff };

    for (size_t i = 0; i < noren_countof(numbers); i++) {
        struct client_request request = request_of(CLIENT_LOGIN);
        struct client_handshake *h;
        struct client_event event = answer_with(&request, number("error", numbers[i]), 1, &h);

        assert_int_equal(event.kind, CLIENT_EVENT_REFUSED);
        assert_int_equal(event.error, numbers[i]);
        client_handshake_free(h);
    }
}

static struct pack *redirect(uint32_t second_port)
{
    static const uint8_t ip[] = { 192, 0, 2, 1 };
    struct pack *pack = number("Redirect", 1);
    uint32_t address;

    memcpy(&address, ip, sizeof address);
    pack_add_ipv4(pack, "Ip", address);
    pack_add_int(pack, "Port", 443);
    pack_add_int(pack, "Port", second_port);
    pack_add_data(pack, "Ticket", KEY, sizeof KEY);
    pack_add_data(pack, "Cert", "cert", 4);
    return pack;
}

static void test_redirect_keeps_the_port_in_use_or_takes_the_first(void **state)
{
    (void)state;
    static const struct {
        uint32_t offered;
        uint16_t taken;
    } table[] = { { 5555, 5555 }, { 992, 443 } };

    for (size_t i = 0; i < noren_countof(table); i++) {
        struct client_request request = request_of(CLIENT_LOGIN);
        struct client_handshake *h = start_greeted(&request);
        struct client_event event;
        struct writer text;

        pack_free(take_said(h).pack);
        writer_init(&text, 0);
        talk_reply(&text, redirect(table[i].offered));
        assert_true(hear(h, &text, 7, NULL));
        assert_true(client_handshake_next_event(h, &event));
        assert_int_equal(event.kind, CLIENT_EVENT_REDIRECT);
        assert_int_equal(event.redirect_port, table[i].taken);
        assert_memory_equal(&event.redirect_ip, "\xc0\0\2\1", 4);
        assert_memory_equal(event.ticket, KEY, sizeof KEY);
        assert_int_equal(event.redirect_cert.len, 4);
        struct said last = take_said(h); /* the server waits for it */
        assert_string_equal(last.target, "/vpnsvc/vpn.cgi");
        pack_free(last.pack);
        writer_clear(&text);
        client_handshake_free(h);
    }
}

static void test_attached_and_admitted_are_told(void **state)
{
    (void)state;
    struct client_request request = request_of(CLIENT_ATTACH);
    struct client_handshake *h;
    struct client_event event = answer_with(&request, number("direction", 1), 3, &h);

    assert_int_equal(event.kind, CLIENT_EVENT_ATTACHED);
    assert_int_equal(event.direction, PROTO_DIRECTION_TO_CLIENT);
    client_handshake_free(h);

    request = request_of(CLIENT_ADMIN);
    event = answer_with(&request, pack_new(), 1, &h);
    assert_int_equal(event.kind, CLIENT_EVENT_ADMITTED);
    assert_memory_equal(client_handshake_rest(h).data, "more", 4);
    client_handshake_free(h);
}

static void test_noop_replies_are_skipped_up_to_their_limit(void **state)
{
    (void)state;
    struct client_request request = request_of(CLIENT_LOGIN);
    struct client_handshake *h = start_greeted(&request);
    struct client_event event;
    struct noren_err err;
    struct writer text;

    writer_init(&text, 0);
    for (size_t i = 0; i < HANDSHAKE_NOOPS_MAX; i++)
        talk_reply(&text, number("noop", 2));
    assert_true(hear(h, &text, SIZE_MAX, NULL));
    assert_false(client_handshake_next_event(h, &event));
    writer_reset(&text);
    talk_reply(&text, number("noop", 2));
    assert_false(hear(h, &text, SIZE_MAX, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);
    writer_clear(&text);
    client_handshake_free(h);
}

static void test_whatever_is_not_a_vpn_server_is_given_up(void **state)
{
    (void)state;
    static const char *const table[] = {
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 4\r\n\r\n",
        "HTTP/1.1 500 Oops\r\nContent-Type: application/octet-stream\r\nContent-Length: 4\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream; a=b\r\n"
        "Content-Length: 4\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
        "Content-Length: 4\r\n\r\nabcd",
        "SSH-2.0-OpenSSH_9.2\r\n",
    };

    for (size_t i = 0; i < noren_countof(table); i++) {
        struct client_request request = request_of(CLIENT_LOGIN);
        struct client_handshake *h = client_handshake_new(&request, 0);
        struct noren_err err = { .code = NOREN_OK };
        struct writer text;

        writer_init(&text, 0);
        writer_text(&text, table[i]);
        assert_false(hear(h, &text, SIZE_MAX, &err));
        assert_true(err.code == NOREN_E_PROTOCOL || err.code == NOREN_E_LIMIT);
        writer_clear(&text);
        client_handshake_free(h);
    }
}

static void test_hello_without_a_whole_challenge_is_refused(void **state)
{
    (void)state;
    for (size_t len = 19; len <= 21; len++) {
        static const uint8_t random[21];
        struct client_request request = request_of(CLIENT_LOGIN);
        struct client_handshake *h = client_handshake_new(&request, 0);
        struct pack *pack = pack_new();
        struct writer text;

        pack_add_str(pack, "hello", "Some Server");
        pack_add_data(pack, "random", random, len);
        writer_init(&text, 0);
        talk_reply(&text, pack);
        assert_int_equal(hear(h, &text, SIZE_MAX, NULL), len == 20);
        writer_clear(&text);
        client_handshake_free(h);
    }
}

static void test_reply_before_trust_may_have_64_kib_and_the_welcome_a_mebibyte(void **state)
{
    (void)state;
    static const struct {
        bool greeted;
        uint32_t length;
        bool passes;
    } table[] = {
        { false, 65536, true },
        { false, 65537, false },
        { true, 1024 * 1024, true },
        { true, 1024 * 1024 + 1, false },
    };

    for (size_t i = 0; i < noren_countof(table); i++) {
        struct client_request request = request_of(CLIENT_LOGIN);
        struct client_handshake *h =
                table[i].greeted ? start_greeted(&request) : client_handshake_new(&request, 0);
        struct writer text;

        writer_init(&text, 0);
        writer_format(&text,
                "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
                "Content-Length: %u\r\n\r\n",
                table[i].length);
        assert_int_equal(hear(h, &text, SIZE_MAX, NULL), table[i].passes);
        writer_clear(&text);
        client_handshake_free(h);
    }
}

static void test_silent_server_is_given_up(void **state)
{
    (void)state;
    struct client_request request = request_of(CLIENT_LOGIN);
    struct client_handshake *h = client_handshake_new(&request, 1000);
    struct noren_err err;

    assert_int_equal(client_handshake_deadline_ms(h), 1000 + HANDSHAKE_STEP_MS);
    assert_true(client_handshake_tick(h, 1000 + HANDSHAKE_STEP_MS - 1, &err));
    assert_false(client_handshake_tick(h, 1000 + HANDSHAKE_STEP_MS, &err));
    assert_int_equal(err.code, NOREN_E_TIMEOUT);
    client_handshake_free(h);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversation_opens_with_the_short_signature),
        cmocka_unit_test(test_host_that_would_break_the_header_is_left_out),
        cmocka_unit_test(test_login_carries_the_answer_to_the_challenge),
        cmocka_unit_test(test_each_kind_of_credential_is_sent_as_itself),
        cmocka_unit_test(test_product_that_reads_like_a_bridge_is_sent_under_a_neutral_name),
        cmocka_unit_test(test_attach_and_admin_send_their_own_requests),
        cmocka_unit_test(test_welcomes_that_cannot_be_accepted_end_the_conversation),
        cmocka_unit_test(test_welcome_gives_the_terms_and_keeps_what_follows),
        cmocka_unit_test(test_numbers_of_the_welcome_are_clamped),
        cmocka_unit_test(test_refusal_gives_the_error_whatever_its_number),
        cmocka_unit_test(test_redirect_keeps_the_port_in_use_or_takes_the_first),
        cmocka_unit_test(test_attached_and_admitted_are_told),
        cmocka_unit_test(test_noop_replies_are_skipped_up_to_their_limit),
        cmocka_unit_test(test_whatever_is_not_a_vpn_server_is_given_up),
        cmocka_unit_test(test_hello_without_a_whole_challenge_is_refused),
        cmocka_unit_test(test_reply_before_trust_may_have_64_kib_and_the_welcome_a_mebibyte),
        cmocka_unit_test(test_silent_server_is_given_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
