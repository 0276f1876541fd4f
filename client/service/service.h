/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/log.h"

#include "service/place.h"

/**
 * The privileged service: one engine, the socket for the window, saved credentials. Runs until
 * SIGTERM or SIGINT, and puts everything back before it ends.
 */
struct service_options {
    const struct place *place;
    struct noren_log *log;
    const char *profile; /**< a file: only this profile, connected at once; ends when it is off */
    int ready_fd;        /**< a byte is written there once the socket listens; -1: none */
};

/** Blocks. Gives the exit code of the program (client/service/exit_code.h). */
int service_run(const struct service_options *options, struct noren_err *err);
