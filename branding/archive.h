/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/alloc.h"
#include "noren/base/bytes.h"
#include "noren/base/err.h"

/**
 * The files of a brand pack in memory, without GLib: the service uses this too.
 *
 * A `.brandpack` is a tar.xz of plain files. MANIFEST names every other file with its size and
 * SHA-256, MANIFEST.sig is the raw Ed25519 signature over MANIFEST (docs/brand-pack.md, "The
 * archive"). A pack that came from brandpack_open() has passed all of that. Immutable, so it may be
 * read from every thread. Link with branding/libbrandpack.la and then libnoren.
 */

enum {
    BRANDPACK_FILE_MAX_BYTES = 2 << 20,
    BRANDPACK_TOTAL_MAX_BYTES = 32 << 20,
    BRANDPACK_FILES_MAX = 2000,
    BRANDPACK_PATH_MAX_BYTES = 200,
    BRANDPACK_KEY_BYTES = 32,
    BRANDPACK_KEYS_MAX = 8,
};

#define BRANDPACK_MANIFEST  "MANIFEST"
#define BRANDPACK_SIGNATURE "MANIFEST.sig"

struct brandpack;

struct brandpack_file {
    char *path; /**< "images/logo.svg"; letters, digits and "._+@-" between slashes */
    uint8_t *data;
    size_t len;
};

/** The raw Ed25519 public keys of which one must have signed. */
struct brandpack_keys {
    uint8_t key[BRANDPACK_KEYS_MAX][BRANDPACK_KEY_BYTES];
    size_t count;
};

/**
 * Reads a key file: 64 hexadecimal digits a line, empty lines and lines with '#' left out.
 * NOREN_E_NOT_FOUND, NOREN_E_IO, NOREN_E_ARGUMENT (a line of another shape, or no key at all).
 */
NOREN_MUST_CHECK bool brandpack_keys_read(
        const char *path, struct brandpack_keys *out, struct noren_err *err);

/**
 * Reads and verifies a pack. NULL with NOREN_E_NOT_FOUND, NOREN_E_IO, NOREN_E_PROTOCOL (not a
 * pack, cut short), NOREN_E_LIMIT (too large, too many), NOREN_E_TRUST (signature, hash, a file
 * that MANIFEST does not name).
 */
struct brandpack *brandpack_open(
        const char *path, const struct brandpack_keys *keys, struct noren_err *err);
/** The same from memory; `data` is not needed afterwards. */
struct brandpack *brandpack_open_bytes(
        const void *data, size_t len, const struct brandpack_keys *keys, struct noren_err *err);

/** What a folder holds that a pack cannot. */
enum brandpack_refusal {
    BRANDPACK_REFUSED_NAME,  /**< a name of other characters, or too long a path */
    BRANDPACK_REFUSED_KIND,  /**< link, device, socket */
    BRANDPACK_REFUSED_RIGHT, /**< whoever runs this may not read it */
    BRANDPACK_REFUSED_SIZE,  /**< the file is larger than BRANDPACK_FILE_MAX_BYTES */
    BRANDPACK_REFUSED_TOTAL, /**< too many files or bytes; nothing more is read */
};
typedef void (*brandpack_refused_fn)(void *ctx, const char *path, enum brandpack_refusal refusal);

/**
 * Reads an unsigned folder, for the kit and for tests. With `on_refused` the files that a pack
 * cannot hold are told and left out; with NULL the first of them ends the reading (NOREN_E_ARGUMENT
 * or NOREN_E_LIMIT). MANIFEST and MANIFEST.sig at the top are left out.
 */
struct brandpack *brandpack_open_folder(
        const char *path, brandpack_refused_fn on_refused, void *ctx, struct noren_err *err);

void brandpack_free(struct brandpack *pack);
NOREN_DEFINE_CLEANUP(struct brandpack, brandpack_free)

/** Files in strcmp order of their paths, MANIFEST and MANIFEST.sig among them if read. Borrowed. */
size_t brandpack_count(const struct brandpack *pack);
const struct brandpack_file *brandpack_at(const struct brandpack *pack, size_t index);
/** NULL when there is none. Borrowed. */
const struct brandpack_file *brandpack_find(const struct brandpack *pack, const char *path);

/** Whether a pack can hold a file of this path. */
bool brandpack_path_ok(const char *path);
/** MANIFEST for the files of `pack`, sorted. */
void brandpack_manifest_write(const struct brandpack *pack, struct writer *out);
