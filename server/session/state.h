/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/io/tls.h"

#include "session/clerk.h"
#include "session/door.h"
#include "session/register.h"
#include "session/server.h"
#include "session/worker.h"

/** The server from inside. Fields are set before the first thread runs and do not change then. */
struct server {
    struct noren_log *log;
    const struct management *management;
    uint32_t session_ms;
    uint32_t haste;      /**< factor by which time runs faster before the log-in, for tests */
    struct store *store; /**< of the thread that started the server; holds the lock on the folder */
    struct tls_context *tls;
    struct door *door;
    struct hub_register *reg;
    struct clerk *login_clerk;
    struct clerk *admin_clerk;
    struct worker *workers;
    uint32_t worker_count;
    uint32_t admins_max;
    uint32_t admins;          /**< atomic: management connections */
    uint32_t next_hub;        /**< worker of the next hub; the thread that starts hubs */
    uint32_t notes_under_way; /**< atomic: log-ins that wait to be counted */
    char *where[SERVER_LISTENERS_MAX];
    size_t where_count;
};

/**
 * From any thread: counts one more management connection, limited to `hub` or ("") not. False: there
 * are too many. True is answered by one server_leave_admin() later.
 */
NOREN_MUST_CHECK bool server_enter_admin(struct server *server, const char *hub);
void server_leave_admin(struct server *server);

/** A home for a hub on the next worker in turn. */
struct home *server_new_home(struct server *server, const struct store_hub *hub);
