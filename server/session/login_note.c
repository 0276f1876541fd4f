/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "session/login_note.h"

#include <stdio.h>
#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"

#include "session/state.h"

#define LOG_ROOM "session"

/* Written by the management clerk: a writer may have to wait for another, and log-ins shall not. */

struct note {
    struct clerk_job job;
    struct server *server;
    int64_t hub_id;
    int64_t wall_ms;
    char user[STORE_NAME_MAX + 1];
};

static void write_note(struct clerk_job *job, struct store *store)
{
    const struct note *note = noren_container_of(job, struct note, job);
    struct noren_err err;

    /* the user may be gone by now */
    if (!store_user_note_login(store, note->hub_id, note->user, note->wall_ms, &err)
            && err.code != NOREN_E_NOT_FOUND)
        noren_log(note->server->log, NOREN_ERROR, "log-in was not counted: user=%s error=\"%s\"",
                note->user, err.text);
}

static void end_note(struct clerk_job *job)
{
    struct note *note = noren_container_of(job, struct note, job);

    __atomic_sub_fetch(&note->server->notes_under_way, 1, __ATOMIC_RELAXED);
    free(note);
}

void login_note(struct server *server, struct loop *loop, int64_t hub_id, const char *user)
{
    if (__atomic_add_fetch(&server->notes_under_way, 1, __ATOMIC_RELAXED) > LOGIN_NOTES_MAX) {
        __atomic_sub_fetch(&server->notes_under_way, 1, __ATOMIC_RELAXED);
        return;
    }
    struct note *note = noren_alloc(sizeof *note);

    note->server = server;
    note->hub_id = hub_id;
    note->wall_ms = noren_wall_ms();
    snprintf(note->user, sizeof note->user, "%s", user);
    note->job.run = write_note;
    note->job.done = end_note;
    note->job.dispose = end_note;
    clerk_post(server->admin_clerk, &note->job, loop);
}
