/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "sdk/norenctl/rpc.h"

#include <stdio.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/base/log.h"
#include "noren/crypto/cert.h"
#include "noren/io/link.h"
#include "noren/proto/handshake.h"
#include "noren/proto/rpc_frame.h"

#include "sdk/norenctl/sheet.h"

enum {
    CALL_MS = 60000, /**< for one reply */
    CAS_MAX = 16,
    CLIENT_VERSION = 501,
    CLIENT_BUILD = 9674,
};

struct rpc {
    const struct rpc_target *target;
    rpc_step step;
    void *ctx;
    struct loop *loop;
    struct tls_context *tls;
    struct link *link;
    struct loop_timer timer;
    struct client_handshake *handshake; /**< NULL once admitted */
    struct rpc_framer framer;
    enum ctl_exit exit;
    struct noren_err err; /**< the first failure */
    bool is_over;         /**< the result is known; only the close is awaited */
};

/* ---- the end ---- */

static void end(struct rpc *rpc, enum ctl_exit how)
{
    if (rpc->is_over)
        return;
    rpc->is_over = true;
    rpc->exit = how;
    loop_timer_set(&rpc->timer, NOREN_NO_DEADLINE);
    link_close(rpc->link);
}

static void end_with_error(struct rpc *rpc, uint32_t error, const char *text)
{
    noren_err_set(&rpc->err, NOREN_E_STATE, "%s", text[0] != '\0' ? text : error_text(error));
    end(rpc, exit_from_error(error));
}

static void link_on_closed(struct link *link, void *ctx, const struct noren_err *why)
{
    struct rpc *rpc = ctx;

    (void)link;
    rpc->link = NULL;
    if (!rpc->is_over) {
        rpc->is_over = true;
        rpc->err = *why;
        if (why->code == NOREN_OK || why->code == NOREN_E_CLOSED)
            noren_err_set(&rpc->err, NOREN_E_CLOSED, "the server closed the connection");
        rpc->exit = exit_from_code(rpc->err.code);
    }
    loop_stop(rpc->loop);
}

/* ---- calls ---- */

static void send_next(struct rpc *rpc, const struct pack *reply)
{
    struct pack *request = rpc->step(rpc->ctx, reply);
    struct writer out;

    if (request == NULL) {
        end(rpc, CTL_DONE);
        return;
    }
    writer_init_secret(&out, RPC_REQUEST_MAX);
    size_t start = rpc_frame_begin(&out);
    pack_write(request, &out);
    rpc_frame_end(&out, start);
    pack_free(request);
    (void)link_send(rpc->link, out.data, out.len);
    writer_clear(&out);
    loop_timer_set(&rpc->timer, loop_now_ms(rpc->loop) + CALL_MS);
}

static void take_reply(struct rpc *rpc, struct bytes frame)
{
    char text[200];
    struct pack *reply = pack_read(frame.data, frame.len, &PACK_LIMITS_RPC, &rpc->err);

    rpc_framer_drop(&rpc->framer);
    if (reply == NULL) {
        end(rpc, exit_from_code(rpc->err.code));
        return;
    }
    uint32_t error = pack_int(reply, "error");
    (void)snprintf(text, sizeof text, "%s", pack_text(reply, "noren_error_text"));
    text_make_safe(text);
    if (error != 0)
        end_with_error(rpc, error, text);
    else
        send_next(rpc, reply);
    pack_free(reply);
}

static void take_reply_bytes(struct rpc *rpc, const uint8_t *bytes, size_t len)
{
    struct bytes frame;

    if (!rpc_framer_receive(&rpc->framer, bytes, len, &rpc->err)) {
        end(rpc, CTL_UNREACHABLE);
        return;
    }
    switch (rpc_framer_peek(&rpc->framer, &frame, &rpc->err)) {
    case RPC_FRAME_NONE:
        return;
    case RPC_FRAME_BROKEN:
        end(rpc, CTL_UNREACHABLE);
        return;
    case RPC_FRAME_READY:
        take_reply(rpc, frame);
        return;
    }
}

/* ---- log-in ---- */

static void flush_handshake(struct rpc *rpc)
{
    const uint8_t *bytes;
    size_t len = client_handshake_pending(rpc->handshake, &bytes);

    if (len == 0)
        return;
    (void)link_send(rpc->link, bytes, len);
    client_handshake_sent(rpc->handshake, len);
}

static void on_admitted(struct rpc *rpc)
{
    struct client_handshake *handshake = noren_steal(&rpc->handshake);
    struct bytes rest = client_handshake_rest(handshake);

    send_next(rpc, NULL);
    if (rest.len > 0 && !rpc->is_over)
        take_reply_bytes(rpc, rest.data, rest.len);
    client_handshake_free(handshake);
}

static void take_event(struct rpc *rpc, const struct client_event *event)
{
    switch (event->kind) {
    case CLIENT_EVENT_ADMITTED:
        on_admitted(rpc);
        return;
    case CLIENT_EVENT_REFUSED:
        end_with_error(rpc, event->error, "");
        return;
    case CLIENT_EVENT_NONE:
    case CLIENT_EVENT_WELCOME:
    case CLIENT_EVENT_ATTACHED:
    case CLIENT_EVENT_REDIRECT:
        noren_err_set(&rpc->err, NOREN_E_PROTOCOL, "the server answered out of turn");
        end(rpc, CTL_UNREACHABLE);
        return;
    }
}

static void go_on_with_handshake(struct rpc *rpc)
{
    struct client_event event;

    flush_handshake(rpc);
    while (!rpc->is_over && rpc->handshake != NULL
            && client_handshake_next_event(rpc->handshake, &event))
        take_event(rpc, &event);
    if (rpc->handshake != NULL && !rpc->is_over)
        loop_timer_set(&rpc->timer, client_handshake_deadline_ms(rpc->handshake));
}

static void link_on_open(struct link *link, void *ctx)
{
    struct rpc *rpc = ctx;
    struct client_request request = {
        .method = CLIENT_ADMIN,
        .server = rpc->target->host,
        .port = rpc->target->port,
        .hub = rpc->target->admin_of_hub,
        .auth_type = PROTO_AUTH_PASSWORD,
        .password = rpc->target->password,
        .product = "norenctl " PACKAGE_VERSION,
        .version = CLIENT_VERSION,
        .build = CLIENT_BUILD,
    };

    (void)link;
    rpc->handshake = client_handshake_new(&request, loop_now_ms(rpc->loop));
    go_on_with_handshake(rpc);
}

static void link_on_bytes(struct link *link, void *ctx, const uint8_t *bytes, size_t len)
{
    struct rpc *rpc = ctx;

    (void)link;
    if (rpc->is_over)
        return;
    if (rpc->handshake == NULL) {
        take_reply_bytes(rpc, bytes, len);
        return;
    }
    if (!client_handshake_receive(rpc->handshake, bytes, len, loop_now_ms(rpc->loop), &rpc->err))
        end(rpc, exit_from_code(rpc->err.code));
    else
        go_on_with_handshake(rpc);
}

static void link_on_drained(struct link *link, void *ctx)
{
    (void)link;
    (void)ctx;
}

static void timer_on_due(void *ctx)
{
    struct rpc *rpc = ctx;

    noren_err_set(&rpc->err, NOREN_E_TIMEOUT, "the server does not answer");
    end(rpc, CTL_UNREACHABLE);
}

static const struct link_callbacks CALLBACKS = {
    .on_open = link_on_open,
    .on_bytes = link_on_bytes,
    .on_drained = link_on_drained,
    .on_closed = link_on_closed,
};

/* ---- trust ---- */

static struct tls_context *make_tls(const struct rpc_target *target, struct noren_err *err)
{
    X509 *cas[CAS_MAX] = { 0 };
    struct tls_context *tls = NULL;
    struct tls_trust trust = { .cas = cas, .pins = target->pins, .pin_count = target->pin_count };

    if (target->ca_count > CAS_MAX) {
        noren_err_set(err, NOREN_E_ARGUMENT, "more than %d --ca", CAS_MAX);
        return NULL;
    }
    for (; trust.ca_count < target->ca_count; trust.ca_count++) {
        cas[trust.ca_count] = cert_read_pem(target->ca_files[trust.ca_count], err);
        if (cas[trust.ca_count] == NULL)
            break;
    }
    if (trust.ca_count == target->ca_count)
        tls = tls_context_client(&trust, err);
    for (size_t i = 0; i < trust.ca_count; i++)
        X509_free(cas[i]);
    return tls;
}

enum ctl_exit rpc_run(
        const struct rpc_target *target, rpc_step step, void *ctx, struct noren_err *err)
{
    struct rpc rpc = { .target = target, .step = step, .ctx = ctx, .exit = CTL_FAILED };
    struct noren_log *log = noren_log_new(stderr, NOREN_ERROR);

    rpc.tls = make_tls(target, err);
    if (rpc.tls == NULL) {
        noren_log_free(log);
        return CTL_USAGE;
    }
    rpc.loop = loop_new("norenctl", log);
    loop_timer_init(&rpc.timer, rpc.loop, timer_on_due, &rpc);
    rpc_framer_init(&rpc.framer, PACK_LIMITS_RPC.bytes);
    rpc.link = link_connect(rpc.loop, target->host, target->port, rpc.tls, &CALLBACKS, &rpc);
    loop_run(rpc.loop);

    loop_timer_clear(&rpc.timer);
    client_handshake_free(rpc.handshake);
    rpc_framer_clear(&rpc.framer);
    loop_free(rpc.loop);
    tls_context_free(rpc.tls);
    noren_log_free(log);
    if (rpc.exit != CTL_DONE)
        *err = rpc.err;
    return rpc.exit;
}
