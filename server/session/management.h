/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "noren/io/loop.h"

/**
 * What a connection needs of whoever serves management after the log-in. The admin room fills it in
 * and knows this room; this room does not know the admin room.
 */

struct server;
struct admin_conn; /**< of whoever serves */

/** From the served connection to its owner; on the connection's loop. */
struct admin_callbacks {
    /** Bytes for the peer, borrowed during the call. */
    void (*send)(void *ctx, const uint8_t *bytes, size_t len);
    /** Stops and restarts the bytes from the peer. */
    void (*pause)(void *ctx, bool paused);
    /** The peer broke the rules or its time is over (`why` for the log, borrowed): close. */
    void (*close)(void *ctx, const char *why);
};

struct management {
    /**
     * `hub` is the hub that the connection is limited to, "" for the whole server; `source` is the
     * peer's address for the log. Both are copied.
     */
    struct admin_conn *(*open)(struct server *server, struct loop *loop, const char *hub,
            const char *source, const struct admin_callbacks *callbacks, void *ctx);
    /** Takes all bytes. May call back, with admin_callbacks.close as the last thing. */
    void (*receive)(struct admin_conn *conn, const uint8_t *bytes, size_t len);
    /** No callback comes after it; a call under way finishes for itself. NULL is fine. */
    void (*free)(struct admin_conn *conn);
};
