/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/dialog.h"

#define ACTIONS_KEY "page-actions"

static void on_close(GSimpleAction *action, GVariant *parameter, gpointer dialog)
{
    (void)action, (void)parameter;
    gtk_window_close(GTK_WINDOW(dialog));
}

static gboolean on_key(GtkWidget *dialog, GdkEventKey *event, gpointer data)
{
    (void)data;
    if (event->keyval != GDK_KEY_Escape)
        return GDK_EVENT_PROPAGATE;
    gtk_window_close(GTK_WINDOW(dialog));
    return GDK_EVENT_STOP;
}

GActionMap *dialog_actions(GtkWidget *dialog)
{
    return G_ACTION_MAP(g_object_get_data(G_OBJECT(dialog), ACTIONS_KEY));
}

GtkWidget *dialog_new(GtkWindow *parent, const char *title, GtkBuilder *page)
{
    GtkWidget *dialog = gtk_window_new(GTK_WINDOW_TOPLEVEL);
    g_autoptr(GSimpleActionGroup) actions = g_simple_action_group_new();
    g_autoptr(GSimpleAction) close = g_simple_action_new("close", NULL);

    gtk_window_set_transient_for(GTK_WINDOW(dialog), parent);
    gtk_window_set_type_hint(GTK_WINDOW(dialog), GDK_WINDOW_TYPE_HINT_DIALOG);
    gtk_window_set_destroy_with_parent(GTK_WINDOW(dialog), TRUE);
    gtk_window_set_title(GTK_WINDOW(dialog), title);
    gtk_window_set_application(GTK_WINDOW(dialog), gtk_window_get_application(parent));
    g_signal_connect_object(close, "activate", G_CALLBACK(on_close), dialog, 0);
    g_action_map_add_action(G_ACTION_MAP(actions), G_ACTION(close));
    gtk_widget_insert_action_group(dialog, "page", G_ACTION_GROUP(actions));
    g_object_set_data(G_OBJECT(dialog), ACTIONS_KEY, actions); /* the widget holds the group */
    g_signal_connect(dialog, "key-press-event", G_CALLBACK(on_key), NULL);
    gtk_container_add(GTK_CONTAINER(dialog), GTK_WIDGET(gtk_builder_get_object(page, "page")));
    return dialog;
}
