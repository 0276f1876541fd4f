/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "noren/base/bytes.h"
#include "noren/base/err.h"

/** Small files that must survive a power cut, and what belongs to folders. os/linux/paths.c. */

/**
 * Appends the whole file, or nothing on failure: NOREN_E_NOT_FOUND, NOREN_E_LIMIT (more than max
 * bytes), NOREN_E_IO (also for pipes, devices and folders: only regular files are read).
 */
NOREN_MUST_CHECK bool noren_file_read(
        const char *path, size_t max, struct writer *out, struct noren_err *err);
/** Writes beside, syncs, renames over, syncs the folder: either the old or the new content. */
NOREN_MUST_CHECK bool noren_file_replace(
        const char *path, const void *data, size_t len, mode_t mode, struct noren_err *err);
/** Makes the folder and its parents. */
NOREN_MUST_CHECK bool noren_make_dirs(const char *path, mode_t mode, struct noren_err *err);
/** Gone or never there: both are success. Syncs the folder. */
NOREN_MUST_CHECK bool noren_file_remove(const char *path, struct noren_err *err);
