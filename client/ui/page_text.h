/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ui/context.h"

/**
 * The page file with every text that is marked translatable="yes" turned from a string id into
 * words. NULL when it is no XML. GtkBuilder's own translation is not used: it would ask gettext.
 */
char *page_text_fill(const struct ui_context *context, GBytes *file, GError **error);
