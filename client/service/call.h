/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "noren/base/err.h"
#include "noren/base/secret.h"

/** One line of the window to the service (docs/service-socket.md). Pure: text in, a call out. */

enum service_call_kind { CALL_HELLO, CALL_CONNECT, CALL_DISCONNECT, CALL_FORGET, CALL_LOG };

enum { CALL_LOG_LINES_MAX = 2000, CALL_LOG_LINES = 200, CALL_VERSION = 1 };

struct service_call {
    enum service_call_kind kind;
    char name[24];      /**< "connect", as it came; also set when the call is refused */
    char profile[64];   /**< CONNECT, FORGET */
    char username[256]; /**< CONNECT; "" when not given */
    struct secret password;
    bool has_password; /**< given, maybe empty */
    bool save;
    unsigned lines; /**< LOG; 1..CALL_LOG_LINES_MAX */
};

/**
 * NOREN_E_ARGUMENT (no JSON object, a member of the wrong type, unknown call), NOREN_E_LIMIT (text
 * too long). out->name is set in either case, so that the refusal can name the call.
 */
NOREN_MUST_CHECK bool service_call_parse(
        const char *line, size_t len, struct service_call *out, struct noren_err *err);
void service_call_clear(struct service_call *call);
