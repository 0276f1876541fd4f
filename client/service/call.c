/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "service/call.h"

#include <jansson.h>
#include <stdint.h>
#include <string.h>

#include "noren/base/alloc.h"

#include "engine/text.h"

void service_call_clear(struct service_call *call)
{
    secret_clear(&call->password);
}

/* Absent leaves out as it is. */
static bool read_text(
        json_t *object, const char *member, char *out, size_t size, struct noren_err *err)
{
    json_t *value = json_object_get(object, member);
    const char *text = json_string_value(value);

    if (value == NULL)
        return true;
    if (text == NULL || strlen(text) != json_string_length(value) || !text_is_plain(text))
        return noren_err_set(err, NOREN_E_ARGUMENT, "%s is not a plain text", member);
    if (strlen(text) >= size)
        return noren_err_set(err, NOREN_E_LIMIT, "%s is longer than %zu bytes", member, size - 1);
    memcpy(out, text, strlen(text) + 1);
    return true;
}

static bool read_password(json_t *object, struct service_call *call, struct noren_err *err)
{
    json_t *value = json_object_get(object, "password");
    const char *text = json_string_value(value);

    if (value == NULL)
        return true;
    if (text == NULL || strlen(text) != json_string_length(value))
        return noren_err_set(err, NOREN_E_ARGUMENT, "password is not a text");
    if (strlen(text) > 255)
        return noren_err_set(err, NOREN_E_LIMIT, "password is longer than 255 bytes");
    secret_set(&call->password, text, strlen(text));
    call->has_password = true;
    /* the JSON library would leave it behind in freed memory */
    secret_wipe((void *)(uintptr_t)text, strlen(text));
    return true;
}

static bool read_flag(json_t *object, const char *member, bool *out, struct noren_err *err)
{
    json_t *value = json_object_get(object, member);

    if (value == NULL)
        return true;
    if (!json_is_boolean(value))
        return noren_err_set(err, NOREN_E_ARGUMENT, "%s is neither true nor false", member);
    *out = json_is_true(value);
    return true;
}

static bool read_profile(json_t *object, struct service_call *call, struct noren_err *err)
{
    if (!read_text(object, "profile", call->profile, sizeof call->profile, err))
        return false;
    /* becomes a file name and a group name */
    if (*call->profile == '\0' || *call->profile == '.' || strpbrk(call->profile, "/[]") != NULL)
        return noren_err_set(err, NOREN_E_ARGUMENT, "profile is not the id of one");
    return true;
}

static bool parse_hello(json_t *object, struct service_call *call, struct noren_err *err)
{
    (void)call;
    if (json_integer_value(json_object_get(object, "version")) != CALL_VERSION)
        return noren_err_set(err, NOREN_E_ARGUMENT, "version is not %d", CALL_VERSION);
    return true;
}

static bool parse_connect(json_t *object, struct service_call *call, struct noren_err *err)
{
    return read_profile(object, call, err)
           && read_text(object, "username", call->username, sizeof call->username, err)
           && read_password(object, call, err) && read_flag(object, "save", &call->save, err);
}

static bool parse_nothing(json_t *object, struct service_call *call, struct noren_err *err)
{
    (void)object;
    (void)call;
    (void)err;
    return true;
}

static bool parse_log(json_t *object, struct service_call *call, struct noren_err *err)
{
    json_t *value = json_object_get(object, "lines");

    call->lines = CALL_LOG_LINES;
    if (value == NULL)
        return true;
    if (!json_is_integer(value) || json_integer_value(value) < 1
            || json_integer_value(value) > CALL_LOG_LINES_MAX)
        return noren_err_set(
                err, NOREN_E_ARGUMENT, "lines is not a number from 1 to %d", CALL_LOG_LINES_MAX);
    call->lines = (unsigned)json_integer_value(value);
    return true;
}

static const struct {
    const char *name;
    bool (*parse)(json_t *object, struct service_call *call, struct noren_err *err);
} CALLS[] = {
    [CALL_HELLO] = { "hello", parse_hello },
    [CALL_CONNECT] = { "connect", parse_connect },
    [CALL_DISCONNECT] = { "disconnect", parse_nothing },
    [CALL_FORGET] = { "forget", read_profile },
    [CALL_LOG] = { "log", parse_log },
};

bool service_call_parse(
        const char *line, size_t len, struct service_call *out, struct noren_err *err)
{
    noren_cleanup(json_decrefp) json_t *object =
            json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);

    *out = (struct service_call){ .kind = CALL_HELLO };
    if (!json_is_object(object))
        return noren_err_set(err, NOREN_E_ARGUMENT, "the line is no JSON object");
    if (!read_text(object, "call", out->name, sizeof out->name, err))
        return false;
    for (size_t i = 0; i < noren_countof(CALLS); i++) {
        if (strcmp(CALLS[i].name, out->name) != 0)
            continue;
        out->kind = (enum service_call_kind)i;
        if (CALLS[i].parse(object, out, err))
            return true;
        service_call_clear(out);
        return false;
    }
    return noren_err_set(err, NOREN_E_ARGUMENT, "unknown call");
}
