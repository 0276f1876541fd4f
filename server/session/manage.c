/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "session/server.h"
#include "session/state.h"

/* Changes at run time: first on disk, then in the register, then (by mail) on the hub's loop. */

bool server_hub_create(
        struct server *server, struct store *store, struct store_hub *hub, struct noren_err *err)
{
    if (!store_hub_create(store, hub, err))
        return false;

    struct home *home = hub->online ? server_new_home(server, hub) : NULL;
    if (!register_add(server->reg, hub, home))
        return noren_err_set(err, NOREN_E_STATE, "hub %s runs already", hub->name);
    if (home != NULL)
        home_post_open(home);
    return true;
}

bool server_hub_delete(
        struct server *server, struct store *store, const char *name, struct noren_err *err)
{
    struct store_hub hub;
    struct home *home = NULL;

    if (!store_hub_find(store, name, &hub, err) || !store_hub_delete(store, hub.id, err))
        return false;
    if (register_remove(server->reg, name, &home) && home != NULL)
        home_post_close(home);
    return true;
}

bool server_hub_set_online(struct server *server, struct store *store, const char *name,
        bool online, struct noren_err *err)
{
    struct store_hub hub;
    struct home *old = NULL;

    if (!store_hub_find(store, name, &hub, err))
        return false;
    if (hub.online == online)
        return true;
    if (!store_hub_set_online(store, hub.id, online, err))
        return false;

    struct home *home = online ? server_new_home(server, &hub) : NULL;
    if (!register_set_home(server->reg, name, home, &old))
        return noren_err_set(err, NOREN_E_STATE, "hub %s is not registered", hub.name);
    if (home != NULL)
        home_post_open(home);
    if (old != NULL)
        home_post_close(old);
    return true;
}

bool server_hub_set_securenat(struct server *server, struct store *store, const char *name,
        bool enabled, struct noren_err *err)
{
    struct store_hub hub;
    struct home *home = NULL;

    if (!store_hub_find(store, name, &hub, err)
            || !store_hub_set_securenat(store, hub.id, enabled, err))
        return false;
    if (register_set_securenat(server->reg, name, enabled, &home) && home != NULL)
        home_post_securenat(home, enabled);
    return true;
}

bool server_hub_get_status(struct server *server, const char *name, struct server_hub_status *out)
{
    return register_status(server->reg, name, out);
}

void server_session_each(struct server *server, const char *hub, server_session_fn fn, void *ctx)
{
    register_each_session(server->reg, hub, fn, ctx);
}

bool server_session_kick(struct server *server, const char *hub, const char *session)
{
    struct loop *loop;
    uint64_t id;

    if (!register_find_session(server->reg, hub, session, &id, &loop))
        return false;
    for (uint32_t i = 0; i < server->worker_count; i++) {
        if (server->workers[i].loop == loop)
            worker_post_kick(&server->workers[i], id);
    }
    return true;
}
