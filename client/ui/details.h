/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "model/status.h"
#include "ui/context.h"

/** Writes address, server, user, time and traffic into the main page; a page may leave any out. */
void details_show(GtkBuilder *builder, const struct ui_context *context,
        const struct model_status *status, gboolean visible);
