/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * All input goes through `struct reader`, all output through `struct writer`.
 *
 * Both remember failure, so code runs straight down and asks once at the end. Integers are
 * big-endian unless the name says le.
 */

/** A borrowed run of bytes. */
struct bytes {
    const uint8_t *data;
    size_t len;
};

/** Bounded cursor over borrowed bytes. After the first read past the end every read gives zero. */
struct reader {
    const uint8_t *at;
    size_t left;
    bool failed;
};

static inline struct reader reader_over(const void *data, size_t len)
{
    return (struct reader){ .at = (const uint8_t *)data, .left = len };
}

static inline bool reader_failed(const struct reader *r)
{
    return r->failed;
}

static inline size_t reader_left(const struct reader *r)
{
    return r->left;
}

/** Borrows the next len bytes; NULL (and failed) when fewer are left. len 0 never fails. */
const uint8_t *reader_take(struct reader *r, size_t len);
/** Copies the next len bytes to out, or zeroes out. */
void reader_copy(struct reader *r, void *out, size_t len);
void reader_skip(struct reader *r, size_t len);
uint8_t reader_u8(struct reader *r);
uint16_t reader_u16(struct reader *r);
uint32_t reader_u32(struct reader *r);
uint64_t reader_u64(struct reader *r);

/**
 * Growing output with a hard maximum. Past the maximum every write is refused and remembered, and
 * what was written before stays.
 */
struct writer {
    uint8_t *data; /**< owned; NULL while empty */
    size_t len;
    size_t room;
    size_t max;
    bool failed;
    bool secret; /**< whatever leaves the writer is wiped behind it */
};

/** max_len 0 means 16 MiB. */
void writer_init(struct writer *w, size_t max_len);
/**
 * For output that holds keys or passwords: memory is wiped when it goes back, be it at the end or
 * because the writer grew, and so is content that was reset or consumed.
 */
void writer_init_secret(struct writer *w, size_t max_len);
/** Frees the memory and leaves an empty writer of the same kind and maximum. */
void writer_clear(struct writer *w);
/** Wipes all that the writer holds now, then clears. What it gave back before, while it grew, is
 * reached by writer_init_secret() only. */
void writer_wipe(struct writer *w);
/** Forgets the content and keeps the memory. */
void writer_reset(struct writer *w);

static inline bool writer_failed(const struct writer *w)
{
    return w->failed;
}

/** Room for len bytes at the end, counted as written; NULL (and failed) past the maximum. */
uint8_t *writer_extend(struct writer *w, size_t len);
void writer_put(struct writer *w, const void *data, size_t len);
void writer_u8(struct writer *w, uint8_t value);
void writer_u16(struct writer *w, uint16_t value);
void writer_u32(struct writer *w, uint32_t value);
void writer_u64(struct writer *w, uint64_t value);
/** Text without its NUL. */
void writer_text(struct writer *w, const char *text);
void writer_format(struct writer *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** Overwrites four bytes written before; `at` must lie inside. */
void writer_patch_u32(struct writer *w, size_t at, uint32_t value);
/** Drops the first len bytes and moves the rest to the front. */
void writer_consume(struct writer *w, size_t len);

/** Lower-case hexadecimal; out needs 2 * len + 1 bytes. */
void noren_hex(const void *data, size_t len, char *out);
/** Reads hexadecimal of exactly 2 * len digits. False and out untouched when it is anything else. */
bool noren_unhex(const char *text, void *out, size_t len);
