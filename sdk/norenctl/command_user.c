/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/crypto/password.h"

#include "sdk/norenctl/command.h"

/* Commands about users and their sessions. Passwords leave this program as hashes only. */

enum { AUTH_PASSWORD = 1 };

static struct pack *request_for_user(const struct run *run, const char *function)
{
    struct pack *request = request_for_hub(run, function);

    pack_add_str(request, "Name", run->options->name);
    return request;
}

/** `name` in the spelling of the server: only its letters count, not their case. */
static void add_password(struct pack *request, const struct secret *password, const char *name)
{
    struct sha0_digest hash = password_hash_user(secret_text(password), name);

    pack_add_int(request, "AuthType", AUTH_PASSWORD);
    pack_add_data(request, "HashedKey", hash.byte, sizeof hash.byte);
    secret_wipe(&hash, sizeof hash);
}

static const char *text_or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

struct pack *step_user_create(void *ctx, const struct pack *reply)
{
    struct run *run = ctx;

    if (reply != NULL) {
        run_say(run, "user", run->options->name, "created");
        return NULL;
    }
    struct pack *request = request_for_user(run, "CreateUser");
    pack_add_unistr(request, "Realname", text_or_empty(run->options->real_name));
    pack_add_unistr(request, "Note", text_or_empty(run->options->note));
    pack_add_int64(request, "ExpireTime", 0);
    add_password(request, &run->user_password, run->options->name);
    return request;
}

struct pack *step_user_list(void *ctx, const struct pack *reply)
{
    struct run *run = ctx;

    if (reply == NULL)
        return request_for_hub(run, "EnumUser");
    struct sheet *sheet = run->sheet = sheet_new(SHEET_LIST);
    sheet_column(sheet, "name", "USER");
    sheet_column(sheet, "real_name", "REAL NAME");
    sheet_column(sheet, "password", "PASSWORD");
    sheet_column(sheet, "logins", "LOGINS");
    sheet_column(sheet, "last_login", "LAST LOGIN");
    sheet_column(sheet, "expires", "EXPIRES");
    sheet_column(sheet, "note", "NOTE");
    for (uint32_t i = 0; i < pack_count(reply, "Name"); i++) {
        sheet_row(sheet);
        sheet_text(sheet, pack_text_at(reply, "Name", i));
        sheet_text(sheet, pack_text_at(reply, "Realname", i));
        sheet_flag(sheet, pack_int_at(reply, "AuthType", i) == AUTH_PASSWORD);
        sheet_number(sheet, pack_int_at(reply, "NumLogin", i));
        sheet_time(sheet, reply_time(pack_int64_at(reply, "LastLoginTime", i)));
        sheet_time(sheet, reply_time(pack_int64_at(reply, "Expires", i)));
        sheet_text(sheet, pack_text_at(reply, "Note", i));
    }
    return NULL;
}

/* A call that sets a user replaces all of it, so what is there is read first. */
static struct pack *make_set_user(const struct run *run, const struct pack *present)
{
    struct pack *request = request_for_user(run, "SetUser");

    pack_add_str(request, "GroupName", pack_text(present, "GroupName"));
    pack_add_unistr(request, "Realname", pack_text(present, "Realname"));
    pack_add_unistr(request, "Note", pack_text(present, "Note"));
    pack_add_int64(request, "ExpireTime", pack_int64(present, "ExpireTime"));
    add_password(request, &run->user_password, pack_text(present, "Name"));
    return request;
}

struct pack *step_user_password(void *ctx, const struct pack *reply)
{
    struct run *run = ctx;

    if (reply == NULL)
        return request_for_user(run, "GetUser");
    if (run->turn++ == 0)
        return make_set_user(run, reply);
    run_say(run, "user", run->options->name, "has the new password");
    return NULL;
}

struct pack *step_user_delete(void *ctx, const struct pack *reply)
{
    struct run *run = ctx;

    if (reply == NULL)
        return request_for_user(run, "DeleteUser");
    run_say(run, "user", run->options->name, "deleted");
    return NULL;
}

struct pack *step_session_list(void *ctx, const struct pack *reply)
{
    struct run *run = ctx;

    if (reply == NULL)
        return request_for_hub(run, "EnumSession");
    struct sheet *sheet = run->sheet = sheet_new(SHEET_LIST);
    sheet_column(sheet, "name", "SESSION");
    sheet_column(sheet, "user", "USER");
    sheet_column(sheet, "source", "SOURCE");
    sheet_column(sheet, "since", "SINCE");
    sheet_column(sheet, "frames", "FRAMES");
    sheet_column(sheet, "bytes", "BYTES");
    sheet_column(sheet, "client", "CLIENT");
    for (uint32_t i = 0; i < pack_count(reply, "Name"); i++) {
        sheet_row(sheet);
        sheet_text(sheet, pack_text_at(reply, "Name", i));
        sheet_text(sheet, pack_text_at(reply, "Username", i));
        sheet_text(sheet, pack_text_at(reply, "Hostname", i));
        sheet_time(sheet, reply_time(pack_int64_at(reply, "CreatedTime", i)));
        sheet_number(sheet, pack_int64_at(reply, "PacketNum", i));
        sheet_number(sheet, pack_int64_at(reply, "PacketSize", i));
        sheet_text(sheet, pack_text_at(reply, "noren_product", i));
    }
    return NULL;
}

struct pack *step_session_disconnect(void *ctx, const struct pack *reply)
{
    struct run *run = ctx;

    if (reply == NULL)
        return request_for_user(run, "DeleteSession");
    run_say(run, "session", run->options->name, "disconnected");
    return NULL;
}
