/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/unit/session_client.h"

#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/io/listener.h"

static void flush(struct test_client *client)
{
    const uint8_t *bytes;
    size_t len;

    while ((len = client_handshake_pending(client->handshake, &bytes)) > 0
            && link_send(client->link, bytes, len))
        client_handshake_sent(client->handshake, len);
}

static void take_frames(struct test_client *client, const uint8_t *bytes, size_t len)
{
    struct reader in = reader_over(bytes, len);
    struct bytes frame;

    while (stream_next(client->stream, &in, &frame, loop_now_ms(client->loop), NULL)
            == STREAM_FRAME) {
        noren_assert(client->count < CLIENT_FRAMES_MAX);
        memcpy(&client->number[client->count++], frame.data + 14, sizeof(uint16_t));
    }
}

static void start_stream(struct test_client *client)
{
    struct stream_terms terms = {
        .use_compress = client->terms.use_compress,
        .may_send = true,
        .may_receive = true,
        .timeout_ms = client->terms.timeout_ms,
    };
    struct bytes rest = client_handshake_rest(client->handshake);

    client->stream = stream_new(&terms, 1, loop_now_ms(client->loop));
    if (rest.len > 0)
        take_frames(client, rest.data, rest.len);
}

static void run_event(struct test_client *client, const struct client_event *event)
{
    if (event->kind == CLIENT_EVENT_WELCOME) {
        client->terms = event->terms;
        start_stream(client);
        client->welcomed = true;
    } else if (event->kind == CLIENT_EVENT_ADMITTED) {
        client->admitted = true;
    } else if (event->kind == CLIENT_EVENT_REFUSED) {
        client->error = event->error;
        client->refused = true;
    }
}

static void on_open(struct link *link, void *ctx)
{
    struct test_client *client = ctx;

    (void)link;
    client->open = true;
    if (!client->plain_tls)
        flush(client);
}

static void on_bytes(struct link *link, void *ctx, const uint8_t *bytes, size_t len)
{
    struct test_client *client = ctx;
    struct client_event event;

    (void)link;
    if (client->plain_tls) {
        size_t part = len < sizeof client->raw - 1 - client->raw_len
                              ? len
                              : sizeof client->raw - 1 - client->raw_len;
        memcpy(client->raw + client->raw_len, bytes, part);
        client->raw_len += part;
        return;
    }
    if (client->stream != NULL) {
        take_frames(client, bytes, len);
        return;
    }
    if (!client_handshake_receive(
                client->handshake, bytes, len, loop_now_ms(client->loop), &client->why))
        return;
    flush(client);
    while (client_handshake_next_event(client->handshake, &event))
        run_event(client, &event);
}

static void on_closed(struct link *link, void *ctx, const struct noren_err *why)
{
    struct test_client *client = ctx;

    (void)link;
    client->why = *why;
    client->link = NULL;
    client->closed = true;
}

static struct client_handshake *start_handshake(
        const struct client_login *login, const char *host, uint16_t port, int64_t now_ms)
{
    struct secret password = { 0 };
    struct client_request request = {
        .method = login->method,
        .server = host,
        .port = port,
        .hub = login->hub,
        .user = login->user,
        .auth_type = login->type,
        .password = &password,
        .max_connection = 1,
        .product = "Test Client",
        .version = 100,
        .build = 1,
        .session_key = login->session_key,
    };

    if (login->password != NULL)
        secret_set(&password, login->password, strlen(login->password));
    struct client_handshake *handshake = client_handshake_new(&request, now_ms);
    secret_clear(&password);
    return handshake;
}

struct test_client *test_client_new(struct loop *loop, struct tls_context *tls, const char *where,
        const struct client_login *login)
{
    static const struct link_callbacks callbacks = {
        .on_open = on_open,
        .on_bytes = on_bytes,
        .on_closed = on_closed,
    };
    struct test_client *client = noren_alloc(sizeof *client);
    char host[256];
    uint16_t port;

    noren_assert(noren_split_host_port(where, host, &port, NULL));
    client->loop = loop;
    client->plain_tls = login == NULL;
    if (login != NULL)
        client->handshake = start_handshake(login, host, port, loop_now_ms(loop));
    client->link = link_connect(loop, host, port, tls, &callbacks, client);
    return client;
}

void test_client_free(struct test_client *client)
{
    if (client->link != NULL)
        link_close(client->link);
    noren_assert(client_until(client, &client->closed));
    client_handshake_free(client->handshake);
    stream_free(client->stream);
    free(client);
}

static void on_late(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
}

static void on_timer_closed(uv_handle_t *timer)
{
    *(bool *)timer->data = true;
}

/* Turns the loop until done() says so or it is too late. */
static bool turn(struct test_client *client, bool (*done)(const struct test_client *, const void *),
        const void *arg)
{
    uv_loop_t *uv = loop_uv(client->loop);
    uv_timer_t timer;
    bool late = false;

    uv_update_time(uv);
    uv_timer_init(uv, &timer);
    timer.data = &late;
    uv_timer_start(&timer, on_late, CLIENT_WAIT_MS, 0);
    while (!done(client, arg) && !late)
        uv_run(uv, UV_RUN_ONCE);
    bool is_done = done(client, arg);
    bool closed = false;
    timer.data = &closed;
    uv_close((uv_handle_t *)&timer, on_timer_closed);
    while (!closed)
        uv_run(uv, UV_RUN_NOWAIT);
    return is_done;
}

static bool flag_is_set(const struct test_client *client, const void *flag)
{
    (void)client;
    return *(const bool *)flag;
}

static bool has_frames(const struct test_client *client, const void *count)
{
    return client->count >= *(const size_t *)count;
}

bool client_has(const struct test_client *client, uint16_t number)
{
    for (size_t i = 0; i < client->count; i++) {
        if (client->number[i] == number)
            return true;
    }
    return false;
}

static bool has_number(const struct test_client *client, const void *number)
{
    return client_has(client, *(const uint16_t *)number);
}

bool client_until_number(struct test_client *client, uint16_t number)
{
    return turn(client, has_number, &number);
}

bool client_until(struct test_client *client, const bool *flag)
{
    return turn(client, flag_is_set, flag);
}

bool client_until_frames(struct test_client *client, size_t count)
{
    return turn(client, has_frames, &count);
}

void client_send(struct test_client *client, uint8_t to, uint8_t from, uint16_t first, size_t count)
{
    struct writer out;

    writer_init(&out, 0);
    for (size_t i = 0; i < count; i++) {
        uint8_t frame[60] = { 0x5e, 0, 0, 0, 0, to, 0x5e, 0, 0, 0, 0, from };
        uint16_t number = (uint16_t)(first + i);
        struct bytes bytes = { .data = frame, .len = sizeof frame };

        if (to == 0xff)
            memset(frame, 0xff, 6);
        memcpy(frame + 14, &number, sizeof number);
        stream_put(client->stream, &bytes, 1, &out, loop_now_ms(client->loop));
    }
    noren_assert(link_send(client->link, out.data, out.len));
    writer_clear(&out);
}
