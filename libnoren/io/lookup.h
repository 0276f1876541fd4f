/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <netdb.h>

#include "noren/io/loop.h"

/**
 * A question to the system's resolver, which cannot be interrupted: with a dead DNS server it takes
 * half a minute and more. So each question has a thread and memory of its own, and whoever does not
 * want to wait any longer leaves both behind: neither the end of the loop nor that of the process
 * waits for it, as they would for a thread of libuv's pool.
 */

struct lookup;

/** On the loop's thread, once, unless forgotten before. `status` is libuv's; `list` is borrowed. */
typedef void (*lookup_fn)(void *ctx, int status, const struct addrinfo *list);

/**
 * Asks for the TCP addresses of `host`. NULL when there is no thread to be had; *out_status then
 * says why, as a code of libuv's. After `on_found` was called the lookup is gone.
 */
struct lookup *lookup_start(struct loop *loop, const char *host, uint16_t port, lookup_fn on_found,
        void *ctx, int *out_status);
/** On the loop's thread: nothing is called any more. */
void lookup_forget(struct lookup *lookup);
