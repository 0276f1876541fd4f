/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/error_page.h"

#include "ui/page_build.h"
#include "ui/texts.h"

struct _UiErrorPage {
    GtkBin parent_instance;

    const struct ui_context *context;
    GtkLabel *title;
    GtkLabel *text;
    GtkLabel *detail; /* NULL: the page has none */
};

G_DEFINE_FINAL_TYPE(UiErrorPage, ui_error_page, GTK_TYPE_BIN)

static char *format(UiErrorPage *self, const char *id, const struct view_facts *facts)
{
    const struct model_status *status = facts->status;
    const char *profile = texts_profile(self->context, facts->profile);

    return brand_format(self->context->brand, self->context->language, id, "server",
            *status->server ? status->server : profile, "user", status->user, "detail",
            status->detail, NULL);
}

void ui_error_page_update(
        UiErrorPage *self, const struct view *view, const struct view_facts *facts)
{
    gtk_widget_set_visible(GTK_WIDGET(self), view->error_title_id != NULL);
    if (!view->error_title_id)
        return;
    g_autofree char *title = format(self, view->error_title_id, facts);
    g_autofree char *text = format(self, view->error_text_id, facts);
    g_autofree char *detail = format(self, "error.detail", facts);

    page_set_text(self->title, title);
    page_set_text(self->text, text);
    page_set_text(self->detail, detail);
    page_set_visible(self->detail, view->show_detail && *facts->status->detail);
    atk_object_set_description(gtk_widget_get_accessible(GTK_WIDGET(self->title)), text);
}

UiErrorPage *ui_error_page_new(const struct ui_context *context)
{
    UiErrorPage *self = g_object_new(UI_TYPE_ERROR_PAGE, NULL);
    g_autoptr(GtkBuilder) builder = page_build(context, "error");

    self->context = context;
    self->title = GTK_LABEL(gtk_builder_get_object(builder, "error_title"));
    self->text = GTK_LABEL(gtk_builder_get_object(builder, "error_text"));
    self->detail = (gpointer)gtk_builder_get_object(builder, "error_detail");
    page_set_visible(gtk_builder_get_object(builder, "error_support"),
            texts_value(context, "links", "support") != NULL);
    gtk_container_add(GTK_CONTAINER(self), GTK_WIDGET(gtk_builder_get_object(builder, "page")));
    return self;
}

static void ui_error_page_class_init(UiErrorPageClass *klass)
{
    (void)klass;
}

static void ui_error_page_init(UiErrorPage *self)
{
    (void)self;
}
