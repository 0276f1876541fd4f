/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "engine/session.h"

#include <netinet/in.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/crypto/random.h"

struct session {
    struct loop *loop;
    struct link *link;
    struct client_request request;
    struct client_handshake *handshake; /* from TLS until logged in */
    struct stream *stream;              /* from then on */
    struct loop_timer timer;
    struct writer out;
    struct session_callbacks callbacks;
    void *ctx;
    struct noren_err broken; /* our own reason to close, if any */
    uint32_t refused;
    bool is_closing;
    bool is_abandoned;
};

static void session_free(struct session *session)
{
    loop_timer_clear(&session->timer);
    client_handshake_free(session->handshake);
    stream_free(session->stream);
    writer_clear(&session->out);
    free(session);
}

/* The reason is told when the link is down. */
static void close_for(struct session *session, const struct noren_err *why)
{
    if (session->is_closing)
        return;
    session->is_closing = true;
    if (why != NULL)
        session->broken = *why;
    loop_timer_set(&session->timer, NOREN_NO_DEADLINE);
    link_close(session->link);
}

static void flush(struct session *session)
{
    struct noren_err err = { 0 };

    if (session->out.len > 0 && !link_send(session->link, session->out.data, session->out.len)
            && !session->is_closing) {
        noren_err_set(&err, NOREN_E_LIMIT, "too much waits to be sent");
        close_for(session, &err);
    }
    writer_reset(&session->out);
}

static void send_handshake(struct session *session)
{
    const uint8_t *bytes = NULL;
    size_t len = client_handshake_pending(session->handshake, &bytes);

    if (len == 0)
        return;
    if (!link_send(session->link, bytes, len)) {
        struct noren_err err = { 0 };
        noren_err_set(&err, NOREN_E_CLOSED, "connection lost during log-in");
        close_for(session, &err);
        return;
    }
    client_handshake_sent(session->handshake, len);
}

static void arm(struct session *session)
{
    if (session->is_closing)
        return;
    loop_timer_set(&session->timer, session->stream != NULL
                                            ? stream_deadline_ms(session->stream)
                                            : client_handshake_deadline_ms(session->handshake));
}

static void tick_stream(struct session *session)
{
    struct noren_err err = { 0 };

    if (!stream_tick(session->stream, &session->out, loop_now_ms(session->loop), &err))
        close_for(session, &err);
    else
        flush(session);
}

static void receive_frames(struct session *session, const uint8_t *bytes, size_t len)
{
    struct reader in = reader_over(bytes, len);
    struct noren_err err = { 0 };
    struct bytes frame = { 0 };
    enum stream_result result;

    while ((result = stream_next(session->stream, &in, &frame, loop_now_ms(session->loop), &err))
            == STREAM_FRAME) {
        session->callbacks.on_frame(session->ctx, frame);
        if (session->is_closing)
            break;
    }
    session->callbacks.on_frames_end(session->ctx);
    if (result == STREAM_BROKEN)
        close_for(session, &err);
}

static void start_stream(struct session *session, const struct client_event *event)
{
    struct client_handshake *handshake = noren_steal(&session->handshake);
    struct noren_err err = { 0 };
    struct stream_terms terms = {
        .use_compress = event->terms.use_compress,
        .may_send = true,
        .may_receive = true,
        .timeout_ms = event->terms.timeout_ms,
    };
    uint64_t seed = 0;

    if (!event->terms.use_encrypt) {
        /* the server asks to go on in the open: never */
        noren_err_set(&err, NOREN_E_TRUST, "the server wants to go on without encryption");
        close_for(session, &err);
        client_handshake_free(handshake);
        return;
    }
    noren_random(&seed, sizeof seed);
    session->stream = stream_new(&terms, seed, loop_now_ms(session->loop));
    session->callbacks.on_up(session->ctx, &event->terms, event->message);
    if (!session->is_closing) {
        struct bytes rest = client_handshake_rest(handshake);
        tick_stream(session);
        if (rest.len > 0 && !session->is_closing)
            receive_frames(session, rest.data, rest.len);
    }
    client_handshake_free(handshake);
}

static void on_handshake_event(struct session *session, const struct client_event *event)
{
    struct noren_err err = { 0 };

    switch (event->kind) {
    case CLIENT_EVENT_NONE:
        return;
    case CLIENT_EVENT_WELCOME:
        start_stream(session, event);
        return;
    case CLIENT_EVENT_REFUSED:
        session->refused = event->error == 0 ? PROTO_E_INTERNAL : event->error;
        close_for(session, NULL);
        return;
    case CLIENT_EVENT_REDIRECT:
        noren_err_set(&err, NOREN_E_STATE, "the server sends us to another one of its cluster");
        close_for(session, &err);
        return;
    case CLIENT_EVENT_ATTACHED:
    case CLIENT_EVENT_ADMITTED:
        noren_err_set(&err, NOREN_E_PROTOCOL, "answer to a question that was not asked");
        close_for(session, &err);
        return;
    }
}

static void after_handshake_step(struct session *session, bool good, const struct noren_err *err)
{
    struct client_event event;

    while (session->handshake != NULL && !session->is_closing
            && client_handshake_next_event(session->handshake, &event))
        on_handshake_event(session, &event);
    if (session->handshake != NULL && !session->is_closing)
        send_handshake(session);
    if (!good)
        close_for(session, err);
    arm(session);
}

static void on_due(void *ctx)
{
    struct session *session = ctx;
    struct noren_err err = { 0 };

    if (session->is_closing)
        return;
    if (session->stream != NULL) {
        tick_stream(session);
        arm(session);
        return;
    }
    bool good = client_handshake_tick(session->handshake, loop_now_ms(session->loop), &err);
    after_handshake_step(session, good, &err);
}

static void on_open(struct link *link, void *ctx)
{
    struct session *session = ctx;

    (void)link;
    if (session->is_closing)
        return;
    /* made only now: its time limits are about the talk, not about a slow way there */
    session->handshake = client_handshake_new(&session->request, loop_now_ms(session->loop));
    after_handshake_step(session, true, NULL);
}

static void on_bytes(struct link *link, void *ctx, const uint8_t *bytes, size_t len)
{
    struct session *session = ctx;
    struct noren_err err = { 0 };

    (void)link;
    if (session->is_closing)
        return;
    if (session->stream != NULL) {
        receive_frames(session, bytes, len);
        arm(session);
        return;
    }
    if (session->handshake == NULL)
        return;
    bool good = client_handshake_receive(
            session->handshake, bytes, len, loop_now_ms(session->loop), &err);
    after_handshake_step(session, good, &err);
}

static void on_drained(struct link *link, void *ctx)
{
    struct session *session = ctx;

    (void)link;
    if (!session->is_closing && session->stream != NULL)
        session->callbacks.on_drained(session->ctx);
}

static void on_closed(struct link *link, void *ctx, const struct noren_err *why)
{
    struct session *session = ctx;
    struct session_callbacks callbacks = session->callbacks;
    const struct noren_err *told = session->broken.code != NOREN_OK ? &session->broken : why;
    void *outer = session->ctx;
    struct session_end end = {
        .code = told->code, .refused = session->refused, .text = told->text
    };

    (void)link;
    if (session->is_abandoned) {
        session_free(session);
        if (callbacks.on_gone != NULL)
            callbacks.on_gone(outer);
        return;
    }
    struct noren_err text = *told; /* outlives the session */
    end.text = text.text;
    session_free(session);
    callbacks.on_end(outer, &end);
}

struct session *session_start(
        const struct session_config *config, const struct session_callbacks *callbacks, void *ctx)
{
    static const struct link_callbacks link_callbacks = {
        .on_open = on_open,
        .on_bytes = on_bytes,
        .on_drained = on_drained,
        .on_closed = on_closed,
    };
    struct session *session = noren_alloc(sizeof *session);

    session->loop = config->loop;
    session->callbacks = *callbacks;
    session->ctx = ctx;
    writer_init(&session->out, 0);
    loop_timer_init(&session->timer, config->loop, on_due, session);
    session->request = config->request;
    session->link =
            link_connect_at(config->loop, config->address != NULL ? config->address : config->host,
                    config->host, config->port, config->tls, &link_callbacks, session);
    return session;
}

void session_abandon(struct session *session)
{
    session->is_abandoned = true;
    close_for(session, NULL);
}

bool session_send(struct session *session, const struct bytes *frames, size_t count)
{
    if (session->stream == NULL || session->is_closing)
        return false;
    stream_put(session->stream, frames, count, &session->out, loop_now_ms(session->loop));
    flush(session);
    arm(session);
    return !session->is_closing;
}

bool session_is_full(const struct session *session)
{
    return link_is_full(session->link);
}

uint32_t session_server_ip(const struct session *session)
{
    const struct sockaddr *peer = link_peer(session->link);
    struct sockaddr_in in;

    if (peer == NULL || peer->sa_family != AF_INET)
        return 0;
    memcpy(&in, peer, sizeof in);
    return in.sin_addr.s_addr;
}

void session_server_address(const struct session *session, char out[64])
{
    const struct sockaddr *peer = link_peer(session->link);

    if (peer == NULL || uv_ip_name(peer, out, 64) != 0)
        out[0] = '\0';
}
