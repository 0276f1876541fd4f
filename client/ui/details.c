/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/details.h"

#include "ui/page_build.h"
#include "ui/texts.h"

static void show(
        GtkBuilder *builder, const struct ui_context *context, const char *id, const char *value)
{
    g_autofree char *none = *value ? NULL : texts_get(context, "details.none");

    page_set_text((gpointer)gtk_builder_get_object(builder, id), none ? none : value);
}

void details_show(GtkBuilder *builder, const struct ui_context *context,
        const struct model_status *status, gboolean visible)
{
    page_set_visible(gtk_builder_get_object(builder, "details"), visible);
    if (!visible)
        return;

    gint64 since_s = g_get_real_time() / G_USEC_PER_SEC - status->since_ms / 1000;
    g_autofree char *time =
            status->since_ms ? texts_duration(context, MAX(since_s, 0)) : g_strdup("");
    g_autofree char *received = texts_bytes(context, status->bytes_in);
    g_autofree char *sent = texts_bytes(context, status->bytes_out);

    show(builder, context, "details_address", status->address);
    show(builder, context, "details_server", status->server);
    show(builder, context, "details_user", status->user);
    show(builder, context, "details_time", time);
    show(builder, context, "details_received", received);
    show(builder, context, "details_sent", sent);
}
