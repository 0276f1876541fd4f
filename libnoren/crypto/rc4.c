/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/crypto/rc4.h"

#include "noren/base/alloc.h"
#include "noren/base/secret.h"

enum { STATE_BYTES = 256 };

static void swap(uint8_t *a, uint8_t *b)
{
    uint8_t old = *a;

    *a = *b;
    *b = old;
}

static void mix_key(uint8_t state[STATE_BYTES], const uint8_t *key, size_t key_len)
{
    uint8_t j = 0;

    for (size_t i = 0; i < STATE_BYTES; i++)
        state[i] = (uint8_t)i;
    for (size_t i = 0; i < STATE_BYTES; i++) {
        j = (uint8_t)(j + state[i] + key[i % key_len]);
        swap(&state[i], &state[j]);
    }
}

void rc4(const uint8_t *key, size_t key_len, const uint8_t *data, size_t len, uint8_t *out)
{
    uint8_t state[STATE_BYTES];
    uint8_t i = 0;
    uint8_t j = 0;

    noren_assert(key_len > 0 && key_len <= STATE_BYTES);
    mix_key(state, key, key_len);
    for (size_t n = 0; n < len; n++) {
        i = (uint8_t)(i + 1);
        j = (uint8_t)(j + state[i]);
        swap(&state[i], &state[j]);
        out[n] = data[n] ^ state[(uint8_t)(state[i] + state[j])];
    }
    secret_wipe(state, sizeof state);
}
