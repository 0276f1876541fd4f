/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/log.h"

#include "service/place.h"

/**
 * `up --foreground`: runs one profile in this process, one line on standard output for each change
 * of state, until a signal or an error. Needs no service and opens no socket.
 */
struct foreground_options {
    const struct place *place;
    struct noren_log *log;
    const char *profile; /**< a file */
};

/** Blocks. Gives the exit code of the program. */
int foreground_run(const struct foreground_options *options, struct noren_err *err);
