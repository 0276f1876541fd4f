/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"

#include "admin/call.h"

/* Calls about the server as a whole. */

enum {
    /* The generation that we speak, as in the hello; stock tools choose their calls by it. */
    INFO_VERSION = 501,
    INFO_BUILD = 9674,
    INFO_OS_LINUX = 3100, /**< "Linux" among the reference's numbers of systems */
};

enum proto_error admin_test(struct admin_call *call, const struct pack *in, struct pack *out)
{
    char text[16];

    (void)call;
    (void)snprintf(text, sizeof text, "%u", pack_int(in, "IntValue"));
    pack_add_int(out, "IntValue", pack_int(in, "IntValue"));
    pack_add_int64(out, "Int64Value", pack_int64(in, "Int64Value"));
    pack_add_str(out, "StrValue", text);
    pack_add_unistr(out, "UniStrValue", pack_text(in, "UniStrValue"));
    return PROTO_OK;
}

enum proto_error admin_get_server_info(
        struct admin_call *call, const struct pack *in, struct pack *out)
{
    struct utsname system;
    char host[256] = "";

    (void)in;
    (void)call;
    if (uname(&system) != 0)
        memset(&system, 0, sizeof system);
    (void)gethostname(host, sizeof host - 1);
    pack_add_str(out, "ServerProductName", SERVER_PRODUCT);
    pack_add_str(out, "ServerVersionString", "Version " PACKAGE_VERSION);
    pack_add_str(out, "ServerBuildInfoString", "");
    pack_add_int(out, "ServerVerInt", INFO_VERSION);
    pack_add_int(out, "ServerBuildInt", INFO_BUILD);
    pack_add_str(out, "ServerHostName", host);
    pack_add_int(out, "ServerType", 0);
    pack_add_int64(out, "ServerBuildDate", 0);
    pack_add_str(out, "ServerFamilyName", PACKAGE_NAME);
    pack_add_int(out, "OsType", INFO_OS_LINUX);
    pack_add_int(out, "OsServicePack", 0);
    pack_add_str(out, "OsSystemName", system.sysname);
    pack_add_str(out, "OsProductName", system.sysname);
    pack_add_str(out, "OsVendorName", "");
    pack_add_str(out, "OsVersion", system.release);
    pack_add_str(out, "KernelName", system.sysname);
    pack_add_str(out, "KernelVersion", system.release);
    return PROTO_OK;
}

/** Sums over hubs, for the status of the server. */
struct totals {
    struct admin_call *call;
    uint32_t hubs, users, sessions, macs;
    struct hub_counters counters;
    bool ok;
};

static bool add_hub(void *ctx, const struct store_hub *hub)
{
    struct totals *t = ctx;
    struct server_hub_status status;
    uint32_t users;

    t->ok = store_user_count(t->call->store, hub->id, &users, &t->call->err);
    if (!t->ok)
        return false;
    t->hubs++;
    t->users += users;
    if (!t->call->backend->hub_get_status(t->call->server, hub->name, &status))
        return true;
    t->sessions += status.sessions;
    t->macs += status.macs;
    t->counters.frames_in += status.counters.frames_in;
    t->counters.bytes_in += status.counters.bytes_in;
    t->counters.delivered += status.counters.delivered;
    t->counters.flooded += status.counters.flooded;
    return true;
}

/** When the kernel started this process, wall clock; 0 when it does not tell. */
static int64_t started_ms(void)
{
    FILE *file = fopen("/proc/self/stat", "re");
    char text[1024] = "";
    struct timespec boot;

    if (file == NULL || clock_gettime(CLOCK_BOOTTIME, &boot) != 0)
        return 0;
    size_t len = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    text[len] = '\0';
    /* Fields count after the ')' that ends the program's name; the 20th is the start (proc(5)). */
    const char *at = strrchr(text, ')');
    for (int field = 0; at != NULL && field < 20; field++)
        at = strchr(at + 1, ' ');
    if (at == NULL)
        return 0;
    int64_t after_boot_ms = strtoll(at, NULL, 10) * 1000 / sysconf(_SC_CLK_TCK);
    return noren_wall_ms() - (boot.tv_sec * 1000 + boot.tv_nsec / 1000000) + after_boot_ms;
}

static void add_memory(struct pack *out)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t total = page * (uint64_t)sysconf(_SC_PHYS_PAGES);
    uint64_t unused = page * (uint64_t)sysconf(_SC_AVPHYS_PAGES);

    pack_add_int64(out, "TotalMemory", total);
    pack_add_int64(out, "UsedMemory", total - unused);
    pack_add_int64(out, "FreeMemory", unused);
    pack_add_int64(out, "TotalPhys", total);
    pack_add_int64(out, "UsedPhys", total - unused);
    pack_add_int64(out, "FreePhys", unused);
}

enum proto_error admin_get_server_status(
        struct admin_call *call, const struct pack *in, struct pack *out)
{
    static const char *const ZEROS[] = { "NumHubStatic", "NumHubDynamic", "NumSessionsRemote",
        "NumTcpConnectionsRemote", "NumIpTables", "NumGroups", "AssignedBridgeLicenses",
        "AssignedClientLicenses", "AssignedBridgeLicensesTotal", "AssignedClientLicensesTotal" };
    struct totals t = { .call = call, .ok = true };

    (void)in;
    if (!store_hub_each(call->store, add_hub, &t, &call->err) || !t.ok)
        return PROTO_E_INTERNAL;
    pack_add_int(out, "ServerType", 0);
    pack_add_int(out, "NumHubTotal", t.hubs);
    pack_add_int(out, "NumHubStandalone", t.hubs);
    pack_add_int(out, "NumSessionsTotal", t.sessions);
    pack_add_int(out, "NumSessionsLocal", t.sessions);
    pack_add_int(out, "NumTcpConnections", t.sessions);
    pack_add_int(out, "NumTcpConnectionsLocal", t.sessions);
    pack_add_int(out, "NumMacTables", t.macs);
    pack_add_int(out, "NumUsers", t.users);
    for (size_t i = 0; i < noren_countof(ZEROS); i++)
        pack_add_int(out, ZEROS[i], 0);
    pack_add_int64(out, "CurrentTime", admin_time(noren_wall_ms()));
    pack_add_int64(out, "CurrentTick", (uint64_t)noren_now_ms());
    pack_add_int64(out, "StartTime", admin_time(started_ms()));
    admin_add_traffic(out, "", &t.counters);
    add_memory(out);
    return PROTO_OK;
}

/* Only what works: stock tools hide the commands of the others. */
static const struct {
    const char *name;
    uint32_t value;
} CAPS[] = {
    { "i_max_packet_size", 1600 },
    { "i_max_hubs", STORE_HUBS_MAX },
    { "i_max_sessions", SERVER_SESSIONS_MAX },
    { "i_max_user_creation", UINT32_MAX },
    { "i_max_clients", UINT32_MAX },
    { "i_max_bridges", UINT32_MAX },
    { "i_max_users_per_hub", STORE_USERS_MAX },
    { "i_max_groups_per_hub", 0 },
    { "i_max_access_lists", 0 },
    { "i_max_mac_tables", 65536 },
    { "i_max_ip_tables", 0 },
    { "i_max_l3_sw", 0 },
    { "b_bridge", 0 },
    { "b_standalone", 1 },
    { "b_cluster_controller", 0 },
    { "b_cluster_member", 0 },
    { "b_vpn_client_connect", 1 },
    { "b_support_securenat", 1 },
    { "b_virtual_nat_disabled", 0 },
    { "b_support_config_hub", 1 },
    { "b_vpn3", 1 },
    { "b_vpn4", 1 },
};

enum proto_error admin_get_caps(struct admin_call *call, const struct pack *in, struct pack *out)
{
    (void)in;
    (void)call;
    for (size_t i = 0; i < noren_countof(CAPS); i++) {
        char name[PACK_NAME_MAX + 1];
        (void)snprintf(name, sizeof name, "caps_%s", CAPS[i].name);
        pack_add_int(out, name, CAPS[i].value);
    }
    for (size_t i = 0; i < noren_countof(CAPS); i++) {
        pack_add_str(out, "CapsName", CAPS[i].name);
        pack_add_int(out, "CapsValue", CAPS[i].value);
        pack_add_unistr(out, "CapsDescrption", ""); /* spelt so on the wire */
    }
    return PROTO_OK;
}

/* The certificate only: a private key does not leave the machine that it belongs to. */
enum proto_error admin_get_server_cert(
        struct admin_call *call, const struct pack *in, struct pack *out)
{
    unsigned char *der = NULL;
    int len = i2d_X509(store_cert(call->store), &der);

    (void)in;
    if (len <= 0)
        return admin_refuse(call, PROTO_E_INTERNAL, "the certificate cannot be written");
    pack_add_data(out, "Cert", der, (size_t)len);
    pack_add_int(out, "Flag1", 1);
    OPENSSL_free(der);
    return PROTO_OK;
}

enum proto_error admin_set_server_password(
        struct admin_call *call, const struct pack *in, struct pack *out)
{
    const char *plain = pack_text(in, "PlainTextPassword");
    struct sha0_digest empty = password_hash_admin("");
    struct sha0_digest hash;

    (void)out;
    if (plain[0] != '\0')
        hash = password_hash_admin(plain);
    else if (!admin_read_hash(in, "HashedPassword", &hash))
        return admin_refuse(call, PROTO_E_INVALID_PARAMETER, "no password was given");
    if (secret_equal(&hash, &empty, sizeof hash))
        return admin_refuse(call, PROTO_E_INVALID_PARAMETER, "the password is empty");
    return store_set_admin_hash(call->store, &hash, &call->err) ? PROTO_OK : PROTO_E_INTERNAL;
}

enum proto_error admin_enum_listener(
        struct admin_call *call, const struct pack *in, struct pack *out)
{
    (void)in;
    for (size_t i = 0;; i++) {
        const char *where = call->backend->where(call->server, i);
        if (where == NULL)
            return PROTO_OK;
        const char *colon = strrchr(where, ':');
        pack_add_int(out, "Ports", colon == NULL ? 0 : (uint32_t)strtoul(colon + 1, NULL, 10));
        pack_add_bool(out, "Enables", true);
        pack_add_bool(out, "Errors", false);
    }
}

/* Everything is on disk when its call returns, so there is nothing to do. */
enum proto_error admin_flush(struct admin_call *call, const struct pack *in, struct pack *out)
{
    (void)call;
    (void)in;
    pack_add_int(out, "IntValue", 0);
    return PROTO_OK;
}
