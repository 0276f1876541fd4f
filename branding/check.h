/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/err.h"

#include "branding/finding.h"

/**
 * Judges a brand folder: everything that is wrong with it in one run.
 *
 * Reads only; needs no display and no network. What each code means: docs/brand-pack.md.
 */

/** What was released before under this brand; empty id: nothing. */
struct check_released {
    char id[24];
    int serial;
    char manifest[65]; /**< SHA-256 of MANIFEST in hex */
};

struct check_options {
    const char *base_version;              /**< of this kit, "0.1.0" */
    gint64 now;                            /**< seconds since 1970, for certificates */
    const struct check_released *released; /**< NULL: nothing was released */
};

/**
 * The findings, sorted; the caller frees. NULL only when the folder cannot be read at all:
 * NOREN_E_NOT_FOUND, NOREN_E_IO.
 */
struct findings *brand_check_folder(
        const char *path, const struct check_options *options, struct noren_err *err);
