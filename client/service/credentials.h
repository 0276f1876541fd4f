/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "noren/base/err.h"
#include "noren/base/secret.h"

/**
 * Saved user names and passwords: a key file of mode 0600, a group for each profile id with the keys
 * `username` and `password`. On disk before a change is told to be done.
 */

enum { CREDENTIALS_MAX = 64 };

struct credential {
    char profile[64];
    char username[256];
    struct secret password;
};

struct credentials {
    char *path; /**< owned */
    struct credential entries[CREDENTIALS_MAX];
    size_t count;
    bool is_unread; /**< the file is there and was refused */
};

/**
 * A file that is not there gives none. NOREN_E_ARGUMENT: others can read it, or it is malformed; then
 * the next change moves it aside, to PATH.unread.
 */
NOREN_MUST_CHECK bool credentials_load(
        struct credentials *out, const char *path, struct noren_err *err);
void credentials_clear(struct credentials *credentials);
/** NULL when there are none for the profile. Borrowed until the next change. */
const struct credential *credentials_find(
        const struct credentials *credentials, const char *profile);
NOREN_MUST_CHECK bool credentials_save(struct credentials *credentials, const char *profile,
        const char *username, const struct secret *password, struct noren_err *err);
/** Fine when there are none. */
NOREN_MUST_CHECK bool credentials_forget(
        struct credentials *credentials, const char *profile, struct noren_err *err);
