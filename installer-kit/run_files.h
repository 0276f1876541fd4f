/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#include "branding/brand.h"
#include "installer-kit/payload.h"

/** The files of one installed brand, as docs/installed-layout.md lists them. */

struct run_parts {
    const struct brand *brand;
    const struct brand_names *names;
    const struct payload *payload;
    GBytes *pack;            /**< the .brandpack */
    const guint8 *key;       /**< raw public key, 32 bytes */
    const char *credentials; /**< content, or NULL */
};

/** Adds everything to a list for tarball_write(). NOREN_E_IO names what cannot be read. */
NOREN_MUST_CHECK bool run_files_add(
        const struct run_parts *parts, GPtrArray *files, struct noren_err *err);

/** A script or text of the kit with @ID@, @PRODUCT@ and so on filled in. Free with g_free. */
char *run_template(const char *name, const struct brand *brand);
/** Puts `value` in place of every @KEY@; takes and returns text for g_free. */
char *run_replace(char *take_text, const char *key, const char *value);
