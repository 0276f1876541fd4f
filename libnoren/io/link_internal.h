/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/bytes.h"
#include "noren/io/link.h"

#include "libnoren/io/loop_internal.h"

/**
 * What link.c (life), link_connect.c (from a name to a socket) and link_stream.c (bytes) share.
 *
 *     RESOLVING -> CONNECTING -> HANDSHAKING -> OPEN -> CLOSING -> GONE
 *
 * link_accept() starts at HANDSHAKING. Any state may go to CLOSING (says what it still has to say)
 * or straight to GONE (handles close, then on_closed, then the memory goes back).
 */

enum link_state {
    LINK_RESOLVING,
    LINK_CONNECTING,
    LINK_HANDSHAKING,
    LINK_OPEN,
    LINK_CLOSING,
    LINK_GONE,
};

enum {
    LINK_HANDSHAKE_BYTES = 128 * 1024, /**< a peer may send before TLS is up */
    LINK_CONNECT_MS = 8000,            /**< for one address, while another is left to try */
    LINK_ADDRESSES_MAX = 8,            /**< of a name; the rest is not tried */
};

struct lookup;

struct link {
    struct loop *loop;
    struct loop_closer closer;
    struct loop_task task; /**< sends what was queued in this turn */
    uv_tcp_t tcp;
    struct tls *tls;
    const struct link_callbacks *callbacks;
    void *ctx;
    enum link_state state;
    struct loop_timer timer; /**< the deadline of the present state */
    int64_t handshake_ms;    /**< LINK_HANDSHAKE_MS, but for tests */
    struct noren_err why;
    bool is_client;
    bool paused;
    bool reading;
    bool was_full;
    bool shut;           /**< FIN is on its way */
    bool peer_done;      /**< the peer sends nothing more: no need to wait for its FIN */
    size_t shaken_bytes; /**< received while shaking hands */

    struct writer plain;   /**< pieces that are still to become one record */
    struct writer out;     /**< encrypted, not yet given to libuv */
    struct writer sending; /**< libuv's until on_written */
    uv_write_t write;
    uv_shutdown_t shutdown;

    struct sockaddr_storage peer, local;

    uint16_t port;
    struct lookup *lookup; /**< while RESOLVING */
    struct sockaddr_storage addresses[LINK_ADDRESSES_MAX];
    size_t address_count;
    size_t address_next;
    uv_connect_t connect;
};

/* link.c */
struct link *link_new(
        struct loop *loop, struct tls *take_tls, const struct link_callbacks *callbacks, void *ctx);
/** The socket is there: addresses, TLS, deadline. */
void link_begin_tls(struct link *link);
/** Keeps the first reason. */
void link_set_why(struct link *link, enum noren_code code, const char *text);
/** Cuts the socket; on_closed follows from the loop. */
void link_destroy(struct link *link);
/** Reports the end and gives the memory back: for close callbacks. */
void link_release(struct link *link);
/** Says what is queued (an alert, say) and FIN, then waits for the peer's as link_close() does. */
void link_fail(struct link *link);

/* link_connect.c */
void link_resolve(struct link *link, const char *host);
void link_try_next_address(struct link *link);
/** Forgets a lookup that is still under way. */
void link_forget_lookup(struct link *link);

/* link_stream.c */
void link_start_reading(struct link *link);
void link_stop_reading(struct link *link);
/** Has the queued bytes sent before the loop sleeps. */
void link_send_soon(struct link *link);
/** Makes records of the pieces; what cannot be encrypted any more is dropped. */
void link_encrypt(struct link *link);
/** Sends now what the system takes without waiting. */
void link_flush(struct link *link);

/** Replaces the time for resolving and the handshake; before the loop turns. For tests. */
void link_set_handshake_ms(struct link *link, int64_t handshake_ms);
