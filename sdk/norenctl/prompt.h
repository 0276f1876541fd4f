/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/secret.h"

/** Asks at the terminal without echo. NOREN_E_ARGUMENT when there is none, or nothing was typed. */
NOREN_MUST_CHECK bool prompt_password(
        const char *question, struct secret *out, struct noren_err *err);
