/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "noren/base/err.h"
#include "noren/crypto/seal.h"

/** The files of the state folder beside the database. What returned true is on disk. */

/** "DIR/name"; the caller frees. */
char *files_path(const char *dir, const char *name);

/**
 * Makes DIR with mode 0700, or takes an existing one that holds nothing but files of ours and sets
 * that mode. NOREN_E_STATE (other things lie in it), NOREN_E_IO.
 */
NOREN_MUST_CHECK bool files_make_dir(const char *dir, struct noren_err *err);

/** Makes entries of a folder (new files, renames) durable. */
NOREN_MUST_CHECK bool files_sync_dir(const char *dir, struct noren_err *err);

/**
 * Takes DIR/lock and writes our pid into it. NOREN_E_STATE with the pid of who has it. The lock
 * goes when *out_fd is closed, by the kernel too.
 */
NOREN_MUST_CHECK bool files_lock(const char *dir, int *out_fd, struct noren_err *err);

/** The key as one line of hexadecimal, mode 0600; replaces what is there. */
NOREN_MUST_CHECK bool files_write_seal_key(
        const char *path, const uint8_t key[SEAL_KEY_BYTES], struct noren_err *err);
/** NOREN_E_NOT_FOUND, NOREN_E_IO, NOREN_E_CRYPTO (not a key). */
NOREN_MUST_CHECK bool files_read_seal_key(
        const char *path, uint8_t out[SEAL_KEY_BYTES], struct noren_err *err);
