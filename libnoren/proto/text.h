/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "noren/base/bytes.h"

/** Text from a peer: what may be kept, shown or written to a log. */

/** Well-formed UTF-8 of at most max bytes, without control characters and what acts like them (line
 * separators, direction overrides). */
bool text_is_printable(const char *text, size_t max);

/**
 * A copy of at most max bytes for showing: line feeds and tabs stay, other control characters go,
 * and what is not UTF-8 becomes '?'. Never NULL; the caller frees.
 */
char *text_clean(struct bytes raw, size_t max);

/** Whether `part` occurs in `text`, without regard to ASCII case. */
bool text_contains(const char *text, const char *part);

/** Equal without regard to ASCII case, whatever the locale. */
bool text_same(const char *a, const char *b);
