/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "sdk/norenctl/command.h"

/* Commands about the server as a whole. */

static void start_sheet(struct run *run, const struct pack *info)
{
    struct sheet *sheet = run->sheet = sheet_new(SHEET_ONE);

    sheet_column(sheet, "product", "product");
    sheet_column(sheet, "version", "version");
    sheet_column(sheet, "host", "host");
    sheet_column(sheet, "started", "started");
    sheet_column(sheet, "hubs", "hubs");
    sheet_column(sheet, "users", "users");
    sheet_column(sheet, "sessions", "sessions");
    sheet_column(sheet, "macs", "addresses learned");
    sheet_row(sheet);
    sheet_text(sheet, pack_text(info, "ServerProductName"));
    sheet_text(sheet, pack_text(info, "ServerVersionString"));
    sheet_text(sheet, pack_text(info, "ServerHostName"));
}

struct pack *step_server_status(void *ctx, const struct pack *reply)
{
    struct run *run = ctx;

    if (reply == NULL)
        return request_new("GetServerInfo");
    if (run->turn++ == 0) {
        start_sheet(run, reply);
        return request_new("GetServerStatus");
    }
    sheet_time(run->sheet, reply_time(pack_int64(reply, "StartTime")));
    sheet_number(run->sheet, pack_int(reply, "NumHubTotal"));
    sheet_number(run->sheet, pack_int(reply, "NumUsers"));
    sheet_number(run->sheet, pack_int(reply, "NumSessionsTotal"));
    sheet_number(run->sheet, pack_int(reply, "NumMacTables"));
    return NULL;
}
