/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/** What a picture says about itself in its first bytes; the pixels are not decoded. */

struct image_info {
    int width; /**< pixels */
    int height;
    gboolean alpha;
    gboolean cmyk;
    gboolean animated;
};

/** FALSE when it is not a PNG (signature and IHDR) or not whole enough to tell. */
gboolean image_info_png(const void *data, gsize len, struct image_info *out);
/** FALSE when it is not a JPEG with a frame head. */
gboolean image_info_jpeg(const void *data, gsize len, struct image_info *out);

/** `line` from 1; the texts are clauses. */
typedef void (*image_svg_fn)(void *ctx, int line, const char *text, const char *remedy);
/**
 * Reads an SVG and tells everything that a pack's SVG must not hold: scripts, event handlers,
 * references to other files, text in fonts. FALSE when it is not well-formed SVG (also told).
 * width and height are those of the view box, in its own units.
 */
gboolean image_info_svg(
        const char *data, gsize len, image_svg_fn on_problem, void *ctx, struct image_info *out);
