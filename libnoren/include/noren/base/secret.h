/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/err.h"

/** Keys and passwords: wiped when cleared, never logged, compared in constant time. */

enum {
    SECRET_MAX = 4096, /**< bytes; longer ones are refused when read */
};

struct secret {
    uint8_t *data; /**< owned; one NUL byte follows the content, so text can be used in place */
    size_t len;
};

/** Copies; the old content is wiped. len must be at most SECRET_MAX. */
void secret_set(struct secret *secret, const void *data, size_t len);
/** Wipes and frees. Fine on a zeroed struct, for noren_cleanup(secret_clear). */
void secret_clear(struct secret *secret);
static inline bool secret_is_set(const struct secret *secret)
{
    return secret->data != NULL;
}
/** The content as terminated text; "" when unset. Borrowed until the next set or clear. */
const char *secret_text(const struct secret *secret);

/**
 * Reads a password file: its first line without the line end.
 *
 * NOREN_E_IO (cannot be read), NOREN_E_LIMIT (longer than SECRET_MAX), NOREN_E_ARGUMENT (empty
 * first line). `path` "-" reads standard input.
 */
NOREN_MUST_CHECK bool secret_read_file(struct secret *out, const char *path, struct noren_err *err);

/** Overwrites memory in a way that the compiler keeps. */
void secret_wipe(void *data, size_t len);
/** Constant time in len. */
bool secret_equal(const void *a, const void *b, size_t len);
