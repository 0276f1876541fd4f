/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "model/session.h"

#include "model/call.h"
#include "model/channel.h"

enum {
    RETRY_FIRST_MS = 250, /* doubled up to four times */
    PATIENT_FAILURES = 3, /* a service that is just being started is no news */
    LOG_LINES = 500,
};

struct _ModelSession {
    GObject parent_instance;

    char *socket_path;
    struct channel *channel; /* NULL between two attempts */
    guint retry_source;
    guint failures;
    gboolean opened; /* this channel reached the service */
    enum model_link link;
    enum model_pending pending;
    struct model_status *status;
    gint64 retry_at_us; /* monotonic; 0: none announced */
};

enum { SIGNAL_CHANGED, SIGNAL_LOG, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(ModelSession, model_session, G_TYPE_OBJECT)

static void open_channel(ModelSession *self);

static void emit_changed(ModelSession *self)
{
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

static void send_line(ModelSession *self, enum model_pending pending, struct writer *take_line)
{
    if (self->link != MODEL_LINK_UP) {
        writer_wipe(take_line);
        return;
    }
    self->pending = pending;
    channel_send(self->channel, take_line);
    emit_changed(self);
}

static void take_status(ModelSession *self, struct model_status **status)
{
    enum model_state before = self->status->state;

    model_status_free(self->status);
    self->status = g_steal_pointer(status);
    self->retry_at_us = self->status->retry_in_ms
                                ? g_get_monotonic_time() + self->status->retry_in_ms * 1000
                                : 0;
    if (self->link != MODEL_LINK_UP || before != self->status->state)
        self->pending = MODEL_PENDING_NONE;
    self->link = MODEL_LINK_UP;
    self->failures = 0;
    emit_changed(self);
}

/** The refusal of a connect is shown like a failed attempt. */
static void take_refusal(ModelSession *self, struct model_event *event)
{
    if (g_str_equal(event->call, "hello")) {
        self->link = MODEL_LINK_REFUSED;
    } else if (g_str_equal(event->call, "connect")) {
        self->status->state = MODEL_ERROR;
        g_free(self->status->error);
        self->status->error = g_steal_pointer(&event->error);
        g_free(self->status->detail);
        self->status->detail = g_steal_pointer(&event->text);
    } else if (g_str_equal(event->call, "log")) {
        g_signal_emit(self, signals[SIGNAL_LOG], 0, "");
    }
    self->pending = MODEL_PENDING_NONE;
    emit_changed(self);
}

static void on_line(gpointer data, const char *line, size_t len)
{
    g_autoptr(ModelSession) self = g_object_ref(MODEL_SESSION(data));
    noren_cleanup(model_event_clear) struct model_event event = { 0 };
    struct noren_err err;

    if (!model_event_parse(line, len, &event, &err)) {
        g_warning("a line of the service was ignored: %s", err.text);
        return;
    }
    switch (event.kind) {
    case MODEL_EVENT_STATUS:
        take_status(self, &event.status);
        break;
    case MODEL_EVENT_REFUSED:
        take_refusal(self, &event);
        break;
    case MODEL_EVENT_LOG:
        g_signal_emit(self, signals[SIGNAL_LOG], 0, event.text);
        break;
    }
}

static void on_open(gpointer data)
{
    ModelSession *self = data;
    struct writer line;

    self->opened = TRUE;
    writer_init_secret(&line, MODEL_LINE_MAX);
    call_write_hello(&line);
    channel_send(self->channel, &line);
}

static gboolean on_retry(gpointer data)
{
    ModelSession *self = data;

    self->retry_source = 0;
    open_channel(self);
    return G_SOURCE_REMOVE;
}

static void on_closed(gpointer data, const char *why)
{
    ModelSession *self = data;
    guint wait_ms = (guint)RETRY_FIRST_MS << MIN(self->failures, 4U);
    enum model_link link = self->link;

    g_debug("no line to the service: %s", why);
    self->failures++;
    if (self->opened && link != MODEL_LINK_UP)
        link = MODEL_LINK_REFUSED; /* it hung up without a word */
    else if (self->failures >= PATIENT_FAILURES)
        link = MODEL_LINK_DOWN;
    else if (link == MODEL_LINK_UP)
        link = MODEL_LINK_STARTING;

    g_clear_pointer(&self->channel, channel_free);
    self->retry_source = g_timeout_add(wait_ms, on_retry, self);
    self->link = link;
    self->pending = MODEL_PENDING_NONE;
    model_status_free(self->status);
    self->status = model_status_new();
    self->retry_at_us = 0;
    emit_changed(self);
}

static void open_channel(ModelSession *self)
{
    static const struct channel_callbacks CALLBACKS = {
        .on_open = on_open, .on_line = on_line, .on_closed = on_closed
    };

    self->opened = FALSE;
    self->channel = channel_new(self->socket_path, &CALLBACKS, self);
}

enum model_link model_session_link(ModelSession *self)
{
    return self->link;
}

enum model_pending model_session_pending(ModelSession *self)
{
    return self->pending;
}

const struct model_status *model_session_status(ModelSession *self)
{
    return self->status;
}

int model_session_retry_left_s(ModelSession *self)
{
    gint64 left_us = self->retry_at_us - g_get_monotonic_time();

    return self->retry_at_us && left_us > 0 ? (int)((left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC)
                                            : 0;
}

void model_session_connect(ModelSession *self, const char *profile, const char *user,
        const char *password, gboolean save)
{
    struct writer line;

    writer_init_secret(&line, MODEL_LINE_MAX);
    call_write_connect(&line, profile, user, password, save);
    send_line(self, MODEL_PENDING_CONNECT, &line);
}

void model_session_disconnect(ModelSession *self)
{
    struct writer line;

    writer_init_secret(&line, MODEL_LINE_MAX);
    call_write_disconnect(&line);
    send_line(self, MODEL_PENDING_DISCONNECT, &line);
}

void model_session_forget(ModelSession *self, const char *profile)
{
    struct writer line;

    writer_init_secret(&line, MODEL_LINE_MAX);
    call_write_forget(&line, profile);
    send_line(self, self->pending, &line);
}

void model_session_ask_log(ModelSession *self)
{
    struct writer line;

    writer_init_secret(&line, MODEL_LINE_MAX);
    call_write_log(&line, LOG_LINES);
    send_line(self, self->pending, &line);
}

static void model_session_dispose(GObject *object)
{
    ModelSession *self = MODEL_SESSION(object);

    g_clear_handle_id(&self->retry_source, g_source_remove);
    g_clear_pointer(&self->channel, channel_free);
    G_OBJECT_CLASS(model_session_parent_class)->dispose(object);
}

static void model_session_finalize(GObject *object)
{
    ModelSession *self = MODEL_SESSION(object);

    g_free(self->socket_path);
    model_status_free(self->status);
    G_OBJECT_CLASS(model_session_parent_class)->finalize(object);
}

static void model_session_class_init(ModelSessionClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS(klass);

    object_class->dispose = model_session_dispose;
    object_class->finalize = model_session_finalize;
    signals[SIGNAL_CHANGED] = g_signal_new("changed", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST,
            0, NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[SIGNAL_LOG] = g_signal_new("log", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL,
            NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void model_session_init(ModelSession *self)
{
    self->status = model_status_new();
}

ModelSession *model_session_new(const char *socket_path)
{
    ModelSession *self = g_object_new(MODEL_TYPE_SESSION, NULL);

    self->socket_path = g_strdup(socket_path);
    open_channel(self);
    return self;
}
