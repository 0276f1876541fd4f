/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/io/loop.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <utlist.h>

#include "noren/base/alloc.h"
#include "noren/base/secret.h"

#include "libnoren/io/loop_internal.h"

enum {
    /* One read of LOOP_READ_BYTES and a record that was begun by an earlier one. */
    SCRATCH_MAX = 2 * LOOP_READ_BYTES,
    SPARES_MAX = 4,               /* writers' memory that is kept */
    SPARE_BYTES_MAX = 512 * 1024, /* of each; what has more is freed */
};

struct mailbox {
    pthread_mutex_t lock; /* guards what follows */
    struct mail *first, *last;
    bool ended; /* nothing is delivered any more; written by the loop's thread only */
};

struct loop {
    uv_loop_t uv;
    uv_async_t wake;
    uv_prepare_t before_sleep; /* runs the tasks */
    uv_idle_t no_sleep; /* active while tasks wait, for those queued after before_sleep ran */
    char *name;
    struct noren_log *log;
    struct mailbox mailbox;
    atomic_bool stopping;
    atomic_bool running;
    pthread_t thread; /* valid while running */
    struct loop_closer *closers;
    struct loop_task *tasks;
    uint8_t *read_buffer;
    struct writer scratch;
    struct writer spares[SPARES_MAX];
    size_t spare_count;
};

/* ---- mailbox ---- */

static struct mail *take_all(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->lock);
    struct mail *first = mailbox->first;
    mailbox->first = NULL;
    mailbox->last = NULL;
    pthread_mutex_unlock(&mailbox->lock);
    return first;
}

static void deliver_all(struct loop *loop)
{
    struct mail *next;

    for (struct mail *mail = take_all(&loop->mailbox); mail != NULL; mail = next) {
        next = mail->next;
        mail->next = NULL;
        mail->deliver(mail);
    }
}

static void dispose_all(struct mail *mail)
{
    while (mail != NULL) {
        struct mail *next = mail->next;
        mail->next = NULL;
        mail->dispose(mail);
        mail = next;
    }
}

void noren_mailbox_post(struct loop *loop, struct mail *take_mail)
{
    struct mailbox *mailbox = &loop->mailbox;

    take_mail->next = NULL;
    pthread_mutex_lock(&mailbox->lock);
    bool ended = mailbox->ended;
    if (!ended) {
        bool was_empty = mailbox->first == NULL;
        if (was_empty)
            mailbox->first = take_mail;
        else
            mailbox->last->next = take_mail;
        mailbox->last = take_mail;
        /* Under the lock, because the handle may be closed as soon as `ended` is set. */
        if (was_empty)
            uv_async_send(&loop->wake);
    }
    pthread_mutex_unlock(&mailbox->lock);
    if (ended)
        dispose_all(take_mail);
}

static void end_mailbox(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->lock);
    mailbox->ended = true;
    pthread_mutex_unlock(&mailbox->lock);
    dispose_all(take_all(mailbox));
}

/* ---- tasks ---- */

static void run_tasks(uv_prepare_t *prepare)
{
    struct loop *loop = prepare->data;

    while (loop->tasks != NULL) {
        struct loop_task *task = loop->tasks;
        loop_task_cancel(task);
        task->run(task); /* may free the task, may queue others */
    }
    uv_prepare_stop(&loop->before_sleep);
    uv_idle_stop(&loop->no_sleep);
}

static void on_idle(uv_idle_t *idle)
{
    (void)idle;
}

void loop_task_queue(struct loop_task *task, struct loop *loop, void (*run)(struct loop_task *))
{
    if (task->loop != NULL)
        return;
    task->loop = loop;
    task->run = run;
    DL_APPEND(loop->tasks, task);
    if (!uv_is_closing((uv_handle_t *)&loop->before_sleep)) {
        uv_prepare_start(&loop->before_sleep, run_tasks);
        uv_idle_start(&loop->no_sleep, on_idle);
    }
}

void loop_task_cancel(struct loop_task *task)
{
    if (task->loop == NULL)
        return;
    DL_DELETE(task->loop->tasks, task);
    task->loop = NULL;
}

/* ---- life ---- */

static void on_wake(uv_async_t *wake)
{
    struct loop *loop = wake->data;

    deliver_all(loop);
    if (atomic_load(&loop->stopping))
        uv_stop(&loop->uv);
}

static void init_handles(struct loop *loop)
{
    noren_assert(uv_loop_init(&loop->uv) == 0);
    noren_assert(uv_async_init(&loop->uv, &loop->wake, on_wake) == 0);
    noren_assert(uv_prepare_init(&loop->uv, &loop->before_sleep) == 0);
    noren_assert(uv_idle_init(&loop->uv, &loop->no_sleep) == 0);
    loop->wake.data = loop;
    loop->before_sleep.data = loop;
}

struct loop *loop_new(const char *name, struct noren_log *log)
{
    struct loop *loop = noren_alloc(sizeof *loop);

    init_handles(loop);
    pthread_mutex_init(&loop->mailbox.lock, NULL);
    loop->name = noren_strdup(name);
    loop->log = log;
    loop->read_buffer = noren_alloc(LOOP_READ_BYTES);
    /* Whole at once: what never grows leaves no copies of passwords behind. */
    writer_init(&loop->scratch, SCRATCH_MAX);
    (void)writer_extend(&loop->scratch, SCRATCH_MAX);
    return loop;
}

static void close_handle(uv_handle_t *handle, void *ctx)
{
    (void)ctx;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

/* Everything of ours closes by its closer; what others made with loop_uv() closes by the walk. */
static void end(struct loop *loop)
{
    end_mailbox(&loop->mailbox);
    do {
        while (loop->closers != NULL) {
            struct loop_closer *closer = loop->closers;
            loop_closer_remove(closer);
            closer->on_loop_end(closer);
        }
        uv_walk(&loop->uv, close_handle, NULL);
        uv_run(&loop->uv, UV_RUN_DEFAULT);
    } while (loop->closers != NULL || uv_loop_alive(&loop->uv));
}

/* A peer that goes while we write to it must give EPIPE, not end the process. */
static void block_sigpipe(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

void loop_run(struct loop *loop)
{
    noren_assert(!atomic_load(&loop->running));
    noren_assert(!loop->mailbox.ended);

    block_sigpipe();
    loop->thread = pthread_self();
    atomic_store(&loop->running, true);
    uv_update_time(&loop->uv);
    while (!atomic_load(&loop->stopping))
        uv_run(&loop->uv, UV_RUN_DEFAULT);
    end(loop);
    atomic_store(&loop->running, false);
}

void loop_stop(struct loop *loop)
{
    atomic_store(&loop->stopping, true);
    pthread_mutex_lock(&loop->mailbox.lock);
    if (!loop->mailbox.ended)
        uv_async_send(&loop->wake);
    pthread_mutex_unlock(&loop->mailbox.lock);
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    noren_assert(!atomic_load(&loop->running));

    end(loop);
    noren_assert(uv_loop_close(&loop->uv) == 0);
    pthread_mutex_destroy(&loop->mailbox.lock);
    writer_wipe(&loop->scratch);
    while (loop->spare_count > 0)
        writer_wipe(&loop->spares[--loop->spare_count]);
    secret_wipe(loop->read_buffer, LOOP_READ_BYTES);
    free(loop->read_buffer);
    free(loop->name);
    free(loop);
}

/* ---- what others ask ---- */

uv_loop_t *loop_uv(struct loop *loop)
{
    loop_assert_here(loop);
    return &loop->uv;
}

struct noren_log *loop_log(struct loop *loop)
{
    return loop->log;
}

int64_t loop_now_ms(const struct loop *loop)
{
    /* uv_now() counts from the same start as noren_now_ms(), which adds one as well. */
    return (int64_t)uv_now(&loop->uv) + 1;
}

void loop_assert_here(const struct loop *loop)
{
    noren_assert(!atomic_load(&loop->running) || pthread_equal(loop->thread, pthread_self()));
}

void loop_closer_add(struct loop_closer *closer, struct loop *loop,
        void (*on_loop_end)(struct loop_closer *closer))
{
    closer->loop = loop;
    closer->on_loop_end = on_loop_end;
    DL_APPEND(loop->closers, closer);
}

void loop_closer_remove(struct loop_closer *closer)
{
    if (closer->loop == NULL)
        return;
    DL_DELETE(closer->loop->closers, closer);
    closer->loop = NULL;
}

uv_buf_t loop_read_buffer(struct loop *loop)
{
    return uv_buf_init((char *)loop->read_buffer, LOOP_READ_BYTES);
}

struct writer *loop_scratch(struct loop *loop)
{
    writer_reset(&loop->scratch);
    return &loop->scratch;
}

void loop_lend(struct loop *loop, struct writer *w)
{
    if (w->data != NULL || loop->spare_count == 0)
        return;
    const struct writer *spare = &loop->spares[--loop->spare_count];
    w->data = spare->data;
    w->room = spare->room;
}

void loop_take_back(struct loop *loop, struct writer *w)
{
    if (w->data != NULL && w->room <= SPARE_BYTES_MAX && loop->spare_count < SPARES_MAX) {
        loop->spares[loop->spare_count++] = *w;
        w->data = NULL; /* nothing left to free */
    }
    writer_clear(w);
}
