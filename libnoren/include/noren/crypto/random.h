/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** Fills with bytes from the system's generator; aborts if that fails. Any thread. */
void noren_random(void *out, size_t len);
/** Evenly distributed in [0, bound); bound > 0. */
uint32_t noren_random_below(uint32_t bound);
