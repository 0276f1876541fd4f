/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"
#include "ui/context.h"

/** The window: header with menu, the main page, and what keeps it true to the model. */
#define UI_TYPE_WINDOW (ui_window_get_type())
G_DECLARE_FINAL_TYPE(UiWindow, ui_window, UI, WINDOW, GtkApplicationWindow)

UiWindow *ui_window_new(
        GtkApplication *app, const struct ui_context *context, ModelSession *session);

/** What the big button does in the present state. */
void ui_window_do_main(UiWindow *self);
/** Asks the service to forget the saved credentials of the chosen profile. */
void ui_window_forget(UiWindow *self);
void ui_window_open_menu(UiWindow *self);
/** Draws again for another shade. */
void ui_window_restyle(UiWindow *self);
