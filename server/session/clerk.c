/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "session/clerk.h"

#include <pthread.h>
#include <stdlib.h>

#include "noren/base/alloc.h"

#include "store/store.h"

struct clerk {
    struct loop *loop; /* of the clerk's thread: only its mailbox is used */
    struct store *store;
    pthread_t thread;
    bool running;
    bool stopping; /* atomic */
};

static void *work(void *arg)
{
    struct clerk *clerk = arg;

    loop_run(clerk->loop);
    return NULL;
}

struct clerk *clerk_start(
        const char *name, const char *state_dir, struct noren_log *log, struct noren_err *err)
{
    struct store *store = store_open(state_dir, err);
    if (store == NULL)
        return NULL;

    struct clerk *clerk = noren_alloc(sizeof *clerk);
    clerk->store = store;
    clerk->loop = loop_new(name, log);
    int refused = pthread_create(&clerk->thread, NULL, work, clerk);
    if (refused != 0) {
        noren_err_set_os(err, NOREN_E_IO, refused, "thread for %s", name);
        clerk_free(clerk);
        return NULL;
    }
    clerk->running = true;
    return clerk;
}

void clerk_stop(struct clerk *clerk)
{
    if (clerk == NULL || !clerk->running)
        return;
    __atomic_store_n(&clerk->stopping, true, __ATOMIC_RELAXED);
    loop_stop(clerk->loop);
    pthread_join(clerk->thread, NULL);
    clerk->running = false;
}

void clerk_free(struct clerk *clerk)
{
    if (clerk == NULL)
        return;
    noren_assert(!clerk->running);
    loop_free(clerk->loop);
    store_close(clerk->store);
    free(clerk);
}

static struct clerk_job *job_of(struct mail *mail)
{
    return noren_container_of(mail, struct clerk_job, mail);
}

static void dispose_job(struct mail *mail)
{
    struct clerk_job *job = job_of(mail);
    job->dispose(job);
}

static void deliver_done(struct mail *mail)
{
    struct clerk_job *job = job_of(mail);
    job->done(job);
}

static void deliver_job(struct mail *mail)
{
    struct clerk_job *job = job_of(mail);

    /* A long queue of jobs that wait for the disk must not hold up the stop. */
    if (__atomic_load_n(&job->clerk->stopping, __ATOMIC_RELAXED)) {
        job->dispose(job);
        return;
    }
    job->run(job, job->clerk->store);
    job->mail.deliver = deliver_done;
    noren_mailbox_post(job->reply_to, &job->mail);
}

void clerk_post(struct clerk *clerk, struct clerk_job *take_job, struct loop *reply_to)
{
    take_job->clerk = clerk;
    take_job->reply_to = reply_to;
    take_job->mail.deliver = deliver_job;
    take_job->mail.dispose = dispose_job;
    noren_mailbox_post(clerk->loop, &take_job->mail);
}
