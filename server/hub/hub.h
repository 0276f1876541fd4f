/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/log.h"
#include "noren/base/mac.h"
#include "noren/io/loop.h"

#include "hub/frame.h"

/**
 * A virtual hub: an Ethernet switch in software. Its forwarding state belongs to one loop.
 *
 * A port is whatever takes part in the segment: a session, the SecureNAT, later a bridge. A port may
 * live on another loop than its hub; then frames cross in batches by mail, otherwise by a direct
 * call. The decision itself is hub_forward() in hub/forward.h, a pure function.
 */

struct hub;
struct hub_port;

typedef uint32_t port_id;
enum { PORT_NONE = 0, HUB_BATCH_MAX = 256 };

/** Why a frame was not delivered; every frame is delivered or counted under one of these. */
enum hub_drop {
    HUB_DROP_BAD_SOURCE, /**< group, zero or own-destination source address */
    HUB_DROP_SAME_PORT,  /**< the destination lives where the frame came from */
    HUB_DROP_TABLE_FULL, /**< new source address, table full */
    HUB_DROP_PORT_LIMIT, /**< new source address, the port has all it may have */
    HUB_DROP_QUEUE_FULL, /**< the port cannot take more now */
    HUB_DROP_PORT_GONE,  /**< the port closed while the frame was under way */
    HUB_DROP_NO_PORT,    /**< nobody else is on the segment */
    HUB_DROP_COUNT,
};

struct hub_counters {
    uint64_t frames_in, bytes_in;
    uint64_t delivered, flooded; /**< copies handed to ports; frames flooded */
    uint64_t dropped[HUB_DROP_COUNT];
};

struct hub_port_callbacks {
    /**
     * Frames for this port, on the port's loop. Takes frame_ref() of what it keeps. Returns how many
     * of them were taken; the others are counted as HUB_DROP_QUEUE_FULL.
     */
    size_t (*deliver)(void *ctx, struct frame *const *frames, size_t count);
    /** The hub goes offline or away: close. On the port's loop. hub_port_free() follows from you. */
    void (*on_hub_gone)(void *ctx);
};

/** From any thread: one reference, which hub_close() takes. The hub belongs to `loop` from now on. */
struct hub *hub_new(const char *name, struct loop *loop, struct noren_log *log);
/** On the hub's loop: tells every port, refuses new ones, gives up the reference of hub_new(). */
void hub_close(struct hub *hub);
/** From any thread: so that a log-in can hold a hub that is closed meanwhile. */
struct hub *hub_ref(struct hub *hub);
void hub_unref(struct hub *hub);
const char *hub_name(const struct hub *hub);
struct loop *hub_loop(const struct hub *hub);
/** Copies; from any thread (values may be some microseconds old). */
struct hub_counters hub_get_counters(struct hub *hub);
/** Addresses in the table; from any thread. */
uint32_t hub_get_mac_count(struct hub *hub);
/** "queue-full" and the like, for logs and metrics. */
const char *hub_drop_name(enum hub_drop reason);

/** On the port's loop. `name` is for logs ("SID-ALICE-1"). `mac_limit` 0: no limit. */
struct hub_port *hub_port_new(struct hub *hub, struct loop *port_loop, const char *name,
        uint32_t mac_limit, const struct hub_port_callbacks *callbacks, void *ctx);
/** On the port's loop; no callback comes after it. Its addresses leave the table. */
void hub_port_free(struct hub_port *port);
/**
 * On the port's loop: frames from the port into the segment. Borrowed during the call. Flushed to
 * the hub at once when both live on one loop, else in one mail per call.
 */
void hub_port_send(struct hub_port *port, struct frame *const *frames, size_t count);
