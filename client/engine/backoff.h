/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/**
 * When to try again: at once after the first loss (within half a second, so that thousands of
 * clients of one server do not return in step), then 1 s, doubling to 60 s, with jitter. Pure.
 */

enum {
    BACKOFF_AT_ONCE_MS = 500,
    BACKOFF_FIRST_MS = 1000,
    BACKOFF_MOST_MS = 60000,
    BACKOFF_GOOD_SESSION_MS = 10000, /**< a session that lived so long starts the count anew */
};

struct backoff {
    uint32_t failures; /**< in a row */
};

/** After a session ended that lived for `lived_ms`: a short one counts as a failure. */
void backoff_session_ended(struct backoff *backoff, int64_t lived_ms);
/**
 * Counts a failure and gives the wait before the next try. `chance` is any number; the first wait is
 * spread over [0, BACKOFF_AT_ONCE_MS), the others over [3/4, 5/4) of the step, never above
 * BACKOFF_MOST_MS.
 */
int64_t backoff_next_ms(struct backoff *backoff, uint32_t chance);
