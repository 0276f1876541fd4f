/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/log.h"
#include "noren/pack/pack.h"
#include "noren/proto/handshake.h"

#include "session/server.h"
#include "store/store.h"

/**
 * Management calls: one table of functions, each with the right that it needs and its handler.
 *
 * A call runs on the clerk's thread with the store that it lends, so handlers may wait for the
 * disk. Names and elements are those of the reference protocol (docs/protocol/admin.md).
 */

/** What a call may ask of the running server; ADMIN_BACKEND is the real one, tests have their own. */
struct admin_backend {
    bool (*hub_create)(struct server *server, struct store *store, struct store_hub *hub,
            struct noren_err *err);
    bool (*hub_delete)(
            struct server *server, struct store *store, const char *name, struct noren_err *err);
    bool (*hub_set_online)(struct server *server, struct store *store, const char *name,
            bool online, struct noren_err *err);
    bool (*hub_set_securenat)(struct server *server, struct store *store, const char *name,
            bool enabled, struct noren_err *err);
    bool (*hub_get_status)(struct server *server, const char *name, struct server_hub_status *out);
    void (*session_each)(struct server *server, const char *hub, server_session_fn fn, void *ctx);
    bool (*session_kick)(struct server *server, const char *hub, const char *session);
    const char *(*where)(const struct server *server, size_t index);
};
extern const struct admin_backend ADMIN_BACKEND;

/** Who calls: the server's administrator, or that of one hub. */
struct admin_caller {
    char hub[STORE_NAME_MAX + 1]; /**< "": the whole server */
    int64_t hub_id;  /**< of that hub, found at the first call; 0 before. A new hub has another */
    char source[64]; /**< "192.0.2.1:40001", for the log */
};

/** One call under way. */
struct admin_call {
    struct server *server;
    const struct admin_backend *backend;
    struct store *store;
    struct noren_log *log;
    struct admin_caller *caller;
    struct store_hub hub; /**< the one that the call is about, where it is about one */
    struct noren_err err; /**< says why, when the handler refuses */
};

typedef enum proto_error (*admin_handler)(
        struct admin_call *call, const struct pack *in, struct pack *out);

enum admin_right {
    ADMIN_RIGHT_SERVER, /**< the server's administrator only */
    ADMIN_RIGHT_ANY,    /**< about the server, and every administrator may see it */
    ADMIN_RIGHT_HUB,    /**< about the hub in HubName, which a hub's administrator must own */
};
enum admin_effect { ADMIN_READS, ADMIN_CHANGES /**< each one is logged with who asked */ };

struct admin_function {
    const char *name; /**< compared without regard to ASCII case */
    enum admin_right right;
    enum admin_effect effect;
    admin_handler handler;
};

/**
 * Carries out the request and returns its reply, which the caller frees. Never fails: a refusal is a
 * reply with `error` and, for our own tools, `noren_error_text`.
 */
struct pack *admin_call_run(struct admin_call *call, const struct pack *request);

/* ---- for handlers ---- */

/** What failed in the store or the server, as an error number; `missing` and `taken` name the kind. */
enum proto_error admin_error(
        const struct admin_call *call, enum proto_error missing, enum proto_error taken);
/** Sets the text and returns error. */
enum proto_error admin_refuse(struct admin_call *call, enum proto_error error, const char *format,
        ...) NOREN_PRINTF(3, 4);
/** Times travel as milliseconds since 1970 minus nine hours, 0 being "never". */
uint64_t admin_time(int64_t wall_ms);
int64_t admin_time_read(uint64_t time);
/** A hash of 20 bytes that is not all zero. */
bool admin_read_hash(const struct pack *in, const char *name, struct sha0_digest *out);
/** Eight counters under `prefix` ("" or "Ex."): what came from and what went to the peers. */
void admin_add_traffic(struct pack *out, const char *prefix, const struct hub_counters *counters);

/* ---- handlers: call_server.c ---- */
enum proto_error admin_test(struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_get_server_info(
        struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_get_server_status(
        struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_get_caps(struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_get_server_cert(
        struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_set_server_password(
        struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_enum_listener(
        struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_flush(struct admin_call *call, const struct pack *in, struct pack *out);

/* ---- call_hub.c ---- */
enum proto_error admin_create_hub(struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_set_hub(struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_get_hub(struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_enum_hub(struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_delete_hub(struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_set_hub_online(
        struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_get_hub_status(
        struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_enable_securenat(
        struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_disable_securenat(
        struct admin_call *call, const struct pack *in, struct pack *out);

/* ---- call_user.c ---- */
enum proto_error admin_create_user(
        struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_set_user(struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_get_user(struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_delete_user(
        struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_enum_user(struct admin_call *call, const struct pack *in, struct pack *out);

/* ---- call_session.c ---- */
enum proto_error admin_enum_session(
        struct admin_call *call, const struct pack *in, struct pack *out);
enum proto_error admin_delete_session(
        struct admin_call *call, const struct pack *in, struct pack *out);
