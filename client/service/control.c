/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "service/control.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/bytes.h"
#include "noren/io/unix_socket.h"

static void copy_text(json_t *object, const char *member, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(object, member));

    snprintf(out, size, "%s", text == NULL ? "" : text);
}

static bool is_event(json_t *object, const char *name)
{
    const char *event = json_string_value(json_object_get(object, "event"));

    return event != NULL && strcmp(event, name) == 0;
}

bool control_read_status(const char *line, struct control_status *out)
{
    noren_cleanup(json_decrefp) json_t *object = json_loads(line, 0, NULL);

    if (!is_event(object, "status"))
        return false;
    memset(out, 0, sizeof *out);
    copy_text(object, "state", out->state, sizeof out->state);
    copy_text(object, "error", out->error, sizeof out->error);
    copy_text(object, "server", out->server, sizeof out->server);
    copy_text(object, "address", out->address, sizeof out->address);
    copy_text(object, "user", out->user, sizeof out->user);
    copy_text(object, "profile", out->profile, sizeof out->profile);
    copy_text(object, "detail", out->detail, sizeof out->detail);
    out->retry_in_ms = json_integer_value(json_object_get(object, "retry_in_ms"));
    out->bytes_in = json_integer_value(json_object_get(object, "bytes_in"));
    out->bytes_out = json_integer_value(json_object_get(object, "bytes_out"));
    return true;
}

void control_format(const struct control_status *status, char out[1024])
{
    struct writer w;

    writer_init(&w, 1023);
    writer_text(&w, status->state);
    if (*status->address != '\0')
        writer_format(&w, " address=%s", status->address);
    if (*status->server != '\0')
        writer_format(&w, " server=%s", status->server);
    if (*status->error != '\0')
        writer_format(&w, " error=%s", status->error);
    if (status->retry_in_ms > 0)
        writer_format(&w, " retry_in_ms=%lld", status->retry_in_ms);
    if (*status->detail != '\0')
        writer_format(&w, " detail=\"%s\"", status->detail);
    if (w.len > 0)
        memcpy(out, w.data, w.len);
    out[w.len] = '\0';
    writer_clear(&w);
}

struct control {
    const struct control_request *request;
    struct loop *loop;
    struct loop_timer timer;
    struct noren_err err;
    bool was_open, is_done;
};

static void finish(struct control *control)
{
    control->is_done = true;
    loop_stop(control->loop);
}

static void on_open(struct unix_peer *peer, void *ctx)
{
    struct control *control = ctx;

    control->was_open = true;
    unix_send_line(peer, "{\"call\":\"hello\",\"version\":1}");
    if (control->request->call != NULL)
        unix_send_line(peer, control->request->call);
}

static void on_refused(struct control *control, json_t *object)
{
    char detail[200];

    copy_text(object, "detail", detail, sizeof detail);
    noren_err_set(&control->err, NOREN_E_STATE, "refused: %s", detail);
    finish(control);
}

static void on_line(struct unix_peer *peer, void *ctx, const char *line, size_t len)
{
    struct control *control = ctx;
    struct control_status status;

    (void)peer;
    if (control->is_done)
        return;
    if (control_read_status(line, &status)) {
        if (!control->request->on_status(control->request->ctx, line, &status))
            finish(control);
        return;
    }
    noren_cleanup(json_decrefp) json_t *object = json_loadb(line, len, 0, NULL);
    if (is_event(object, "refused"))
        on_refused(control, object);
}

static void on_closed(struct unix_peer *peer, void *ctx)
{
    struct control *control = ctx;

    (void)peer;
    if (control->is_done)
        return;
    if (control->was_open)
        noren_err_set(&control->err, NOREN_E_CLOSED, "the service went away or does not admit you");
    else
        noren_err_set(&control->err, NOREN_E_NOT_FOUND, "no service is running");
    finish(control);
}

static void on_late(void *ctx)
{
    struct control *control = ctx;

    noren_err_set(&control->err, NOREN_E_TIMEOUT, "the service does not answer in time");
    finish(control);
}

bool control_run(const struct control_request *request, struct noren_err *err)
{
    static const struct unix_callbacks callbacks = {
        .on_open = on_open, .on_line = on_line, .on_closed = on_closed
    };
    struct control control = { .request = request, .loop = loop_new("control", NULL) };

    loop_timer_init(&control.timer, control.loop, on_late, &control);
    if (request->deadline_ms > 0)
        loop_timer_set(&control.timer, loop_now_ms(control.loop) + request->deadline_ms);
    unix_connect(control.loop, request->socket, &callbacks, &control);
    loop_run(control.loop);
    loop_timer_clear(&control.timer);
    loop_free(control.loop);
    if (control.err.code == NOREN_OK)
        return true;
    if (err != NULL)
        *err = control.err;
    return false;
}
