/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/** The image slots of branding-anchors 2.6: `images/<slot>[-dark].<ending>`. */

enum slot_format { SLOT_SVG = 1, SLOT_PNG = 2, SLOT_JPEG = 4 };

struct slot {
    const char *name;
    unsigned formats; /**< enum slot_format, or-ed */
    gboolean required;
    gboolean square;
    gboolean alpha; /**< a PNG must have transparency */
    gboolean has_dark;
    int min_width; /**< pixels, for PNG and JPEG */
    int min_height;
    int best_width; /**< what to ask for */
    int best_height;
    gsize max_bytes; /**< 0: the limit of every file */
    const char *why; /**< what goes wrong without it */
};

/** Ends with a NULL name. */
const struct slot *slots_all(void);
/** The slot of a path; NULL when it is none or has another ending. */
const struct slot *slot_of_path(const char *path);
