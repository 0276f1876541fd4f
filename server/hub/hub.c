/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "hub/hub.h"

#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/crypto/random.h"

#include "hub/forward.h"
#include "hub/parts.h"

#define LOG_ROOM "hub"

struct hub *hub_new(const char *name, struct loop *loop, struct noren_log *log)
{
    struct hub *hub = noren_alloc(sizeof *hub);
    uint64_t seed;

    noren_random(&seed, sizeof seed);
    hub->refs = 1;
    hub->name = noren_strdup(name);
    hub->loop = loop;
    hub->log = log;
    hub->fdb = fdb_new(seed);
    hub->dirty_end = &hub->dirty;
    return hub;
}

struct hub *hub_ref(struct hub *hub)
{
    __atomic_fetch_add(&hub->refs, 1, __ATOMIC_RELAXED);
    return hub;
}

void hub_unref(struct hub *hub)
{
    if (hub == NULL || __atomic_sub_fetch(&hub->refs, 1, __ATOMIC_ACQ_REL) != 0)
        return;
    noren_assert(hub->port_count == 0 && hub->dirty == NULL);
    fdb_free(hub->fdb);
    free(hub->ports);
    free(hub->by_id);
    free(hub->spare);
    free(hub->name);
    free(hub);
}

void hub_close(struct hub *hub)
{
    loop_assert_here(hub->loop);
    hub->closed = true;
    while (hub->port_count > 0) {
        struct hub_port *port = hub->ports[hub->port_count - 1];
        port_tell_gone(port);
        hub_detach(hub, port);
    }
    hub_unref(hub);
}

const char *hub_name(const struct hub *hub)
{
    return hub->name;
}

struct loop *hub_loop(const struct hub *hub)
{
    return hub->loop;
}

struct hub_counters hub_get_counters(struct hub *hub)
{
    const struct hub_counters *from = &hub->counters;
    struct hub_counters out;

    out.frames_in = __atomic_load_n(&from->frames_in, __ATOMIC_RELAXED);
    out.bytes_in = __atomic_load_n(&from->bytes_in, __ATOMIC_RELAXED);
    out.delivered = __atomic_load_n(&from->delivered, __ATOMIC_RELAXED);
    out.flooded = __atomic_load_n(&from->flooded, __ATOMIC_RELAXED);
    for (size_t i = 0; i < HUB_DROP_COUNT; i++)
        out.dropped[i] = __atomic_load_n(&from->dropped[i], __ATOMIC_RELAXED);
    return out;
}

uint32_t hub_get_mac_count(struct hub *hub)
{
    return __atomic_load_n(&hub->mac_count, __ATOMIC_RELAXED);
}

const char *hub_drop_name(enum hub_drop reason)
{
    static const char *const names[HUB_DROP_COUNT] = {
        [HUB_DROP_BAD_SOURCE] = "bad-source",
        [HUB_DROP_SAME_PORT] = "same-port",
        [HUB_DROP_TABLE_FULL] = "table-full",
        [HUB_DROP_PORT_LIMIT] = "port-limit",
        [HUB_DROP_QUEUE_FULL] = "queue-full",
        [HUB_DROP_PORT_GONE] = "port-gone",
        [HUB_DROP_NO_PORT] = "no-port",
    };
    return reason < HUB_DROP_COUNT ? names[reason] : "unknown";
}

void hub_count_drop(struct hub *hub, enum hub_drop reason, uint64_t frames)
{
    if (frames > 0)
        hub_count(&hub->counters.dropped[reason], frames);
}

static void note_mac_count(struct hub *hub)
{
    __atomic_store_n(&hub->mac_count, fdb_count(hub->fdb), __ATOMIC_RELAXED);
}

/* ---- ports come and go ---- */

static port_id free_id(struct hub *hub)
{
    for (port_id id = 1; id < hub->id_room; id++) {
        if (hub->by_id[id] == NULL)
            return id;
    }
    uint32_t room = hub->id_room + hub->id_room / 2 + 16;
    hub->by_id = noren_realloc_array(hub->by_id, room, sizeof(struct hub_port *));
    memset(hub->by_id + hub->id_room, 0, (room - hub->id_room) * sizeof(struct hub_port *));
    port_id id = hub->id_room == PORT_NONE ? 1 : hub->id_room;
    hub->id_room = room;
    return id;
}

void hub_attach(struct hub *hub, struct hub_port *port)
{
    loop_assert_here(hub->loop);
    if (hub->closed) {
        port_tell_gone(port);
        return;
    }
    if (hub->port_count == hub->port_room) {
        hub->port_room = hub->port_room * 2 + 8;
        hub->ports = noren_realloc_array(hub->ports, hub->port_room, sizeof(struct hub_port *));
    }
    port->id = free_id(hub);
    port->place = hub->port_count++;
    hub->ports[port->place] = port_ref(port);
    hub->by_id[port->id] = port;
    fdb_add_port(hub->fdb, port->id, port->mac_limit);
}

void hub_detach(struct hub *hub, struct hub_port *port)
{
    loop_assert_here(hub->loop);
    if (port->id == PORT_NONE)
        return;
    fdb_remove_port(hub->fdb, port->id);
    note_mac_count(hub);
    hub->by_id[port->id] = NULL;
    port->id = PORT_NONE;

    struct hub_port *last = hub->ports[--hub->port_count];
    hub->ports[port->place] = last;
    last->place = port->place;
    port_unref(port);
}

/* ---- frames ---- */

static bool collect(struct hub *hub, struct hub_port *port, struct frame *frame)
{
    if (port->out == NULL) {
        port->out = hub->spare != NULL ? noren_steal(&hub->spare) : noren_alloc(sizeof *port->out);
        port->out->port = port_ref(port);
        port->out->count = 0;
        port->next_dirty = NULL;
        *hub->dirty_end = port;
        hub->dirty_end = &port->next_dirty;
    }
    /* Only a port that answers from inside its deliver can fill a batch before it is handed out. */
    struct batch *out = port->out;
    if (out->count == HUB_BATCH_MAX)
        return false;
    if (out->count == 0 || !frame_is_neighbour(out->frames[out->count - 1], frame))
        frame_ref(frame);
    out->frames[out->count++] = frame;
    return true;
}

/* A port that answers at once calls hub_take() again from here: the loop takes that along. */
static void flush(struct hub *hub)
{
    if (hub->flushing)
        return;
    hub->flushing = true;
    while (hub->dirty != NULL) {
        struct hub_port *port = hub->dirty;
        hub->dirty = port->next_dirty;
        if (hub->dirty == NULL)
            hub->dirty_end = &hub->dirty;
        port_hand_over(port, noren_steal(&port->out));
    }
    hub->flushing = false;
}

static void flood(struct hub *hub, const struct hub_port *from, struct frame *frame)
{
    uint64_t full = 0;

    if (hub->port_count < 2) {
        hub_count_drop(hub, HUB_DROP_NO_PORT, 1);
        return;
    }
    for (uint32_t i = 0; i < hub->port_count; i++) {
        if (hub->ports[i] != from && !collect(hub, hub->ports[i], frame))
            full++;
    }
    hub_count(&hub->counters.flooded, 1);
    hub_count_drop(hub, HUB_DROP_QUEUE_FULL, full);
}

static void report(
        struct hub *hub, const struct hub_port *from, struct mac src, const struct hub_route *route)
{
    if (route->moved)
        noren_log_limited(hub->log, NOREN_INFO, &hub->moved_limit,
                "address moved to another port: hub=%s port=%s mac=%s", hub->name, from->name,
                mac_format(src).text);
    if (route->kind == HUB_DROP
            && (route->reason == HUB_DROP_TABLE_FULL || route->reason == HUB_DROP_PORT_LIMIT))
        noren_log_limited(hub->log, NOREN_WARN, &hub->full_limit,
                "new address refused: hub=%s port=%s mac=%s reason=%s", hub->name, from->name,
                mac_format(src).text, hub_drop_name(route->reason));
}

static void take_one(struct hub *hub, struct hub_port *from, struct frame *frame, int64_t now_ms)
{
    struct mac src = frame_source(frame);
    struct hub_route route = hub_forward(hub->fdb, from->id, src, frame_destination(frame), now_ms);

    switch (route.kind) {
    case HUB_TO_PORT:
        if (!collect(hub, hub->by_id[route.port], frame))
            hub_count_drop(hub, HUB_DROP_QUEUE_FULL, 1);
        break;
    case HUB_FLOOD:
        flood(hub, from, frame);
        break;
    case HUB_DROP:
        hub_count_drop(hub, route.reason, 1);
        break;
    }
    report(hub, from, src, &route);
}

void hub_take(struct hub *hub, struct hub_port *from, struct frame *const *frames, size_t count)
{
    loop_assert_here(hub->loop);
    if (from->id == PORT_NONE) {
        hub_count_drop(hub, HUB_DROP_PORT_GONE, count);
        return;
    }
    int64_t now_ms = loop_now_ms(hub->loop);
    for (size_t i = 0; i < count; i++)
        take_one(hub, from, frames[i], now_ms);
    note_mac_count(hub);
    flush(hub);
}
