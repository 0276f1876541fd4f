/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "noren/base/err.h"

/**
 * What the end of a connection means: the word for people (docs/service-socket.md) and what to do
 * next. Pure, one table.
 */

enum engine_error {
    ENGINE_OK,
    ENGINE_E_AUTH,
    ENGINE_E_TRUST,
    ENGINE_E_UNREACHABLE,
    ENGINE_E_NAME,
    ENGINE_E_NO_ADDRESS,
    ENGINE_E_HUB,
    ENGINE_E_LIMIT,
    ENGINE_E_DENIED,
    ENGINE_E_NOT_VPN,
    ENGINE_E_DEVICE,
    ENGINE_E_PROFILE,
    ENGINE_E_INTERNAL,
};

/** "auth", "no-address" and the like; "" for ENGINE_OK. */
const char *engine_error_name(enum engine_error error);

enum verdict_action {
    VERDICT_STOP,      /**< trying again cannot help */
    VERDICT_RETRY,     /**< next server, then by back-off */
    VERDICT_RETRY_FEW, /**< as RETRY, but stop after VERDICT_FEW rounds */
    VERDICT_RETRY_SLOW /**< next server, then once in VERDICT_SLOW_MS */
};

enum { VERDICT_FEW = 3, VERDICT_SLOW_MS = 60000 };

struct verdict {
    enum engine_error error;
    enum verdict_action action;
};

/** The link ended before or after the log-in. */
struct verdict verdict_of_link(enum noren_code code, bool was_connected);
/** The server answered the log-in with an error (enum proto_error or another number). */
struct verdict verdict_of_refusal(uint32_t proto_error);
/** Of two verdicts of one round over the servers, the one to show: what a person can mend wins. */
struct verdict verdict_worse(struct verdict a, struct verdict b);
