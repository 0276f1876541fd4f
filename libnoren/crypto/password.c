/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/crypto/password.h"

#include <string.h>

#include "noren/base/bytes.h"
#include "noren/base/secret.h"

enum {
    BLOCK_BYTES = 64,
    LENGTH_BYTES = 8, /* of the message length that ends the last block */
    ROUNDS = 80,
    ROUNDS_PER_STAGE = 20,
};

/* A digest in the making. Holds passwords, so it is wiped at the end. */
struct sha0_state {
    uint32_t chain[5];
    uint8_t block[BLOCK_BYTES];
    size_t filled; /* bytes of block */
    uint64_t total;
};

static uint32_t rotate_left(uint32_t value, unsigned by)
{
    return value << by | value >> (32 - by);
}

static void sha0_start(struct sha0_state *s)
{
    *s = (struct sha0_state){
        .chain = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 },
    };
}

/* SHA-1 turns each of these words left by one bit; that SHA-0 does not is the whole difference. */
static void expand_block(const uint8_t block[BLOCK_BYTES], uint32_t words[ROUNDS])
{
    struct reader r = reader_over(block, BLOCK_BYTES);

    for (size_t t = 0; t < 16; t++)
        words[t] = reader_u32(&r);
    for (size_t t = 16; t < ROUNDS; t++)
        words[t] = words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16];
}

static uint32_t mix(size_t stage, uint32_t b, uint32_t c, uint32_t d)
{
    if (stage == 0)
        return (b & c) | (~b & d);
    if (stage == 2)
        return (b & c) | (b & d) | (c & d);
    return b ^ c ^ d;
}

static void compress_block(struct sha0_state *s)
{
    static const uint32_t constants[] = { 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6 };
    uint32_t words[ROUNDS];
    uint32_t v[5];

    expand_block(s->block, words);
    memcpy(v, s->chain, sizeof v);
    for (size_t t = 0; t < ROUNDS; t++) {
        size_t stage = t / ROUNDS_PER_STAGE;
        uint32_t next = rotate_left(v[0], 5) + mix(stage, v[1], v[2], v[3]) + v[4] + words[t]
                        + constants[stage];
        v[4] = v[3];
        v[3] = v[2];
        v[2] = rotate_left(v[1], 30);
        v[1] = v[0];
        v[0] = next;
    }
    for (size_t i = 0; i < 5; i++)
        s->chain[i] += v[i];
    secret_wipe(words, sizeof words);
}

static void sha0_add(struct sha0_state *s, const void *data, size_t len)
{
    struct reader r = reader_over(data, len);

    s->total += len;
    while (reader_left(&r) > 0) {
        size_t room = BLOCK_BYTES - s->filled;
        size_t part = reader_left(&r) < room ? reader_left(&r) : room;

        reader_copy(&r, s->block + s->filled, part);
        s->filled += part;
        if (s->filled == BLOCK_BYTES) {
            compress_block(s);
            s->filled = 0;
        }
    }
}

static void put_be(uint8_t *out, uint64_t value, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)(value >> (8 * (len - 1 - i)));
}

static struct sha0_digest sha0_finish(struct sha0_state *s)
{
    static const uint8_t padding[BLOCK_BYTES] = { 0x80 };
    uint8_t length[LENGTH_BYTES];
    struct sha0_digest digest;

    put_be(length, s->total * 8, sizeof length);
    size_t used = s->filled + LENGTH_BYTES;
    sha0_add(s, padding, used < BLOCK_BYTES ? BLOCK_BYTES - used : 2 * BLOCK_BYTES - used);
    sha0_add(s, length, sizeof length);
    for (size_t i = 0; i < 5; i++)
        put_be(digest.byte + 4 * i, s->chain[i], 4);
    secret_wipe(s, sizeof *s);
    return digest;
}

struct sha0_digest sha0(const void *data, size_t len)
{
    struct sha0_state state;

    sha0_start(&state);
    sha0_add(&state, data, len);
    return sha0_finish(&state);
}

/* ASCII only, whatever the locale: the other side does the same. */
static uint8_t upper(char letter)
{
    return (uint8_t)(letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter);
}

struct sha0_digest password_hash_user(const char *password, const char *user)
{
    struct sha0_state state;

    sha0_start(&state);
    sha0_add(&state, password, strlen(password));
    for (; *user != '\0'; user++) {
        uint8_t letter = upper(*user);
        sha0_add(&state, &letter, 1);
    }
    return sha0_finish(&state);
}

struct sha0_digest password_hash_admin(const char *password)
{
    return sha0(password, strlen(password));
}

struct sha0_digest password_answer(
        const struct sha0_digest *hash, const uint8_t challenge[CHALLENGE_BYTES])
{
    struct sha0_state state;

    sha0_start(&state);
    sha0_add(&state, hash->byte, sizeof hash->byte);
    sha0_add(&state, challenge, CHALLENGE_BYTES);
    return sha0_finish(&state);
}
