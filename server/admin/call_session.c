/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"

#include "admin/call.h"

/* Calls about sessions. */

/** The IPv4 address in "192.0.2.1:40001", network byte order; 0 for IPv6. */
static uint32_t source_ipv4(const char *source)
{
    char text[16];
    uint32_t address;
    size_t len = strcspn(source, ":");

    if (len >= sizeof text)
        return 0;
    memcpy(text, source, len);
    text[len] = '\0';
    return uv_inet_pton(AF_INET, text, &address) == 0 ? address : 0;
}

static bool add_row(void *ctx, const struct server_session_info *info)
{
    static const uint8_t no_id[16];
    static const char *const ZEROS[] = { "RemoteSession", "LinkMode", "SecureNATMode", "BridgeMode",
        "Layer3Mode", "Client_BridgeMode", "Client_MonitorMode", "VLanId", "IsDormantEnabled",
        "IsDormant" };
    struct pack *out = ctx;
    uint32_t ip = source_ipv4(info->source);

    pack_add_str(out, "Name", info->name);
    pack_add_str(out, "Username", info->user);
    pack_add_ipv4(out, "Ip", ip);
    pack_add_ipv4(out, "ClientIP", ip);
    pack_add_str(out, "Hostname", info->source);
    pack_add_int(out, "MaxNumTcp", 1);
    pack_add_int(out, "CurrentNumTcp", 1);
    pack_add_int64(out, "PacketSize", info->bytes_in + info->bytes_out);
    pack_add_int64(out, "PacketNum", info->frames_in + info->frames_out);
    pack_add_str(out, "RemoteHostname", "");
    for (size_t i = 0; i < noren_countof(ZEROS); i++)
        pack_add_int(out, ZEROS[i], 0);
    pack_add_data(out, "UniqueId", no_id, sizeof no_id);
    pack_add_int64(out, "LastCommDormant", 0);
    pack_add_int64(out, "CreatedTime", admin_time(info->since_ms));
    pack_add_int64(out, "LastCommTime", admin_time(noren_wall_ms()));
    pack_add_str(out, "noren_product", info->product);
    pack_add_int64(out, "noren_bytes_in", info->bytes_in);
    pack_add_int64(out, "noren_bytes_out", info->bytes_out);
    pack_add_int64(out, "noren_dropped", info->dropped);
    return true;
}

enum proto_error admin_enum_session(
        struct admin_call *call, const struct pack *in, struct pack *out)
{
    (void)in;
    pack_add_str(out, "HubName", call->hub.name);
    call->backend->session_each(call->server, call->hub.name, add_row, out);
    return PROTO_OK;
}

enum proto_error admin_delete_session(
        struct admin_call *call, const struct pack *in, struct pack *out)
{
    const char *name = pack_text(in, "Name");

    if (!call->backend->session_kick(call->server, call->hub.name, name))
        return admin_refuse(
                call, PROTO_E_NOT_FOUND, "session %s does not exist", log_quote(name).text);
    pack_add_str(out, "HubName", call->hub.name);
    pack_add_str(out, "Name", name);
    return PROTO_OK;
}
