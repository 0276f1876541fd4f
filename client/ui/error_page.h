/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "model/view.h"
#include "ui/context.h"

/** What happened and what to do about it, in words. */
#define UI_TYPE_ERROR_PAGE (ui_error_page_get_type())
G_DECLARE_FINAL_TYPE(UiErrorPage, ui_error_page, UI, ERROR_PAGE, GtkBin)

UiErrorPage *ui_error_page_new(const struct ui_context *context);

/** Shows the error of the view, or hides the page when it has none. */
void ui_error_page_update(
        UiErrorPage *self, const struct view *view, const struct view_facts *facts);
