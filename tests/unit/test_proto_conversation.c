/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/proto/handshake.h"
#include "noren/proto/stream.h"

#include "tests/unit/test.h"

/* Both roles against each other in memory: from the signature to frames in both directions. */

static const uint8_t CHALLENGE[CHALLENGE_BYTES] = { 3, 1, 4, 1, 5 };
static const uint8_t KEY[PROTO_SESSION_KEY_BYTES] = { 2, 7, 1 };

static const struct {
    const char *user;
    const char *password;
} ACCOUNT = { "Alice", "Secret123" };

/* What the server knows and how it decides. */
static enum proto_error decide(const struct server_login *login)
{
    if (strcmp(login->hub, "HUB") != 0)
        return PROTO_E_HUB_NOT_FOUND;
    if (login->auth_type == PROTO_AUTH_PLAIN)
        return strcmp(login->plain_password, ACCOUNT.password) == 0 ? PROTO_OK : PROTO_E_AUTH;
    if (login->auth_type != PROTO_AUTH_PASSWORD)
        return PROTO_E_AUTH_TYPE;

    struct sha0_digest hash = password_hash_user(ACCOUNT.password, ACCOUNT.user);
    struct sha0_digest want = password_answer(&hash, login->challenge);
    return secret_equal(want.byte, login->answer, SHA0_BYTES) ? PROTO_OK : PROTO_E_AUTH;
}

static void welcome(struct server_handshake *server, const struct server_login *login)
{
    struct proto_session_terms terms = {
        .session_name = "SID-ALICE-1",
        .connection_name = "CID-1",
        .session_key = { 9, 8, 7 },
        .max_connection = login->max_connection,
        .use_encrypt = true,
        .use_compress = login->use_compress,
        .timeout_ms = PROTO_TIMEOUT_DEFAULT_MS,
    };

    server_handshake_welcome(server, &terms, "Welcome!", 0);
}

static void answer(struct server_handshake *server, const struct server_event *event)
{
    enum proto_error error;

    switch (event->kind) {
    case SERVER_EVENT_LOGIN:
        error = decide(&event->login);
        if (error == PROTO_OK)
            welcome(server, &event->login);
        else
            server_handshake_refuse(server, error, 0);
        return;
    case SERVER_EVENT_ATTACH:
        if (memcmp(event->session_key, KEY, sizeof KEY) == 0)
            server_handshake_attach(server, PROTO_DIRECTION_BOTH, 0);
        else
            server_handshake_refuse(server, PROTO_E_SESSION_UNKNOWN, 0);
        return;
    case SERVER_EVENT_ADMIN:
        server_handshake_admit_admin(server, 0);
        return;
    case SERVER_EVENT_ENUM_HUB:
    case SERVER_EVENT_DONE:
    case SERVER_EVENT_NONE:
        return;
    }
}

/* One connection: bytes cross in pieces until both sides are silent. */
struct connection {
    struct client_handshake *client;
    struct server_handshake *server;
    size_t piece;
    struct client_event client_event; /* the last one */
    bool server_done;
};

static bool pass_to_server(struct connection *c)
{
    const uint8_t *bytes;
    size_t len = client_handshake_pending(c->client, &bytes);
    struct server_event event;

    if (len == 0)
        return false;
    len = len < c->piece ? len : c->piece;
    assert_true(server_handshake_receive(c->server, bytes, len, 0, NULL));
    client_handshake_sent(c->client, len);
    while (server_handshake_next_event(c->server, &event))
        answer(c->server, &event);
    return true;
}

static bool pass_to_client(struct connection *c)
{
    const uint8_t *bytes;
    size_t len = server_handshake_pending(c->server, &bytes);
    struct server_event event;

    if (len == 0)
        return false;
    len = len < c->piece ? len : c->piece;
    assert_true(client_handshake_receive(c->client, bytes, len, 0, NULL));
    server_handshake_sent(c->server, len);
    while (server_handshake_next_event(c->server, &event))
        c->server_done |= event.kind == SERVER_EVENT_DONE;
    (void)client_handshake_next_event(c->client, &c->client_event);
    return true;
}

static struct connection converse(const struct client_request *request, size_t piece)
{
    struct connection c = {
        .client = client_handshake_new(request, 0),
        .server = server_handshake_new("Some Server", CHALLENGE, 0),
        .piece = piece,
    };

    while (pass_to_server(&c) || pass_to_client(&c))
        ;
    return c;
}

static void hang_up(struct connection *c)
{
    client_handshake_free(c->client);
    server_handshake_free(c->server);
}

struct line {
    enum client_method method;
    const char *hub;
    const char *user;
    const char *password;
    enum proto_auth_type auth_type;
    enum client_event_kind ends;
    uint32_t error;
};

static const struct line CONVERSATIONS[] = {
    { CLIENT_LOGIN, "HUB", "Alice", "Secret123", PROTO_AUTH_PASSWORD, CLIENT_EVENT_WELCOME, 0 },
    { CLIENT_LOGIN, "HUB", "aLICE", "Secret123", PROTO_AUTH_PASSWORD, CLIENT_EVENT_WELCOME, 0 },
    { CLIENT_LOGIN, "HUB", "Alice", "Secret123", PROTO_AUTH_PLAIN, CLIENT_EVENT_WELCOME, 0 },
    { CLIENT_LOGIN, "HUB", "Alice", "secret123", PROTO_AUTH_PASSWORD, CLIENT_EVENT_REFUSED, 9 },
    { CLIENT_LOGIN, "HUB", "Bob", "Secret123", PROTO_AUTH_PASSWORD, CLIENT_EVENT_REFUSED, 9 },
    { CLIENT_LOGIN, "HUB", "Alice", "wrong", PROTO_AUTH_PLAIN, CLIENT_EVENT_REFUSED, 9 },
    { CLIENT_LOGIN, "HUX", "Alice", "Secret123", PROTO_AUTH_PASSWORD, CLIENT_EVENT_REFUSED, 8 },
    { CLIENT_LOGIN, "HUB", "Alice", "", PROTO_AUTH_ANONYMOUS, CLIENT_EVENT_REFUSED, 7 },
    { CLIENT_ATTACH, "HUB", "Alice", "", PROTO_AUTH_ANONYMOUS, CLIENT_EVENT_ATTACHED, 0 },
    { CLIENT_ADMIN, "HUB", "Alice", "x", PROTO_AUTH_ANONYMOUS, CLIENT_EVENT_ADMITTED, 0 },
};

static struct connection play(const struct line *line, bool use_compress, size_t piece)
{
    noren_cleanup(secret_clear) struct secret password = { 0 };
    struct client_request request = {
        .method = line->method,
        .server = "192.0.2.1",
        .port = 443,
        .hub = line->hub,
        .user = line->user,
        .auth_type = line->auth_type,
        .password = &password,
        .max_connection = 1,
        .use_compress = use_compress,
        .product = "Example",
        .session_key = KEY,
    };

    secret_set(&password, line->password, strlen(line->password));
    return converse(&request, piece);
}

static void test_each_conversation_ends_as_it_should_however_its_bytes_are_cut(void **state)
{
    (void)state;
    static const size_t pieces[] = { SIZE_MAX, 1, 2, 17, 300 };

    for (size_t i = 0; i < noren_countof(CONVERSATIONS); i++) {
        for (size_t p = 0; p < noren_countof(pieces); p++) {
            const struct line *line = &CONVERSATIONS[i];
            struct connection c = play(line, false, pieces[p]);

            if (c.client_event.kind != line->ends || c.client_event.error != line->error)
                fail_msg("conversation %zu ended with %d, error %u", i, (int)c.client_event.kind,
                        c.client_event.error);
            assert_int_equal(c.server_done, line->ends != CLIENT_EVENT_REFUSED);
            hang_up(&c);
        }
    }
}

/* ---- data mode after it ---- */

enum { FRAMES = 40, TICKS = 5 };

/* One direction: `from` sends FRAMES frames with keep-alives between them. */
static void stream_across(struct stream *from, struct stream *to, size_t piece)
{
    uint8_t sent[STREAM_FRAME_MAX];
    size_t heard = 0;
    struct writer wire;

    writer_init(&wire, 0);
    for (size_t i = 0; i < FRAMES; i++) {
        struct bytes frame = { .data = sent, .len = STREAM_FRAME_MIN + i * 40 };
        memset(sent, (int)i, sizeof sent);
        stream_put(from, &frame, 1, &wire, 0);
        assert_true(stream_tick(from, &wire, stream_deadline_ms(from), NULL));

        struct reader all = reader_over(wire.data, wire.len);
        while (reader_left(&all) > 0) {
            size_t part = piece < reader_left(&all) ? piece : reader_left(&all);
            struct reader in = reader_over(reader_take(&all, part), part);
            struct bytes got;
            while (stream_next(to, &in, &got, 0, NULL) == STREAM_FRAME) {
                assert_int_equal(got.len, frame.len);
                assert_memory_equal(got.data, sent, frame.len);
                heard++;
            }
        }
        writer_reset(&wire);
    }
    assert_int_equal(heard, FRAMES);
    assert_true(stream_get_counters(to)->keepalives_in >= FRAMES);
    writer_clear(&wire);
}

static void check_data_mode(bool use_compress, size_t piece)
{
    struct connection c = play(&CONVERSATIONS[0], use_compress, piece);
    struct stream_terms terms = {
        .use_compress = c.client_event.terms.use_compress,
        .may_send = true,
        .may_receive = false, /* time stands still in this test */
        .timeout_ms = c.client_event.terms.timeout_ms,
    };
    struct stream *near = stream_new(&terms, 1, 0);
    struct stream *far = stream_new(&terms, 2, 0);

    assert_int_equal(terms.use_compress, use_compress);
    stream_across(near, far, piece);
    stream_across(far, near, piece);
    stream_free(near);
    stream_free(far);
    hang_up(&c);
}

static void test_frames_cross_in_both_directions_after_the_welcome(void **state)
{
    (void)state;
    static const size_t pieces[] = { SIZE_MAX, 1, 1000 };

    for (size_t p = 0; p < noren_countof(pieces); p++) {
        check_data_mode(false, pieces[p]);
        check_data_mode(true, pieces[p]);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_conversation_ends_as_it_should_however_its_bytes_are_cut),
        cmocka_unit_test(test_frames_cross_in_both_directions_after_the_welcome),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
