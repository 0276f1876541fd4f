/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "ui/context.h"

/**
 * Pictures of the pack, or of the base where the pack has none.
 *
 * A drawing that paints with "currentColor" takes the colour of a token; every other picture is
 * shown as it is.
 */

/** The picture of a slot, `height` logical pixels high and at most 5 times as wide; NULL: none. */
cairo_surface_t *image_load(const struct ui_context *context, const char *slot, const char *token,
        int height, int scale);

/** Fills a GtkImage; its pixel-size is the height. Hides it when the slot is empty. */
void image_fill(
        GtkImage *image, const struct ui_context *context, const char *slot, const char *token);

/** The program's icon in the usual sizes, for the desktop's window list. */
GList *image_icon_list(const struct ui_context *context);
