/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/io/loop.h"

#include "session/management.h"

/**
 * One management connection after its log-in: frames of PACK in, one reply each, in order.
 *
 * Belongs to the loop of its connection. A call runs as a job on server_clerk() and one at a time;
 * while it runs, reading is paused. A peer that stays silent or sends half a request is waited for
 * as long as the times below say. Never closes by itself: it asks.
 */

enum {
    ADMIN_IDLE_MS = 30 * 60 * 1000, /**< without a request; nobody works at the other end */
    ADMIN_REQUEST_MS = 60 * 1000,   /**< from the first byte of a request to its last */
};

/**
 * `hub` is the hub that the connection is limited to, "" for the whole server; `source` is the peer's
 * address for the log. Both are copied.
 */
struct admin_conn *admin_conn_new(struct server *server, struct loop *loop, const char *hub,
        const char *source, const struct admin_callbacks *callbacks, void *ctx);
/** No callback comes after it; a call under way finishes for itself. NULL is fine. */
void admin_conn_free(struct admin_conn *conn);
/** Takes all bytes. May call back, with admin_callbacks.close as the last thing. */
void admin_conn_receive(struct admin_conn *conn, const uint8_t *bytes, size_t len);

/** The three above, for server_options. */
extern const struct management ADMIN_MANAGEMENT;
