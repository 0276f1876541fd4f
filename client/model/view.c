/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "model/view.h"

#include <string.h>

/** The errors of docs/service-socket.md and those that the window finds by itself. */
static const struct error_text {
    const char *error;
    const char *title_id;
    const char *text_id;
    gboolean show_detail;
} ERRORS[] = {
    { "auth", "err.auth.title", "err.auth.text", FALSE },
    { "trust", "err.trust.title", "err.trust.text", FALSE },
    { "unreachable", "err.unreachable.title", "err.unreachable.text", FALSE },
    { "name", "err.name.title", "err.name.text", FALSE },
    { "no-address", "err.no-address.title", "err.no-address.text", FALSE },
    { "hub", "err.hub.title", "err.hub.text", FALSE },
    { "limit", "err.limit.title", "err.limit.text", FALSE },
    { "denied", "err.denied.title", "err.denied.text", FALSE },
    { "not-vpn", "err.not-vpn.title", "err.not-vpn.text", FALSE },
    { "device", "err.device.title", "err.device.text", TRUE },
    { "profile", "err.profile.title", "err.profile.text", TRUE },
    { "no-service", "err.no-service.title", "err.no-service.text", FALSE },
    { "access", "err.access.title", "err.access.text", FALSE },
    { "internal", "err.internal.title", "err.internal.text", TRUE }, /* last: for unknown ones */
};

static void show_error(struct view *view, const char *error)
{
    const struct error_text *text = ERRORS;

    while (strcmp(text->error, error) != 0 && text < ERRORS + G_N_ELEMENTS(ERRORS) - 1)
        text++;
    view->error_title_id = text->title_id;
    view->error_text_id = text->text_id;
    view->show_detail = text->show_detail;
}

static struct view without_service(enum model_link link)
{
    struct view view = { .icon = VIEW_BUSY,
        .status_id = "status.starting",
        .hint_id = "hint.starting",
        .button_id = "button.connect",
        .button_help_id = "a11y.button.connect" };

    if (link == MODEL_LINK_STARTING)
        return view;
    view.icon = VIEW_ERROR;
    view.hint_id = NULL;
    view.status_id = link == MODEL_LINK_DOWN ? "status.no-service" : "status.off";
    show_error(&view, link == MODEL_LINK_DOWN ? "no-service" : "access");
    return view;
}

static struct view view_off(const struct view_facts *facts)
{
    struct view view = { .icon = VIEW_OFF,
        .action = VIEW_CONNECT,
        .status_id = "status.off",
        .hint_id = "hint.off",
        .button_id = "button.connect",
        .button_help_id = "a11y.button.connect",
        .can_choose = TRUE };

    if (!facts->profile) {
        view.action = VIEW_NOTHING;
        view.hint_id = "hint.no-profile";
    } else if (facts->profile->needs_password) {
        view.hint_id = "hint.sign-in";
        view.show_login = TRUE;
        view.login_hint_id = "login.hint";
    }
    return view;
}

static struct view view_error(const struct view_facts *facts)
{
    struct view view = view_off(facts);
    const char *error = facts->status->error;

    view.icon = VIEW_ERROR;
    view.status_id = "status.error";
    view.hint_id = NULL;
    if (facts->profile)
        view.button_id = "button.retry";
    if (facts->profile && strcmp(error, "auth") == 0) {
        view.show_login = TRUE;
        view.login_hint_id = NULL;
    }
    show_error(&view, error);
    return view;
}

static struct view view_busy(const char *status_id, const char *hint_id)
{
    return (struct view){ .icon = VIEW_BUSY,
        .action = VIEW_CANCEL,
        .status_id = status_id,
        .hint_id = hint_id,
        .button_id = "button.cancel",
        .button_help_id = "a11y.button.cancel" };
}

/** The service will try again by itself: what can be done is to stop it. */
static struct view view_retrying(const struct view_facts *facts)
{
    struct view view =
            view_busy("status.error", facts->retry_left_s > 0 ? "hint.retry" : "hint.connecting");

    view.icon = VIEW_ERROR;
    show_error(&view, facts->status->error);
    return view;
}

static struct view view_reconnecting(const struct view_facts *facts)
{
    struct view view = view_busy("status.reconnecting",
            facts->retry_left_s > 0 ? "hint.reconnecting" : "hint.reconnecting.now");

    if (*facts->status->error)
        show_error(&view, facts->status->error);
    return view;
}

static struct view view_connected(void)
{
    return (struct view){ .icon = VIEW_ON,
        .action = VIEW_DISCONNECT,
        .status_id = "status.connected",
        .hint_id = "hint.connected",
        .button_id = "button.disconnect",
        .button_help_id = "a11y.button.disconnect",
        .show_details = TRUE };
}

static struct view view_of_state(const struct view_facts *facts)
{
    switch (facts->status->state) {
    case MODEL_OFF:
        return view_off(facts);
    case MODEL_CONNECTING:
        return view_busy("status.connecting", "hint.connecting");
    case MODEL_CONNECTED:
        return view_connected();
    case MODEL_RECONNECTING:
        return view_reconnecting(facts);
    case MODEL_ERROR:
        return facts->status->retry_in_ms > 0 ? view_retrying(facts) : view_error(facts);
    }
    return view_off(facts);
}

struct view view_of(const struct view_facts *facts)
{
    if (facts->link != MODEL_LINK_UP)
        return without_service(facts->link);
    if (facts->pending == MODEL_PENDING_CONNECT)
        return view_busy("status.connecting", "hint.connecting");
    if (facts->pending == MODEL_PENDING_DISCONNECT) {
        struct view view = view_busy("status.disconnecting", "hint.disconnecting");

        view.action = VIEW_NOTHING;
        view.button_id = "button.disconnect";
        view.button_help_id = "a11y.button.disconnect";
        return view;
    }
    return view_of_state(facts);
}
