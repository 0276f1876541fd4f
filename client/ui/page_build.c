/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/page_build.h"

#include <string.h>

#include "branding/page.h"
#include "resources/resources.h"
#include "ui/image.h"
#include "ui/page_text.h"

#define IMAGE_PREFIX "image-"

static void on_finding(const struct page_finding *finding, gpointer page)
{
    g_warning("ui/%s.ui:%d: %s %s -> %s", (const char *)page, finding->line, finding->code,
            finding->text, finding->remedy);
}

/** GtkBuilder knows properties that the check does not; what it refuses is refused here too. */
static GtkBuilder *build(const struct ui_context *context, GBytes *file, GError **error)
{
    g_autofree char *text = page_text_fill(context, file, error);
    g_autoptr(GtkBuilder) builder = gtk_builder_new();

    if (!text || !gtk_builder_add_from_string(builder, text, -1, error))
        return NULL;
    return g_steal_pointer(&builder);
}

static GtkBuilder *build_own(const struct ui_context *context, const char *page)
{
    GBytes *file = brand_page(context->brand, page);
    g_autofree char *name = g_strdup(page);
    g_autoptr(GError) error = NULL;

    if (!file || !page_check(file, page, NULL, on_finding, name))
        return NULL;
    GtkBuilder *builder = build(context, file, &error);
    if (!builder)
        g_warning("ui/%s.ui is left out: %s", page, error->message);
    return builder;
}

static GtkBuilder *build_base(const struct ui_context *context, const char *page)
{
    g_autofree char *path = g_strdup_printf("ui/%s.ui", page);
    g_autoptr(GBytes) file = resources_file(path);
    g_autoptr(GError) error = NULL;
    GtkBuilder *builder = file ? build(context, file, &error) : NULL;

    if (!builder)
        g_error("built-in page %s: %s", page, error ? error->message : "missing");
    return builder;
}

GtkBuilder *page_build(const struct ui_context *context, const char *page)
{
    GtkBuilder *builder = build_own(context, page);

    if (!builder)
        builder = build_base(context, page);
    page_fill_images(builder, context);
    return builder;
}

void page_fill_images(GtkBuilder *builder, const struct ui_context *context)
{
    GSList *objects = gtk_builder_get_objects(builder);

    for (GSList *at = objects; at; at = at->next) {
        const char *id = GTK_IS_IMAGE(at->data) ? gtk_buildable_get_name(at->data) : NULL;

        if (id && g_str_has_prefix(id, IMAGE_PREFIX))
            image_fill(at->data, context, id + strlen(IMAGE_PREFIX), "accent");
    }
    g_slist_free(objects);
}

void page_set_text(GtkLabel *label, const char *text)
{
    if (label && strcmp(gtk_label_get_text(label), text) != 0)
        gtk_label_set_text(label, text);
}

void page_set_visible(gpointer widget, gboolean visible)
{
    if (widget)
        gtk_widget_set_visible(widget, visible);
}
