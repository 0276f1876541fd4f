/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "noren/base/err.h"

/**
 * The resolver's file, for os/linux only: replaced for the time of a connection and put back. `path`
 * is /etc/resolv.conf except in tests.
 *
 * The backup is durable before the file changes. Its first line says what stood there ("absent",
 * "file" or "link TARGET"), the rest is the content of a file.
 */

NOREN_MUST_CHECK bool dns_file_set(const char *path, const uint32_t *servers, uint8_t count,
        const char *domain, const char *backup_path, struct noren_err *err);
/** Leaves a file that somebody else has written meanwhile; the backup goes in either case. */
NOREN_MUST_CHECK bool dns_file_restore(
        const char *path, const char *backup_path, struct noren_err *err);
