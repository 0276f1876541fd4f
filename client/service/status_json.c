/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "service/status_json.h"

#include <jansson.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/io/unix_socket.h"

#include "engine/text.h"

void text_for_json(const char *text, char *out, size_t size)
{
    size_t left = strlen(text);
    size_t used = 0;

    while (left > 0) {
        size_t step = text_utf8_step(text, left);
        size_t len = step == 0 ? 1 : step;
        if (used + len >= size)
            break;
        memcpy(out + used, step == 0 ? "?" : text, len);
        used += len;
        text += len;
        left -= len;
    }
    out[used] = '\0';
}

static void add_text(json_t *object, const char *member, const char *text)
{
    char safe[SHOWN_MESSAGE_MAX + 1];

    text_for_json(text, safe, sizeof safe);
    json_object_set_new(object, member, json_string(safe));
}

static json_t *make_profiles(const struct shown_profile *profiles, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count && i < SHOWN_PROFILES_MAX; i++) {
        json_t *one = json_object();
        add_text(one, "id", profiles[i].id);
        add_text(one, "name", profiles[i].name);
        json_object_set_new(one, "needs_password", json_boolean(profiles[i].needs_password));
        add_text(one, "user", profiles[i].user);
        json_array_append_new(list, one);
    }
    return list;
}

static char *dump(json_t *take_object)
{
    char *text = json_dumps(take_object, JSON_COMPACT);

    json_decref(take_object);
    noren_assert(text != NULL);
    return text;
}

static void add_number(json_t *object, const char *member, int64_t number)
{
    json_object_set_new(object, member, json_integer(number));
}

static char *try_status(const struct engine_status *status, int64_t now_ms,
        const struct shown_profile *profiles, size_t count, const char *message)
{
    json_t *object = json_object();
    int64_t retry_in_ms = status->retry_at_ms == 0 ? 0 : status->retry_at_ms - now_ms;

    add_text(object, "event", "status");
    add_text(object, "state", engine_state_name(status->state));
    add_text(object, "profile", status->profile);
    add_text(object, "server", status->server);
    add_text(object, "user", status->user);
    add_text(object, "address", status->address == 0 ? "" : text_ipv4(status->address).text);
    add_number(object, "since_ms", status->since_ms);
    add_number(object, "bytes_in", (int64_t)status->bytes_in);
    add_number(object, "bytes_out", (int64_t)status->bytes_out);
    add_text(object, "error", engine_error_name(status->error));
    add_text(object, "detail", status->detail);
    add_number(object, "retry_in_ms", retry_in_ms < 0 ? 0 : retry_in_ms);
    json_object_set_new(object, "profiles", make_profiles(profiles, count));
    add_text(object, "message", message);
    return dump(object);
}

char *status_line(const struct engine_status *status, int64_t now_ms,
        const struct shown_profile *profiles, size_t count)
{
    char *line = try_status(status, now_ms, profiles, count, status->message);

    /* control characters grow sixfold in JSON: rather no message than no status */
    if (strlen(line) > UNIX_LINE_MAX) {
        free(line);
        line = try_status(status, now_ms, profiles, count, "");
    }
    while (strlen(line) > UNIX_LINE_MAX && count > 0) {
        free(line);
        line = try_status(status, now_ms, profiles, --count, "");
    }
    return line;
}

char *refused_line(const char *call, const char *error, const char *detail)
{
    json_t *object = json_object();

    add_text(object, "event", "refused");
    add_text(object, "call", call);
    add_text(object, "error", error);
    add_text(object, "detail", detail);
    return dump(object);
}

char *log_line(const char *text)
{
    for (;;) {
        noren_cleanup(noren_freep) char *safe = noren_alloc(strlen(text) + 1);
        json_t *object = json_object();
        text_for_json(text, safe, strlen(text) + 1);
        json_object_set_new(object, "event", json_string("log"));
        json_object_set_new(object, "text", json_string(safe));
        char *line = dump(object);
        if (strlen(line) <= UNIX_LINE_MAX)
            return line;
        free(line);
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
}
