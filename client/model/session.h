/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib-object.h>

#include "model/status.h"

/**
 * The service as the window sees it. Keeps a line to it, comes back by itself when the service was
 * restarted, and holds the last status as one snapshot.
 *
 * A snapshot and one signal, not a property per member: a window that redraws between two notifies
 * would show the address of one connection beside the server of another.
 *
 * Signals, on the main context of the thread that made it:
 *   "changed" ()               link, pending or status is another one now
 *   "log" (const char *text)   answer to model_session_ask_log()
 */
#define MODEL_TYPE_SESSION (model_session_get_type())
G_DECLARE_FINAL_TYPE(ModelSession, model_session, MODEL, SESSION, GObject)

enum model_link {
    MODEL_LINK_STARTING, /**< nothing heard yet */
    MODEL_LINK_UP,       /**< the status is true */
    MODEL_LINK_DOWN,     /**< the service does not run; we keep trying */
    MODEL_LINK_REFUSED,  /**< the service runs and does not admit this user */
};

/** What was asked for and is not yet to be seen in the status. */
enum model_pending { MODEL_PENDING_NONE, MODEL_PENDING_CONNECT, MODEL_PENDING_DISCONNECT };

/** Starts at once to reach the service at `socket_path`. */
ModelSession *model_session_new(const char *socket_path);

enum model_link model_session_link(ModelSession *self);
enum model_pending model_session_pending(ModelSession *self);
/** Never NULL. Borrowed until the main loop runs again. */
const struct model_status *model_session_status(ModelSession *self);
/** Seconds until the service tries again by itself, rounded up; 0: now, or not at all. */
int model_session_retry_left_s(ModelSession *self);

/** Calls are dropped while the link is not up: the button is off then. user NULL: saved ones. */
void model_session_connect(ModelSession *self, const char *profile, const char *user,
        const char *password, gboolean save);
void model_session_disconnect(ModelSession *self);
void model_session_forget(ModelSession *self, const char *profile);
void model_session_ask_log(ModelSession *self);
