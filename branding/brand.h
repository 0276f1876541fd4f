/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>
#include <stdint.h>

#include "noren/base/err.h"

#include "branding/names.h"

/**
 * A loaded, verified brand pack: everything that an end user sees, as data.
 *
 * Loaded from a `.brandpack` (tar.xz by libarchive) or, for the kit and for tests, from a folder.
 * Immutable after loading; may be read from every thread. Layers and look-up order: docs/brand-pack.md.
 */

struct brand;

/** Ed25519 public keys (32 bytes each) of which one must have signed MANIFEST. */
struct brand_keys {
    const uint8_t (*keys)[32];
    size_t count;
};

/**
 * Reads and checks the archive: MANIFEST lists every file with its SHA-256, MANIFEST.sig is by one of
 * `keys`. NULL with NOREN_E_TRUST (signature, hash), NOREN_E_LIMIT, NOREN_E_PROTOCOL (not a pack),
 * NOREN_E_NOT_FOUND.
 */
struct brand *brand_load(const char *path, const struct brand_keys *keys, struct noren_err *err);
/** An unsigned folder: for the kit's preview and for tests only. */
struct brand *brand_load_folder(const char *path, struct noren_err *err);
void brand_free(struct brand *brand);

/** "acme"; derived names are built from it. */
const char *brand_id(const struct brand *brand);
int brand_serial(const struct brand *brand);
/** A value of brand.conf for a language ("de_AT" -> "de" -> plain); NULL when not given. Borrowed. */
const char *brand_value(
        const struct brand *brand, const char *group, const char *key, const char *language);
gboolean brand_flag(const struct brand *brand, const char *group, const char *key, gboolean unset);
/** BCP-47 tags, first is the default; NULL-terminated, borrowed. */
const char *const *brand_languages(const struct brand *brand);
/** "#rrggbb" of a colour token ("accent", "text-dark"); the base's colour when not given. */
const char *brand_color(const struct brand *brand, const char *token);

/**
 * The text of a string id with {product}, {short} and {company} filled in and other placeholders
 * left for brand_format(). Look-up: brand(ll_CC), brand(ll), base(ll_CC), base(ll), brand(default),
 * base(en). Never NULL: an unknown id gives the id itself (the kit's check finds those).
 */
char *brand_text(const struct brand *brand, const char *language, const char *id);
/** The same, with pairs "name", "value", ..., NULL filled in. The caller frees with g_free. */
char *brand_format(const struct brand *brand, const char *language, const char *id,
        ...) G_GNUC_NULL_TERMINATED;

/** A file of the pack ("images/logo.svg"); NULL when absent. Borrowed bytes. */
GBytes *brand_file(const struct brand *brand, const char *path);
/** The image of a slot ("logo", "tray-on"), dark variant when asked and there; NULL: none. */
GBytes *brand_image(const struct brand *brand, const char *slot, gboolean dark);
/** ui/<page>.ui override, or NULL for the base page. */
GBytes *brand_page(const struct brand *brand, const char *page);
/** Names of the profiles in order ("10-main"), NULL-terminated, borrowed. */
const char *const *brand_profiles(const struct brand *brand);
/** A profile's name as users of a language read it; NULL: none of the pack's. Borrowed. */
const char *brand_profile_name(const struct brand *brand, const char *id, const char *language);
