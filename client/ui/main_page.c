/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/main_page.h"

#include <string.h>

#include "ui/details.h"
#include "ui/image.h"
#include "ui/page_build.h"
#include "ui/texts.h"

struct _UiMainPage {
    GtkBin parent_instance;

    const struct ui_context *context;
    GtkBuilder *builder;
    GtkButton *button;
    GtkImage *icon;
    GtkLabel *status;
    GtkComboBoxText *chooser;
    int shown_icon;       /* enum view_icon, -1: none yet */
    char *shown_profiles; /* what the chooser was filled with */
    gboolean filling;
};

G_DEFINE_FINAL_TYPE(UiMainPage, ui_main_page, GTK_TYPE_BIN)

enum { SIGNAL_PROFILE_CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

static const struct icon {
    const char *slot;
    const char *token;
    const char *name_id;
} ICONS[] = {
    [VIEW_OFF] = { "state-off", "muted", "a11y.icon.off" },
    [VIEW_BUSY] = { "state-busy", "accent", "a11y.icon.busy" },
    [VIEW_ON] = { "state-on", "ok", "a11y.icon.on" },
    [VIEW_ERROR] = { "state-error", "error", "a11y.icon.error" },
};

static void set_accessible(gpointer widget, const char *name, const char *description)
{
    AtkObject *accessible = gtk_widget_get_accessible(GTK_WIDGET(widget));

    if (name)
        atk_object_set_name(accessible, name);
    if (description)
        atk_object_set_description(accessible, description);
}

static void show_icon(UiMainPage *self, enum view_icon icon)
{
    if (self->shown_icon == (int)icon)
        return;
    g_autofree char *name = texts_get(self->context, ICONS[icon].name_id);

    image_fill(self->icon, self->context, ICONS[icon].slot, ICONS[icon].token);
    set_accessible(self->icon, name, NULL);
    self->shown_icon = (int)icon;
}

static char *format_hint(UiMainPage *self, const char *id, const struct view_facts *facts)
{
    char seconds[UI_SHORT];

    if (!id)
        return g_strdup("");
    g_snprintf(seconds, sizeof seconds, "%d", facts->retry_left_s);
    return brand_format(self->context->brand, self->context->language, id, "profile",
            texts_profile(self->context, facts->profile), "seconds", seconds, NULL);
}

/* A screen reader speaks a changed accessible name, so the sentence is announced with each state. */
static void show_state(UiMainPage *self, const struct view *view, const struct view_facts *facts)
{
    g_autofree char *status = texts_get(self->context, view->status_id);
    g_autofree char *hint = format_hint(self, view->hint_id, facts);
    g_autofree char *spoken = brand_format(
            self->context->brand, self->context->language, "a11y.status", "status", status, NULL);
    gpointer hint_label = gtk_builder_get_object(self->builder, "hint_label");

    page_set_text(self->status, status);
    page_set_text(hint_label, hint);
    page_set_visible(hint_label, *hint != '\0');
    set_accessible(self->status, spoken, hint);
}

static void show_button(UiMainPage *self, const struct view *view, const struct view_facts *facts)
{
    g_autofree char *label = texts_get(self->context, view->button_id);
    g_autofree char *help = format_hint(self, view->button_help_id, facts);
    GtkStyleContext *style = gtk_widget_get_style_context(GTK_WIDGET(self->button));
    gboolean stops = view->action == VIEW_CANCEL || view->action == VIEW_DISCONNECT;

    if (g_strcmp0(gtk_button_get_label(self->button), label) != 0)
        gtk_button_set_label(self->button, label);
    set_accessible(self->button, NULL, help);
    gtk_style_context_remove_class(style, stops ? "go" : "stop");
    gtk_style_context_add_class(style, stops ? "stop" : "go");
}

static void fill_chooser(UiMainPage *self, const struct model_status *status)
{
    g_autoptr(GString) all = g_string_new(NULL);

    for (guint i = 0; i < status->profiles->len; i++) {
        const struct model_profile *profile = status->profiles->pdata[i];

        g_string_append_printf(all, "%s\n%s\n", profile->id, texts_profile(self->context, profile));
    }
    if (g_strcmp0(all->str, self->shown_profiles) == 0)
        return;
    gtk_combo_box_text_remove_all(self->chooser);
    for (guint i = 0; i < status->profiles->len; i++) {
        const struct model_profile *profile = status->profiles->pdata[i];

        gtk_combo_box_text_append(
                self->chooser, profile->id, texts_profile(self->context, profile));
    }
    g_free(self->shown_profiles);
    self->shown_profiles = g_strdup(all->str);
}

static void show_chooser(UiMainPage *self, const struct view *view, const struct view_facts *facts)
{
    gpointer box = gtk_builder_get_object(self->builder, "profile_box");
    gboolean several = facts->status->profiles->len > 1;

    self->filling = TRUE;
    fill_chooser(self, facts->status);
    if (facts->profile)
        gtk_combo_box_set_active_id(GTK_COMBO_BOX(self->chooser), facts->profile->id);
    self->filling = FALSE;
    gtk_widget_set_sensitive(GTK_WIDGET(self->chooser), view->can_choose);
    page_set_visible(box ? box : self->chooser, several);
}

static void on_profile_changed(GtkComboBox *chooser, gpointer data)
{
    UiMainPage *self = UI_MAIN_PAGE(data);
    const char *id = gtk_combo_box_get_active_id(chooser);

    if (!self->filling && id)
        g_signal_emit(self, signals[SIGNAL_PROFILE_CHOSEN], 0, id);
}

static void show_message(UiMainPage *self, const char *message)
{
    page_set_text((gpointer)gtk_builder_get_object(self->builder, "message_label"), message);
    page_set_visible(gtk_builder_get_object(self->builder, "message_box"), *message != '\0');
}

void ui_main_page_update(UiMainPage *self, const struct view *view, const struct view_facts *facts)
{
    show_icon(self, view->icon);
    show_state(self, view, facts);
    show_button(self, view, facts);
    show_chooser(self, view, facts);
    show_message(self, facts->status->message);
    details_show(self->builder, self->context, facts->status, view->show_details);
}

void ui_main_page_restyle(UiMainPage *self)
{
    int icon = self->shown_icon;

    page_fill_images(self->builder, self->context);
    self->shown_icon = -1;
    if (icon >= 0)
        show_icon(self, (enum view_icon)icon);
}

GtkWidget *ui_main_page_button(UiMainPage *self)
{
    return GTK_WIDGET(self->button);
}

static gpointer object(UiMainPage *self, const char *id)
{
    return gtk_builder_get_object(self->builder, id);
}

UiMainPage *ui_main_page_new(
        const struct ui_context *context, GtkWidget *login_page, GtkWidget *error_page)
{
    UiMainPage *self = g_object_new(UI_TYPE_MAIN_PAGE, "visible", TRUE, NULL);

    self->context = context;
    self->builder = page_build(context, "main");
    self->button = object(self, "main_button");
    self->icon = object(self, "status_icon");
    self->status = object(self, "status_label");
    self->chooser = object(self, "profile_chooser");
    gtk_button_set_use_underline(self->button, TRUE);
    gtk_widget_set_can_default(GTK_WIDGET(self->button), TRUE);
    gtk_container_add(GTK_CONTAINER(self), object(self, "page"));
    gtk_container_add(object(self, "login_slot"), login_page);
    gtk_container_add(object(self, "error_slot"), error_page);
    g_signal_connect_object(self->chooser, "changed", G_CALLBACK(on_profile_changed), self, 0);
    return self;
}

static void ui_main_page_finalize(GObject *gobject)
{
    UiMainPage *self = UI_MAIN_PAGE(gobject);

    g_clear_object(&self->builder);
    g_free(self->shown_profiles);
    G_OBJECT_CLASS(ui_main_page_parent_class)->finalize(gobject);
}

static void ui_main_page_class_init(UiMainPageClass *klass)
{
    G_OBJECT_CLASS(klass)->finalize = ui_main_page_finalize;
    signals[SIGNAL_PROFILE_CHOSEN] = g_signal_new("profile-chosen", G_TYPE_FROM_CLASS(klass),
            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void ui_main_page_init(UiMainPage *self)
{
    self->shown_icon = -1;
}
