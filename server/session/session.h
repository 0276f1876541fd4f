/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/bytes.h"
#include "noren/base/err.h"
#include "noren/io/link.h"
#include "noren/io/loop.h"

#include "hub/hub.h"
#include "session/register.h"

/**
 * Data mode of one logged-in peer: its connection on one side, its hub port on the other. Belongs to
 * the loop of its connection.
 */

enum {
    SESSION_CLIENT_MACS_MAX = 3,   /**< addresses of a peer that did not ask to bridge */
    SESSION_BRIDGE_MACS_MAX = 256, /**< of one that did */
};

struct session;

struct session_setup {
    struct loop *loop;
    struct link *link; /**< borrowed; outlives the session */
    struct hub *hub;   /**< borrowed during session_new() */
    struct seat *seat; /**< borrowed; its counters are written here */
    bool may_bridge;
    bool use_compress;
    uint32_t timeout_ms;
    struct writer *scratch; /**< the worker's, for building what is sent */
    /** The session cannot go on: the owner closes. Never from inside a call of this header. */
    void (*on_end)(void *ctx, const char *why);
    void *ctx;
};

/** Joins the hub. */
struct session *session_new(const struct session_setup *setup);
/** Leaves the hub; its addresses go. NULL is fine. */
void session_free(struct session *session);
/** Bytes from the peer. False (NOREN_E_PROTOCOL, NOREN_E_LIMIT) when the framing is broken. */
NOREN_MUST_CHECK bool session_receive(
        struct session *session, const uint8_t *bytes, size_t len, struct noren_err *err);
