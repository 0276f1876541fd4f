/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#include "branding/brand.h"

/**
 * What every part of the window needs to speak and look like the brand. Owned by the application,
 * which outlives every widget; only `dark` changes, and the window redraws then.
 */
struct ui_context {
    const struct brand *brand;
    struct brand_names names;
    char *language; /**< "ja_JP" */
    gboolean dark;
};

/** The widest a number or an address may get in `char text[UI_SHORT]`. */
enum { UI_SHORT = 64 };
