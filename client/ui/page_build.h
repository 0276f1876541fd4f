/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "ui/context.h"

/**
 * Builds a page: the brand's when it has one that passes page_check(), else ours. Texts are put in
 * by string id, pictures into the objects called image-SLOT.
 *
 * Never NULL. The objects that the contract requires are there with the right class; others are NULL
 * when asked for. Add the object "page" to a container before the builder is dropped.
 */
GtkBuilder *page_build(const struct ui_context *context, const char *page);

/** Draws the pictures again, for another shade. */
void page_fill_images(GtkBuilder *builder, const struct ui_context *context);

/** For labels that a page may leave out: does nothing when `label` is NULL. */
void page_set_text(GtkLabel *label, const char *text);
/** The same for whatever may be shown or hidden. */
void page_set_visible(gpointer widget, gboolean visible);
