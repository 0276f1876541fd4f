/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "noren/base/err.h"

/** How norenctl ends: documented in --help and norenctl(1), relied upon by scripts. */
enum ctl_exit {
    CTL_DONE = 0,
    CTL_FAILED = 1,      /**< a file, the server or something else failed */
    CTL_USAGE = 2,       /**< the command line cannot be carried out */
    CTL_UNREACHABLE = 3, /**< no answer, or not by a VPN server */
    CTL_UNTRUSTED = 4,   /**< the server is not the one that --ca or --pin names */
    CTL_DENIED = 5,      /**< password refused */
    CTL_MISSING = 6,     /**< the hub, user or session does not exist */
    CTL_EXISTS = 7,      /**< the name is taken */
    CTL_REFUSED = 8,     /**< the server refuses: rights, a limit, a name, not supported */
};

/** For what went wrong on the way to the server. */
enum ctl_exit exit_from_code(enum noren_code code);

/** For an error number of the server. */
enum ctl_exit exit_from_error(uint32_t error);

/** What an error number means, for servers that send no text. Never NULL. */
const char *error_text(uint32_t error);
