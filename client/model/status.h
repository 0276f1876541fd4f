/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#include "noren/base/alloc.h"
#include "noren/base/err.h"

/** What the service says about itself: one line of docs/service-socket.md, parsed and checked. */

enum {
    MODEL_LINE_MAX = 16384, /**< bytes of one line, without its end */
    MODEL_PROFILES_MAX = 64,
};

enum model_state {
    MODEL_OFF,
    MODEL_CONNECTING,
    MODEL_CONNECTED,
    MODEL_RECONNECTING,
    MODEL_ERROR,
};

struct model_profile {
    char *id;
    char *name;              /**< shown */
    char *user;              /**< saved user name, "" when there is none */
    gboolean needs_password; /**< no saved credentials and the server wants some */
};

/** Every text is valid UTF-8 and never NULL. */
struct model_status {
    enum model_state state;
    char *profile;
    char *server;
    char *user;
    char *address;
    char *error;
    char *detail;
    char *message;
    gint64 since_ms; /**< milliseconds since 1970, 0: not connected */
    gint64 bytes_in;
    gint64 bytes_out;
    gint64 retry_in_ms;
    GPtrArray *profiles; /**< struct model_profile, owned */
};

/** An empty status: off, no profiles. */
struct model_status *model_status_new(void);
void model_status_free(struct model_status *status);
NOREN_DEFINE_CLEANUP(struct model_status, model_status_free)

/** NULL when there is no profile of this id. Borrowed. */
const struct model_profile *model_status_profile(const struct model_status *status, const char *id);

enum model_event_kind { MODEL_EVENT_STATUS, MODEL_EVENT_REFUSED, MODEL_EVENT_LOG };

struct model_event {
    enum model_event_kind kind;
    struct model_status *status; /**< of MODEL_EVENT_STATUS; owned */
    char *call;                  /**< of MODEL_EVENT_REFUSED: the call that was not carried out */
    char *error;                 /**< of MODEL_EVENT_REFUSED */
    char *text;                  /**< of MODEL_EVENT_LOG: the log; of _REFUSED: the detail */
};

void model_event_clear(struct model_event *event);

/**
 * Reads one line without its end. NOREN_E_PROTOCOL (no JSON object, a member of the wrong type, an
 * unknown event or state), NOREN_E_LIMIT (too long, too many profiles). *out untouched on failure.
 */
NOREN_MUST_CHECK bool model_event_parse(
        const char *line, size_t len, struct model_event *out, struct noren_err *err);
