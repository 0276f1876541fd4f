/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/clock.h"

#include <time.h>

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t noren_now_ms(void)
{
    return read_clock(CLOCK_MONOTONIC) + 1;
}

int64_t noren_wall_ms(void)
{
    return read_clock(CLOCK_REALTIME);
}
