/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/window.h"

#include "model/view.h"
#include "ui/error_page.h"
#include "ui/image.h"
#include "ui/login_page.h"
#include "ui/main_page.h"
#include "ui/texts.h"

enum {
    DEFAULT_HEIGHT = 560,
    FIT_DELAY_MS = 100,
    FRAME_HEIGHT = 64, /* left for what the desktop draws around a window */
};

struct _UiWindow {
    GtkApplicationWindow parent_instance;

    GtkWidget *header;      /* template children */
    GtkWidget *menu_button; /* ... */
    GtkWidget *scroll;      /* ... */

    const struct ui_context *context;
    ModelSession *session; /* owned */
    UiMainPage *main_page;
    UiLoginPage *login_page;
    UiErrorPage *error_page;
    char *chosen;         /* id of the profile that the user chose; NULL: none yet */
    char *login_for;      /* id of the profile that the form was filled for */
    guint fit_source;     /* a look at the height is due */
    guint tick_source;    /* while a clock is shown */
    enum view_action now; /* of the big button */
    int fitted_height;    /* that the window was given for what it shows */
};

G_DEFINE_FINAL_TYPE(UiWindow, ui_window, GTK_TYPE_APPLICATION_WINDOW)

/** What runs counts; else what the user chose; else the first. NULL: none is set up. */
static const struct model_profile *current_profile(UiWindow *self)
{
    const struct model_status *status = model_session_status(self->session);
    const struct model_profile *running = model_status_profile(status, status->profile);
    const struct model_profile *chosen =
            self->chosen ? model_status_profile(status, self->chosen) : NULL;
    gboolean is_idle = status->state == MODEL_OFF || status->state == MODEL_ERROR;

    if (running && (!is_idle || !chosen))
        return running;
    if (chosen)
        return chosen;
    return status->profiles->len ? status->profiles->pdata[0] : NULL;
}

static struct view_facts facts_now(UiWindow *self)
{
    return (struct view_facts){
        .link = model_session_link(self->session),
        .pending = model_session_pending(self->session),
        .status = model_session_status(self->session),
        .profile = current_profile(self),
        .retry_left_s = model_session_retry_left_s(self->session),
    };
}

static void show_login(UiWindow *self, const struct view *view, const struct view_facts *facts)
{
    const struct model_profile *profile = facts->profile;

    if (view->show_login && g_strcmp0(self->login_for, profile->id) != 0) {
        ui_login_page_set_user(
                self->login_page, *profile->user ? profile->user : facts->status->user);
        g_free(self->login_for);
        self->login_for = g_strdup(profile->id);
    }
    ui_login_page_show(self->login_page, view->show_login, view->login_hint_id,
            texts_profile(self->context, profile));
}

static void set_action_enabled(UiWindow *self, const char *name, gboolean enabled)
{
    GtkApplication *app = gtk_window_get_application(GTK_WINDOW(self));
    GAction *action = app ? g_action_map_lookup_action(G_ACTION_MAP(app), name) : NULL;

    if (action)
        g_simple_action_set_enabled(G_SIMPLE_ACTION(action), enabled);
}

/**
 * Makes room for a form or an error, and gives it back unless the user chose the height. Not while
 * busy: what comes next may need the room again.
 */
static gboolean on_fit(gpointer data)
{
    UiWindow *self = UI_WINDOW(data);
    GdkWindow *surface = gtk_widget_get_window(GTK_WIDGET(self));
    int needed, header, width, height;
    GdkRectangle area;

    self->fit_source = 0;
    if (!surface)
        return G_SOURCE_REMOVE;
    gdk_monitor_get_workarea(
            gdk_display_get_monitor_at_window(gdk_window_get_display(surface), surface), &area);
    gtk_window_get_size(GTK_WINDOW(self), &width, &height);
    gtk_widget_get_preferred_height_for_width(GTK_WIDGET(self->main_page),
            gtk_widget_get_allocated_width(self->scroll), NULL, &needed);
    gtk_widget_get_preferred_height(self->header, NULL, &header);
    needed += header;
    needed = CLAMP(needed, DEFAULT_HEIGHT, MAX(area.height - FRAME_HEIGHT, DEFAULT_HEIGHT));
    gboolean may_shrink = height == self->fitted_height && self->now != VIEW_CANCEL;
    if (needed > height || (needed < height && may_shrink)) {
        gtk_window_resize(GTK_WINDOW(self), width, needed);
        self->fitted_height = needed;
    }
    return G_SOURCE_REMOVE;
}

/** Once things have settled: sizes lag behind while a resize is under way. */
static void fit_soon(UiWindow *self)
{
    if (!self->fit_source)
        self->fit_source = g_timeout_add(FIT_DELAY_MS, on_fit, self);
}

static gboolean on_tick(gpointer data);

static void run_clock(UiWindow *self, gboolean wanted)
{
    if (wanted && !self->tick_source)
        self->tick_source = g_timeout_add_seconds(1, on_tick, self);
    else if (!wanted)
        g_clear_handle_id(&self->tick_source, g_source_remove);
}

/** A button that was off could not take the focus; the keyboard starts there when it is back. */
static void focus_button(UiWindow *self)
{
    if (!gtk_widget_get_visible(GTK_WIDGET(self->login_page)))
        gtk_widget_grab_focus(ui_main_page_button(self->main_page));
}

static void update(UiWindow *self)
{
    struct view_facts facts = facts_now(self);
    struct view view = view_of(&facts);
    gboolean was_off = self->now == VIEW_NOTHING;

    self->now = view.action;
    set_action_enabled(self, "main", view.action != VIEW_NOTHING);
    set_action_enabled(self, "forget",
            facts.profile && !facts.profile->needs_password && *facts.profile->user);
    ui_main_page_update(self->main_page, &view, &facts);
    ui_error_page_update(self->error_page, &view, &facts);
    show_login(self, &view, &facts);
    run_clock(self, view.show_details || facts.retry_left_s > 0);
    if (was_off && view.action != VIEW_NOTHING)
        focus_button(self);
    fit_soon(self);
}

static gboolean on_tick(gpointer data)
{
    update(UI_WINDOW(data));
    return G_SOURCE_CONTINUE;
}

static void on_changed(ModelSession *session, gpointer data)
{
    (void)session;
    update(UI_WINDOW(data));
}

static void on_profile_chosen(UiMainPage *page, const char *id, gpointer data)
{
    UiWindow *self = UI_WINDOW(data);

    (void)page;
    g_free(self->chosen);
    self->chosen = g_strdup(id);
    update(self);
}

static void start_connection(UiWindow *self)
{
    struct view_facts facts = facts_now(self);
    const struct model_profile *profile = facts.profile;

    if (!gtk_widget_get_visible(GTK_WIDGET(self->login_page))) {
        model_session_connect(self->session, profile->id, NULL, NULL, FALSE);
        return;
    }
    if (!ui_login_page_complete(self->login_page))
        return;
    model_session_connect(self->session, profile->id, ui_login_page_user(self->login_page),
            ui_login_page_password(self->login_page), ui_login_page_remember(self->login_page));
    ui_login_page_forget_password(self->login_page);
}

void ui_window_do_main(UiWindow *self)
{
    switch (self->now) {
    case VIEW_NOTHING:
        break;
    case VIEW_CONNECT:
        start_connection(self);
        break;
    case VIEW_CANCEL:
    case VIEW_DISCONNECT:
        model_session_disconnect(self->session);
        break;
    }
}

void ui_window_forget(UiWindow *self)
{
    const struct model_profile *profile = current_profile(self);

    if (profile)
        model_session_forget(self->session, profile->id);
}

void ui_window_open_menu(UiWindow *self)
{
    gtk_widget_activate(self->menu_button);
}

void ui_window_restyle(UiWindow *self)
{
    ui_main_page_restyle(self->main_page);
}

static void add_entry(UiWindow *self, GMenu *menu, const char *text_id, const char *action)
{
    g_autofree char *text = texts_get(self->context, text_id);

    g_menu_append(menu, text, action);
}

static void fill_menu(UiWindow *self)
{
    g_autoptr(GMenu) menu = g_menu_new();
    g_autofree char *name = texts_get(self->context, "menu.label");

    if (texts_value(self->context, "links", "support"))
        add_entry(self, menu, "menu.support", "app.support");
    add_entry(self, menu, "menu.log", "app.log");
    add_entry(self, menu, "menu.forget", "app.forget");
    add_entry(self, menu, "menu.about", "app.about");
    add_entry(self, menu, "menu.quit", "app.quit");
    gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(self->menu_button), G_MENU_MODEL(menu));
    gtk_widget_set_tooltip_text(self->menu_button, name);
    atk_object_set_name(gtk_widget_get_accessible(self->menu_button), name);
}

static void fill_window(UiWindow *self)
{
    g_autofree char *title = texts_get(self->context, "app.title");
    GtkWidget *button = ui_main_page_button(self->main_page);

    gtk_window_set_title(GTK_WINDOW(self), title);
    gtk_header_bar_set_title(GTK_HEADER_BAR(self->header), title);
    atk_object_set_name(gtk_widget_get_accessible(GTK_WIDGET(self)), title);
    gtk_container_add(GTK_CONTAINER(self->scroll), GTK_WIDGET(self->main_page));
    gtk_window_set_default(GTK_WINDOW(self), button);
    fill_menu(self);
}

UiWindow *ui_window_new(
        GtkApplication *app, const struct ui_context *context, ModelSession *session)
{
    UiWindow *self = g_object_new(UI_TYPE_WINDOW, "application", app, NULL);

    self->context = context;
    self->session = g_object_ref(session);
    self->login_page = ui_login_page_new(context);
    self->error_page = ui_error_page_new(context);
    self->main_page =
            ui_main_page_new(context, GTK_WIDGET(self->login_page), GTK_WIDGET(self->error_page));
    fill_window(self);
    g_signal_connect_object(session, "changed", G_CALLBACK(on_changed), self, 0);
    g_signal_connect_object(
            self->main_page, "profile-chosen", G_CALLBACK(on_profile_chosen), self, 0);
    update(self);
    return self;
}

static void ui_window_dispose(GObject *object)
{
    UiWindow *self = UI_WINDOW(object);

    g_clear_handle_id(&self->tick_source, g_source_remove);
    g_clear_handle_id(&self->fit_source, g_source_remove);
    g_clear_object(&self->session);
    G_OBJECT_CLASS(ui_window_parent_class)->dispose(object);
}

static void ui_window_finalize(GObject *object)
{
    UiWindow *self = UI_WINDOW(object);

    g_free(self->chosen);
    g_free(self->login_for);
    G_OBJECT_CLASS(ui_window_parent_class)->finalize(object);
}

static void ui_window_class_init(UiWindowClass *klass)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

    G_OBJECT_CLASS(klass)->dispose = ui_window_dispose;
    G_OBJECT_CLASS(klass)->finalize = ui_window_finalize;
    gtk_widget_class_set_template_from_resource(widget_class, "/noren/base/ui/window.ui");
    gtk_widget_class_bind_template_child(widget_class, UiWindow, header);
    gtk_widget_class_bind_template_child(widget_class, UiWindow, menu_button);
    gtk_widget_class_bind_template_child(widget_class, UiWindow, scroll);
}

static void ui_window_init(UiWindow *self)
{
    gtk_widget_init_template(GTK_WIDGET(self));
}
