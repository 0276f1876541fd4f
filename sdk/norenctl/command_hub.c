/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/crypto/password.h"

#include "sdk/norenctl/command.h"

/* Commands about hubs. A hub is named after the verb; SecureNAT belongs to the hub of --hub. */

static struct pack *request_for_name(const struct run *run, const char *function)
{
    struct pack *request = request_new(function);

    pack_add_str(request, "HubName", run->options->name);
    return request;
}

static void add_admin_password(struct pack *request, const struct secret *password)
{
    struct sha0_digest hash = password_hash_admin(secret_text(password));
    struct sha0_digest secure = password_hash_user(secret_text(password), "ADMINISTRATOR");

    pack_add_data(request, "HashedPassword", hash.byte, sizeof hash.byte);
    pack_add_data(request, "SecurePassword", secure.byte, sizeof secure.byte);
    secret_wipe(&hash, sizeof hash);
    secret_wipe(&secure, sizeof secure);
}

static struct pack *make_hub_request(const struct run *run)
{
    struct pack *request = request_for_name(run, "CreateHub");

    pack_add_bool(request, "Online", !run->options->offline);
    pack_add_int(request, "HubType", 0);
    pack_add_int(request, "MaxSession", 0);
    pack_add_bool(request, "NoEnum", false);
    pack_add_bool(request, "noren_securenat", run->options->securenat);
    if (secret_is_set(&run->admin_password))
        add_admin_password(request, &run->admin_password);
    return request;
}

struct pack *step_hub_create(void *ctx, const struct pack *reply)
{
    struct run *run = ctx;

    if (reply == NULL)
        return make_hub_request(run);
    /* Our server makes both in one transaction and says so; others are asked a second time. */
    if (run->turn++ == 0 && run->options->securenat && !pack_bool(reply, "noren_securenat"))
        return request_for_name(run, "EnableSecureNAT");
    run_say(run, "hub", run->options->name, "created");
    return NULL;
}

struct pack *step_hub_list(void *ctx, const struct pack *reply)
{
    struct run *run = ctx;

    if (reply == NULL)
        return request_new("EnumHub");
    run->sheet = sheet_new(SHEET_LIST);
    sheet_column(run->sheet, "name", "HUB");
    sheet_column(run->sheet, "online", "ONLINE");
    sheet_column(run->sheet, "securenat", "SECURENAT");
    sheet_column(run->sheet, "users", "USERS");
    sheet_column(run->sheet, "sessions", "SESSIONS");
    sheet_column(run->sheet, "macs", "MACS");
    sheet_column(run->sheet, "created", "CREATED");
    for (uint32_t i = 0; i < pack_count(reply, "HubName"); i++) {
        sheet_row(run->sheet);
        sheet_text(run->sheet, pack_text_at(reply, "HubName", i));
        sheet_flag(run->sheet, pack_int_at(reply, "Online", i) != 0);
        sheet_flag(run->sheet, pack_int_at(reply, "noren_securenat", i) != 0);
        sheet_number(run->sheet, pack_int_at(reply, "NumUsers", i));
        sheet_number(run->sheet, pack_int_at(reply, "NumSessions", i));
        sheet_number(run->sheet, pack_int_at(reply, "NumMacTables", i));
        sheet_time(run->sheet, reply_time(pack_int64_at(reply, "CreatedTime", i)));
    }
    return NULL;
}

struct pack *step_hub_delete(void *ctx, const struct pack *reply)
{
    struct run *run = ctx;

    if (reply == NULL)
        return request_for_name(run, "DeleteHub");
    run_say(run, "hub", run->options->name, "deleted");
    return NULL;
}

struct pack *step_hub_status(void *ctx, const struct pack *reply)
{
    struct run *run = ctx;

    if (reply == NULL)
        return request_for_name(run, "GetHubStatus");
    struct sheet *sheet = run->sheet = sheet_new(SHEET_ONE);
    sheet_column(sheet, "name", "hub");
    sheet_column(sheet, "online", "online");
    sheet_column(sheet, "securenat", "SecureNAT");
    sheet_column(sheet, "users", "users");
    sheet_column(sheet, "sessions", "sessions");
    sheet_column(sheet, "macs", "addresses learned");
    sheet_column(sheet, "frames", "frames from sessions");
    sheet_column(sheet, "bytes", "bytes from sessions");
    sheet_column(sheet, "created", "created");
    sheet_row(sheet);
    sheet_text(sheet, pack_text(reply, "HubName"));
    sheet_flag(sheet, pack_bool(reply, "Online"));
    sheet_flag(sheet, pack_bool(reply, "SecureNATEnabled"));
    sheet_number(sheet, pack_int(reply, "NumUsers"));
    sheet_number(sheet, pack_int(reply, "NumSessions"));
    sheet_number(sheet, pack_int(reply, "NumMacTables"));
    sheet_number(sheet,
            pack_int64(reply, "Recv.UnicastCount") + pack_int64(reply, "Recv.BroadcastCount"));
    sheet_number(sheet,
            pack_int64(reply, "Recv.UnicastBytes") + pack_int64(reply, "Recv.BroadcastBytes"));
    sheet_time(sheet, reply_time(pack_int64(reply, "CreatedTime")));
    return NULL;
}

static struct pack *set_online(struct run *run, const struct pack *reply, bool online)
{
    if (reply != NULL) {
        run_say(run, "hub", run->options->name, online ? "online" : "offline");
        return NULL;
    }
    struct pack *request = request_for_name(run, "SetHubOnline");
    pack_add_bool(request, "Online", online);
    return request;
}

struct pack *step_hub_online(void *ctx, const struct pack *reply)
{
    return set_online(ctx, reply, true);
}

struct pack *step_hub_offline(void *ctx, const struct pack *reply)
{
    return set_online(ctx, reply, false);
}

struct pack *step_securenat_enable(void *ctx, const struct pack *reply)
{
    struct run *run = ctx;

    if (reply == NULL)
        return request_for_hub(run, "EnableSecureNAT");
    run_say(run, "securenat", run->options->hub, "enabled");
    return NULL;
}

struct pack *step_securenat_disable(void *ctx, const struct pack *reply)
{
    struct run *run = ctx;

    if (reply == NULL)
        return request_for_hub(run, "DisableSecureNAT");
    run_say(run, "securenat", run->options->hub, "disabled");
    return NULL;
}
