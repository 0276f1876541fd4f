/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "sdk/norenctl/command.h"

/* Times of the reference protocol count from nine hours later. */
enum { TIME_SHIFT_MS = 9 * 60 * 60 * 1000 };

const struct command COMMANDS[] = {
    { "hub", "create", "NAME", false, USES_SECURENAT | USES_OFFLINE | USES_ADMIN_PASSWORD,
            step_hub_create,
            "make a hub; --securenat: with its own DHCP and NAT; --offline: not yet open" },
    { "hub", "list", NULL, false, 0, step_hub_list, "all hubs with sessions and users" },
    { "hub", "status", "NAME", false, 0, step_hub_status, "state and counters of a hub" },
    { "hub", "online", "NAME", false, 0, step_hub_online, "open a hub" },
    { "hub", "offline", "NAME", false, 0, step_hub_offline, "close a hub and end its sessions" },
    { "hub", "delete", "NAME", false, 0, step_hub_delete, "delete a hub, its users and sessions" },
    { "user", "create", "USER", true, USES_USER_PASSWORD | USES_TEXTS, step_user_create,
            "make a user" },
    { "user", "list", NULL, true, 0, step_user_list, "users of the hub" },
    { "user", "password", "USER", true, USES_USER_PASSWORD, step_user_password,
            "give a user another password" },
    { "user", "delete", "USER", true, 0, step_user_delete, "delete a user" },
    { "session", "list", NULL, true, 0, step_session_list, "who is connected to the hub" },
    { "session", "disconnect", "SESSION", true, 0, step_session_disconnect, "end a session" },
    { "securenat", "enable", NULL, true, 0, step_securenat_enable,
            "give the hub its own DHCP and NAT" },
    { "securenat", "disable", NULL, true, 0, step_securenat_disable, "take them away" },
    { "server", "status", NULL, false, 0, step_server_status, "state and counters of the server" },
};
const size_t COMMAND_COUNT = noren_countof(COMMANDS);

struct pack *request_new(const char *function)
{
    struct pack *request = pack_new();

    pack_add_str(request, "function_name", function);
    return request;
}

struct pack *request_for_hub(const struct run *run, const char *function)
{
    struct pack *request = request_new(function);

    pack_add_str(request, "HubName", run->options->hub);
    return request;
}

void run_say(struct run *run, const char *kind, const char *name, const char *result)
{
    (void)snprintf(run->done, sizeof run->done, "%s \"%s\" %s", kind, name, result);
    run->sheet = sheet_new(SHEET_ONE);
    sheet_column(run->sheet, kind, kind);
    sheet_column(run->sheet, "result", "result");
    sheet_row(run->sheet);
    sheet_text(run->sheet, name);
    sheet_text(run->sheet, result);
}

int64_t reply_time(uint64_t time)
{
    if (time == 0 || time > INT64_MAX - TIME_SHIFT_MS)
        return 0;
    return (int64_t)time + TIME_SHIFT_MS;
}
