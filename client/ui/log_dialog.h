/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "model/session.h"
#include "ui/context.h"

/** The last lines of the service's log, to read and to copy. Asks the service by itself. */
GtkWidget *log_dialog_new(
        GtkWindow *parent, const struct ui_context *context, ModelSession *session);
