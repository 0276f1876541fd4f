/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/err.h"
#include "noren/base/log.h"

#include "hub/hub.h"
#include "session/clerk.h"
#include "session/management.h"
#include "store/store.h"

/**
 * The running server: workers, the register of hubs and sessions, start and stop.
 *
 * A worker is a loop on a thread of its own. A connection, its session and a hub each live on one
 * worker. The register is a table under a mutex that log-ins and management take; no frame ever
 * touches it. Management goes through the functions below and reaches loops by mail.
 *
 * A management connection is admitted here and then belongs to server/admin (admin_conn_new() with
 * the server, the worker's loop, the hub it is limited to or "", and callbacks to send bytes, pause
 * reading and close). It posts each call to server_clerk() and has one call under way at a time.
 */

struct server;

enum {
    SERVER_LISTENERS_MAX = 256,
    SERVER_WORKERS_MAX = 256,
    SERVER_PRELOGIN_MAX = 1000,      /**< connections that have not logged in, in all */
    SERVER_PRELOGIN_PEER_MAX = 64,   /**< of these from one IPv4 address or one IPv6 /64 */
    SERVER_HUB_SESSIONS_MAX = 16384, /**< sessions of one hub */
    SERVER_SESSIONS_MAX = 100000,
    SERVER_ADMINS_MAX =
            256,           /**< management connections; a quarter is kept for the whole server's */
    SERVER_STOP_MS = 4000, /**< from the signal to the last cut connection */
};

/** The hello text of this server and the numbers behind it. */
#define SERVER_PRODUCT "Noren VPN Server"

struct server_options {
    const char *state_dir;
    const char *const *listen; /**< "ADDR:PORT", listen_count of them */
    size_t listen_count;
    const struct management *management; /**< who serves it; must outlive the server */
    uint32_t workers;                    /**< 0: one per processor */
    uint32_t prelogin_max;               /**< 0: SERVER_PRELOGIN_MAX */
    uint32_t peer_max;                   /**< 0: SERVER_PRELOGIN_PEER_MAX */
    uint32_t admins_max;                 /**< 0: SERVER_ADMINS_MAX */
    uint32_t session_ms;   /**< silence that ends a session; 0: PROTO_TIMEOUT_DEFAULT_MS */
    uint32_t haste;        /**< how much faster time runs before the log-in, for tests; 0: 1 */
    struct noren_log *log; /**< must outlive the server */
};

/**
 * Locks the state folder, starts workers, hubs that are online, and listeners. Errors as
 * store_open(), store_lock() and listener_new().
 */
NOREN_MUST_CHECK struct server *server_start(
        const struct server_options *options, struct noren_err *err);
/** Closes listeners, sessions (with close_notify) and hubs, joins the threads. At most 5 s. */
void server_stop(struct server *server);
/** After server_stop(). */
void server_free(struct server *server);

/** The address of a listener as bound ("127.0.0.1:40443"); NULL past the last one. */
const char *server_where(const struct server *server, size_t index);
struct noren_log *server_log(const struct server *server);
/** For management calls: store work and changes of the running state, in order, off the loops. */
struct clerk *server_clerk(const struct server *server);

/* ---- management: on the thread of server_clerk(), with the store that it lends ---- */

/** Writes the hub and starts it when it is online. Errors as store_hub_create(). */
NOREN_MUST_CHECK bool server_hub_create(
        struct server *server, struct store *store, struct store_hub *hub, struct noren_err *err);
/** Its sessions are closed first. NOREN_E_NOT_FOUND, NOREN_E_IO. */
NOREN_MUST_CHECK bool server_hub_delete(
        struct server *server, struct store *store, const char *name, struct noren_err *err);
/** Offline closes every session. Nothing happens when it is so already. */
NOREN_MUST_CHECK bool server_hub_set_online(struct server *server, struct store *store,
        const char *name, bool online, struct noren_err *err);
NOREN_MUST_CHECK bool server_hub_set_securenat(struct server *server, struct store *store,
        const char *name, bool enabled, struct noren_err *err);

/* ---- what is going on: from any thread, without waiting ---- */

struct server_hub_status {
    bool online;
    bool securenat;
    uint32_t sessions;
    uint32_t macs; /**< addresses in the table */
    struct hub_counters counters;
};
/** False when no such hub is on the server. */
bool server_hub_get_status(struct server *server, const char *name, struct server_hub_status *out);

struct server_session_info {
    char name[STORE_NAME_MAX + 1]; /**< "SID-ALICE-1" */
    char hub[STORE_NAME_MAX + 1];
    char user[STORE_NAME_MAX + 1];
    char source[64];                /**< "192.0.2.1:40001" */
    char product[64];               /**< as the peer calls itself: quote before showing */
    int64_t since_ms;               /**< wall clock */
    uint64_t frames_in, bytes_in;   /**< from the peer */
    uint64_t frames_out, bytes_out; /**< to the peer */
    uint64_t dropped;               /**< frames that its connection could not take */
};
typedef bool (*server_session_fn)(void *ctx, const struct server_session_info *info);
/** Sessions of one hub in order of log-in; the callback returns false to stop. Do not call back. */
void server_session_each(struct server *server, const char *hub, server_session_fn fn, void *ctx);
/** False when there is no such session. Its end follows. */
bool server_session_kick(struct server *server, const char *hub, const char *session);
