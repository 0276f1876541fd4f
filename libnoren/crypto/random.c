/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/crypto/random.h"

#include <limits.h>
#include <openssl/rand.h>

#include "noren/base/alloc.h"

void noren_random(void *out, size_t len)
{
    noren_assert(len <= INT_MAX);
    noren_assert(RAND_bytes(out, (int)len) == 1);
}

uint32_t noren_random_below(uint32_t bound)
{
    noren_assert(bound > 0);

    /* The lowest 2^32 mod bound values would favour small results; they are drawn again. */
    uint32_t unfair = (UINT32_MAX - bound + 1) % bound;
    uint32_t value;
    do
        noren_random(&value, sizeof value);
    while (value < unfair);
    return value % bound;
}
