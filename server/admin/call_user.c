/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "noren/base/alloc.h"

#include "admin/call.h"

/*
 * Calls about users. Password hashes go in and never out: they are as good as passwords. So that
 * tools which read, change one thing and write back still work, a written user with password
 * authentication and no hash keeps the password it has.
 */

enum user_auth_type { USER_AUTH_NONE = 0, USER_AUTH_PASSWORD = 1 };

static enum proto_error fail_user(const struct admin_call *call)
{
    return admin_error(call, PROTO_E_NOT_FOUND, PROTO_E_USER_EXISTS);
}

static enum proto_error copy_text(struct admin_call *call, const struct pack *in, const char *name,
        char out[STORE_NAME_MAX + 1])
{
    const char *text = pack_text(in, name);

    if (strlen(text) > STORE_NAME_MAX)
        return admin_refuse(
                call, PROTO_E_INVALID_PARAMETER, "%s has more than %d bytes", name, STORE_NAME_MAX);
    (void)snprintf(out, STORE_NAME_MAX + 1, "%s", text);
    return PROTO_OK;
}

/* Settings that are not kept here must not look as if they were. */
static enum proto_error check_known(struct admin_call *call, const struct pack *in)
{
    if (pack_text(in, "GroupName")[0] != '\0')
        return admin_refuse(call, PROTO_E_GROUP_NOT_FOUND, "this server has no groups");
    if (pack_bool(in, "UsePolicy"))
        return admin_refuse(call, PROTO_E_NOT_SUPPORTED, "this server has no user policies");
    return PROTO_OK;
}

static enum proto_error read_auth(
        struct admin_call *call, const struct pack *in, struct store_user *user)
{
    const char *plain = pack_text(in, "Auth_Password");

    switch (pack_int(in, "AuthType")) {
    case USER_AUTH_NONE: /* such a user cannot log in until a password is set */
        user->has_password = false;
        return PROTO_OK;
    case USER_AUTH_PASSWORD:
        if (plain[0] != '\0')
            user->hash = password_hash_user(plain, user->name);
        else if (!admin_read_hash(in, "HashedKey", &user->hash) && !user->has_password)
            return admin_refuse(call, PROTO_E_INVALID_PARAMETER, "no password was given");
        user->has_password = true;
        return PROTO_OK;
    default:
        return admin_refuse(
                call, PROTO_E_NOT_SUPPORTED, "this server authenticates users by password only");
    }
}

static enum proto_error read_user(
        struct admin_call *call, const struct pack *in, struct store_user *user)
{
    enum proto_error error = check_known(call, in);

    if (error == PROTO_OK)
        error = copy_text(call, in, "Realname", user->real_name);
    if (error == PROTO_OK)
        error = copy_text(call, in, "Note", user->note);
    if (error == PROTO_OK)
        error = read_auth(call, in, user);
    user->expires_ms = admin_time_read(pack_int64(in, "ExpireTime"));
    return error;
}

static void add_user(struct pack *out, const struct admin_call *call, const struct store_user *user)
{
    static const uint8_t zero[SHA0_BYTES];
    static const struct hub_counters no_traffic;

    pack_add_str(out, "HubName", call->hub.name);
    pack_add_str(out, "Name", user->name);
    pack_add_str(out, "GroupName", "");
    pack_add_unistr(out, "Realname", user->real_name);
    pack_add_unistr(out, "Note", user->note);
    pack_add_int64(out, "CreatedTime", admin_time(user->created_ms));
    pack_add_int64(out, "UpdatedTime", admin_time(user->created_ms));
    pack_add_int64(out, "ExpireTime", admin_time(user->expires_ms));
    pack_add_int(out, "AuthType", user->has_password ? USER_AUTH_PASSWORD : USER_AUTH_NONE);
    if (user->has_password) {
        pack_add_data(out, "HashedKey", zero, SHA0_BYTES);
        pack_add_data(out, "NtLmSecureHash", zero, 16);
    }
    pack_add_int(out, "NumLogin", (uint32_t)user->logins);
    admin_add_traffic(out, "", &no_traffic);
}

enum proto_error admin_create_user(struct admin_call *call, const struct pack *in, struct pack *out)
{
    struct store_user user = { .hub_id = call->hub.id };

    enum proto_error error = copy_text(call, in, "Name", user.name);
    if (error == PROTO_OK)
        error = read_user(call, in, &user);
    if (error == PROTO_OK && !store_user_create(call->store, &user, &call->err))
        error = fail_user(call);
    if (error == PROTO_OK)
        add_user(out, call, &user);
    secret_wipe(&user.hash, sizeof user.hash);
    return error;
}

enum proto_error admin_set_user(struct admin_call *call, const struct pack *in, struct pack *out)
{
    struct store_user user;

    if (!store_user_find(call->store, call->hub.id, pack_text(in, "Name"), &user, &call->err))
        return fail_user(call);
    enum proto_error error = read_user(call, in, &user);
    if (error == PROTO_OK && !store_user_update(call->store, &user, &call->err))
        error = fail_user(call);
    if (error == PROTO_OK)
        add_user(out, call, &user);
    secret_wipe(&user.hash, sizeof user.hash);
    return error;
}

enum proto_error admin_get_user(struct admin_call *call, const struct pack *in, struct pack *out)
{
    struct store_user user;

    if (!store_user_find(call->store, call->hub.id, pack_text(in, "Name"), &user, &call->err))
        return fail_user(call);
    add_user(out, call, &user);
    secret_wipe(&user.hash, sizeof user.hash);
    return PROTO_OK;
}

enum proto_error admin_delete_user(struct admin_call *call, const struct pack *in, struct pack *out)
{
    const char *name = pack_text(in, "Name");

    if (!store_user_delete(call->store, call->hub.id, name, &call->err))
        return fail_user(call);
    pack_add_str(out, "HubName", call->hub.name);
    pack_add_str(out, "Name", name);
    return PROTO_OK;
}

static bool add_row(void *ctx, const struct store_user *user)
{
    static const struct hub_counters no_traffic;
    struct pack *out = ctx;

    pack_add_str(out, "Name", user->name);
    pack_add_str(out, "GroupName", "");
    pack_add_unistr(out, "Realname", user->real_name);
    pack_add_unistr(out, "Note", user->note);
    pack_add_int(out, "AuthType", user->has_password ? USER_AUTH_PASSWORD : USER_AUTH_NONE);
    pack_add_int64(out, "LastLoginTime", admin_time(user->last_login_ms));
    pack_add_int(out, "NumLogin", (uint32_t)user->logins);
    pack_add_bool(out, "DenyAccess", false);
    pack_add_bool(out, "IsTrafficFilled", false);
    admin_add_traffic(out, "Ex.", &no_traffic);
    pack_add_bool(out, "IsExpiresFilled", true);
    pack_add_int64(out, "Expires", admin_time(user->expires_ms));
    return true;
}

enum proto_error admin_enum_user(struct admin_call *call, const struct pack *in, struct pack *out)
{
    (void)in;
    pack_add_str(out, "HubName", call->hub.name);
    if (!store_user_each(call->store, call->hub.id, add_row, out, &call->err))
        return fail_user(call);
    return PROTO_OK;
}
