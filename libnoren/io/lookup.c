/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libnoren/io/lookup.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "noren/base/alloc.h"

/* Referenced by whoever asked, by the thread, and by the mail under way. */
struct lookup {
    struct mail mail;
    atomic_uint refs;
    pthread_mutex_t lock; /* guards `loop` against its end while the thread posts */
    struct loop *loop;    /* NULL: nobody waits any more */
    lookup_fn on_found;
    void *ctx;
    char *host;
    char port[8];
    int status;
    uv_getaddrinfo_t request; /* holds the list of addresses */
};

static void unref(struct lookup *lookup)
{
    if (atomic_fetch_sub(&lookup->refs, 1) != 1)
        return;
    uv_freeaddrinfo(lookup->request.addrinfo);
    pthread_mutex_destroy(&lookup->lock);
    free(lookup->host);
    free(lookup);
}

/* ---- on the thread ---- */

/* libuv makes ASCII of an international name; without a callback it asks here and now. */
static int ask(struct lookup *lookup)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG };
    uv_loop_t none;

    int status = uv_loop_init(&none);
    if (status != 0)
        return status;
    status = uv_getaddrinfo(&none, &lookup->request, NULL, lookup->host, lookup->port, &hints);
    noren_assert(uv_loop_close(&none) == 0);
    return status;
}

static void *run(void *arg)
{
    struct lookup *lookup = arg;

    lookup->status = ask(lookup);
    pthread_mutex_lock(&lookup->lock);
    if (lookup->loop != NULL) {
        atomic_fetch_add(&lookup->refs, 1);
        noren_mailbox_post(lookup->loop, &lookup->mail);
    }
    pthread_mutex_unlock(&lookup->lock);
    unref(lookup);
    return NULL;
}

/* Nobody waits for the thread, and no signal of the process is for it. */
static int start_thread(struct lookup *lookup)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    pthread_t thread;

    sigfillset(&all);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int refused = pthread_create(&thread, &attributes, run, lookup);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return refused;
}

/* ---- on the loop ---- */

static void deliver(struct mail *mail)
{
    struct lookup *lookup = noren_container_of(mail, struct lookup, mail);

    /* only this thread sets `loop`, so it is read without the lock */
    if (lookup->loop != NULL) {
        lookup->on_found(lookup->ctx, lookup->status, lookup->request.addrinfo);
        unref(lookup); /* of whoever asked */
    }
    unref(lookup);
}

static void dispose(struct mail *mail)
{
    unref(noren_container_of(mail, struct lookup, mail));
}

struct lookup *lookup_start(struct loop *loop, const char *host, uint16_t port, lookup_fn on_found,
        void *ctx, int *out_status)
{
    struct lookup *lookup = noren_alloc(sizeof *lookup);

    lookup->mail.deliver = deliver;
    lookup->mail.dispose = dispose;
    atomic_init(&lookup->refs, 2);
    pthread_mutex_init(&lookup->lock, NULL);
    lookup->loop = loop;
    lookup->on_found = on_found;
    lookup->ctx = ctx;
    lookup->host = noren_strdup(host);
    snprintf(lookup->port, sizeof lookup->port, "%u", port);
    int refused = start_thread(lookup);
    if (refused != 0) {
        *out_status = uv_translate_sys_error(refused);
        unref(lookup);
        unref(lookup);
        return NULL;
    }
    return lookup;
}

void lookup_forget(struct lookup *lookup)
{
    loop_assert_here(lookup->loop);
    pthread_mutex_lock(&lookup->lock);
    lookup->loop = NULL;
    pthread_mutex_unlock(&lookup->lock);
    unref(lookup);
}
