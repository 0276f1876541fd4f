/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"

#include "hub/parts.h"

/*
 * A port has two halves: its owner's, on the port's loop, and the hub's. On one loop they call each
 * other; otherwise they write mail, which keeps the order of one sender: join, frames, leave.
 */

struct hub_port *port_ref(struct hub_port *port)
{
    __atomic_fetch_add(&port->refs, 1, __ATOMIC_RELAXED);
    return port;
}

void port_unref(struct hub_port *port)
{
    if (__atomic_sub_fetch(&port->refs, 1, __ATOMIC_ACQ_REL) != 0)
        return;
    noren_assert(port->out == NULL);
    hub_unref(port->hub);
    free(port->name);
    free(port);
}

static bool is_direct(const struct hub_port *port)
{
    return port->loop == port->hub->loop;
}

void batch_drop(struct batch *batch)
{
    frames_unref(batch->frames, batch->count);
    port_unref(batch->port);
}

static struct batch *batch_of(struct mail *mail)
{
    return noren_container_of(mail, struct batch, mail);
}

static void dispose_batch(struct mail *mail)
{
    batch_drop(batch_of(mail));
    free(mail);
}

/* ---- notes: join, leave, gone ---- */

struct note {
    struct mail mail;
    struct hub_port *port; /* referenced */
};

static void dispose_note(struct mail *mail)
{
    struct note *note = noren_container_of(mail, struct note, mail);
    port_unref(note->port);
    free(note);
}

static void post_note(struct loop *loop, struct hub_port *port, void (*deliver)(struct mail *mail))
{
    struct note *note = noren_alloc(sizeof *note);

    note->mail.deliver = deliver;
    note->mail.dispose = dispose_note;
    note->port = port_ref(port);
    noren_mailbox_post(loop, &note->mail);
}

static void on_join(struct mail *mail)
{
    struct hub_port *port = noren_container_of(mail, struct note, mail)->port;
    hub_attach(port->hub, port);
    dispose_note(mail);
}

static void on_leave(struct mail *mail)
{
    struct hub_port *port = noren_container_of(mail, struct note, mail)->port;
    hub_detach(port->hub, port);
    dispose_note(mail);
}

static void on_gone(struct mail *mail)
{
    struct hub_port *port = noren_container_of(mail, struct note, mail)->port;

    if (!port->freed)
        port->callbacks.on_hub_gone(port->ctx);
    dispose_note(mail);
}

void port_tell_gone(struct hub_port *port)
{
    post_note(port->loop, port, on_gone);
}

/* ---- the owner's half ---- */

struct hub_port *hub_port_new(struct hub *hub, struct loop *port_loop, const char *name,
        uint32_t mac_limit, const struct hub_port_callbacks *callbacks, void *ctx)
{
    loop_assert_here(port_loop);
    struct hub_port *port = noren_alloc(sizeof *port);

    port->refs = 1;
    port->hub = hub_ref(hub);
    port->loop = port_loop;
    port->name = noren_strdup(name);
    port->mac_limit = mac_limit;
    port->callbacks = *callbacks;
    port->ctx = ctx;
    if (is_direct(port))
        hub_attach(hub, port);
    else
        post_note(hub->loop, port, on_join);
    return port;
}

void hub_port_free(struct hub_port *port)
{
    if (port == NULL)
        return;
    loop_assert_here(port->loop);
    port->freed = true;
    if (is_direct(port))
        hub_detach(port->hub, port);
    else
        post_note(port->hub->loop, port, on_leave);
    port_unref(port);
}

static void on_frames_for_hub(struct mail *mail)
{
    struct batch *batch = batch_of(mail);
    struct hub_port *port = batch->port;

    __atomic_sub_fetch(&port->frames_to_hub, batch->count, __ATOMIC_RELAXED);
    hub_take(port->hub, port, batch->frames, batch->count);
    dispose_batch(mail);
}

static void mail_to_hub(struct hub_port *port, struct frame *const *frames, size_t count)
{
    uint32_t under_way = __atomic_load_n(&port->frames_to_hub, __ATOMIC_RELAXED);

    if (under_way + count > PORT_MAIL_FRAMES_MAX) {
        hub_count_drop(port->hub, HUB_DROP_QUEUE_FULL, count);
        return;
    }
    __atomic_add_fetch(&port->frames_to_hub, (uint32_t)count, __ATOMIC_RELAXED);

    struct batch *batch = noren_alloc(offsetof(struct batch, frames) + count * sizeof *frames);
    batch->mail.deliver = on_frames_for_hub;
    batch->mail.dispose = dispose_batch;
    batch->port = port_ref(port);
    batch->count = (uint32_t)count;
    memcpy(batch->frames, frames, count * sizeof *frames);
    frames_ref(batch->frames, count);
    noren_mailbox_post(port->hub->loop, &batch->mail);
}

static void count_in(struct hub *hub, struct frame *const *frames, size_t count)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < count; i++)
        bytes += frames[i]->len;
    hub_count(&hub->counters.frames_in, count);
    hub_count(&hub->counters.bytes_in, bytes);
}

void hub_port_send(struct hub_port *port, struct frame *const *frames, size_t count)
{
    loop_assert_here(port->loop);
    /* an answer on this very loop may free the port before the last part has left */
    port_ref(port);
    count_in(port->hub, frames, count);
    while (count > 0) {
        size_t part = count < HUB_BATCH_MAX ? count : HUB_BATCH_MAX;
        if (is_direct(port))
            hub_take(port->hub, port, frames, part);
        else
            mail_to_hub(port, frames, part);
        frames += part;
        count -= part;
    }
    port_unref(port);
}

/* ---- the hub's half ---- */

/* On the port's loop. */
static void deliver(struct hub_port *port, struct frame *const *frames, size_t count)
{
    struct hub *hub = port->hub;

    if (port->freed) {
        hub_count_drop(hub, HUB_DROP_PORT_GONE, count);
        return;
    }
    size_t taken = port->callbacks.deliver(port->ctx, frames, count);
    noren_assert(taken <= count);
    hub_count(&hub->counters.delivered, taken);
    hub_count_drop(hub, HUB_DROP_QUEUE_FULL, count - taken);
}

static void on_frames_for_port(struct mail *mail)
{
    struct batch *batch = batch_of(mail);

    __atomic_sub_fetch(&batch->port->frames_to_port, batch->count, __ATOMIC_RELAXED);
    deliver(batch->port, batch->frames, batch->count);
    dispose_batch(mail);
}

static void deliver_here(struct hub_port *port, struct batch *batch)
{
    struct hub *hub = port->hub;

    deliver(port, batch->frames, batch->count);
    /* the hub outlives this: whoever runs its loop holds it */
    struct batch *old = hub->spare;
    hub->spare = batch;
    free(old);
    batch_drop(batch);
}

static void mail_to_port(struct hub_port *port, struct batch *batch)
{
    uint32_t under_way = __atomic_load_n(&port->frames_to_port, __ATOMIC_RELAXED);

    if (under_way + batch->count > PORT_MAIL_FRAMES_MAX) {
        hub_count_drop(port->hub, HUB_DROP_QUEUE_FULL, batch->count);
        dispose_batch(&batch->mail);
        return;
    }
    __atomic_add_fetch(&port->frames_to_port, batch->count, __ATOMIC_RELAXED);
    batch->mail.deliver = on_frames_for_port;
    batch->mail.dispose = dispose_batch;
    noren_mailbox_post(port->loop, &batch->mail);
}

void port_hand_over(struct hub_port *port, struct batch *take_batch)
{
    if (is_direct(port))
        deliver_here(port, take_batch);
    else
        mail_to_port(port, take_batch);
}
