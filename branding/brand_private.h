/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "branding/archive.h"
#include "branding/brand.h"
#include "branding/po.h"

/** Shared by brand.c (the pack) and text.c (its words) only. */

struct brand {
    struct brandpack *pack;
    struct brand_names names;
    int serial;
    GHashTable *values;      /**< "group/key" or "group/key[ll_CC]" to text */
    GHashTable *base_colors; /**< token to "#rrggbb" */
    GHashTable *files;       /**< path to GBytes over the pack's memory */
    GHashTable *own_words;   /**< "ll_CC" to struct po: strings/ of the pack */
    GHashTable *base_words;  /**< the same of the base */
    char **languages;
    char **profiles;
};

/** Reads the catalogues of the pack and of the base. NOREN_E_PROTOCOL names file and line. */
NOREN_MUST_CHECK bool brand_read_words(struct brand *brand, struct noren_err *err);
