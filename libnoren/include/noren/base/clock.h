/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** The shell's sources of time and chance. Core rooms never call these: they take values. */

/** Monotonic milliseconds, never 0. */
int64_t noren_now_ms(void);
/** Wall clock, milliseconds since 1970-01-01 UTC. */
int64_t noren_wall_ms(void);

/** "No deadline" in every x_deadline_ms(). */
#define NOREN_NO_DEADLINE INT64_MAX
