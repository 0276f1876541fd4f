/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>
#include <uv.h>

#include "noren/base/log.h"

/**
 * One libuv loop, the thread that owns it, and the mailbox through which other threads reach it.
 *
 * Everything belongs to one loop and only that loop's thread touches it; loop_assert_here() opens
 * each entry point. The mailbox is the only door between threads.
 */

struct loop;

/** A loop that runs on the thread that calls loop_run(). */
struct loop *loop_new(const char *name, struct noren_log *log);
/**
 * Runs until loop_stop(); then closes what is left and returns. Call on the owning thread, for
 * which SIGPIPE is blocked from then on. What objects of this loop were cut here (listeners,
 * timers) is still freed by its owner, before or after loop_free().
 */
void loop_run(struct loop *loop);
/** From any thread; loop_run() returns soon after. */
void loop_stop(struct loop *loop);
/** After loop_run() returned, or when it never ran. Messages not yet delivered are disposed. */
void loop_free(struct loop *loop);

uv_loop_t *loop_uv(struct loop *loop);
struct noren_log *loop_log(struct loop *loop);
/** Milliseconds of the loop's clock at the start of this turn: cheap, never 0. */
int64_t loop_now_ms(const struct loop *loop);
/** Asserts that the caller is the loop's thread (or that the loop does not run yet). */
void loop_assert_here(const struct loop *loop);

/**
 * A message owns its payload. Embed it first in your own struct.
 * `deliver` runs on the loop's thread and owns the message; `dispose` runs instead, on any thread,
 * when the loop ends first.
 */
struct mail {
    struct mail *next; /**< the mailbox's while posted */
    void (*deliver)(struct mail *mail);
    void (*dispose)(struct mail *mail);
};
/** From any thread. Messages of one sender arrive in order. */
void noren_mailbox_post(struct loop *loop, struct mail *take_mail);

/* ---- one-shot timer, embedded ---- */

struct loop_timer {
    uv_timer_t *handle;
    int64_t at_ms;
    void (*on_due)(void *ctx);
    void *ctx;
};
void loop_timer_init(
        struct loop_timer *timer, struct loop *loop, void (*on_due)(void *ctx), void *ctx);
/** Arms for an absolute loop_now_ms() time; NOREN_NO_DEADLINE disarms. Cheap when unchanged. */
void loop_timer_set(struct loop_timer *timer, int64_t at_ms);
/** Memory of the handle goes back by itself; on_due is not called any more. */
void loop_timer_clear(struct loop_timer *timer);
