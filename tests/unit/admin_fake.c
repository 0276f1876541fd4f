/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/unit/admin_fake.h"

#include <stdio.h>
#include <strings.h>

#include "noren/base/alloc.h"

static bool fake_create(
        struct server *server, struct store *store, struct store_hub *hub, struct noren_err *err)
{
    server->starts += hub->online;
    return store_hub_create(store, hub, err);
}

static bool fake_delete(
        struct server *server, struct store *store, const char *name, struct noren_err *err)
{
    struct store_hub hub;

    (void)server;
    return store_hub_find(store, name, &hub, err) && store_hub_delete(store, hub.id, err);
}

static bool fake_set_online(struct server *server, struct store *store, const char *name,
        bool online, struct noren_err *err)
{
    struct store_hub hub;

    server->starts++;
    return store_hub_find(store, name, &hub, err)
           && store_hub_set_online(store, hub.id, online, err);
}

static bool fake_set_securenat(struct server *server, struct store *store, const char *name,
        bool enabled, struct noren_err *err)
{
    struct store_hub hub;

    server->starts++;
    return store_hub_find(store, name, &hub, err)
           && store_hub_set_securenat(store, hub.id, enabled, err);
}

static bool fake_get_status(struct server *server, const char *name, struct server_hub_status *out)
{
    (void)server;
    *out = (struct server_hub_status){ .sessions = 2, .macs = 3 };
    out->counters.frames_in = 10;
    out->counters.bytes_in = 1000;
    out->counters.flooded = 4;
    return strcasecmp(name, "main") == 0;
}

static void fake_session_each(
        struct server *server, const char *hub, server_session_fn fn, void *ctx)
{
    static const struct server_session_info SESSIONS[] = {
        { .name = "SID-ALICE-1",
                .user = "alice",
                .source = "192.0.2.1:40001",
                .bytes_in = 5,
                .bytes_out = 6 },
        { .name = "SID-BOB-2", .user = "bob", .source = "[2001:db8::1]:40002" },
    };

    (void)server;
    for (size_t i = 0; strcasecmp(hub, "main") == 0 && i < noren_countof(SESSIONS); i++)
        if (!fn(ctx, &SESSIONS[i]))
            return;
}

static bool fake_session_kick(struct server *server, const char *hub, const char *session)
{
    if (strcasecmp(hub, "main") != 0 || strcasecmp(session, "SID-ALICE-1") != 0)
        return false;
    (void)snprintf(server->kicked, sizeof server->kicked, "%s", session);
    return true;
}

static const char *fake_where(const struct server *server, size_t index)
{
    static const char *const WHERE[] = { "127.0.0.1:443", "[::]:5555" };

    (void)server;
    return index < noren_countof(WHERE) ? WHERE[index] : NULL;
}

const struct admin_backend FAKE_BACKEND = {
    .hub_create = fake_create,
    .hub_delete = fake_delete,
    .hub_set_online = fake_set_online,
    .hub_set_securenat = fake_set_securenat,
    .hub_get_status = fake_get_status,
    .session_each = fake_session_each,
    .session_kick = fake_session_kick,
    .where = fake_where,
};
