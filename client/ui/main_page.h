/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "model/view.h"
#include "ui/context.h"

/** The page with the state, the big button and the details; carries out a struct view. */
#define UI_TYPE_MAIN_PAGE (ui_main_page_get_type())
G_DECLARE_FINAL_TYPE(UiMainPage, ui_main_page, UI, MAIN_PAGE, GtkBin)

/** The two children go into the slots of the page. Signal "profile-chosen" (const char *id). */
UiMainPage *ui_main_page_new(
        const struct ui_context *context, GtkWidget *login_page, GtkWidget *error_page);

void ui_main_page_update(UiMainPage *self, const struct view *view, const struct view_facts *facts);
/** Draws again for another shade. */
void ui_main_page_restyle(UiMainPage *self);
/** The big button; the window makes it the default. Borrowed. */
GtkWidget *ui_main_page_button(UiMainPage *self);
