/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/err.h"
#include "noren/io/loop.h"

/**
 * A clerk is a thread that owns one store handle and does what may have to wait for the disk, one
 * job after the other, so that no loop that carries traffic ever waits. The server keeps two: one
 * reads accounts for log-ins, one carries out management calls (which are thereby in order).
 */

struct clerk;
struct store;

/**
 * One job. Embed it first in your own struct, which owns everything that the job needs: neither side
 * may be reached through a pointer by the other thread. Exactly one of `done` and `dispose` runs,
 * last, and frees the job.
 */
struct clerk_job {
    struct mail mail; /**< the clerk's */
    /** On the clerk's thread; may block. `store` is borrowed during the call. */
    void (*run)(struct clerk_job *job, struct store *store);
    /** On the thread of the loop that asked. */
    void (*done)(struct clerk_job *job);
    /** On any thread, instead of done: one of the loops ended first. */
    void (*dispose)(struct clerk_job *job);
    struct clerk *clerk;   /**< set by clerk_post() */
    struct loop *reply_to; /**< set by clerk_post() */
};

/** Opens the store of `state_dir` and starts the thread. Errors as store_open(). */
NOREN_MUST_CHECK struct clerk *clerk_start(
        const char *name, const char *state_dir, struct noren_log *log, struct noren_err *err);
/** Finishes the job in hand, disposes of the others, joins the thread. Not on the clerk's thread. */
void clerk_stop(struct clerk *clerk);
/** After every loop that may post has ended. */
void clerk_free(struct clerk *clerk);

/** From any thread; `done` follows on reply_to. The caller bounds how many it has under way. */
void clerk_post(struct clerk *clerk, struct clerk_job *take_job, struct loop *reply_to);
