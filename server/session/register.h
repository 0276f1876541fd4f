/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/proto/handshake.h"

#include "hub/hub.h"
#include "session/home.h"
#include "session/server.h"
#include "store/store.h"

/**
 * The register: which hubs the server has, which of them run, and who has a session in each. A table
 * under one lock, taken by log-ins, log-outs and management; never on the way of a frame.
 *
 * Hubs are entered and changed by one thread at a time (the management clerk, or the one that
 * starts the server); seats are taken and left by the workers.
 */

struct hub_register;
struct registered_hub;

/** Numbers of one session that others may read at any time; written by its loop. */
struct seat_counters {
    uint64_t frames_in, bytes_in, frames_out, bytes_out, dropped; /* atomic */
};

/** One session's place in the register. The fields never change; the counters do. */
struct seat {
    struct seat *next, *prev;
    struct registered_hub *in;
    uint64_t id; /**< never used twice */
    struct loop *loop;
    char name[STORE_NAME_MAX + 1]; /**< "SID-ALICE-1" */
    char user[STORE_NAME_MAX + 1];
    char hub[STORE_NAME_MAX + 1];
    char source[64];
    char product[64];
    int64_t since_ms; /**< wall clock */
    struct seat_counters counters;
};

struct hub_register *register_new(void);
/** When no seat is taken any more. Homes must have been closed by their workers. */
void register_free(struct hub_register *reg);

/** Enters a hub; `take_home` NULL: offline. False when the name is there already. */
bool register_add(struct hub_register *reg, const struct store_hub *hub, struct home *take_home);
/** Out of the table; gives the home back for closing, or NULL. False: unknown. */
bool register_remove(struct hub_register *reg, const char *name, struct home **out_home);
/** Brings it online with a home, or (NULL) offline; the home it had comes back for closing. */
bool register_set_home(
        struct hub_register *reg, const char *name, struct home *take_home, struct home **out_old);
/** Notes the setting; *out_home is the home to be told, borrowed, or NULL when offline. */
bool register_set_securenat(
        struct hub_register *reg, const char *name, bool enabled, struct home **out_home);
bool register_status(struct hub_register *reg, const char *name, struct server_hub_status *out);

struct seat_request {
    const char *hub;
    int64_t hub_id; /**< that the credentials were checked for */
    const char *user;
    const char *source;
    const char *product;
    struct loop *loop; /**< of the session */
};
/**
 * PROTO_OK: the seat is the caller's until register_leave(), and *out_hub is referenced. Otherwise
 * PROTO_E_HUB_NOT_FOUND, PROTO_E_HUB_OFFLINE or PROTO_E_TOO_MANY_SESSIONS.
 */
enum proto_error register_take_seat(struct hub_register *reg, const struct seat_request *request,
        struct seat **out_seat, struct hub **out_hub);
void register_leave(struct hub_register *reg, struct seat *take_seat);

void register_each_session(
        struct hub_register *reg, const char *hub, server_session_fn fn, void *ctx);
/** The loop and id of a session, for telling it something. */
bool register_find_session(struct hub_register *reg, const char *hub, const char *session,
        uint64_t *out_id, struct loop **out_loop);
