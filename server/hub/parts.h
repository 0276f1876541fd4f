/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "hub/fdb.h"
#include "hub/frame.h"
#include "hub/hub.h"

/** What hub.c and port.c know of each other, and nobody else. */

enum {
    /** Frames under way by mail between one port and its hub, each direction; more are dropped. */
    PORT_MAIL_FRAMES_MAX = 4096,
};

/** Frames for one port (or from one), with frames_ref(). Travels as mail between loops. */
struct batch {
    struct mail mail;
    struct hub_port *port; /**< referenced */
    uint32_t count;
    struct frame *frames[HUB_BATCH_MAX];
};

/** Shared by the port's loop and the hub's loop, hence counted. The fields say whose they are. */
struct hub_port {
    uint32_t refs; /* atomic: owner, hub, each mail */

    /* never change */
    struct hub *hub; /**< referenced */
    struct loop *loop;
    char *name;
    uint32_t mac_limit;
    struct hub_port_callbacks callbacks;
    void *ctx;

    /* atomic */
    uint32_t frames_to_hub;
    uint32_t frames_to_port;

    /* the port's loop */
    bool freed;

    /* the hub's loop */
    port_id id;        /**< PORT_NONE before it joined and after it left */
    uint32_t place;    /**< in hub->ports */
    struct batch *out; /**< collected in this turn */
    struct hub_port *next_dirty;
};

struct hub {
    uint32_t refs; /* atomic: owner, each port */
    char *name;
    struct loop *loop;
    struct noren_log *log;
    struct hub_counters counters; /* atomic */
    uint32_t mac_count;           /* atomic copy of fdb_count() */

    /* the hub's loop */
    bool closed;
    struct fdb *fdb;
    struct hub_port **ports; /**< dense, for flooding */
    uint32_t port_count, port_room;
    struct hub_port **by_id;
    uint32_t id_room;
    struct hub_port *dirty, **dirty_end;
    bool flushing;
    struct batch *spare; /**< one batch kept for the next turn */
    struct log_limit moved_limit, full_limit;
};

/* hub.c */
/** On the hub's loop: decides about each frame, then hands out what was collected. */
void hub_take(struct hub *hub, struct hub_port *from, struct frame *const *frames, size_t count);
/** On the hub's loop. A closed hub tells the port that it is gone. */
void hub_attach(struct hub *hub, struct hub_port *port);
void hub_detach(struct hub *hub, struct hub_port *port);
/** From any thread. */
void hub_count_drop(struct hub *hub, enum hub_drop reason, uint64_t frames);
static inline void hub_count(uint64_t *counter, uint64_t amount)
{
    __atomic_fetch_add(counter, amount, __ATOMIC_RELAXED);
}

/* port.c */
struct hub_port *port_ref(struct hub_port *port);
void port_unref(struct hub_port *port);
/** On the hub's loop: brings a batch to its port, here or by mail. Takes it with its references. */
void port_hand_over(struct hub_port *port, struct batch *take_batch);
/** On the hub's loop: on_hub_gone follows on the port's loop, never from inside this call. */
void port_tell_gone(struct hub_port *port);
/** Gives back the frames and the port; the memory stays. */
void batch_drop(struct batch *batch);
