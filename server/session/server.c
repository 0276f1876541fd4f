/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "session/server.h"

#include <stdlib.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/crypto/cert.h"
#include "noren/io/tls.h"
#include "noren/proto/handshake.h"

#include "session/state.h"

#define LOG_ROOM "server"

static uint32_t processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : (uint32_t)count;
}

static uint32_t or_default(uint32_t value, uint32_t unset)
{
    return value != 0 ? value : unset;
}

static struct server *new_server(const struct server_options *options)
{
    struct server *server = noren_alloc(sizeof *server);

    server->log = options->log;
    server->session_ms = or_default(options->session_ms, PROTO_TIMEOUT_DEFAULT_MS);
    server->haste = or_default(options->haste, 1);
    server->admins_max = or_default(options->admins_max, SERVER_ADMINS_MAX);
    server->door = door_new(or_default(options->prelogin_max, SERVER_PRELOGIN_MAX),
            or_default(options->peer_max, SERVER_PRELOGIN_PEER_MAX));
    server->reg = register_new();
    server->management = options->management;
    server->worker_count = or_default(options->workers, processors());
    if (server->worker_count > SERVER_WORKERS_MAX)
        server->worker_count = SERVER_WORKERS_MAX;
    server->workers = noren_alloc_array(server->worker_count, sizeof *server->workers);
    for (uint32_t i = 0; i < server->worker_count; i++)
        worker_init(&server->workers[i], server, i);
    return server;
}

/* ---- start, step by step ---- */

static bool open_state(
        struct server *server, const struct server_options *options, struct noren_err *err)
{
    char pin[PIN_TEXT_BYTES];

    server->store = store_open(options->state_dir, err);
    if (server->store == NULL || !store_lock(server->store, err))
        return false;
    server->tls = tls_context_server(store_key(server->store), store_cert(server->store), err);
    if (server->tls == NULL || !cert_pin(store_cert(server->store), pin, err))
        return false;
    server->login_clerk = clerk_start("login-clerk", options->state_dir, server->log, err);
    if (server->login_clerk == NULL)
        return false;
    server->admin_clerk = clerk_start("admin-clerk", options->state_dir, server->log, err);
    if (server->admin_clerk == NULL)
        return false;
    noren_log(server->log, NOREN_INFO, "server starts: version=%s pin=%s workers=%u state=%s",
            PACKAGE_VERSION, pin, server->worker_count, options->state_dir);
    return true;
}

struct home *server_new_home(struct server *server, const struct store_hub *hub)
{
    struct worker *worker = &server->workers[server->next_hub++ % server->worker_count];
    return home_new(hub, worker->loop, &worker->homes, server->log);
}

static bool start_hub(void *ctx, const struct store_hub *hub)
{
    struct server *server = ctx;
    struct home *home = hub->online ? server_new_home(server, hub) : NULL;

    if (!register_add(server->reg, hub, home))
        return true; /* names are unique in the store */
    if (home != NULL)
        home_post_open(home);
    return true;
}

static bool listen_on(
        struct server *server, const struct server_options *options, struct noren_err *err)
{
    struct worker *first = &server->workers[0];

    if (options->listen_count == 0)
        return noren_err_set(err, NOREN_E_ARGUMENT, "no address to listen on");
    for (size_t i = 0; i < options->listen_count; i++) {
        if (!worker_listen(first, options->listen[i], err))
            return false;
        server->where[i] = noren_strdup(listener_where(first->listeners[i]));
        server->where_count++;
        noren_log(server->log, NOREN_INFO, "listening: where=%s", server->where[i]);
    }
    return true;
}

static bool start_workers(struct server *server, struct noren_err *err)
{
    for (uint32_t i = 0; i < server->worker_count; i++) {
        if (!worker_start(&server->workers[i], err))
            return false;
    }
    return true;
}

/* ---- stop ---- */

static void stop_all(struct server *server)
{
    /* Clerks first: nobody but the workers then tells a home what to do. */
    clerk_stop(server->admin_clerk);
    clerk_stop(server->login_clerk);
    for (uint32_t i = 0; i < server->worker_count; i++) {
        if (server->workers[i].running)
            worker_post_stop(&server->workers[i]);
    }
    for (uint32_t i = 0; i < server->worker_count; i++) {
        if (!server->workers[i].running)
            continue;
        pthread_join(server->workers[i].thread, NULL);
        server->workers[i].running = false;
    }
}

void server_stop(struct server *server)
{
    stop_all(server);
    noren_log(server->log, NOREN_INFO, "server stopped");
}

void server_free(struct server *server)
{
    if (server == NULL)
        return;
    /* Loops before what their last messages give back to. */
    for (uint32_t i = 0; i < server->worker_count; i++)
        worker_clear(&server->workers[i]);
    clerk_free(server->login_clerk);
    clerk_free(server->admin_clerk);
    register_free(server->reg);
    door_free(server->door);
    tls_context_free(server->tls);
    store_close(server->store);
    for (size_t i = 0; i < server->where_count; i++)
        free(server->where[i]);
    free(server->workers);
    free(server);
}

/* ---- the whole ---- */

struct server *server_start(const struct server_options *options, struct noren_err *err)
{
    struct server *server = new_server(options);

    if (open_state(server, options, err) && store_hub_each(server->store, start_hub, server, err)
            && listen_on(server, options, err) && start_workers(server, err))
        return server;
    stop_all(server);
    server_free(server);
    return NULL;
}

/* ---- management connections: each may hold a large request in memory ---- */

bool server_enter_admin(struct server *server, const char *hub)
{
    uint32_t max = server->admins_max;

    /* administrators of hubs cannot lock out the operator */
    if (*hub != '\0')
        max -= max / 4;
    if (__atomic_add_fetch(&server->admins, 1, __ATOMIC_RELAXED) <= max)
        return true;
    server_leave_admin(server);
    return false;
}

void server_leave_admin(struct server *server)
{
    __atomic_sub_fetch(&server->admins, 1, __ATOMIC_RELAXED);
}

/* ---- what others ask ---- */

const char *server_where(const struct server *server, size_t index)
{
    return index < server->where_count ? server->where[index] : NULL;
}

struct noren_log *server_log(const struct server *server)
{
    return server->log;
}

struct clerk *server_clerk(const struct server *server)
{
    return server->admin_clerk;
}
