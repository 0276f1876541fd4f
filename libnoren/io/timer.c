/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/io/loop.h"

#include "libnoren/io/loop_internal.h"

/*
 * Deadlines of connections move later with each packet, and rarely come. So the libuv timer is
 * touched only when the deadline moves earlier; otherwise it fires, finds that it is too early, and
 * is armed again for the rest.
 */

/* Outlives the loop_timer until libuv is done with the handle. */
struct timer_handle {
    uv_timer_t uv; /* first: loop_timer.handle points here */
    struct loop_closer closer;
    struct loop *loop;
    struct loop_timer *timer; /* NULL once cleared */
    int64_t armed_ms;         /* when the libuv timer fires; NOREN_NO_DEADLINE: it does not */
    bool closed;
};

static struct timer_handle *handle_of(const struct loop_timer *timer)
{
    return noren_container_of(timer->handle, struct timer_handle, uv);
}

static void on_handle_closed(uv_handle_t *uv)
{
    struct timer_handle *handle = noren_container_of(uv, struct timer_handle, uv);

    handle->closed = true;
    if (handle->timer == NULL)
        free(handle);
}

static void on_loop_end(struct loop_closer *closer)
{
    struct timer_handle *handle = noren_container_of(closer, struct timer_handle, closer);

    uv_close((uv_handle_t *)&handle->uv, on_handle_closed);
}

static void arm(struct timer_handle *handle, int64_t at_ms);

static void on_fire(uv_timer_t *uv)
{
    struct timer_handle *handle = noren_container_of(uv, struct timer_handle, uv);
    struct loop_timer *timer = handle->timer;

    handle->armed_ms = NOREN_NO_DEADLINE;
    if (timer->at_ms == NOREN_NO_DEADLINE)
        return;
    if (timer->at_ms > loop_now_ms(handle->loop)) {
        arm(handle, timer->at_ms);
        return;
    }
    timer->at_ms = NOREN_NO_DEADLINE;
    timer->on_due(timer->ctx); /* may clear the timer */
}

static void arm(struct timer_handle *handle, int64_t at_ms)
{
    int64_t wait_ms = at_ms - loop_now_ms(handle->loop);

    handle->armed_ms = at_ms;
    uv_timer_start(&handle->uv, on_fire, wait_ms > 0 ? (uint64_t)wait_ms : 0, 0);
}

void loop_timer_init(
        struct loop_timer *timer, struct loop *loop, void (*on_due)(void *ctx), void *ctx)
{
    struct timer_handle *handle = noren_alloc(sizeof *handle);

    noren_assert(uv_timer_init(loop_uv(loop), &handle->uv) == 0);
    handle->loop = loop;
    handle->timer = timer;
    handle->armed_ms = NOREN_NO_DEADLINE;
    loop_closer_add(&handle->closer, loop, on_loop_end);
    *timer = (struct loop_timer){
        .handle = &handle->uv, .at_ms = NOREN_NO_DEADLINE, .on_due = on_due, .ctx = ctx
    };
}

void loop_timer_set(struct loop_timer *timer, int64_t at_ms)
{
    struct timer_handle *handle = handle_of(timer);

    timer->at_ms = at_ms;
    if (handle->closed)
        return; /* and the loop may be gone */
    loop_assert_here(handle->loop);
    if (at_ms < handle->armed_ms && !uv_is_closing((uv_handle_t *)&handle->uv))
        arm(handle, at_ms);
}

void loop_timer_clear(struct loop_timer *timer)
{
    if (timer->handle == NULL)
        return;

    struct timer_handle *handle = handle_of(timer);
    *timer = (struct loop_timer){ .at_ms = NOREN_NO_DEADLINE };
    handle->timer = NULL;
    loop_closer_remove(&handle->closer);
    if (handle->closed)
        free(handle); /* the loop ended before */
    else if (!uv_is_closing((uv_handle_t *)&handle->uv))
        uv_close((uv_handle_t *)&handle->uv, on_handle_closed);
}
