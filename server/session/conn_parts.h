/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/io/link.h"
#include "noren/proto/handshake.h"

#include "session/conn.h"
#include "session/login.h"
#include "session/management.h"
#include "session/register.h"
#include "session/session.h"

/** What conn.c (the steps) and conn_check.c (the credentials) know of each other, and nobody else. */

enum conn_stage {
    CONN_TLS,   /**< nothing is known of the peer */
    CONN_LOGIN, /**< the handshake talks */
    CONN_SESSION,
    CONN_ADMIN,
    CONN_ENDED, /**< the link closes */
};

struct conn {
    uint32_t refs; /* atomic: a check that is under way keeps the memory, nothing else */
    struct conn *next, *prev;
    struct worker *worker;
    struct noren_log *log;
    struct link *link;
    struct link_address_text source;
    enum conn_stage stage;
    bool at_door; /**< counted as not logged in */
    struct door_source door_source;

    /* before the log-in */
    int64_t opened_ms;
    struct server_handshake *handshake;
    struct loop_timer timer;

    /* agreed, from the check on */
    struct seat *seat;
    struct hub *hub; /**< referenced until the session has joined it */
    bool may_bridge;
    bool use_compress;
    char admin_hub[STORE_NAME_MAX + 1];
    bool is_admin; /**< counted as a management connection */

    struct session *session;  /**< CONN_SESSION */
    struct admin_conn *admin; /**< CONN_ADMIN */
};

struct conn *conn_ref(struct conn *conn);
/** From any thread. */
void conn_unref(struct conn *conn);

/* conn.c */
/** Runs the events of the handshake that are there, and arms its timer. */
void conn_proceed(struct conn *conn);
/** Lets the peer in: welcome with `terms`, or as administrator when NULL. */
void conn_accept(struct conn *conn, const struct proto_session_terms *terms);
/** Answers a request with an error and ends the connection. `why` NULL: the log knows already. */
void conn_refuse(struct conn *conn, enum proto_error error, const char *why);

/* conn_check.c */
/** Has the credentials checked off the loop; conn_accept() or conn_refuse() follows. */
void conn_check(struct conn *conn, enum login_kind kind, const struct server_login *login);
