/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/log_dialog.h"

#include "ui/dialog.h"
#include "ui/page_build.h"
#include "ui/texts.h"

/** Lives as long as its dialog. */
struct log_dialog {
    const struct ui_context *context;
    ModelSession *session; /* owned */
    GtkTextView *view;
};

#define STATE_KEY "log-dialog"

static struct log_dialog *state_of(gpointer dialog)
{
    return g_object_get_data(G_OBJECT(dialog), STATE_KEY);
}

static void log_dialog_free(gpointer data)
{
    struct log_dialog *state = data;

    g_object_unref(state->session);
    g_free(state);
}

/** Shows the end, where the newest lines are. */
static void show(struct log_dialog *state, const char *text)
{
    GtkTextBuffer *buffer = gtk_text_view_get_buffer(state->view);
    GtkTextIter end;

    gtk_text_buffer_set_text(buffer, text, -1);
    gtk_text_buffer_get_end_iter(buffer, &end);
    gtk_text_buffer_place_cursor(buffer, &end);
    gtk_text_view_scroll_mark_onscreen(state->view, gtk_text_buffer_get_insert(buffer));
}

static void show_id(struct log_dialog *state, const char *id)
{
    g_autofree char *text = texts_get(state->context, id);

    show(state, text);
}

static void on_log(ModelSession *session, const char *text, gpointer dialog)
{
    (void)session;
    if (*text)
        show(state_of(dialog), text);
    else
        show_id(state_of(dialog), "log.empty");
}

static void refresh(gpointer dialog)
{
    struct log_dialog *state = state_of(dialog);

    if (model_session_link(state->session) == MODEL_LINK_UP)
        model_session_ask_log(state->session);
    else
        show_id(state, "log.unavailable");
}

static void on_refresh(GSimpleAction *action, GVariant *parameter, gpointer dialog)
{
    (void)action, (void)parameter;
    refresh(dialog);
}

static void on_copy(GSimpleAction *action, GVariant *parameter, gpointer dialog)
{
    GtkTextBuffer *buffer = gtk_text_view_get_buffer(state_of(dialog)->view);
    GtkTextIter start, end;

    (void)action, (void)parameter;
    gtk_text_buffer_get_bounds(buffer, &start, &end);
    g_autofree char *text = gtk_text_buffer_get_text(buffer, &start, &end, FALSE);
    gtk_clipboard_set_text(
            gtk_widget_get_clipboard(GTK_WIDGET(dialog), GDK_SELECTION_CLIPBOARD), text, -1);
}

static void add_action(
        GtkWidget *dialog, const char *name, void (*on)(GSimpleAction *, GVariant *, gpointer))
{
    g_autoptr(GSimpleAction) action = g_simple_action_new(name, NULL);

    g_signal_connect_object(action, "activate", G_CALLBACK(on), dialog, 0);
    g_action_map_add_action(dialog_actions(dialog), G_ACTION(action));
}

GtkWidget *log_dialog_new(
        GtkWindow *parent, const struct ui_context *context, ModelSession *session)
{
    g_autoptr(GtkBuilder) page = page_build(context, "log");
    g_autofree char *title = texts_get(context, "log.title");
    GtkWidget *dialog = dialog_new(parent, title, page);
    struct log_dialog *state = g_new0(struct log_dialog, 1);

    state->context = context;
    state->session = g_object_ref(session);
    state->view = GTK_TEXT_VIEW(gtk_builder_get_object(page, "log_view"));
    gtk_text_view_set_editable(state->view, FALSE);
    g_object_set_data_full(G_OBJECT(dialog), STATE_KEY, state, log_dialog_free);
    add_action(dialog, "refresh", on_refresh);
    add_action(dialog, "copy", on_copy);
    g_signal_connect_object(session, "log", G_CALLBACK(on_log), dialog, 0);
    refresh(dialog);
    return dialog;
}
