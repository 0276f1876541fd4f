/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "engine/backoff.h"

enum { DOUBLINGS_MAX = 6 }; /* 1 s * 2^6 is above the most */

void backoff_session_ended(struct backoff *backoff, int64_t lived_ms)
{
    if (lived_ms >= BACKOFF_GOOD_SESSION_MS)
        backoff->failures = 0;
}

int64_t backoff_next_ms(struct backoff *backoff, uint32_t chance)
{
    uint32_t failures = backoff->failures;

    if (backoff->failures < UINT32_MAX)
        backoff->failures++;
    if (failures == 0)
        return chance % BACKOFF_AT_ONCE_MS;

    uint32_t doublings = failures - 1 < DOUBLINGS_MAX ? failures - 1 : DOUBLINGS_MAX;
    int64_t step_ms = (int64_t)BACKOFF_FIRST_MS << doublings;
    if (step_ms > BACKOFF_MOST_MS)
        step_ms = BACKOFF_MOST_MS;
    int64_t wait_ms = step_ms * 3 / 4 + chance % (step_ms / 2);
    return wait_ms < BACKOFF_MOST_MS ? wait_ms : BACKOFF_MOST_MS;
}
