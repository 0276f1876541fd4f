/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "branding/archive.h"

/** Shared by the files of libbrandpack only. */

struct brandpack {
    struct brandpack_file *files; /**< owned; sorted once brandpack_sort() ran */
    size_t count;
    size_t room;
    size_t total_bytes;
};

struct brandpack *brandpack_new(void);
/** Whether one more file of `len` bytes fits; NOREN_E_LIMIT names the limit. */
NOREN_MUST_CHECK bool brandpack_has_room(
        const struct brandpack *pack, const char *path, size_t len, struct noren_err *err);
/** Adds a file; the caller asked brandpack_has_room() before. */
void brandpack_add(struct brandpack *pack, const char *path, uint8_t *take_data, size_t len);
/** Sorts by path; NOREN_E_PROTOCOL when a path is there twice. */
NOREN_MUST_CHECK bool brandpack_sort(struct brandpack *pack, struct noren_err *err);

/** The second half of brandpack_verify(): what MANIFEST says against the files. */
NOREN_MUST_CHECK bool brandpack_check_manifest(
        const struct brandpack *pack, const struct brandpack_file *manifest, struct noren_err *err);
/** Signature, then MANIFEST against the files, both ways. NOREN_E_TRUST, NOREN_E_PROTOCOL. */
NOREN_MUST_CHECK bool brandpack_verify(
        const struct brandpack *pack, const struct brandpack_keys *keys, struct noren_err *err);
