/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/proto/handshake.h"

#include "tests/unit/proto_talk.h"
#include "tests/unit/test.h"

static const uint8_t CHALLENGE[CHALLENGE_BYTES] = { 0xa5, 0xfd, 0xd3 };
static const uint8_t KEY[PROTO_SESSION_KEY_BYTES] = { 7, 7, 7 };
static const struct proto_session_terms TERMS = {
    .session_name = "SID-ALICE-1",
    .connection_name = "CID-1",
    .session_key = { 1, 2, 3 },
    .max_connection = 4,
    .use_encrypt = true,
    .timeout_ms = 20000,
};

static struct server_handshake *start(void)
{
    return server_handshake_new("Some Server", CHALLENGE, 0);
}

/* Feeds in pieces until all is taken or the handshake says that it is over. */
static bool say(
        struct server_handshake *h, const struct writer *text, size_t piece, struct noren_err *err)
{
    struct reader r = reader_over(text->data, text->len);

    while (reader_left(&r) > 0) {
        size_t part = piece < reader_left(&r) ? piece : reader_left(&r);
        if (!server_handshake_receive(h, reader_take(&r, part), part, 0, err))
            return false;
    }
    return true;
}

static struct reader answers(const struct server_handshake *h)
{
    const uint8_t *bytes;
    size_t len = server_handshake_pending(h, &bytes);

    return reader_over(bytes, len);
}

static void drop_answers(struct server_handshake *h)
{
    const uint8_t *bytes;

    server_handshake_sent(h, server_handshake_pending(h, &bytes));
}

/* A handshake that has said hello. */
static struct server_handshake *start_greeted(void)
{
    struct server_handshake *h = start();
    struct writer text;

    writer_init(&text, 0);
    talk_signature(&text);
    assert_true(say(h, &text, text.len, NULL));
    drop_answers(h);
    writer_clear(&text);
    return h;
}

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
    struct server_handshake *h = start();
    struct noren_err err = { .code = NOREN_OK };
    struct writer text;

    writer_init(&text, 0);
    writer_text(&text, c->says);
    if (say(h, &text, piece, &err) != (c->outcome == STAYS))
        fail_msg("%s: %s", c->says, err.text);

    struct reader in = answers(h);
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
    struct server_handshake *h = start();
    struct writer text;

    writer_init(&text, 0);
    writer_text(&text, "GET / HTTP/1.1\r\nX-VPN: 1\r\nHost: 203.0.113.1\r\n\r\n");
    assert_true(say(h, &text, SIZE_MAX, NULL));
    struct reader in = answers(h);
    assert_non_null(memmem(in.at, in.left, expected, sizeof expected - 1));
    writer_clear(&text);
    server_handshake_free(h);
}

static void test_nothing_that_the_peer_said_comes_back(void **state)
{
    (void)state;
    struct server_handshake *h = start();
    struct writer text;

    writer_init(&text, 0);
    writer_text(&text, "GET /<script>evil</script> HTTP/1.1\r\nHost: evil\r\n\r\n"
                       "EVIL /evil evil\r\nX-Evil: evil\r\n\r\n");
    assert_true(say(h, &text, SIZE_MAX, NULL));
    struct reader in = answers(h);
    assert_true(reader_left(&in) > 0);
    assert_null(memmem(in.at, in.left, "evil", 4));
    assert_null(memmem(in.at, in.left, "EVIL", 4));
    writer_clear(&text);
    server_handshake_free(h);
}

static void test_hello_carries_product_and_challenge(void **state)
{
    (void)state;
    struct server_handshake *h = start();
    struct writer text;

    writer_init(&text, 0);
    writer_text(&text, "GET / HTTP/1.1\r\n\r\n");
    talk_signature(&text);
    assert_true(say(h, &text, 3, NULL));
    struct reader in = answers(h);
    pack_free(talk_read(&in, false).pack);
    struct talk_answer hello = talk_read(&in, false);
    assert_string_equal(pack_text(hello.pack, "hello"), "Some Server");
    assert_int_equal(pack_int(hello.pack, "version"), 501);
    assert_int_equal(pack_data(hello.pack, "random").len, CHALLENGE_BYTES);
    assert_memory_equal(pack_data(hello.pack, "random").data, CHALLENGE, CHALLENGE_BYTES);
    pack_free(hello.pack);
    writer_clear(&text);
    server_handshake_free(h);
}

static void test_nineteen_requests_are_answered_and_no_more(void **state)
{
    (void)state;
    struct server_handshake *h = start();
    struct noren_err err;
    struct writer text;
    size_t count = 0;

    writer_init(&text, 0);
    for (size_t i = 0; i < 25; i++)
        writer_text(&text, "GET / HTTP/1.1\r\n\r\n");
    assert_false(say(h, &text, SIZE_MAX, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);
    for (struct reader in = answers(h); reader_left(&in) > 0; count++)
        talk_read(&in, false);
    assert_int_equal(count, HANDSHAKE_REQUESTS_MAX);
    writer_clear(&text);
    server_handshake_free(h);
}

/* ---- after the hello ---- */

static struct pack *method(const char *name)
{
    struct pack *pack = pack_new();

    pack_add_str(pack, "method", name);
    return pack;
}

static struct pack *login_of(uint32_t auth_type)
{
    struct pack *pack = method("login");

    pack_add_str(pack, "hubname", "Hub One");
    pack_add_str(pack, "username", "alice");
    pack_add_int(pack, "authtype", auth_type);
    return pack;
}

static struct pack *login_anonymous(void)
{
    return login_of(PROTO_AUTH_ANONYMOUS);
}

static struct pack *login_password(void)
{
    struct pack *pack = login_of(PROTO_AUTH_PASSWORD);
    pack_add_data(pack, "secure_password", KEY, SHA0_BYTES);
    return pack;
}

static struct pack *login_short_answer(void)
{
    struct pack *pack = login_of(PROTO_AUTH_PASSWORD);
    pack_add_data(pack, "secure_password", KEY, SHA0_BYTES - 1);
    return pack;
}

static struct pack *login_plain(void)
{
    struct pack *pack = login_of(PROTO_AUTH_PLAIN);
    pack_add_str(pack, "plain_password", "secret");
    return pack;
}

static struct pack *login_plain_absent(void)
{
    return login_of(PROTO_AUTH_PLAIN);
}

static struct pack *login_cert(void)
{
    return login_of(PROTO_AUTH_CERT);
}

static struct pack *login_96(void)
{
    return login_of(96);
}

static struct pack *login_97(void)
{
    return login_of(97);
}

static struct pack *login_98(void)
{
    return login_of(98);
}

static struct pack *login_95(void)
{
    return login_of(95);
}

static struct pack *login_named(const char *hub, const char *user)
{
    struct pack *pack = method("login");
    pack_add_str(pack, "hubname", hub);
    pack_add_str(pack, "username", user);
    return pack;
}

static struct pack *login_without_hub(void)
{
    return login_named("", "alice");
}

static struct pack *login_without_user(void)
{
    return login_named("HUB", " ");
}

static struct pack *login_control(void)
{
    return login_named("HUB", "al\x1b[2Jice");
}

static struct pack *login_c1_control(void)
{
    return login_named("H\xc2\x9bUB", "alice");
}

static struct pack *login_not_utf8(void)
{
    return login_named("HUB", "\xff\xfe");
}

static struct pack *login_overlong(void)
{
    return login_named("HUB", "\xc0\xaf");
}

static struct pack *login_umlaut(void)
{
    return login_named("HUB", "m\xc3\xbcller");
}

static struct pack *login_long_name(size_t len)
{
    char name[300] = "";
    memset(name, 'a', len);
    return login_named("HUB", name);
}

static struct pack *login_255(void)
{
    return login_long_name(255);
}

static struct pack *login_256(void)
{
    return login_long_name(256);
}

static struct pack *attach(void)
{
    struct pack *pack = method("additional_connect");
    pack_add_data(pack, "session_key", KEY, sizeof KEY);
    return pack;
}

static struct pack *attach_without_key(void)
{
    return method("additional_connect");
}

static struct pack *admin(void)
{
    struct pack *pack = method("admin");
    pack_add_data(pack, "secure_password", KEY, SHA0_BYTES);
    return pack;
}

static struct pack *admin_without_answer(void)
{
    return method("admin");
}

static struct pack *enum_hub(void)
{
    return method("enum_hub");
}

static struct pack *password(void)
{
    return method("password");
}

static struct pack *farm_connect(void)
{
    return method("farm_connect");
}

static struct pack *unknown(void)
{
    return method("direct");
}

static struct pack *no_method(void)
{
    return pack_new();
}

static struct pack *client_error(void)
{
    struct pack *pack = method("login");
    pack_add_int(pack, "error", 6);
    return pack;
}

struct method_case {
    const char *what;
    struct pack *(*build)(void);
    enum server_event_kind asks; /* or */
    uint32_t error;              /* that is answered without asking */
};

static const struct method_case METHODS[] = {
    { "anonymous", login_anonymous, SERVER_EVENT_LOGIN, 0 },
    { "password", login_password, SERVER_EVENT_LOGIN, 0 },
    { "plain password", login_plain, SERVER_EVENT_LOGIN, 0 },
    { "certificate is handed up", login_cert, SERVER_EVENT_LOGIN, 0 },
    { "unknown type is handed up", login_95, SERVER_EVENT_LOGIN, 0 },
    { "umlaut", login_umlaut, SERVER_EVENT_LOGIN, 0 },
    { "name of 255 bytes", login_255, SERVER_EVENT_LOGIN, 0 },
    { "name of 256 bytes", login_256, SERVER_EVENT_NONE, 4 },
    { "answer of 19 bytes", login_short_answer, SERVER_EVENT_NONE, 4 },
    { "no plain password", login_plain_absent, SERVER_EVENT_NONE, 4 },
    { "type 96", login_96, SERVER_EVENT_NONE, 7 },
    { "type 97", login_97, SERVER_EVENT_NONE, 7 },
    { "type 98", login_98, SERVER_EVENT_NONE, 7 },
    { "no hub", login_without_hub, SERVER_EVENT_NONE, 4 },
    { "no user", login_without_user, SERVER_EVENT_NONE, 4 },
    { "control character", login_control, SERVER_EVENT_NONE, 4 },
    { "C1 control character", login_c1_control, SERVER_EVENT_NONE, 4 },
    { "not UTF-8", login_not_utf8, SERVER_EVENT_NONE, 4 },
    { "overlong UTF-8", login_overlong, SERVER_EVENT_NONE, 4 },
    { "attach", attach, SERVER_EVENT_ATTACH, 0 },
    { "attach without key", attach_without_key, SERVER_EVENT_NONE, 4 },
    { "admin", admin, SERVER_EVENT_ADMIN, 0 },
    { "admin without answer", admin_without_answer, SERVER_EVENT_NONE, 4 },
    { "enum_hub", enum_hub, SERVER_EVENT_ENUM_HUB, 0 },
    { "password method", password, SERVER_EVENT_NONE, 33 },
    { "farm_connect", farm_connect, SERVER_EVENT_NONE, 46 },
    { "unknown method", unknown, SERVER_EVENT_NONE, 4 },
    { "no method", no_method, SERVER_EVENT_NONE, 4 },
    { "error in a request", client_error, SERVER_EVENT_NONE, 6 },
};

static void assert_error(struct server_handshake *h, uint32_t error)
{
    struct reader in = answers(h);
    struct talk_answer answer = talk_read(&in, false);

    assert_int_equal(answer.status, 200);
    assert_non_null(answer.pack);
    assert_int_equal(pack_int(answer.pack, "error"), error);
    assert_true(pack_has(answer.pack, "no_save_password"));
    assert_int_equal(reader_left(&in), 0);
    pack_free(answer.pack);
}

static void check_method(const struct method_case *c, size_t piece)
{
    struct server_handshake *h = start_greeted();
    struct server_event event = { .kind = SERVER_EVENT_NONE };
    struct noren_err err = { .code = NOREN_OK };
    struct writer text;

    writer_init(&text, 0);
    talk_request(&text, c->build());
    if (say(h, &text, piece, &err) != (c->error == 0))
        fail_msg("%s: %s", c->what, err.text);
    (void)server_handshake_next_event(h, &event);
    if (event.kind != c->asks)
        fail_msg("%s: event %d", c->what, (int)event.kind);
    if (c->error != 0)
        assert_error(h, c->error);
    else
        assert_int_equal(answers(h).left, 0);
    writer_clear(&text);
    server_handshake_free(h);
}

static void test_each_method_asks_its_question_or_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < noren_countof(METHODS); i++) {
        check_method(&METHODS[i], SIZE_MAX);
        check_method(&METHODS[i], 1);
    }
}

static void test_requests_that_break_the_rules_are_answered_with_3(void **state)
{
    (void)state;
    static const char *const table[] = {
        "GET / HTTP/1.1\r\n\r\n",
        "POST /vpnsvc/vpn.cgi HTTP/1.1\r\nContent-Type: application/octet-stream\r\n\r\n",
        "POST /vpnsvc/vpn.cgi HTTP/1.1\r\nContent-Type: application/octet-stream\r\n"
        "Content-Length: 65537\r\n\r\n",
        "POST /vpnsvc/vpn.cgi HTTP/1.0\r\nContent-Type: application/octet-stream\r\n"
        "Content-Length: 4\r\n\r\n",
        "POST /vpnsvc/vpn.cgi HTTP/1.1\r\nContent-Type: application/octet-stream; a=b\r\n"
        "Content-Length: 4\r\n\r\n",
        "POST /vpnsvc/vpn.cgi HTTP/1.1\r\nContent-Type: application/octet-stream\r\n"
        "Content-Length: 4\r\n\r\nabcd",
        "POST /vpnsvc/connect.cgi HTTP/1.1\r\nContent-Length: 10\r\n\r\nVPNCONNECT",
    };

    for (size_t i = 0; i < noren_countof(table); i++) {
        struct server_handshake *h = start_greeted();
        struct writer text;

        writer_init(&text, 0);
        writer_text(&text, table[i]);
        writer_put(&text, "\0\0\0\0", 4);
        assert_false(say(h, &text, SIZE_MAX, NULL));
        assert_error(h, 3);
        writer_clear(&text);
        server_handshake_free(h);
    }
}

/* Leaves the event of a request in *event. */
static void ask(struct server_handshake *h, struct pack *take_pack, struct server_event *event)
{
    struct writer text;

    writer_init(&text, 0);
    talk_request(&text, take_pack);
    assert_true(say(h, &text, SIZE_MAX, NULL));
    assert_true(server_handshake_next_event(h, event));
    writer_clear(&text);
}

static void test_login_fields_reach_the_owner(void **state)
{
    (void)state;
    struct server_handshake *h = start_greeted();
    struct pack *pack = login_password();
    struct server_event event;

    pack_add_int(pack, "max_connection", 100);
    pack_add_int(pack, "use_encrypt", 1);
    pack_add_int(pack, "use_compress", 1);
    pack_add_str(pack, "client_str", "VPN Client");
    pack_add_int(pack, "client_ver", 501);
    pack_add_int(pack, "client_build", 9674);
    ask(h, pack, &event);
    assert_int_equal(event.kind, SERVER_EVENT_LOGIN);
    assert_string_equal(event.login.hub, "Hub One");
    assert_string_equal(event.login.user, "alice");
    assert_memory_equal(event.login.answer, KEY, SHA0_BYTES);
    assert_memory_equal(event.login.challenge, CHALLENGE, CHALLENGE_BYTES);
    assert_null(event.login.plain_password);
    assert_int_equal(event.login.max_connection, 32);
    assert_true(event.login.use_encrypt);
    assert_true(event.login.use_compress);
    assert_false(event.login.half_connection);
    assert_false(event.login.wants_bridge);
    assert_string_equal(event.login.client_product, "VPN Client");
    assert_int_equal(event.login.client_version, 501);
    assert_int_equal(event.login.client_build, 9674);
    assert_false(server_handshake_next_event(h, &event));
    server_handshake_free(h);
}

static void test_login_defaults_are_one_connection_in_the_clear(void **state)
{
    (void)state;
    struct server_handshake *h = start_greeted();
    struct server_event event;

    ask(h, login_plain(), &event);
    assert_int_equal(event.login.max_connection, 1);
    assert_false(event.login.use_encrypt);
    assert_string_equal(event.login.plain_password, "secret");
    assert_string_equal(event.login.client_product, "");
    server_handshake_free(h);
}

static void test_product_text_of_a_bridge_asks_for_bridging(void **state)
{
    (void)state;
    static const char *const products[] = { "Some SERVER 5", "My Bridge" };

    for (size_t i = 0; i < noren_countof(products); i++) {
        struct server_handshake *h = start_greeted();
        struct pack *pack = login_anonymous();
        struct server_event event;

        pack_add_str(pack, "client_str", products[i]);
        ask(h, pack, &event);
        assert_true(event.login.wants_bridge);
        server_handshake_free(h);
    }
}

static void test_welcome_is_sent_and_done_follows_when_it_has_left(void **state)
{
    (void)state;
    struct server_handshake *h = start_greeted();
    struct server_event event;

    ask(h, login_password(), &event);
    server_handshake_welcome(h, &TERMS, "Good morning", 0);
    assert_false(server_handshake_next_event(h, &event));

    struct reader in = answers(h);
    struct talk_answer answer = talk_read(&in, false);
    assert_string_equal(pack_text(answer.pack, "session_name"), "SID-ALICE-1");
    assert_int_equal(pack_int(answer.pack, "use_encrypt"), 1);
    assert_int_equal(pack_int(answer.pack, "timeout"), 20000);
    assert_int_equal(pack_int(answer.pack, "max_connection"), 4);
    assert_int_equal(pack_int(answer.pack, "policy:NoBridge"), 1);
    assert_memory_equal(pack_data(answer.pack, "session_key").data, TERMS.session_key, 20);
    assert_int_equal(pack_data(answer.pack, "Msg").len, strlen("Good morning"));
    pack_free(answer.pack);

    drop_answers(h);
    assert_true(server_handshake_next_event(h, &event));
    assert_int_equal(event.kind, SERVER_EVENT_DONE);
    assert_int_equal(server_handshake_deadline_ms(h), NOREN_NO_DEADLINE);
    server_handshake_free(h);
}

static void test_bytes_behind_the_login_are_kept_for_data_mode(void **state)
{
    (void)state;
    struct server_handshake *h = start_greeted();
    struct server_event event;
    struct writer text;

    writer_init(&text, 0);
    talk_request(&text, login_password());
    writer_text(&text, "data");
    assert_true(say(h, &text, SIZE_MAX, NULL));
    assert_true(server_handshake_next_event(h, &event));
    server_handshake_welcome(h, &TERMS, NULL, 0);
    writer_reset(&text);
    writer_text(&text, " mode");
    assert_true(say(h, &text, 1, NULL));
    drop_answers(h);
    assert_true(server_handshake_next_event(h, &event));
    struct bytes rest = server_handshake_rest(h);
    assert_int_equal(rest.len, 9);
    assert_memory_equal(rest.data, "data mode", 9);
    writer_clear(&text);
    server_handshake_free(h);
}

static void test_attach_and_admin_are_accepted_with_error_0(void **state)
{
    (void)state;
    struct server_handshake *attached = start_greeted();
    struct server_handshake *admitted = start_greeted();
    struct server_event event;

    ask(attached, attach(), &event);
    assert_memory_equal(event.session_key, KEY, sizeof KEY);
    server_handshake_attach(attached, PROTO_DIRECTION_TO_CLIENT, 0);
    struct reader in = answers(attached);
    struct talk_answer answer = talk_read(&in, false);
    assert_true(pack_has(answer.pack, "error"));
    assert_int_equal(pack_int(answer.pack, "error"), 0);
    assert_int_equal(pack_int(answer.pack, "direction"), 1);
    pack_free(answer.pack);

    ask(admitted, admin(), &event);
    assert_string_equal(event.login.hub, "");
    assert_memory_equal(event.login.challenge, CHALLENGE, CHALLENGE_BYTES);
    server_handshake_admit_admin(admitted, 0);
    in = answers(admitted);
    answer = talk_read(&in, false);
    assert_int_equal(pack_int(answer.pack, "error"), 0);
    pack_free(answer.pack);
    server_handshake_free(attached);
    server_handshake_free(admitted);
}

static void test_hub_list_ends_the_conversation(void **state)
{
    (void)state;
    static const char *const hubs[] = { "ONE", "TWO" };
    struct server_handshake *h = start_greeted();
    struct server_event event;
    struct noren_err err;

    ask(h, enum_hub(), &event);
    server_handshake_list_hubs(h, hubs, noren_countof(hubs), 100);
    struct reader in = answers(h);
    struct talk_answer answer = talk_read(&in, false);
    assert_int_equal(pack_int(answer.pack, "NumHub"), 2);
    assert_string_equal(pack_text_at(answer.pack, "HubName", 1), "TWO");
    pack_free(answer.pack);
    assert_true(server_handshake_tick(h, 100, &err));
    assert_false(server_handshake_tick(h, 100 + HANDSHAKE_STEP_MS, &err));
    server_handshake_free(h);
}

static void test_empty_hub_list_has_no_names(void **state)
{
    (void)state;
    struct server_handshake *h = start_greeted();
    struct server_event event;

    ask(h, enum_hub(), &event);
    server_handshake_list_hubs(h, NULL, 0, 0);
    struct reader in = answers(h);
    struct talk_answer answer = talk_read(&in, false);
    assert_false(pack_has(answer.pack, "HubName"));
    assert_true(pack_has(answer.pack, "NumHub"));
    pack_free(answer.pack);
    server_handshake_free(h);
}

static void test_refusal_is_sent_and_nothing_is_read_after_it(void **state)
{
    (void)state;
    struct server_handshake *h = start_greeted();
    struct server_event event;
    struct noren_err err;

    ask(h, login_password(), &event);
    server_handshake_refuse(h, PROTO_E_AUTH, 0);
    assert_error(h, 9);
    assert_false(server_handshake_receive(h, (const uint8_t *)"x", 1, 0, &err));
    assert_int_equal(err.code, NOREN_E_CLOSED);
    assert_false(server_handshake_next_event(h, &event));
    server_handshake_free(h);
}

static struct pack *noop(uint32_t number)
{
    struct pack *pack = pack_new();

    pack_add_int(pack, "noop", number);
    return pack;
}

static void test_noops_are_answered_and_counted(void **state)
{
    (void)state;
    struct server_handshake *h = start_greeted();
    struct noren_err err;
    struct writer text;
    size_t count = 0;

    writer_init(&text, 0);
    talk_request(&text, noop(2)); /* an answer: never answered */
    for (size_t i = 0; i < HANDSHAKE_NOOPS_MAX; i++)
        talk_request(&text, noop(1));
    assert_false(say(h, &text, SIZE_MAX, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);
    for (struct reader in = answers(h); reader_left(&in) > 0; count++) {
        struct talk_answer answer = talk_read(&in, false);
        assert_int_equal(pack_int(answer.pack, "noop"), 1);
        pack_free(answer.pack);
    }
    assert_int_equal(count, HANDSHAKE_NOOPS_MAX - 1);
    writer_clear(&text);
    server_handshake_free(h);
}

/* ---- limits and time ---- */

static void test_each_line_and_the_number_of_lines_are_limited(void **state)
{
    (void)state;
    for (size_t len = 4096; len <= 4097; len++) {
        struct server_handshake *h = start();
        struct writer text;

        writer_init(&text, 0);
        writer_text(&text, "GET / HTTP/1.1\r\nX: ");
        memset(writer_extend(&text, len - strlen("X: ")), 'x', len - strlen("X: "));
        writer_text(&text, "\n\r\n");
        assert_int_equal(say(h, &text, SIZE_MAX, NULL), len == 4096);
        writer_clear(&text);
        server_handshake_free(h);
    }
    for (size_t lines = 64; lines <= 65; lines++) {
        struct server_handshake *h = start();
        struct writer text;

        writer_init(&text, 0);
        writer_text(&text, "GET / HTTP/1.1\r\n");
        for (size_t i = 0; i < lines; i++)
            writer_text(&text, "X: y\r\n");
        writer_text(&text, "\r\n");
        assert_int_equal(say(h, &text, SIZE_MAX, NULL), lines == 64);
        writer_clear(&text);
        server_handshake_free(h);
    }
}

static void test_connection_may_carry_128_kib_before_the_login(void **state)
{
    (void)state;
    struct server_handshake *h = start_greeted();
    struct noren_err err;
    struct server_event event;
    struct writer text;

    ask(h, login_password(), &event);
    writer_init(&text, 0);
    memset(writer_extend(&text, HANDSHAKE_CONNECTION_MAX), 0, HANDSHAKE_CONNECTION_MAX);
    assert_false(say(h, &text, 10000, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);
    assert_true(server_handshake_rest(h).len < HANDSHAKE_CONNECTION_MAX);
    writer_clear(&text);
    server_handshake_free(h);
}

static void test_slow_senders_do_not_put_the_deadline_off(void **state)
{
    (void)state;
    struct server_handshake *h = start();
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
    struct server_handshake *h = start();
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
        cmocka_unit_test(test_each_method_asks_its_question_or_is_refused),
        cmocka_unit_test(test_requests_that_break_the_rules_are_answered_with_3),
        cmocka_unit_test(test_login_fields_reach_the_owner),
        cmocka_unit_test(test_login_defaults_are_one_connection_in_the_clear),
        cmocka_unit_test(test_product_text_of_a_bridge_asks_for_bridging),
        cmocka_unit_test(test_welcome_is_sent_and_done_follows_when_it_has_left),
        cmocka_unit_test(test_bytes_behind_the_login_are_kept_for_data_mode),
        cmocka_unit_test(test_attach_and_admin_are_accepted_with_error_0),
        cmocka_unit_test(test_hub_list_ends_the_conversation),
        cmocka_unit_test(test_empty_hub_list_has_no_names),
        cmocka_unit_test(test_refusal_is_sent_and_nothing_is_read_after_it),
        cmocka_unit_test(test_noops_are_answered_and_counted),
        cmocka_unit_test(test_each_line_and_the_number_of_lines_are_limited),
        cmocka_unit_test(test_connection_may_carry_128_kib_before_the_login),
        cmocka_unit_test(test_slow_senders_do_not_put_the_deadline_off),
        cmocka_unit_test(test_all_steps_together_have_60_seconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
