/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/io/loop.h"

/** A listening TCP socket on one loop. */

struct listener;

/** The callback owns fd (non-blocking, close-on-exec) and may hand it to another loop. */
typedef void (*listener_fn)(void *ctx, int take_fd, const struct sockaddr *peer);

/**
 * `where` is "ADDR:PORT", "[v6]:PORT", ":PORT" (all addresses, both families) or "ADDR:0".
 * NOREN_E_ARGUMENT (not an address), NOREN_E_IO (in use, not permitted).
 */
NOREN_MUST_CHECK struct listener *listener_new(struct loop *loop, const char *where,
        listener_fn on_accept, void *ctx, struct noren_err *err);
void listener_free(struct listener *listener);
/** The address as bound, with the real port. */
const char *listener_where(const struct listener *listener);
/** Stops and restarts accepting (descriptors are short). */
void listener_pause(struct listener *listener, bool paused);

/** Splits "ADDR:PORT" or "[v6]:PORT"; host needs 256 bytes. NOREN_E_ARGUMENT. */
NOREN_MUST_CHECK bool noren_split_host_port(
        const char *where, char host[256], uint16_t *port, struct noren_err *err);
