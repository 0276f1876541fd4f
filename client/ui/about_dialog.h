/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "ui/context.h"

/** Product, company, links and legal notices of the brand. Show it with gtk_window_present(). */
GtkWidget *about_dialog_new(GtkWindow *parent, const struct ui_context *context);
