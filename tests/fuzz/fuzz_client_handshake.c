/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/proto/handshake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const uint8_t KEY[PROTO_SESSION_KEY_BYTES] = { 9 };

static void check_event(const struct client_event *event)
{
    switch (event->kind) {
    case CLIENT_EVENT_WELCOME:
        noren_assert(event->terms.use_encrypt);
        noren_assert(event->terms.timeout_ms >= PROTO_TIMEOUT_MIN_MS);
        noren_assert(event->terms.timeout_ms <= PROTO_TIMEOUT_MAX_MS);
        noren_assert(event->terms.max_connection >= 1 && event->terms.max_connection <= 8);
        noren_assert(strlen(event->message) <= 80 * 1024);
        return;
    case CLIENT_EVENT_ATTACHED:
        noren_assert(event->direction <= PROTO_DIRECTION_TO_SERVER);
        return;
    case CLIENT_EVENT_REFUSED:
        noren_assert(event->error != 0);
        return;
    case CLIENT_EVENT_REDIRECT:
        noren_assert(event->redirect_port != 0 && event->ticket != NULL);
        noren_assert(event->redirect_cert.len > 0);
        return;
    case CLIENT_EVENT_ADMITTED:
    case CLIENT_EVENT_NONE:
        return;
    }
}

/* The first byte is the method, the second the size of the pieces (0: in one). */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct reader in = reader_over(data, len);
    struct client_request request = {
        .method = (enum client_method)(reader_u8(&in) % 3),
        .server = "192.0.2.1",
        .port = 443,
        .hub = "HUB",
        .user = "alice",
        .product = "Product",
        .max_connection = 8,
        .session_key = KEY,
    };
    size_t piece = reader_u8(&in);
    struct client_handshake *h = client_handshake_new(&request, 0);
    bool ok = true;

    while (ok && reader_left(&in) > 0) {
        size_t part = piece > 0 && piece < reader_left(&in) ? piece : reader_left(&in);
        struct client_event event;
        const uint8_t *pending;

        ok = client_handshake_receive(h, reader_take(&in, part), part, 0, NULL);
        while (client_handshake_next_event(h, &event))
            check_event(&event);
        client_handshake_sent(h, client_handshake_pending(h, &pending));
    }
    noren_assert(client_handshake_rest(h).len <= len);
    client_handshake_free(h);
    return 0;
}
