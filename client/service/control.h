/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "noren/base/err.h"

/** The command line as a window: talks to the running service over its socket. Blocks. */

/** What the last `status` said, for people and exit codes. */
struct control_status {
    char state[16], error[16], server[264], address[16], user[256], profile[64], detail[240];
    long long retry_in_ms, bytes_in, bytes_out;
};

/** Reads a status line; false when it is none. Pure. */
bool control_read_status(const char *line, struct control_status *out);
/** One line for people: "connected address=... server=...". Pure; `out` needs 1024 bytes. */
void control_format(const struct control_status *status, char out[1024]);

struct control_request {
    const char *socket;
    const char *call; /**< a line to send after hello, or NULL */
    /** Decides after each status line whether to go on. */
    bool (*on_status)(void *ctx, const char *line, const struct control_status *status);
    void *ctx;
    int deadline_ms; /**< 0: none */
};

/**
 * NOREN_E_NOT_FOUND: no service runs. NOREN_E_STATE: it refused the call. NOREN_E_CLOSED: it went
 * away before on_status was content; NOREN_E_TIMEOUT.
 */
NOREN_MUST_CHECK bool control_run(const struct control_request *request, struct noren_err *err);
