/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/**
 * Named braces in texts: "{server}". A name is lower-case letters, digits and '-'. There is no escape:
 * a brace that is not part of a placeholder is malformed, and is shown as it stands.
 */

/** The value of a name, or NULL to leave the placeholder as it stands. Borrowed. */
typedef const char *(*placeholder_value_fn)(void *ctx, const char *name);

/** Fills in once: a value with braces in it is not looked at again. The caller frees with g_free. */
char *placeholder_fill(const char *text, placeholder_value_fn value, void *ctx);

/** Names used, each once, NULL-terminated; NULL when a brace is malformed. Free with g_strfreev. */
char **placeholder_names(const char *text);
