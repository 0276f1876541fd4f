/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "model/status.h"

#include <jansson.h>

#include "noren/base/alloc.h"

static const char *const STATES[] = {
    [MODEL_OFF] = "off",
    [MODEL_CONNECTING] = "connecting",
    [MODEL_CONNECTED] = "connected",
    [MODEL_RECONNECTING] = "reconnecting",
    [MODEL_ERROR] = "error",
};

static void profile_free(gpointer data)
{
    struct model_profile *profile = data;

    g_free(profile->id);
    g_free(profile->name);
    g_free(profile->user);
    g_free(profile);
}

struct model_status *model_status_new(void)
{
    struct model_status *status = g_new0(struct model_status, 1);

    status->profile = g_strdup("");
    status->server = g_strdup("");
    status->user = g_strdup("");
    status->address = g_strdup("");
    status->error = g_strdup("");
    status->detail = g_strdup("");
    status->message = g_strdup("");
    status->profiles = g_ptr_array_new_with_free_func(profile_free);
    return status;
}

void model_status_free(struct model_status *status)
{
    if (!status)
        return;
    g_free(status->profile);
    g_free(status->server);
    g_free(status->user);
    g_free(status->address);
    g_free(status->error);
    g_free(status->detail);
    g_free(status->message);
    g_ptr_array_unref(status->profiles);
    g_free(status);
}

const struct model_profile *model_status_profile(const struct model_status *status, const char *id)
{
    for (guint i = 0; i < status->profiles->len; i++) {
        const struct model_profile *profile = status->profiles->pdata[i];

        if (g_str_equal(profile->id, id))
            return profile;
    }
    return NULL;
}

void model_event_clear(struct model_event *event)
{
    g_clear_pointer(&event->status, model_status_free);
    g_clear_pointer(&event->call, g_free);
    g_clear_pointer(&event->error, g_free);
    g_clear_pointer(&event->text, g_free);
}

/** Replaces *out by the text of a member; an absent member leaves it. */
static bool read_text(const json_t *object, const char *name, char **out, struct noren_err *err)
{
    const json_t *member = json_object_get(object, name);

    if (!member)
        return true;
    if (!json_is_string(member))
        return noren_err_set(err, NOREN_E_PROTOCOL, "\"%s\" is not a text", name);
    g_free(*out);
    *out = g_strdup(json_string_value(member));
    return true;
}

static bool read_number(const json_t *object, const char *name, gint64 *out, struct noren_err *err)
{
    const json_t *member = json_object_get(object, name);

    if (!member)
        return true;
    if (!json_is_integer(member) || json_integer_value(member) < 0)
        return noren_err_set(err, NOREN_E_PROTOCOL, "\"%s\" is not a number from 0", name);
    *out = json_integer_value(member);
    return true;
}

static bool read_state(const json_t *object, enum model_state *out, struct noren_err *err)
{
    const char *name = json_string_value(json_object_get(object, "state"));

    for (size_t i = 0; name && i < G_N_ELEMENTS(STATES); i++) {
        if (g_str_equal(name, STATES[i])) {
            *out = (enum model_state)i;
            return true;
        }
    }
    return noren_err_set(err, NOREN_E_PROTOCOL, "unknown state");
}

static bool read_profile(const json_t *object, GPtrArray *profiles, struct noren_err *err)
{
    struct model_profile *profile = g_new0(struct model_profile, 1);

    g_ptr_array_add(profiles, profile);
    profile->user = g_strdup("");
    if (!json_is_object(object) || !read_text(object, "id", &profile->id, err) || !profile->id)
        return noren_err_set(err, NOREN_E_PROTOCOL, "a profile without \"id\"");
    profile->name = g_strdup(profile->id);
    profile->needs_password = json_is_true(json_object_get(object, "needs_password"));
    return read_text(object, "name", &profile->name, err)
           && read_text(object, "user", &profile->user, err);
}

static bool read_profiles(const json_t *object, GPtrArray *profiles, struct noren_err *err)
{
    const json_t *array = json_object_get(object, "profiles");
    size_t count = json_array_size(array);

    if (array && !json_is_array(array))
        return noren_err_set(err, NOREN_E_PROTOCOL, "\"profiles\" is not a list");
    if (count > MODEL_PROFILES_MAX)
        return noren_err_set(err, NOREN_E_LIMIT, "%zu profiles", count);
    for (size_t i = 0; i < count; i++)
        if (!read_profile(json_array_get(array, i), profiles, err))
            return false;
    return true;
}

static bool read_status(const json_t *object, struct model_event *event, struct noren_err *err)
{
    struct model_status *status = event->status = model_status_new();

    event->kind = MODEL_EVENT_STATUS;
    return read_state(object, &status->state, err)
           && read_text(object, "profile", &status->profile, err)
           && read_text(object, "server", &status->server, err)
           && read_text(object, "user", &status->user, err)
           && read_text(object, "address", &status->address, err)
           && read_text(object, "error", &status->error, err)
           && read_text(object, "detail", &status->detail, err)
           && read_text(object, "message", &status->message, err)
           && read_number(object, "since_ms", &status->since_ms, err)
           && read_number(object, "bytes_in", &status->bytes_in, err)
           && read_number(object, "bytes_out", &status->bytes_out, err)
           && read_number(object, "retry_in_ms", &status->retry_in_ms, err)
           && read_profiles(object, status->profiles, err);
}

static bool read_event(const json_t *object, struct model_event *event, struct noren_err *err)
{
    const char *name = json_string_value(json_object_get(object, "event"));

    if (g_strcmp0(name, "status") == 0)
        return read_status(object, event, err);
    event->text = g_strdup("");
    if (g_strcmp0(name, "log") == 0) {
        event->kind = MODEL_EVENT_LOG;
        return read_text(object, "text", &event->text, err);
    }
    if (g_strcmp0(name, "refused") == 0) {
        event->kind = MODEL_EVENT_REFUSED;
        event->call = g_strdup("");
        event->error = g_strdup("internal");
        return read_text(object, "call", &event->call, err)
               && read_text(object, "error", &event->error, err)
               && read_text(object, "detail", &event->text, err);
    }
    return noren_err_set(err, NOREN_E_PROTOCOL, "unknown event");
}

bool model_event_parse(const char *line, size_t len, struct model_event *out, struct noren_err *err)
{
    noren_cleanup(model_event_clear) struct model_event event = { 0 };

    if (len > MODEL_LINE_MAX)
        return noren_err_set(err, NOREN_E_LIMIT, "line of %zu bytes", len);

    json_error_t problem;
    noren_cleanup(json_decrefp) json_t *object =
            json_loadb(line, len, JSON_REJECT_DUPLICATES, &problem);
    if (!json_is_object(object))
        return noren_err_set(err, NOREN_E_PROTOCOL, "not a JSON object");
    if (!read_event(object, &event, err))
        return false;
    *out = event;
    event = (struct model_event){ 0 };
    return true;
}
