/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/proto/handshake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const uint8_t CHALLENGE[CHALLENGE_BYTES] = { 1, 2, 3 };
static const struct proto_session_terms TERMS = {
    .session_name = "SID-X-1",
    .connection_name = "CID-1",
    .max_connection = 1,
    .use_encrypt = true,
    .timeout_ms = PROTO_TIMEOUT_DEFAULT_MS,
};

static void check_login(const struct server_login *login)
{
    noren_assert(strlen(login->hub) <= PROTO_NAME_MAX && strlen(login->user) <= PROTO_NAME_MAX);
    noren_assert(login->max_connection >= 1 && login->max_connection <= PROTO_CONNECTIONS_MAX);
    noren_assert(login->client_product != NULL && login->pack != NULL);
    noren_assert(login->auth_type != PROTO_AUTH_PASSWORD || login->answer != NULL);
    noren_assert(login->auth_type != PROTO_AUTH_PLAIN || login->plain_password != NULL);
}

/* The user's name decides the answer, so that the fuzzer reaches all of them. */
static void answer(struct server_handshake *h, const struct server_event *event)
{
    static const char *const hubs[] = { "A", "B" };

    switch (event->kind) {
    case SERVER_EVENT_LOGIN:
        check_login(&event->login);
        if (event->login.user[0] == 'x')
            server_handshake_refuse(h, PROTO_E_AUTH, 0);
        else
            server_handshake_welcome(h, &TERMS, "hello", 0);
        return;
    case SERVER_EVENT_ADMIN:
        check_login(&event->login);
        server_handshake_admit_admin(h, 0);
        return;
    case SERVER_EVENT_ATTACH:
        noren_assert(event->session_key != NULL);
        server_handshake_attach(h, PROTO_DIRECTION_BOTH, 0);
        return;
    case SERVER_EVENT_ENUM_HUB:
        server_handshake_list_hubs(h, hubs, noren_countof(hubs), 0);
        return;
    case SERVER_EVENT_NONE:
    case SERVER_EVENT_DONE:
        return;
    }
}

/* The first byte is the size of the pieces in which the rest arrives; 0 means in one. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct reader in = reader_over(data, len);
    size_t piece = reader_u8(&in);
    struct server_handshake *h = server_handshake_new("Server", CHALLENGE, 0);
    bool ok = true;

    while (ok && reader_left(&in) > 0) {
        size_t part = piece > 0 && piece < reader_left(&in) ? piece : reader_left(&in);
        struct server_event event;
        const uint8_t *pending;

        ok = server_handshake_receive(h, reader_take(&in, part), part, 0, NULL);
        while (server_handshake_next_event(h, &event))
            answer(h, &event);
        server_handshake_sent(h, server_handshake_pending(h, &pending));
    }
    noren_assert(server_handshake_rest(h).len <= len);
    server_handshake_free(h);
    return 0;
}
