/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/bytes.h"
#include "noren/base/log.h"
#include "noren/io/link.h"
#include "noren/proto/handshake.h"
#include "noren/proto/stream.h"

/**
 * One try to be connected to one server: TCP, TLS, log-in, then frames both ways, until it ends.
 * Never tries again: that is the engine's. Belongs to one loop.
 */

struct session;

/** Why it ended. */
struct session_end {
    enum noren_code code; /**< of the link; NOREN_OK: see refused */
    uint32_t refused;     /**< enum proto_error or another number; 0: not refused */
    const char *text;     /**< for people; borrowed during the call */
};

struct session_callbacks {
    /** Logged in; frames flow. `message` is the server's message of the day, borrowed. */
    void (*on_up)(void *ctx, const struct proto_session_terms *terms, const char *message);
    /** One Ethernet frame, borrowed. */
    void (*on_frame)(void *ctx, struct bytes frame);
    /** No more frames come at once: what was put aside to be handled together is due. */
    void (*on_frames_end)(void *ctx);
    /** session_is_full() has become false. */
    void (*on_drained)(void *ctx);
    /** Exactly once, unless session_abandon() came before; the session is gone after it. */
    void (*on_end)(void *ctx, const struct session_end *end);
    /** After session_abandon(), exactly once: nothing of it is left. May be NULL. */
    void (*on_gone)(void *ctx);
};

struct session_config {
    struct loop *loop;
    struct tls_context *tls;
    const char *host;    /**< borrowed during session_start() only, as is address */
    const char *address; /**< numeric, where the name shall not be asked for; else NULL */
    uint16_t port;
    struct client_request request; /**< its pointers stay valid until on_up, on_end or abandoned */
};

/** Trouble is told by on_end, never from inside this call. */
struct session *session_start(
        const struct session_config *config, const struct session_callbacks *callbacks, void *ctx);
/** Ends in order (what is queued is sent first). Only on_gone is called afterwards. */
void session_abandon(struct session *session);

/** Queues 1..STREAM_UNIT_FRAMES_MAX frames; false when not up or too much waits. */
bool session_send(struct session *session, const struct bytes *frames, size_t count);
bool session_is_full(const struct session *session);
/** IPv4 address of the server in network byte order; 0 when it is reached otherwise. */
uint32_t session_server_ip(const struct session *session);
/** Its numeric address, of either family; out "" when there is none. */
void session_server_address(const struct session *session, char out[64]);
