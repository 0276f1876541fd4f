/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/secret.h"

#include "admin/call.h"

/* Calls about hubs. */

static enum proto_error fail_hub(const struct admin_call *call)
{
    return admin_error(call, PROTO_E_HUB_NOT_FOUND, PROTO_E_HUB_EXISTS);
}

/* Settings that are not kept here must not look as if they were. */
static enum proto_error check_basic(struct admin_call *call, const struct pack *in)
{
    if (pack_int(in, "HubType") != 0)
        return admin_refuse(call, PROTO_E_INVALID_PARAMETER,
                "this server is not a cluster: its hubs have type 0");
    if (pack_int(in, "MaxSession") != 0 || pack_bool(in, "NoEnum"))
        return admin_refuse(call, PROTO_E_NOT_SUPPORTED,
                "this server has no session limits and no hidden hubs");
    return PROTO_OK;
}

/** The password of a hub as asked for; false when none was given, which leaves it as it is. */
static bool read_password(const struct pack *in, bool *out_has, struct sha0_digest *out)
{
    const char *plain = pack_text(in, "AdminPasswordPlainText");
    struct sha0_digest empty = password_hash_admin("");
    struct sha0_digest hash;

    if (plain[0] != '\0')
        hash = password_hash_admin(plain);
    else if (!admin_read_hash(in, "HashedPassword", &hash))
        return false;
    /* An empty password closes the hub to administrators of its own. */
    *out_has = !secret_equal(&hash, &empty, sizeof hash);
    *out = hash;
    secret_wipe(&hash, sizeof hash);
    return true;
}

static void add_hub_settings(struct pack *out, const struct store_hub *hub)
{
    static const struct sha0_digest zero;

    pack_add_str(out, "HubName", hub->name);
    pack_add_data(out, "HashedPassword", zero.byte, sizeof zero.byte);
    pack_add_data(out, "SecurePassword", zero.byte, sizeof zero.byte);
    pack_add_bool(out, "Online", hub->online);
    pack_add_int(out, "MaxSession", 0);
    pack_add_bool(out, "NoEnum", false);
    pack_add_int(out, "HubType", 0);
}

enum proto_error admin_create_hub(struct admin_call *call, const struct pack *in, struct pack *out)
{
    const char *name = pack_text(in, "HubName");
    struct store_hub hub = { .online = pack_bool(in, "Online") };

    enum proto_error error = check_basic(call, in);
    if (error != PROTO_OK)
        return error;
    if (strlen(name) > STORE_NAME_MAX)
        return admin_refuse(call, PROTO_E_INVALID_PARAMETER, "the hub name is too long");
    (void)snprintf(hub.name, sizeof hub.name, "%s", name);
    (void)read_password(in, &hub.has_admin, &hub.admin_hash);
    hub.securenat = pack_bool(in, "noren_securenat");
    bool made = call->backend->hub_create(call->server, call->store, &hub, &call->err);
    secret_wipe(&hub.admin_hash, sizeof hub.admin_hash);
    if (!made)
        return fail_hub(call);
    add_hub_settings(out, &hub);
    pack_add_bool(out, "noren_securenat", hub.securenat);
    return PROTO_OK;
}

enum proto_error admin_set_hub(struct admin_call *call, const struct pack *in, struct pack *out)
{
    struct store_hub hub = call->hub;
    bool online = pack_bool(in, "Online");

    enum proto_error error = check_basic(call, in);
    if (error != PROTO_OK)
        return error;
    bool kept = !read_password(in, &hub.has_admin, &hub.admin_hash)
                || store_hub_set_admin_hash(
                        call->store, &hub, hub.has_admin ? &hub.admin_hash : NULL, &call->err);
    secret_wipe(&hub.admin_hash, sizeof hub.admin_hash);
    if (!kept)
        return fail_hub(call);
    if (online != hub.online
            && !call->backend->hub_set_online(
                    call->server, call->store, hub.name, online, &call->err))
        return fail_hub(call);
    hub.online = online;
    add_hub_settings(out, &hub);
    return PROTO_OK;
}

enum proto_error admin_get_hub(struct admin_call *call, const struct pack *in, struct pack *out)
{
    (void)in;
    add_hub_settings(out, &call->hub);
    return PROTO_OK;
}

/** For one row of the list. */
struct hub_list {
    struct admin_call *call;
    struct pack *out;
    bool ok;
};

static bool add_row(void *ctx, const struct store_hub *hub)
{
    struct hub_list *list = ctx;
    struct pack *out = list->out;
    struct server_hub_status status = { 0 };
    uint32_t users;

    if (list->call->caller->hub[0] != '\0' && list->call->caller->hub_id != hub->id)
        return true;
    list->ok = store_user_count(list->call->store, hub->id, &users, &list->call->err);
    if (!list->ok)
        return false;
    (void)list->call->backend->hub_get_status(list->call->server, hub->name, &status);
    pack_add_str(out, "HubName", hub->name);
    pack_add_bool(out, "Online", hub->online);
    pack_add_int(out, "HubType", 0);
    pack_add_int(out, "NumSessions", status.sessions);
    pack_add_int(out, "NumUsers", users);
    pack_add_int(out, "NumGroups", 0);
    pack_add_int(out, "NumMacTables", status.macs);
    pack_add_int(out, "NumIpTables", 0);
    pack_add_int64(out, "LastCommTime", 0);
    pack_add_int64(out, "CreatedTime", admin_time(hub->created_ms));
    pack_add_int64(out, "LastLoginTime", 0);
    pack_add_int(out, "NumLogin", 0);
    pack_add_bool(out, "IsTrafficFilled", true);
    admin_add_traffic(out, "Ex.", &status.counters);
    pack_add_bool(out, "noren_securenat", hub->securenat);
    return true;
}

enum proto_error admin_enum_hub(struct admin_call *call, const struct pack *in, struct pack *out)
{
    struct hub_list list = { .call = call, .out = out, .ok = true };

    (void)in;
    if (!store_hub_each(call->store, add_row, &list, &call->err) || !list.ok)
        return fail_hub(call);
    return PROTO_OK;
}

enum proto_error admin_delete_hub(struct admin_call *call, const struct pack *in, struct pack *out)
{
    const char *name = pack_text(in, "HubName");

    if (!call->backend->hub_delete(call->server, call->store, name, &call->err))
        return fail_hub(call);
    pack_add_str(out, "HubName", name);
    return PROTO_OK;
}

enum proto_error admin_set_hub_online(
        struct admin_call *call, const struct pack *in, struct pack *out)
{
    bool online = pack_bool(in, "Online");

    if (!call->backend->hub_set_online(
                call->server, call->store, call->hub.name, online, &call->err))
        return fail_hub(call);
    pack_add_str(out, "HubName", call->hub.name);
    pack_add_bool(out, "Online", online);
    return PROTO_OK;
}

enum proto_error admin_get_hub_status(
        struct admin_call *call, const struct pack *in, struct pack *out)
{
    struct server_hub_status status = { 0 };
    uint32_t users;

    (void)in;
    if (!store_user_count(call->store, call->hub.id, &users, &call->err))
        return fail_hub(call);
    (void)call->backend->hub_get_status(call->server, call->hub.name, &status);
    pack_add_str(out, "HubName", call->hub.name);
    pack_add_bool(out, "Online", call->hub.online);
    pack_add_int(out, "HubType", 0);
    pack_add_int(out, "NumSessions", status.sessions);
    pack_add_int(out, "NumSessionsClient", status.sessions);
    pack_add_int(out, "NumSessionsBridge", 0);
    pack_add_int(out, "NumAccessLists", 0);
    pack_add_int(out, "NumUsers", users);
    pack_add_int(out, "NumGroups", 0);
    pack_add_int(out, "NumMacTables", status.macs);
    pack_add_int(out, "NumIpTables", 0);
    pack_add_bool(out, "SecureNATEnabled", call->hub.securenat);
    admin_add_traffic(out, "", &status.counters);
    pack_add_int64(out, "LastCommTime", 0);
    pack_add_int64(out, "CreatedTime", admin_time(call->hub.created_ms));
    pack_add_int64(out, "LastLoginTime", 0);
    pack_add_int(out, "NumLogin", 0);
    return PROTO_OK;
}

static enum proto_error set_securenat(struct admin_call *call, bool enabled, struct pack *out)
{
    if (!call->backend->hub_set_securenat(
                call->server, call->store, call->hub.name, enabled, &call->err))
        return fail_hub(call);
    pack_add_str(out, "HubName", call->hub.name);
    return PROTO_OK;
}

enum proto_error admin_enable_securenat(
        struct admin_call *call, const struct pack *in, struct pack *out)
{
    (void)in;
    return set_securenat(call, true, out);
}

enum proto_error admin_disable_securenat(
        struct admin_call *call, const struct pack *in, struct pack *out)
{
    (void)in;
    return set_securenat(call, false, out);
}
