/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "session/session.h"

#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/crypto/random.h"
#include "noren/proto/stream.h"

#include "hub/frame.h"

/* A frame of the least size takes twice its bytes here of those in the stream. */
enum { FRAME_GROWTH = 2 };

struct session {
    struct session_setup setup;
    struct stream *stream;
    struct hub_port *port;
    struct loop_timer timer;
    uint64_t dropped; /* frames that the connection could not take */
};

_Static_assert((int)FRAME_BYTES_MIN == (int)STREAM_FRAME_MIN, "a stream's frame fits a hub");
_Static_assert((int)FRAME_BYTES_MAX == (int)STREAM_FRAME_MAX, "a stream's frame fits a hub");

static void publish(const struct session *session)
{
    const struct stream_counters *from = stream_get_counters(session->stream);
    struct seat_counters *to = &session->setup.seat->counters;

    __atomic_store_n(&to->frames_in, from->frames_in, __ATOMIC_RELAXED);
    __atomic_store_n(&to->bytes_in, from->bytes_in, __ATOMIC_RELAXED);
    __atomic_store_n(&to->frames_out, from->frames_out, __ATOMIC_RELAXED);
    __atomic_store_n(&to->bytes_out, from->bytes_out, __ATOMIC_RELAXED);
    __atomic_store_n(&to->dropped, session->dropped, __ATOMIC_RELAXED);
}

/* ---- hub to peer ---- */

static bool send_frames(struct session *session, struct frame *const *frames, size_t count)
{
    struct bytes parts[HUB_BATCH_MAX];
    struct writer *out = session->setup.scratch;

    noren_assert(count <= HUB_BATCH_MAX);
    for (size_t i = 0; i < count; i++)
        parts[i] = (struct bytes){ .data = frames[i]->data, .len = frames[i]->len };
    writer_reset(out);
    stream_put(session->stream, parts, count, out, loop_now_ms(session->setup.loop));
    return link_send(session->setup.link, out->data, out->len);
}

static size_t deliver(void *ctx, struct frame *const *frames, size_t count)
{
    struct session *session = ctx;

    /* A connection that does not keep up loses frames here, where they are counted, instead of
     * holding back the hub or growing without end. */
    bool taken = !link_is_full(session->setup.link) && send_frames(session, frames, count);
    if (!taken)
        session->dropped += count;
    publish(session);
    return taken ? count : 0;
}

static void on_hub_gone(void *ctx)
{
    struct session *session = ctx;
    session->setup.on_end(session->setup.ctx, "hub went offline");
}

/* ---- time ---- */

static void arm(struct session *session)
{
    loop_timer_set(&session->timer, stream_deadline_ms(session->stream));
}

/* Traffic only moves the deadlines away, so the timer is set anew here and not with each frame. */
static void on_due(void *ctx)
{
    struct session *session = ctx;
    struct writer *out = session->setup.scratch;
    struct noren_err err;

    writer_reset(out);
    if (!stream_tick(session->stream, out, loop_now_ms(session->setup.loop), &err)) {
        session->setup.on_end(session->setup.ctx, err.text);
        return;
    }
    if (out->len > 0)
        (void)link_send(session->setup.link, out->data, out->len);
    arm(session);
}

/* ---- peer to hub ---- */

struct intake {
    struct frame *frames[HUB_BATCH_MAX];
    size_t count;
    struct frame_box *box; /* of the last one; its reference is that of the run */
};

static void pass_on(struct session *session, struct intake *intake)
{
    if (intake->count == 0)
        return;
    hub_port_send(session->port, intake->frames, intake->count);
    frames_unref(intake->frames, intake->count);
    intake->count = 0;
    intake->box = NULL; /* a new run begins */
}

bool session_receive(
        struct session *session, const uint8_t *bytes, size_t len, struct noren_err *err)
{
    struct reader in = reader_over(bytes, len);
    struct intake intake = { .count = 0 };
    int64_t now_ms = loop_now_ms(session->setup.loop);
    enum stream_result result;
    struct bytes frame;

    while ((result = stream_next(session->stream, &in, &frame, now_ms, err)) == STREAM_FRAME) {
        intake.frames[intake.count++] = frame_put(&intake.box, frame, FRAME_GROWTH * len);
        if (intake.count == HUB_BATCH_MAX)
            pass_on(session, &intake);
    }
    pass_on(session, &intake);
    publish(session);
    return result == STREAM_MORE;
}

/* ---- life ---- */

struct session *session_new(const struct session_setup *setup)
{
    static const struct hub_port_callbacks port_callbacks = {
        .deliver = deliver,
        .on_hub_gone = on_hub_gone,
    };
    struct session *session = noren_alloc(sizeof *session);
    struct stream_terms terms = {
        .use_compress = setup->use_compress,
        .may_send = true,
        .may_receive = true,
        .timeout_ms = setup->timeout_ms,
    };
    uint64_t seed;

    noren_random(&seed, sizeof seed);
    session->setup = *setup;
    session->stream = stream_new(&terms, seed, loop_now_ms(setup->loop));
    loop_timer_init(&session->timer, setup->loop, on_due, session);
    session->port = hub_port_new(setup->hub, setup->loop, setup->seat->name,
            setup->may_bridge ? SESSION_BRIDGE_MACS_MAX : SESSION_CLIENT_MACS_MAX, &port_callbacks,
            session);
    arm(session);
    return session;
}

void session_free(struct session *session)
{
    if (session == NULL)
        return;
    hub_port_free(session->port);
    loop_timer_clear(&session->timer);
    stream_free(session->stream);
    free(session);
}
