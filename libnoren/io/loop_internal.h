/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/bytes.h"
#include "noren/io/loop.h"

/** What the files of this room know of a loop besides its public side. */

/**
 * Something with open handles that must close when the loop ends. Embed it; `on_loop_end` runs
 * once, at most, and after it the closer is no longer registered.
 */
struct loop_closer {
    struct loop *loop;
    struct loop_closer *prev, *next;
    void (*on_loop_end)(struct loop_closer *closer);
};
void loop_closer_add(struct loop_closer *closer, struct loop *loop,
        void (*on_loop_end)(struct loop_closer *closer));
/** Fine when it is not registered (any more). */
void loop_closer_remove(struct loop_closer *closer);

/** Work to be done once before the loop sleeps again: how small pieces leave together. */
struct loop_task {
    struct loop *loop; /**< NULL while not queued */
    struct loop_task *prev, *next;
    void (*run)(struct loop_task *task);
};
/** Queues it, unless it is queued. */
void loop_task_queue(struct loop_task *task, struct loop *loop, void (*run)(struct loop_task *));
/** Fine when it is not queued. */
void loop_task_cancel(struct loop_task *task);

enum { LOOP_READ_BYTES = 64 * 1024 };

/**
 * Scratch memory shared by everything that reads on this loop, so that idle connections hold none.
 * Valid until the read callback returns.
 */
uv_buf_t loop_read_buffer(struct loop *loop);
/** Empty output for decrypted bytes, under the same rule. */
struct writer *loop_scratch(struct loop *loop);

/**
 * Memory for output, kept by the loop between turns: a link that has nothing to say holds none, and
 * one that is busy does not grow new memory each time. loop_lend() gives some to a writer that has
 * none; loop_take_back() takes that of a writer whose content is done with.
 */
void loop_lend(struct loop *loop, struct writer *w);
void loop_take_back(struct loop *loop, struct writer *w);
