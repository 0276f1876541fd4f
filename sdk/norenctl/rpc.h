/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "noren/base/err.h"
#include "noren/base/secret.h"
#include "noren/pack/pack.h"

#include "sdk/norenctl/exit.h"

/** One management connection from log-in to end, on a loop of its own. */

struct rpc_target {
    const char *host;
    uint16_t port;
    const char *const *ca_files; /**< PEM, one certificate each */
    size_t ca_count;
    const char *const *pins;
    size_t pin_count;
    const char *admin_of_hub; /**< log in as this hub's administrator; "": the server's */
    const struct secret *password;
};

/**
 * What to ask next. Called with NULL after the log-in and then with each reply that is no error;
 * returns the next request, which the caller owns, or NULL at the end.
 */
typedef struct pack *(*rpc_step)(void *ctx, const struct pack *reply);

/** CTL_DONE, or how it failed with err set. Blocks until the connection has ended. */
enum ctl_exit rpc_run(
        const struct rpc_target *target, rpc_step step, void *ctx, struct noren_err *err);
