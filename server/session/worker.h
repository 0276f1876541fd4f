/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "noren/base/bytes.h"
#include "noren/io/listener.h"
#include "noren/io/loop.h"

#include "session/door.h"
#include "session/home.h"
#include "session/server.h"

/**
 * A worker: one loop on one thread, with the connections and hubs that were given to it. The first
 * one also listens and deals new connections out to all in turn.
 */

struct conn;

struct worker {
    struct server *server;
    struct loop *loop;
    pthread_t thread;
    bool running;

    /* touched on the loop only (or before it runs) */
    struct conn *conns;
    struct home_list homes;
    struct listener *listeners[SERVER_LISTENERS_MAX];
    size_t listener_count;
    uint32_t next; /**< who gets the next connection */
    struct writer scratch;
    bool stopping;
    struct loop_timer stop_timer;
    struct log_limit door_limit, refused_limit, login_limit;
};

void worker_init(struct worker *worker, struct server *server, uint32_t index);
/** When its thread has ended or never began. */
void worker_clear(struct worker *worker);
/** Before worker_start(). Errors as listener_new(). */
NOREN_MUST_CHECK bool worker_listen(
        struct worker *worker, const char *where, struct noren_err *err);
NOREN_MUST_CHECK bool worker_start(struct worker *worker, struct noren_err *err);
/** From any thread: close everything in order; the thread ends when all is closed, or by force at
 * SERVER_STOP_MS. */
void worker_post_stop(struct worker *worker);
/** From any thread: ends the session of that seat, if it is still there. */
void worker_post_kick(struct worker *worker, uint64_t seat_id);
/** On the loop: a connection has gone. */
void worker_conn_gone(struct worker *worker);
