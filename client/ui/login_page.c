/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/login_page.h"

#include "ui/page_build.h"
#include "ui/texts.h"

struct _UiLoginPage {
    GtkBin parent_instance;

    const struct ui_context *context;
    GtkEntry *user;
    GtkEntry *password;
    GtkLabel *hint;            /* NULL: the page has none */
    GtkToggleButton *remember; /* NULL: the page has none */
};

G_DEFINE_FINAL_TYPE(UiLoginPage, ui_login_page, GTK_TYPE_BIN)

static gboolean is_empty(GtkEntry *entry)
{
    return gtk_entry_get_text_length(entry) == 0;
}

/** Not by colour alone: the cursor goes there as well. */
static void mark_missing(GtkEntry *entry, gboolean missing)
{
    GtkStyleContext *style = gtk_widget_get_style_context(GTK_WIDGET(entry));

    if (missing)
        gtk_style_context_add_class(style, "missing");
    else
        gtk_style_context_remove_class(style, "missing");
}

static void focus_first_empty(UiLoginPage *self)
{
    GtkEntry *entry = is_empty(self->user) ? self->user : self->password;

    gtk_widget_grab_focus(GTK_WIDGET(entry));
}

void ui_login_page_show(
        UiLoginPage *self, gboolean visible, const char *hint_id, const char *profile_name)
{
    gboolean was_visible = gtk_widget_get_visible(GTK_WIDGET(self));

    gtk_widget_set_visible(GTK_WIDGET(self), visible);
    page_set_visible(self->hint, hint_id != NULL);
    if (hint_id) {
        g_autofree char *hint = brand_format(self->context->brand, self->context->language, hint_id,
                "profile", profile_name, NULL);

        page_set_text(self->hint, hint);
    }
    if (visible && !was_visible)
        focus_first_empty(self);
}

void ui_login_page_set_user(UiLoginPage *self, const char *user)
{
    gtk_entry_set_text(self->user, user);
    ui_login_page_forget_password(self);
}

gboolean ui_login_page_complete(UiLoginPage *self)
{
    gboolean complete = !is_empty(self->user) && !is_empty(self->password);

    mark_missing(self->user, is_empty(self->user));
    mark_missing(self->password, is_empty(self->password));
    if (!complete)
        focus_first_empty(self);
    return complete;
}

const char *ui_login_page_user(UiLoginPage *self)
{
    return gtk_entry_get_text(self->user);
}

const char *ui_login_page_password(UiLoginPage *self)
{
    return gtk_entry_get_text(self->password);
}

gboolean ui_login_page_remember(UiLoginPage *self)
{
    return self->remember && gtk_toggle_button_get_active(self->remember);
}

void ui_login_page_forget_password(UiLoginPage *self)
{
    gtk_entry_set_text(self->password, "");
}

static void on_typed(GtkEditable *editable, gpointer data)
{
    (void)data;
    mark_missing(GTK_ENTRY(editable), FALSE);
}

static void on_reveal_toggled(GtkToggleButton *button, gpointer data)
{
    gtk_entry_set_visibility(UI_LOGIN_PAGE(data)->password, gtk_toggle_button_get_active(button));
}

UiLoginPage *ui_login_page_new(const struct ui_context *context)
{
    UiLoginPage *self = g_object_new(UI_TYPE_LOGIN_PAGE, NULL);
    g_autoptr(GtkBuilder) builder = page_build(context, "login");
    gpointer reveal = gtk_builder_get_object(builder, "reveal_check");

    self->context = context;
    self->user = GTK_ENTRY(gtk_builder_get_object(builder, "user_entry"));
    self->password = GTK_ENTRY(gtk_builder_get_object(builder, "password_entry"));
    self->hint = (gpointer)gtk_builder_get_object(builder, "login_hint");
    self->remember = (gpointer)gtk_builder_get_object(builder, "remember_check");
    gtk_entry_set_visibility(self->password, FALSE);
    gtk_container_add(GTK_CONTAINER(self), GTK_WIDGET(gtk_builder_get_object(builder, "page")));
    g_signal_connect_object(self->user, "changed", G_CALLBACK(on_typed), self, 0);
    g_signal_connect_object(self->password, "changed", G_CALLBACK(on_typed), self, 0);
    if (reveal)
        g_signal_connect_object(reveal, "toggled", G_CALLBACK(on_reveal_toggled), self, 0);
    return self;
}

static void ui_login_page_class_init(UiLoginPageClass *klass)
{
    (void)klass;
}

static void ui_login_page_init(UiLoginPage *self)
{
    (void)self;
}
