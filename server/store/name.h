/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/err.h"

/**
 * The rules for names of hubs and users: letters, digits, blank and ( ) - _ # % & . of ASCII, users
 * also @; 1 to STORE_NAME_MAX bytes; no blank and no dot at either end. NOREN_E_ARGUMENT with a text
 * that says which rule was broken.
 */
NOREN_MUST_CHECK bool name_check_hub(const char *name, struct noren_err *err);

/** The same for a user, and not one of the names that the server gives to its own sessions. */
NOREN_MUST_CHECK bool name_check_user(const char *name, struct noren_err *err);

/** Free text of a user (real name, note): UTF-8 without control characters. NOREN_E_ARGUMENT. */
NOREN_MUST_CHECK bool name_check_text(const char *what, const char *text, struct noren_err *err);
