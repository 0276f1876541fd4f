/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "ui/context.h"

/** Colours of the brand over the base theme. All colour values come from the pack or resources/. */

enum style_shade { STYLE_FOLLOW_DESKTOP, STYLE_LIGHT, STYLE_DARK };

/** "#rrggbb" of a token for the light or dark desktop, as the context says. Borrowed. */
const char *style_color(const struct ui_context *context, const char *token);

/** Whether the desktop asks for dark windows. */
gboolean style_desktop_is_dark(GdkScreen *screen);

/** Puts the theme in place of the one before; a theme for high contrast is left alone. */
void style_apply(const struct ui_context *context, GdkScreen *screen, GtkCssProvider *base,
        GtkCssProvider *brand);
