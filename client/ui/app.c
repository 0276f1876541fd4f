/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/app.h"

#include "resources/resources.h"
#include "ui/about_dialog.h"
#include "ui/image.h"
#include "ui/log_dialog.h"
#include "ui/texts.h"
#include "ui/window.h"

struct _UiApp {
    GtkApplication parent_instance;

    struct ui_context context;
    enum style_shade shade;
    char *socket;
    ModelSession *session; /* from startup on */
    GtkCssProvider *base_css;
    GtkCssProvider *brand_css;
    UiWindow *window; /* NULL: not open */
};

G_DEFINE_FINAL_TYPE(UiApp, ui_app, GTK_TYPE_APPLICATION)

static void open_url(UiApp *self, const char *url)
{
    g_autoptr(GError) error = NULL;

    if (!url || !g_str_has_prefix(url, "https://"))
        return;
    if (!gtk_show_uri_on_window(GTK_WINDOW(self->window), url, GDK_CURRENT_TIME, &error))
        g_warning("no program opens the link: %s", error->message);
}

static void on_main(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    (void)action, (void)parameter;
    ui_window_do_main(UI_APP(data)->window);
}

static void on_forget(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    (void)action, (void)parameter;
    ui_window_forget(UI_APP(data)->window);
}

static void on_menu(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    (void)action, (void)parameter;
    ui_window_open_menu(UI_APP(data)->window);
}

static void on_about(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    UiApp *self = UI_APP(data);

    (void)action, (void)parameter;
    gtk_window_present(GTK_WINDOW(about_dialog_new(GTK_WINDOW(self->window), &self->context)));
}

static void on_log(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    UiApp *self = UI_APP(data);

    (void)action, (void)parameter;
    gtk_window_present(
            GTK_WINDOW(log_dialog_new(GTK_WINDOW(self->window), &self->context, self->session)));
}

static void on_support(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    UiApp *self = UI_APP(data);

    (void)action, (void)parameter;
    open_url(self, texts_value(&self->context, "links", "support"));
}

static void on_open_link(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    UiApp *self = UI_APP(data);

    (void)action;
    open_url(self, texts_value(&self->context, "links", g_variant_get_string(parameter, NULL)));
}

static void on_quit(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    (void)action, (void)parameter;
    if (UI_APP(data)->window)
        gtk_window_close(GTK_WINDOW(UI_APP(data)->window));
}

static const GActionEntry ACTIONS[] = {
    { .name = "main", .activate = on_main },
    { .name = "about", .activate = on_about },
    { .name = "forget", .activate = on_forget },
    { .name = "log", .activate = on_log },
    { .name = "menu", .activate = on_menu },
    { .name = "open-link", .activate = on_open_link, .parameter_type = "s" },
    { .name = "quit", .activate = on_quit },
    { .name = "support", .activate = on_support },
};

static void set_keys(UiApp *self)
{
    static const struct {
        const char *action;
        const char *keys[3];
    } KEYS[] = {
        { "app.menu", { "F10", NULL } },
        { "app.support", { "F1", NULL } },
        { "app.quit", { "<Primary>q", "<Primary>w", NULL } },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(KEYS); i++)
        gtk_application_set_accels_for_action(GTK_APPLICATION(self), KEYS[i].action, KEYS[i].keys);
}

static void restyle(UiApp *self)
{
    GdkScreen *screen = gdk_screen_get_default();

    self->context.dark = self->shade == STYLE_DARK
                         || (self->shade == STYLE_FOLLOW_DESKTOP && style_desktop_is_dark(screen));
    style_apply(&self->context, screen, self->base_css, self->brand_css);
    if (self->window)
        ui_window_restyle(self->window);
}

static void on_theme_changed(GtkSettings *settings, GParamSpec *spec, gpointer data)
{
    (void)settings, (void)spec;
    restyle(UI_APP(data));
}

/** What the desktop draws itself, such as the window's frame, follows a forced shade too. */
static void set_up_style(UiApp *self)
{
    GtkSettings *settings = gtk_settings_get_default();

    self->base_css = gtk_css_provider_new();
    self->brand_css = gtk_css_provider_new();
    if (self->shade != STYLE_FOLLOW_DESKTOP)
        g_object_set(
                settings, "gtk-application-prefer-dark-theme", self->shade == STYLE_DARK, NULL);
    restyle(self);
    if (self->context.dark)
        g_object_set(settings, "gtk-application-prefer-dark-theme", TRUE, NULL);
    g_signal_connect_object(
            settings, "notify::gtk-theme-name", G_CALLBACK(on_theme_changed), self, 0);
    g_signal_connect_object(settings, "notify::gtk-application-prefer-dark-theme",
            G_CALLBACK(on_theme_changed), self, 0);
}

/** Arabic, Hebrew and Persian run from right to left, whatever the desktop's language is. */
static void set_direction(UiApp *self)
{
    static const char *const RIGHT_TO_LEFT[] = { "ar", "fa", "he", "ur", NULL };
    g_autofree char *language = g_strdup(self->context.language);

    gtk_widget_set_default_direction(
            g_strv_contains(RIGHT_TO_LEFT, g_strdelimit(language, "_", '\0')) ? GTK_TEXT_DIR_RTL
                                                                              : GTK_TEXT_DIR_LTR);
}

static void ui_app_startup(GApplication *application)
{
    UiApp *self = UI_APP(application);

    G_APPLICATION_CLASS(ui_app_parent_class)->startup(application);
    g_resources_register(resources_base());
    set_direction(self);
    set_up_style(self);
    g_action_map_add_action_entries(G_ACTION_MAP(self), ACTIONS, G_N_ELEMENTS(ACTIONS), self);
    set_keys(self);

    GList *icons = image_icon_list(&self->context);
    gtk_window_set_default_icon_list(icons);
    g_list_free_full(icons, g_object_unref);
    self->session = model_session_new(self->socket);
}

static void ui_app_activate(GApplication *application)
{
    UiApp *self = UI_APP(application);

    if (!self->window) {
        self->window = ui_window_new(GTK_APPLICATION(self), &self->context, self->session);
        g_object_add_weak_pointer(G_OBJECT(self->window), (gpointer *)&self->window);
    }
    gtk_window_present(GTK_WINDOW(self->window));
}

UiApp *ui_app_new(
        const struct brand *brand, const struct ui_app_options *options, struct noren_err *err)
{
    struct brand_names names;

    if (!brand_names_from_id(brand_id(brand), &names, err))
        return NULL;
    UiApp *self = g_object_new(UI_TYPE_APP, "application-id", names.app_id, NULL);
    self->context = (struct ui_context){ .brand = brand, .names = names };
    self->context.language = texts_language(brand, options->language);
    self->shade = options->shade;
    self->socket = g_strdup(options->socket ? options->socket : names.socket);
    return self;
}

static void ui_app_dispose(GObject *object)
{
    UiApp *self = UI_APP(object);

    g_clear_weak_pointer(&self->window);
    g_clear_object(&self->session);
    g_clear_object(&self->base_css);
    g_clear_object(&self->brand_css);
    G_OBJECT_CLASS(ui_app_parent_class)->dispose(object);
}

static void ui_app_finalize(GObject *object)
{
    UiApp *self = UI_APP(object);

    g_free(self->context.language);
    g_free(self->socket);
    G_OBJECT_CLASS(ui_app_parent_class)->finalize(object);
}

static void ui_app_class_init(UiAppClass *klass)
{
    G_OBJECT_CLASS(klass)->dispose = ui_app_dispose;
    G_OBJECT_CLASS(klass)->finalize = ui_app_finalize;
    G_APPLICATION_CLASS(klass)->startup = ui_app_startup;
    G_APPLICATION_CLASS(klass)->activate = ui_app_activate;
}

static void ui_app_init(UiApp *self)
{
    (void)self;
}
