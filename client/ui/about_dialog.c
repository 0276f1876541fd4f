/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/about_dialog.h"

#include "ui/dialog.h"
#include "ui/page_build.h"
#include "ui/texts.h"

static const char *const LINKS[] = { "home", "support", "account", "status", "terms", "privacy" };

/** A label that is hidden when there is nothing to say. */
static void show(GtkBuilder *page, const char *id, const char *text)
{
    page_set_text((gpointer)gtk_builder_get_object(page, id), text ? text : "");
    page_set_visible(gtk_builder_get_object(page, id), text && *text);
}

static void show_version(GtkBuilder *page, const struct ui_context *context)
{
    char serial[UI_SHORT];

    g_snprintf(serial, sizeof serial, "%d", brand_serial(context->brand));
    g_autofree char *version = brand_format(context->brand, context->language, "about.version",
            "version", PACKAGE_VERSION, "serial", serial, NULL);
    show(page, "about_version", version);
}

static void show_links(GtkBuilder *page, const struct ui_context *context)
{
    for (size_t i = 0; i < G_N_ELEMENTS(LINKS); i++) {
        g_autofree char *id = g_strconcat("link_", LINKS[i], NULL);
        const char *url = texts_value(context, "links", LINKS[i]);
        GObject *link = gtk_builder_get_object(page, id);

        page_set_visible(link, url != NULL);
        if (!link || !url)
            continue;
        g_autofree char *help =
                brand_format(context->brand, context->language, "a11y.link", "url", url, NULL);
        gtk_widget_set_tooltip_text(GTK_WIDGET(link), url);
        atk_object_set_description(gtk_widget_get_accessible(GTK_WIDGET(link)), help);
    }
}

static void show_legal(GtkBuilder *page, const struct ui_context *context)
{
    g_autofree char *text = texts_legal(context);
    GtkTextView *view = GTK_TEXT_VIEW(gtk_builder_get_object(page, "legal_view"));

    gtk_text_buffer_set_text(gtk_text_view_get_buffer(view), text, -1);
    gtk_text_view_set_editable(view, FALSE);
    page_set_visible(gtk_builder_get_object(page, "legal"), *text);
}

GtkWidget *about_dialog_new(GtkWindow *parent, const struct ui_context *context)
{
    g_autoptr(GtkBuilder) page = page_build(context, "about");
    g_autofree char *title = texts_get(context, "about.title");
    g_autofree char *company = texts_get(context, "about.company");

    show(page, "about_product", texts_value(context, "brand", "product"));
    show(page, "about_tagline", texts_value(context, "brand", "tagline"));
    show(page, "about_copyright", texts_value(context, "brand", "copyright"));
    show(page, "about_company", company);
    show_version(page, context);
    show_links(page, context);
    show_legal(page, context);
    GtkWidget *dialog = dialog_new(parent, title, page);
    gtk_window_set_resizable(GTK_WINDOW(dialog), FALSE);
    return dialog;
}
