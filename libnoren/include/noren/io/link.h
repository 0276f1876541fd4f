/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "noren/io/loop.h"
#include "noren/io/tls.h"

/**
 * A TCP connection with TLS in it: moves bytes, knows nothing of the protocol.
 *
 * Belongs to one loop. Callbacks run on it and never from inside a link_ call. After link_close()
 * the only further callback is on_closed, exactly once; the memory goes back after it returned.
 */

struct link;

struct link_callbacks {
    /** TLS is up (and the server verified, for a client). */
    void (*on_open)(struct link *link, void *ctx);
    /** Decrypted bytes, borrowed during the call. */
    void (*on_bytes)(struct link *link, void *ctx, const uint8_t *bytes, size_t len);
    /** The unsent amount fell below half of the high-water mark after having been above it. */
    void (*on_drained)(struct link *link, void *ctx);
    /** The end; `why->code` NOREN_OK when we closed, NOREN_E_CLOSED when the peer did in order. */
    void (*on_closed)(struct link *link, void *ctx, const struct noren_err *why);
};

enum {
    LINK_HIGH_WATER = 1024 * 1024,     /**< bytes unsent; link_is_full() above it */
    LINK_UNSENT_MAX = 8 * 1024 * 1024, /**< link_send() refuses beyond */
    LINK_HANDSHAKE_MS = 15000,
    LINK_CLOSE_MS = 2000, /**< to send what is left and close_notify; then the socket is cut */
};

/** The server's end of an accepted socket, which it owns. TLS starts at once. */
struct link *link_accept(struct loop *loop, int take_fd, struct tls_context *tls,
        const struct link_callbacks *callbacks, void *ctx);

/**
 * Resolves host, connects to each address in turn, then TLS. Trouble is told by on_closed:
 * NOREN_E_NOT_FOUND (name), NOREN_E_IO, NOREN_E_TIMEOUT, NOREN_E_TRUST, NOREN_E_PROTOCOL.
 *
 * The system's resolver cannot be interrupted, so it is asked on a thread that nobody waits for: with
 * a dead DNS server the link ends after LINK_HANDSHAKE_MS or at link_close(), and the loop and the
 * process may end, while the question is still under way.
 */
struct link *link_connect(struct loop *loop, const char *host, uint16_t port,
        struct tls_context *tls, const struct link_callbacks *callbacks, void *ctx);

/**
 * The same by a known numeric address, where the name cannot be asked for now; `host` is still what
 * goes into SNI and what the certificate is checked for.
 */
struct link *link_connect_at(struct loop *loop, const char *address, const char *host,
        uint16_t port, struct tls_context *tls, const struct link_callbacks *callbacks, void *ctx);

/** Encrypts and queues; false when not open or LINK_UNSENT_MAX would be passed. Small pieces of one
 * loop turn leave together. */
bool link_send(struct link *link, const uint8_t *bytes, size_t len);
/** Bytes that the system has not taken yet. */
size_t link_unsent(const struct link *link);
/** Above LINK_HIGH_WATER. */
bool link_is_full(const struct link *link);
/** Stops and restarts reading, to push back on the peer. What was read before still arrives. */
void link_pause(struct link *link, bool paused);
/** Sends what is queued, close_notify, closes. Idempotent. */
void link_close(struct link *link);

struct link_address_text {
    char text[64]; /**< "192.0.2.1:443" or "[2001:db8::1]:443" */
};
/* All are known from the start of TLS on ("-" and AF_UNSPEC before), and borrowed until on_closed has
 * returned. An IPv4 peer of an IPv6 socket has its IPv4 address. */
struct link_address_text link_peer_text(const struct link *link);
const struct sockaddr *link_peer(const struct link *link);
/** Own address of the connection. */
const struct sockaddr *link_local(const struct link *link);
struct tls *link_tls(struct link *link);
