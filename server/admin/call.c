/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "admin/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "noren/base/alloc.h"
#include "noren/base/secret.h"

#define LOG_ROOM "admin"

/* Times of the reference count from nine hours later (its authors' clock). */
enum { TIME_SHIFT_MS = 9 * 60 * 60 * 1000 };

/* An earlier one is read as "never", as the reference does. */
static const int64_t TIME_FIRST_MS = 10LL * 24 * 60 * 60 * 1000 + 365LL * 24 * 60 * 60 * 1000;

static const struct admin_function FUNCTIONS[] = {
    { "CreateHub", ADMIN_RIGHT_SERVER, ADMIN_CHANGES, admin_create_hub },
    { "CreateUser", ADMIN_RIGHT_HUB, ADMIN_CHANGES, admin_create_user },
    { "DeleteHub", ADMIN_RIGHT_SERVER, ADMIN_CHANGES, admin_delete_hub },
    { "DeleteSession", ADMIN_RIGHT_HUB, ADMIN_CHANGES, admin_delete_session },
    { "DeleteUser", ADMIN_RIGHT_HUB, ADMIN_CHANGES, admin_delete_user },
    { "DisableSecureNAT", ADMIN_RIGHT_HUB, ADMIN_CHANGES, admin_disable_securenat },
    { "EnableSecureNAT", ADMIN_RIGHT_HUB, ADMIN_CHANGES, admin_enable_securenat },
    { "EnumHub", ADMIN_RIGHT_ANY, ADMIN_READS, admin_enum_hub },
    { "EnumListener", ADMIN_RIGHT_ANY, ADMIN_READS, admin_enum_listener },
    { "EnumSession", ADMIN_RIGHT_HUB, ADMIN_READS, admin_enum_session },
    { "EnumUser", ADMIN_RIGHT_HUB, ADMIN_READS, admin_enum_user },
    { "Flush", ADMIN_RIGHT_SERVER, ADMIN_READS, admin_flush },
    { "GetCaps", ADMIN_RIGHT_ANY, ADMIN_READS, admin_get_caps },
    { "GetHub", ADMIN_RIGHT_HUB, ADMIN_READS, admin_get_hub },
    { "GetHubStatus", ADMIN_RIGHT_HUB, ADMIN_READS, admin_get_hub_status },
    { "GetServerCert", ADMIN_RIGHT_ANY, ADMIN_READS, admin_get_server_cert },
    { "GetServerInfo", ADMIN_RIGHT_ANY, ADMIN_READS, admin_get_server_info },
    { "GetServerStatus", ADMIN_RIGHT_ANY, ADMIN_READS, admin_get_server_status },
    { "GetUser", ADMIN_RIGHT_HUB, ADMIN_READS, admin_get_user },
    { "SetHub", ADMIN_RIGHT_HUB, ADMIN_CHANGES, admin_set_hub },
    { "SetHubOnline", ADMIN_RIGHT_HUB, ADMIN_CHANGES, admin_set_hub_online },
    { "SetServerPassword", ADMIN_RIGHT_SERVER, ADMIN_CHANGES, admin_set_server_password },
    { "SetUser", ADMIN_RIGHT_HUB, ADMIN_CHANGES, admin_set_user },
    { "Test", ADMIN_RIGHT_ANY, ADMIN_READS, admin_test },
};

const struct admin_backend ADMIN_BACKEND = {
    .hub_create = server_hub_create,
    .hub_delete = server_hub_delete,
    .hub_set_online = server_hub_set_online,
    .hub_set_securenat = server_hub_set_securenat,
    .hub_get_status = server_hub_get_status,
    .session_each = server_session_each,
    .session_kick = server_session_kick,
    .where = server_where,
};

enum proto_error admin_error(
        const struct admin_call *call, enum proto_error missing, enum proto_error taken)
{
    switch (call->err.code) {
    case NOREN_E_NOT_FOUND:
        return missing;
    case NOREN_E_EXISTS:
        return taken;
    case NOREN_E_ARGUMENT:
        return PROTO_E_INVALID_PARAMETER;
    case NOREN_E_LIMIT: /* too many of a kind have the kind's own number, beside "taken" */
        return taken == PROTO_E_HUB_EXISTS ? PROTO_E_TOO_MANY_HUBS : PROTO_E_TOO_MANY_USERS;
    case NOREN_OK:
    case NOREN_E_AUTH:
    case NOREN_E_CRYPTO:
    case NOREN_E_IO:
    case NOREN_E_NOMEM:
    case NOREN_E_PROTOCOL:
    case NOREN_E_STATE:
    case NOREN_E_TIMEOUT:
    case NOREN_E_TRUST:
    case NOREN_E_CLOSED:
        break;
    }
    return PROTO_E_INTERNAL;
}

enum proto_error admin_refuse(
        struct admin_call *call, enum proto_error error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(call->err.text, sizeof call->err.text, format, args);
    va_end(args);
    return error;
}

uint64_t admin_time(int64_t wall_ms)
{
    return wall_ms < TIME_FIRST_MS ? 0 : (uint64_t)(wall_ms - TIME_SHIFT_MS);
}

int64_t admin_time_read(uint64_t time)
{
    if (time > INT64_MAX - TIME_SHIFT_MS)
        return 0;
    int64_t wall_ms = (int64_t)time + TIME_SHIFT_MS;
    return wall_ms < TIME_FIRST_MS ? 0 : wall_ms;
}

bool admin_read_hash(const struct pack *in, const char *name, struct sha0_digest *out)
{
    static const struct sha0_digest zero;
    struct bytes data = pack_data(in, name);

    if (data.len != sizeof out->byte || memcmp(data.data, zero.byte, data.len) == 0)
        return false;
    memcpy(out->byte, data.data, data.len);
    return true;
}

void admin_add_traffic(struct pack *out, const char *prefix, const struct hub_counters *counters)
{
    /* One switch sees each frame once: what is not flooded counts as unicast, in bytes by share. */
    static const char *const NAMES[] = { "Recv.BroadcastBytes", "Recv.BroadcastCount",
        "Recv.UnicastBytes", "Recv.UnicastCount", "Send.BroadcastBytes", "Send.BroadcastCount",
        "Send.UnicastBytes", "Send.UnicastCount" };
    uint64_t mean = counters->frames_in == 0 ? 0 : counters->bytes_in / counters->frames_in;
    uint64_t flooded =
            counters->flooded < counters->frames_in ? counters->flooded : counters->frames_in;
    const uint64_t values[] = { flooded * mean, flooded, counters->bytes_in - flooded * mean,
        counters->frames_in - flooded, 0, 0, counters->delivered * mean, counters->delivered };

    for (size_t i = 0; i < noren_countof(NAMES); i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "%s%s", prefix, NAMES[i]);
        pack_add_int64(out, name, values[i]);
    }
}

static const struct admin_function *find_function(const char *name)
{
    for (size_t i = 0; i < noren_countof(FUNCTIONS); i++)
        if (strcasecmp(FUNCTIONS[i].name, name) == 0)
            return &FUNCTIONS[i];
    return NULL;
}

static bool is_for_server(const struct admin_call *call)
{
    return call->caller->hub[0] == '\0';
}

/* The hub of that name may have been deleted and made again for somebody else since the log-in. */
static enum proto_error check_caller(struct admin_call *call)
{
    struct admin_caller *caller = call->caller;
    struct store_hub hub;

    if (is_for_server(call))
        return PROTO_OK;
    if (!store_hub_find(call->store, caller->hub, &hub, &call->err))
        return admin_error(call, PROTO_E_HUB_NOT_FOUND, PROTO_E_INTERNAL);
    secret_wipe(&hub.admin_hash, sizeof hub.admin_hash);
    if (caller->hub_id == 0)
        caller->hub_id = hub.id;
    if (caller->hub_id != hub.id)
        return admin_refuse(call, PROTO_E_HUB_NOT_FOUND, "the hub was deleted; log in again");
    return PROTO_OK;
}

static enum proto_error check_hub(struct admin_call *call, const struct pack *in)
{
    const char *name = pack_text(in, "HubName");

    if (!is_for_server(call) && strcasecmp(name, call->caller->hub) != 0)
        return admin_refuse(call, PROTO_E_NOT_ENOUGH_RIGHT,
                "the administrator of hub \"%s\" may not do this to another", call->caller->hub);
    if (name[0] == '\0')
        return admin_refuse(call, PROTO_E_INVALID_PARAMETER, "no hub was named");
    if (!store_hub_find(call->store, name, &call->hub, &call->err))
        return admin_error(call, PROTO_E_HUB_NOT_FOUND, PROTO_E_INTERNAL);
    return PROTO_OK;
}

static enum proto_error check_right(
        struct admin_call *call, const struct admin_function *function, const struct pack *in)
{
    switch (function->right) {
    case ADMIN_RIGHT_ANY:
        return PROTO_OK;
    case ADMIN_RIGHT_SERVER:
        if (is_for_server(call))
            return PROTO_OK;
        return admin_refuse(call, PROTO_E_NOT_ENOUGH_RIGHT,
                "only the administrator of the whole server may do this");
    case ADMIN_RIGHT_HUB:
        return check_hub(call, in);
    }
    return PROTO_E_INTERNAL;
}

static void log_call(const struct admin_call *call, const struct admin_function *function,
        const struct pack *in, enum proto_error error)
{
    if (function->effect == ADMIN_READS && error != PROTO_E_INTERNAL)
        return;
    noren_log(call->log, error == PROTO_E_INTERNAL ? NOREN_ERROR : NOREN_INFO,
            "management call: function=%s hub=%s name=%s by=\"%s\" source=%s error=%d%s%s",
            function->name, log_quote(pack_text(in, "HubName")).text,
            log_quote(pack_text(in, "Name")).text,
            is_for_server(call) ? "server administrator" : call->caller->hub, call->caller->source,
            (int)error, error == PROTO_OK ? "" : " why=", error == PROTO_OK ? "" : call->err.text);
}

static struct pack *make_error(const struct admin_call *call, enum proto_error error)
{
    struct pack *reply = pack_new();

    pack_add_int(reply, "error", error);
    /* Paths and the like of our own troubles are for the operator, not for a customer. */
    bool is_private = error == PROTO_E_INTERNAL && !is_for_server(call);
    if (call->err.text[0] != '\0' && !is_private)
        pack_add_str(reply, "noren_error_text", call->err.text);
    return reply;
}

struct pack *admin_call_run(struct admin_call *call, const struct pack *request)
{
    noren_cleanup(pack_freep) struct pack *reply = pack_new();
    const char *name = pack_text(request, "function_name");
    const struct admin_function *function = find_function(name);

    call->err = (struct noren_err){ 0 };
    if (function == NULL) {
        noren_log(call->log, NOREN_DEBUG, "management call not known: function=%s",
                log_quote(name).text);
        admin_refuse(call, PROTO_E_NOT_SUPPORTED, "this server does not have that function");
        return make_error(call, PROTO_E_NOT_SUPPORTED);
    }
    enum proto_error error = check_caller(call);
    if (error == PROTO_OK)
        error = check_right(call, function, request);
    if (error == PROTO_OK)
        error = function->handler(call, request, reply);
    log_call(call, function, request, error);
    if (error != PROTO_OK)
        return make_error(call, error);
    return noren_steal(&reply);
}
