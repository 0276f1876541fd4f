/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#include "noren/base/bytes.h"
#include "noren/base/err.h"

/**
 * Writes tar.xz files of which equal content gives equal bytes: sorted, owner 0, one time for all.
 */

struct tarball_file {
    char *path;
    GBytes *content;
    guint mode; /**< 0644, 0755, 0600 */
};

/** A list for tarball_write(): elements are struct tarball_file, freed with the list. */
GPtrArray *tarball_new(void);
/** Adds a file; `take_content` is owned by the list from now on. */
void tarball_add(GPtrArray *files, const char *path, GBytes *take_content, guint mode);
/** SOURCE_DATE_EPOCH if it is set and a number, else the first second of 2020. */
gint64 tarball_time(void);
/** Sorts the list and appends the archive to out. NOREN_E_IO, NOREN_E_LIMIT. */
NOREN_MUST_CHECK bool tarball_write(
        GPtrArray *files, gint64 time_s, struct writer *out, struct noren_err *err);
