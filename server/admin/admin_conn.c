/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "admin/admin_conn.h"

#include <stdio.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/base/secret.h"
#include "noren/proto/rpc_frame.h"

#include "session/clerk.h"

enum {
    PAUSE_BYTES = 256 * 1024, /**< waiting behind a call under way: more is left in the socket */
};

/**
 * What a call under way and its connection share. Either may end first; `conn` is touched on the
 * loop only, the count from any thread (a clerk that stops disposes of its jobs on its own).
 */
struct tie {
    uint32_t refs; /* atomic */
    struct admin_conn *conn;
};

struct admin_conn {
    struct admin_conn_options options;
    const struct admin_callbacks *callbacks;
    void *ctx;
    struct rpc_framer framer;
    struct tie *tie;
    struct loop_timer timer; /* set while we wait for the peer */
    bool is_busy;
    bool is_paused;
    bool is_broken;
    bool has_half; /* the beginning of a request is here, and its time runs */
};

/** One call on its way to the clerk and back; owns all that it needs. */
struct call_job {
    struct clerk_job job;
    struct tie *tie;
    struct admin_conn_options options;
    struct pack *request;
    struct writer reply;
};

static void tie_unref(struct tie *tie)
{
    if (__atomic_sub_fetch(&tie->refs, 1, __ATOMIC_ACQ_REL) == 0)
        free(tie);
}

static void job_free(struct call_job *call)
{
    pack_free(call->request);
    writer_clear(&call->reply);
    tie_unref(call->tie);
    free(call);
}

static void on_job_dispose(struct clerk_job *job)
{
    job_free(noren_container_of(job, struct call_job, job));
}

/** Writes the reply as a frame; one that outgrows the limit becomes an error. */
static void write_reply(struct writer *out, const struct pack *reply)
{
    size_t start = rpc_frame_begin(out);

    pack_write(reply, out);
    if (!writer_failed(out)) {
        rpc_frame_end(out, start);
        return;
    }
    struct pack *error = pack_new();
    pack_add_int(error, "error", PROTO_E_INTERNAL);
    pack_add_str(error, "noren_error_text", "the reply is too long");
    writer_clear(out);
    out->failed = false;
    start = rpc_frame_begin(out);
    pack_write(error, out);
    rpc_frame_end(out, start);
    pack_free(error);
}

/* On the clerk's thread. */
static void on_job_run(struct clerk_job *job, struct store *store)
{
    struct call_job *work = noren_container_of(job, struct call_job, job);
    struct admin_call call = {
        .server = work->options.server,
        .backend = work->options.backend,
        .store = store,
        .log = work->options.log,
        .caller = &work->options.caller,
    };

    struct pack *reply = admin_call_run(&call, work->request);
    write_reply(&work->reply, reply);
    pack_free(reply);
    secret_wipe(&call.hub, sizeof call.hub);
}

static bool start_next(struct admin_conn *conn);

static void on_job_done(struct clerk_job *job)
{
    struct call_job *work = noren_container_of(job, struct call_job, job);
    struct admin_conn *conn = work->tie->conn;

    if (conn != NULL) {
        conn->is_busy = false;
        conn->options.caller = work->options.caller;
        conn->callbacks->send(conn->ctx, work->reply.data, work->reply.len);
    }
    /* send() may have led to the end of the connection. */
    conn = work->tie->conn;
    if (conn != NULL)
        (void)start_next(conn);
    job_free(work);
}

static void break_off(struct admin_conn *conn, const char *why)
{
    conn->is_broken = true;
    loop_timer_set(&conn->timer, NOREN_NO_DEADLINE);
    conn->callbacks->close(conn->ctx, why);
}

/* ---- time: a peer that says nothing, or half a request, does not stay for ever ---- */

static void on_due(void *ctx)
{
    struct admin_conn *conn = ctx;
    break_off(conn, conn->has_half ? "request came too slowly" : "idle");
}

/* Further bytes of a request that has begun win no more time. */
static void wait_for_peer(struct admin_conn *conn)
{
    bool has_half = conn->framer.inbox.len > 0;
    uint32_t wait_ms = has_half ? conn->options.request_ms : conn->options.idle_ms;

    if (has_half && conn->has_half)
        return;
    conn->has_half = has_half;
    loop_timer_set(&conn->timer, loop_now_ms(conn->options.loop) + wait_ms);
}

static void wait_for_clerk(struct admin_conn *conn)
{
    conn->has_half = false;
    loop_timer_set(&conn->timer, NOREN_NO_DEADLINE);
}

static void post_call(struct admin_conn *conn, struct pack *take_request)
{
    struct call_job *work = noren_alloc(sizeof *work);

    work->job.run = on_job_run;
    work->job.done = on_job_done;
    work->job.dispose = on_job_dispose;
    work->options = conn->options;
    work->request = take_request;
    work->tie = conn->tie;
    __atomic_add_fetch(&conn->tie->refs, 1, __ATOMIC_RELAXED);
    writer_init(&work->reply, RPC_REPLY_MAX);
    conn->is_busy = true;
    wait_for_clerk(conn);
    clerk_post(conn->options.clerk, &work->job, conn->options.loop);
}

static void set_paused(struct admin_conn *conn, bool paused)
{
    if (conn->is_paused == paused)
        return;
    conn->is_paused = paused;
    conn->callbacks->pause(conn->ctx, paused);
}

/** Posts the next whole request, if no call is under way. False: broken off, and maybe freed. */
static bool start_next(struct admin_conn *conn)
{
    struct noren_err err = { 0 };
    struct bytes frame;

    if (conn->is_broken || conn->is_busy)
        return !conn->is_broken;
    switch (rpc_framer_peek(&conn->framer, &frame, &err)) {
    case RPC_FRAME_NONE:
        set_paused(conn, false);
        wait_for_peer(conn);
        return true;
    case RPC_FRAME_BROKEN:
        break_off(conn, err.text);
        return false;
    case RPC_FRAME_READY:
        break;
    }
    struct pack *request = pack_read(frame.data, frame.len, &PACK_LIMITS_RPC, &err);
    if (request == NULL) {
        break_off(conn, err.text);
        return false;
    }
    rpc_framer_drop(&conn->framer);
    post_call(conn, request);
    return true;
}

struct admin_conn *admin_conn_new_with(const struct admin_conn_options *options,
        const struct admin_callbacks *callbacks, void *ctx)
{
    struct admin_conn *conn = noren_alloc(sizeof *conn);

    conn->options = *options;
    conn->callbacks = callbacks;
    conn->ctx = ctx;
    if (conn->options.idle_ms == 0)
        conn->options.idle_ms = ADMIN_IDLE_MS;
    if (conn->options.request_ms == 0)
        conn->options.request_ms = ADMIN_REQUEST_MS;
    rpc_framer_init(&conn->framer, RPC_REQUEST_MAX);
    loop_timer_init(&conn->timer, options->loop, on_due, conn);
    conn->tie = noren_alloc(sizeof *conn->tie);
    conn->tie->refs = 1;
    conn->tie->conn = conn;
    wait_for_peer(conn);
    return conn;
}

struct admin_conn *admin_conn_new(struct server *server, struct loop *loop, const char *hub,
        const char *source, const struct admin_callbacks *callbacks, void *ctx)
{
    struct admin_conn_options options = {
        .server = server,
        .backend = &ADMIN_BACKEND,
        .clerk = server_clerk(server),
        .loop = loop,
        .log = server_log(server),
    };

    (void)snprintf(options.caller.hub, sizeof options.caller.hub, "%s", hub);
    (void)snprintf(options.caller.source, sizeof options.caller.source, "%s", source);
    return admin_conn_new_with(&options, callbacks, ctx);
}

void admin_conn_free(struct admin_conn *conn)
{
    if (conn == NULL)
        return;
    loop_assert_here(conn->options.loop);
    conn->tie->conn = NULL;
    tie_unref(conn->tie);
    loop_timer_clear(&conn->timer);
    rpc_framer_clear(&conn->framer);
    free(conn);
}

void admin_conn_receive(struct admin_conn *conn, const uint8_t *bytes, size_t len)
{
    struct noren_err err = { 0 };

    loop_assert_here(conn->options.loop);
    if (conn->is_broken)
        return;
    if (!rpc_framer_receive(&conn->framer, bytes, len, &err)) {
        break_off(conn, err.text);
        return;
    }
    if (start_next(conn) && conn->is_busy && conn->framer.inbox.len > PAUSE_BYTES)
        set_paused(conn, true);
}

const struct management ADMIN_MANAGEMENT = {
    .open = admin_conn_new,
    .receive = admin_conn_receive,
    .free = admin_conn_free,
};
