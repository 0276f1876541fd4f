/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "ui/context.h"

/**
 * A second window with one page in it. Escape and the action "page.close" close it. Its widgets
 * reach it with gtk_widget_get_toplevel(). Not modal: the connection can still be cancelled.
 */
GtkWidget *dialog_new(GtkWindow *parent, const char *title, GtkBuilder *page);
/** For further actions "page.*" of this dialog. Borrowed. */
GActionMap *dialog_actions(GtkWidget *dialog);
