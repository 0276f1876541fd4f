/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/proto/handshake.h"

#include "tests/unit/proto_server_talk.h"
#include "tests/unit/proto_talk.h"
#include "tests/unit/test.h"

/* The server's side from the hello to data mode. */

static const struct proto_session_terms TERMS = {
    .session_name = "SID-ALICE-1",
    .connection_name = "CID-1",
    .session_key = { 1, 2, 3 },
    .max_connection = 4,
    .use_encrypt = true,
    .timeout_ms = 20000,
};

static struct pack *login_anonymous(void)
{
    return talk_login_of(PROTO_AUTH_ANONYMOUS);
}

static struct pack *login_short_answer(void)
{
    struct pack *pack = talk_login_of(PROTO_AUTH_PASSWORD);
    pack_add_data(pack, "secure_password", TALK_KEY, SHA0_BYTES - 1);
    return pack;
}

static struct pack *login_plain(void)
{
    struct pack *pack = talk_login_of(PROTO_AUTH_PLAIN);
    pack_add_str(pack, "plain_password", "secret");
    return pack;
}

static struct pack *login_plain_absent(void)
{
    return talk_login_of(PROTO_AUTH_PLAIN);
}

static struct pack *login_cert(void)
{
    return talk_login_of(PROTO_AUTH_CERT);
}

static struct pack *login_96(void)
{
    return talk_login_of(96);
}

static struct pack *login_97(void)
{
    return talk_login_of(97);
}

static struct pack *login_98(void)
{
    return talk_login_of(98);
}

static struct pack *login_95(void)
{
    return talk_login_of(95);
}

static struct pack *login_named(const char *hub, const char *user)
{
    struct pack *pack = talk_method("login");
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
    struct pack *pack = talk_method("additional_connect");
    pack_add_data(pack, "session_key", TALK_KEY, sizeof TALK_KEY);
    return pack;
}

static struct pack *attach_without_key(void)
{
    return talk_method("additional_connect");
}

static struct pack *admin(void)
{
    struct pack *pack = talk_method("admin");
    pack_add_data(pack, "secure_password", TALK_KEY, SHA0_BYTES);
    return pack;
}

static struct pack *admin_without_answer(void)
{
    return talk_method("admin");
}

static struct pack *enum_hub(void)
{
    return talk_method("enum_hub");
}

static struct pack *password(void)
{
    return talk_method("password");
}

static struct pack *farm_connect(void)
{
    return talk_method("farm_connect");
}

static struct pack *unknown(void)
{
    return talk_method("direct");
}

static struct pack *no_method(void)
{
    return pack_new();
}

static struct pack *client_error(void)
{
    struct pack *pack = talk_method("login");
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
    { "password", talk_login_password, SERVER_EVENT_LOGIN, 0 },
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

static void check_method(const struct method_case *c, size_t piece)
{
    struct server_handshake *h = talk_start_greeted();
    struct server_event event = { .kind = SERVER_EVENT_NONE };
    struct noren_err err = { .code = NOREN_OK };
    struct writer text;

    writer_init(&text, 0);
    talk_request(&text, c->build());
    if (talk_say(h, &text, piece, &err) != (c->error == 0))
        fail_msg("%s: %s", c->what, err.text);
    (void)server_handshake_next_event(h, &event);
    if (event.kind != c->asks)
        fail_msg("%s: event %d", c->what, (int)event.kind);
    if (c->error != 0)
        talk_assert_error(h, c->error);
    else
        assert_int_equal(talk_answers(h).left, 0);
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
        struct server_handshake *h = talk_start_greeted();
        struct writer text;

        writer_init(&text, 0);
        writer_text(&text, table[i]);
        writer_put(&text, "\0\0\0\0", 4);
        assert_false(talk_say(h, &text, SIZE_MAX, NULL));
        talk_assert_error(h, 3);
        writer_clear(&text);
        server_handshake_free(h);
    }
}

static void test_login_fields_reach_the_owner(void **state)
{
    (void)state;
    struct server_handshake *h = talk_start_greeted();
    struct pack *pack = talk_login_password();
    struct server_event event;

    pack_add_int(pack, "max_connection", 100);
    pack_add_int(pack, "use_encrypt", 1);
    pack_add_int(pack, "use_compress", 1);
    pack_add_str(pack, "client_str", "VPN Client");
    pack_add_int(pack, "client_ver", 501);
    pack_add_int(pack, "client_build", 9674);
    talk_ask(h, pack, &event);
    assert_int_equal(event.kind, SERVER_EVENT_LOGIN);
    assert_string_equal(event.login.hub, "Hub One");
    assert_string_equal(event.login.user, "alice");
    assert_memory_equal(event.login.answer, TALK_KEY, SHA0_BYTES);
    assert_memory_equal(event.login.challenge, TALK_CHALLENGE, CHALLENGE_BYTES);
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
    struct server_handshake *h = talk_start_greeted();
    struct server_event event;

    talk_ask(h, login_plain(), &event);
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
        struct server_handshake *h = talk_start_greeted();
        struct pack *pack = login_anonymous();
        struct server_event event;

        pack_add_str(pack, "client_str", products[i]);
        talk_ask(h, pack, &event);
        assert_true(event.login.wants_bridge);
        server_handshake_free(h);
    }
}

static void test_welcome_is_sent_and_done_follows_when_it_has_left(void **state)
{
    (void)state;
    struct server_handshake *h = talk_start_greeted();
    struct server_event event;

    talk_ask(h, talk_login_password(), &event);
    server_handshake_welcome(h, &TERMS, "Good morning", 0);
    assert_false(server_handshake_next_event(h, &event));

    struct reader in = talk_answers(h);
    struct talk_answer answer = talk_read(&in, false);
    assert_string_equal(pack_text(answer.pack, "session_name"), "SID-ALICE-1");
    assert_int_equal(pack_int(answer.pack, "use_encrypt"), 1);
    assert_int_equal(pack_int(answer.pack, "timeout"), 20000);
    assert_int_equal(pack_int(answer.pack, "max_connection"), 4);
    assert_int_equal(pack_int(answer.pack, "policy:NoBridge"), 1);
    assert_memory_equal(pack_data(answer.pack, "session_key").data, TERMS.session_key, 20);
    assert_int_equal(pack_data(answer.pack, "Msg").len, strlen("Good morning"));
    pack_free(answer.pack);

    talk_drop_answers(h);
    assert_true(server_handshake_next_event(h, &event));
    assert_int_equal(event.kind, SERVER_EVENT_DONE);
    assert_int_equal(server_handshake_deadline_ms(h), NOREN_NO_DEADLINE);
    server_handshake_free(h);
}

static void test_bytes_behind_the_login_are_kept_for_data_mode(void **state)
{
    (void)state;
    struct server_handshake *h = talk_start_greeted();
    struct server_event event;
    struct writer text;

    writer_init(&text, 0);
    talk_request(&text, talk_login_password());
    writer_text(&text, "data");
    assert_true(talk_say(h, &text, SIZE_MAX, NULL));
    assert_true(server_handshake_next_event(h, &event));
    server_handshake_welcome(h, &TERMS, NULL, 0);
    writer_reset(&text);
    writer_text(&text, " mode");
    assert_true(talk_say(h, &text, 1, NULL));
    talk_drop_answers(h);
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
    struct server_handshake *attached = talk_start_greeted();
    struct server_handshake *admitted = talk_start_greeted();
    struct server_event event;

    talk_ask(attached, attach(), &event);
    assert_memory_equal(event.session_key, TALK_KEY, sizeof TALK_KEY);
    server_handshake_attach(attached, PROTO_DIRECTION_TO_CLIENT, 0);
    struct reader in = talk_answers(attached);
    struct talk_answer answer = talk_read(&in, false);
    assert_true(pack_has(answer.pack, "error"));
    assert_int_equal(pack_int(answer.pack, "error"), 0);
    assert_int_equal(pack_int(answer.pack, "direction"), 1);
    pack_free(answer.pack);

    talk_ask(admitted, admin(), &event);
    assert_string_equal(event.login.hub, "");
    assert_memory_equal(event.login.challenge, TALK_CHALLENGE, CHALLENGE_BYTES);
    server_handshake_admit_admin(admitted, 0);
    in = talk_answers(admitted);
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
    struct server_handshake *h = talk_start_greeted();
    struct server_event event;
    struct noren_err err;

    talk_ask(h, enum_hub(), &event);
    server_handshake_list_hubs(h, hubs, noren_countof(hubs), 100);
    struct reader in = talk_answers(h);
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
    struct server_handshake *h = talk_start_greeted();
    struct server_event event;

    talk_ask(h, enum_hub(), &event);
    server_handshake_list_hubs(h, NULL, 0, 0);
    struct reader in = talk_answers(h);
    struct talk_answer answer = talk_read(&in, false);
    assert_false(pack_has(answer.pack, "HubName"));
    assert_true(pack_has(answer.pack, "NumHub"));
    pack_free(answer.pack);
    server_handshake_free(h);
}

static void test_refusal_is_sent_and_nothing_is_read_after_it(void **state)
{
    (void)state;
    struct server_handshake *h = talk_start_greeted();
    struct server_event event;
    struct noren_err err;

    talk_ask(h, talk_login_password(), &event);
    server_handshake_refuse(h, PROTO_E_AUTH, 0);
    talk_assert_error(h, 9);
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
    struct server_handshake *h = talk_start_greeted();
    struct noren_err err;
    struct writer text;
    size_t count = 0;

    writer_init(&text, 0);
    talk_request(&text, noop(2)); /* an answer: never answered */
    for (size_t i = 0; i < HANDSHAKE_NOOPS_MAX; i++)
        talk_request(&text, noop(1));
    assert_false(talk_say(h, &text, SIZE_MAX, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);
    for (struct reader in = talk_answers(h); reader_left(&in) > 0; count++) {
        struct talk_answer answer = talk_read(&in, false);
        assert_int_equal(pack_int(answer.pack, "noop"), 1);
        pack_free(answer.pack);
    }
    assert_int_equal(count, HANDSHAKE_NOOPS_MAX - 1);
    writer_clear(&text);
    server_handshake_free(h);
}
int main(void)
{
    static const struct CMUnitTest tests[] = {
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
