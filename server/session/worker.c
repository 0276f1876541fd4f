/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "session/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <utlist.h>

#include "noren/base/alloc.h"

#include "session/conn.h"
#include "session/state.h"

#define LOG_ROOM "worker"

/* ---- new connections ---- */

struct arrival {
    struct mail mail;
    struct worker *worker;
    struct door_source source;
    int fd;
};

static void dispose_arrival(struct mail *mail)
{
    struct arrival *arrival = noren_container_of(mail, struct arrival, mail);

    close(arrival->fd);
    door_leave(arrival->worker->server->door, &arrival->source);
    free(arrival);
}

static void on_arrival(struct mail *mail)
{
    struct arrival *arrival = noren_container_of(mail, struct arrival, mail);

    if (arrival->worker->stopping) {
        dispose_arrival(mail);
        return;
    }
    conn_open(arrival->worker, arrival->fd, &arrival->source);
    free(arrival);
}

static void deal_out(struct worker *worker, int fd, const struct door_source *source)
{
    struct server *server = worker->server;
    struct arrival *arrival = noren_alloc(sizeof *arrival);

    arrival->worker = &server->workers[worker->next++ % server->worker_count];
    arrival->mail.deliver = on_arrival;
    arrival->mail.dispose = dispose_arrival;
    arrival->source = *source;
    arrival->fd = fd;
    noren_mailbox_post(arrival->worker->loop, &arrival->mail);
}

static void on_accept(void *ctx, int take_fd, const struct sockaddr *peer)
{
    struct worker *worker = ctx;
    struct door_source source = door_source_of(peer);
    enum door_verdict verdict = door_enter(worker->server->door, &source);

    if (verdict == DOOR_OPEN) {
        deal_out(worker, take_fd, &source);
        return;
    }
    noren_log_limited(worker->server->log, NOREN_WARN, &worker->door_limit,
            "connection refused: source=%s reason=\"%s\"", door_source_format(&source).text,
            verdict == DOOR_FULL ? "too many connections before log-in"
                                 : "too many connections of this source before log-in");
    close(take_fd);
}

bool worker_listen(struct worker *worker, const char *where, struct noren_err *err)
{
    if (worker->listener_count == SERVER_LISTENERS_MAX)
        return noren_err_set(err, NOREN_E_LIMIT, "more than %d listeners", SERVER_LISTENERS_MAX);
    struct listener *listener = listener_new(worker->loop, where, on_accept, worker, err);
    if (listener == NULL)
        return false;
    worker->listeners[worker->listener_count++] = listener;
    return true;
}

/* ---- stop ---- */

static void end_if_empty(struct worker *worker)
{
    if (worker->stopping && worker->conns == NULL)
        loop_stop(worker->loop);
}

static void on_stop_due(void *ctx)
{
    struct worker *worker = ctx;
    loop_stop(worker->loop);
}

static void stop_listening(struct worker *worker)
{
    while (worker->listener_count > 0)
        listener_free(worker->listeners[--worker->listener_count]);
}

static void stop_here(struct worker *worker)
{
    worker->stopping = true;
    stop_listening(worker);
    home_close_all(&worker->homes);
    for (struct conn *conn = worker->conns; conn != NULL; conn = conn_next(conn))
        conn_close(conn, "server stops");
    loop_timer_set(&worker->stop_timer, loop_now_ms(worker->loop) + SERVER_STOP_MS);
    end_if_empty(worker);
}

/* ---- orders from other threads ---- */

struct worker_order {
    struct mail mail;
    struct worker *worker;
    uint64_t seat_id; /* 0: stop */
};

static void dispose_order(struct mail *mail)
{
    free(noren_container_of(mail, struct worker_order, mail));
}

static void obey(struct mail *mail)
{
    struct worker_order *order = noren_container_of(mail, struct worker_order, mail);
    struct worker *worker = order->worker;

    if (order->seat_id == 0)
        stop_here(worker);
    else
        for (struct conn *conn = worker->conns; conn != NULL; conn = conn_next(conn))
            if (conn_has_seat(conn, order->seat_id))
                conn_close(conn, "removed by an administrator");
    free(order);
}

static void post(struct worker *worker, uint64_t seat_id)
{
    struct worker_order *order = noren_alloc(sizeof *order);

    order->mail.deliver = obey;
    order->mail.dispose = dispose_order;
    order->worker = worker;
    order->seat_id = seat_id;
    noren_mailbox_post(worker->loop, &order->mail);
}

void worker_post_stop(struct worker *worker)
{
    post(worker, 0);
}

void worker_post_kick(struct worker *worker, uint64_t seat_id)
{
    post(worker, seat_id);
}

void worker_conn_gone(struct worker *worker)
{
    end_if_empty(worker);
}

/* ---- life ---- */

void worker_init(struct worker *worker, struct server *server, uint32_t index)
{
    char name[32];

    snprintf(name, sizeof name, "worker-%u", index);
    worker->server = server;
    worker->loop = loop_new(name, server->log);
    writer_init(&worker->scratch, 0);
    loop_timer_init(&worker->stop_timer, worker->loop, on_stop_due, worker);
}

void worker_clear(struct worker *worker)
{
    if (worker->loop == NULL)
        return;
    noren_assert(!worker->running);
    stop_listening(worker);
    home_close_all(&worker->homes);
    loop_timer_clear(&worker->stop_timer);
    loop_free(worker->loop);
    writer_clear(&worker->scratch);
}

static void *run(void *arg)
{
    struct worker *worker = arg;

    loop_run(worker->loop);
    return NULL;
}

bool worker_start(struct worker *worker, struct noren_err *err)
{
    int refused = pthread_create(&worker->thread, NULL, run, worker);

    if (refused != 0)
        return noren_err_set_os(err, NOREN_E_IO, refused, "thread for a worker");
    worker->running = true;
    return true;
}
