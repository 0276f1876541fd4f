/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "session/conn.h"

#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/crypto/random.h"
#include "noren/io/link.h"

#include "session/conn_parts.h"
#include "session/state.h"

#define LOG_ROOM "session"

/* ---- references: the link and a check under way each hold one ---- */

struct conn *conn_ref(struct conn *conn)
{
    __atomic_fetch_add(&conn->refs, 1, __ATOMIC_RELAXED);
    return conn;
}

void conn_unref(struct conn *conn)
{
    if (__atomic_sub_fetch(&conn->refs, 1, __ATOMIC_ACQ_REL) == 0)
        free(conn);
}

/* ---- the end ---- */

static void log_session_end(const struct conn *conn, const char *why)
{
    const struct seat *seat = conn->seat;
    const struct seat_counters *volume = &seat->counters; /* we are its only writer */

    noren_log(conn->log, NOREN_INFO,
            "session ended: session=%s hub=%s user=%s source=%s reason=\"%s\" seconds=%lld "
            "frames_in=%llu bytes_in=%llu frames_out=%llu bytes_out=%llu dropped=%llu",
            seat->name, seat->hub, seat->user, seat->source, why,
            (long long)((noren_wall_ms() - seat->since_ms) / 1000),
            (unsigned long long)volume->frames_in, (unsigned long long)volume->bytes_in,
            (unsigned long long)volume->frames_out, (unsigned long long)volume->bytes_out,
            (unsigned long long)volume->dropped);
}

static void log_refused(struct conn *conn, const char *why)
{
    noren_log_limited(conn->log, NOREN_WARN, &conn->worker->refused_limit,
            "connection refused: source=%s reason=\"%s\"", conn->source.text, why);
}

static void log_end(struct conn *conn, const char *why)
{
    switch (conn->stage) {
    case CONN_TLS:
    case CONN_LOGIN:
        if (why != NULL)
            log_refused(conn, why);
        break;
    case CONN_SESSION:
        log_session_end(conn, why);
        break;
    case CONN_ADMIN:
        noren_log(conn->log, NOREN_INFO, "management ended: source=%s reason=\"%s\"",
                conn->source.text, why);
        break;
    case CONN_ENDED:
        break;
    }
}

/* What ran on the connection ends; the link may still have bytes to send. */
static void wind_up(struct conn *conn, const char *why)
{
    log_end(conn, why);
    conn->stage = CONN_ENDED;
    loop_timer_set(&conn->timer, NOREN_NO_DEADLINE);
    session_free(noren_steal(&conn->session));
    if (conn->admin != NULL)
        conn->worker->server->management->free(noren_steal(&conn->admin));
    if (conn->is_admin)
        server_leave_admin(conn->worker->server);
    if (conn->seat != NULL)
        register_leave(conn->worker->server->reg, noren_steal(&conn->seat));
    hub_unref(noren_steal(&conn->hub));
}

void conn_close(struct conn *conn, const char *why)
{
    loop_assert_here(conn->worker->loop);
    if (conn->stage != CONN_ENDED)
        wind_up(conn, why);
    link_close(conn->link);
}

static void on_closed(struct link *link, void *ctx, const struct noren_err *why)
{
    struct conn *conn = ctx;
    struct worker *worker = conn->worker;

    (void)link;
    if (conn->stage != CONN_ENDED)
        wind_up(conn, why->code == NOREN_OK ? "closed" : why->text);
    if (conn->at_door)
        door_leave(worker->server->door, &conn->door_source);
    loop_timer_clear(&conn->timer);
    server_handshake_free(noren_steal(&conn->handshake));
    DL_DELETE(worker->conns, conn);
    worker_conn_gone(worker);
    conn_unref(conn);
}

/* ---- time before the log-in ---- */

static int64_t conn_now_ms(const struct conn *conn)
{
    int64_t since_ms = loop_now_ms(conn->worker->loop) - conn->opened_ms;
    return conn->opened_ms + since_ms * conn->worker->server->haste;
}

static void arm(struct conn *conn)
{
    int64_t at_ms = server_handshake_deadline_ms(conn->handshake);

    if (at_ms != NOREN_NO_DEADLINE)
        at_ms = conn->opened_ms + (at_ms - conn->opened_ms) / conn->worker->server->haste + 1;
    loop_timer_set(&conn->timer, at_ms);
}

/* ---- data mode and management ---- */

static void on_session_end(void *ctx, const char *why)
{
    conn_close(ctx, why);
}

static void leave_door(struct conn *conn)
{
    conn->at_door = false;
    door_leave(conn->worker->server->door, &conn->door_source);
    loop_timer_set(&conn->timer, NOREN_NO_DEADLINE);
}

static void start_session(struct conn *conn)
{
    struct session_setup setup = {
        .loop = conn->worker->loop,
        .link = conn->link,
        .hub = conn->hub,
        .seat = conn->seat,
        .may_bridge = conn->may_bridge,
        .use_compress = conn->use_compress,
        .timeout_ms = conn->worker->server->session_ms,
        .scratch = &conn->worker->scratch,
        .on_end = on_session_end,
        .ctx = conn,
    };

    conn->stage = CONN_SESSION;
    conn->session = session_new(&setup);
    hub_unref(noren_steal(&conn->hub)); /* the port holds it now */
}

static void admin_send(void *ctx, const uint8_t *bytes, size_t len)
{
    struct conn *conn = ctx;

    if (!link_send(conn->link, bytes, len))
        conn_close(conn, "reply cannot be sent");
}

static void admin_pause(void *ctx, bool paused)
{
    const struct conn *conn = ctx;
    link_pause(conn->link, paused);
}

static void admin_close(void *ctx, const char *why)
{
    conn_close(ctx, why);
}

static void start_admin(struct conn *conn)
{
    static const struct admin_callbacks callbacks = {
        .send = admin_send,
        .pause = admin_pause,
        .close = admin_close,
    };

    conn->stage = CONN_ADMIN;
    conn->admin = conn->worker->server->management->open(conn->worker->server, conn->worker->loop,
            conn->admin_hub, conn->source.text, &callbacks, conn);
}

/* Bytes after the log-in, for whoever has the connection now. */
static void pass_on(struct conn *conn, const uint8_t *bytes, size_t len)
{
    struct noren_err err;

    if (conn->stage == CONN_ADMIN)
        conn->worker->server->management->receive(conn->admin, bytes, len);
    else if (conn->stage == CONN_SESSION && !session_receive(conn->session, bytes, len, &err))
        conn_close(conn, err.text);
}

static void start_what_was_agreed(struct conn *conn)
{
    struct server_handshake *handshake = noren_steal(&conn->handshake);

    leave_door(conn);
    if (conn->seat != NULL)
        start_session(conn);
    else
        start_admin(conn);
    struct bytes rest = server_handshake_rest(handshake);
    if (rest.len > 0)
        pass_on(conn, rest.data, rest.len);
    server_handshake_free(handshake);
}

/* ---- before the log-in ---- */

static bool flush(struct conn *conn)
{
    const uint8_t *bytes;
    size_t len;

    while ((len = server_handshake_pending(conn->handshake, &bytes)) > 0) {
        if (!link_send(conn->link, bytes, len)) {
            conn_close(conn, "answer cannot be sent");
            return false;
        }
        server_handshake_sent(conn->handshake, len);
    }
    return true;
}

void conn_refuse(struct conn *conn, enum proto_error error, const char *why)
{
    server_handshake_refuse(conn->handshake, error, conn_now_ms(conn));
    if (flush(conn))
        conn_close(conn, why);
}

static void run_event(struct conn *conn, const struct server_event *event)
{
    switch (event->kind) {
    case SERVER_EVENT_LOGIN:
        conn_check(conn, LOGIN_USER, &event->login);
        break;
    case SERVER_EVENT_ADMIN:
        conn_check(conn, LOGIN_ADMIN, &event->login);
        break;
    case SERVER_EVENT_ATTACH:
        /* a session has one connection here: whoever asks for more has lost the one there was */
        conn_refuse(conn, PROTO_E_SESSION_UNKNOWN, "further connection of a session");
        break;
    case SERVER_EVENT_ENUM_HUB:
        /* names of hubs are names of customers: a stranger is shown none */
        server_handshake_list_hubs(conn->handshake, NULL, 0, conn_now_ms(conn));
        if (flush(conn))
            conn_close(conn, "asked for the list of hubs");
        break;
    case SERVER_EVENT_DONE:
        start_what_was_agreed(conn);
        break;
    case SERVER_EVENT_NONE:
        break;
    }
}

void conn_proceed(struct conn *conn)
{
    struct server_event event;

    while (conn->stage == CONN_LOGIN && flush(conn)
            && server_handshake_next_event(conn->handshake, &event))
        run_event(conn, &event);
    if (conn->stage == CONN_LOGIN)
        arm(conn);
}

void conn_accept(struct conn *conn, const struct proto_session_terms *terms)
{
    if (terms != NULL)
        server_handshake_welcome(conn->handshake, terms, "", conn_now_ms(conn));
    else
        server_handshake_admit_admin(conn->handshake, conn_now_ms(conn));
    conn_proceed(conn);
}

static void give_up(struct conn *conn, const struct noren_err *err)
{
    if (flush(conn))
        conn_close(conn, err->text);
}

static void on_due(void *ctx)
{
    struct conn *conn = ctx;
    struct noren_err err;

    if (conn->stage != CONN_LOGIN)
        return;
    if (server_handshake_tick(conn->handshake, conn_now_ms(conn), &err))
        arm(conn);
    else
        give_up(conn, &err);
}

static void on_open(struct link *link, void *ctx)
{
    struct conn *conn = ctx;
    uint8_t challenge[CHALLENGE_BYTES];

    (void)link;
    if (conn->stage != CONN_TLS)
        return;
    noren_random(challenge, sizeof challenge);
    conn->stage = CONN_LOGIN;
    conn->opened_ms = loop_now_ms(conn->worker->loop);
    conn->handshake = server_handshake_new(SERVER_PRODUCT, challenge, conn->opened_ms);
    arm(conn);
}

static void on_bytes(struct link *link, void *ctx, const uint8_t *bytes, size_t len)
{
    struct conn *conn = ctx;
    struct noren_err err;

    (void)link;
    if (conn->stage != CONN_LOGIN) {
        pass_on(conn, bytes, len);
        return;
    }
    if (server_handshake_receive(conn->handshake, bytes, len, conn_now_ms(conn), &err))
        conn_proceed(conn);
    else
        give_up(conn, &err);
}

void conn_open(struct worker *worker, int take_fd, const struct door_source *source)
{
    static const struct link_callbacks callbacks = {
        .on_open = on_open,
        .on_bytes = on_bytes,
        .on_closed = on_closed,
    };
    struct conn *conn = noren_alloc(sizeof *conn);

    conn->refs = 1;
    conn->worker = worker;
    conn->log = worker->server->log;
    conn->at_door = true;
    conn->door_source = *source;
    DL_APPEND(worker->conns, conn);
    loop_timer_init(&conn->timer, worker->loop, on_due, conn);
    conn->link = link_accept(worker->loop, take_fd, worker->server->tls, &callbacks, conn);
    conn->source = link_peer_text(conn->link);
}

bool conn_has_seat(const struct conn *conn, uint64_t seat_id)
{
    return conn->seat != NULL && conn->seat->id == seat_id;
}

struct conn *conn_next(const struct conn *conn)
{
    return conn->next;
}
