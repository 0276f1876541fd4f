/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/secret.h"

enum {
    WRITER_DEFAULT_MAX = 16 * 1024 * 1024,
    WRITER_FIRST_ROOM = 256,
};

const uint8_t *reader_take(struct reader *r, size_t len)
{
    if (r->failed || len > r->left) {
        r->failed = true;
        return NULL;
    }

    const uint8_t *taken = r->at;
    if (len > 0) {
        r->at += len;
        r->left -= len;
    }
    return taken;
}

void reader_copy(struct reader *r, void *out, size_t len)
{
    const uint8_t *taken = reader_take(r, len);

    if (taken != NULL)
        memcpy(out, taken, len);
    else if (len > 0)
        memset(out, 0, len);
}

void reader_skip(struct reader *r, size_t len)
{
    (void)reader_take(r, len);
}

static uint64_t read_number(struct reader *r, size_t len)
{
    const uint8_t *taken = reader_take(r, len);
    uint64_t value = 0;

    for (size_t i = 0; taken != NULL && i < len; i++)
        value = value << 8 | taken[i];
    return value;
}

uint8_t reader_u8(struct reader *r)
{
    return (uint8_t)read_number(r, 1);
}

uint16_t reader_u16(struct reader *r)
{
    return (uint16_t)read_number(r, 2);
}

uint32_t reader_u32(struct reader *r)
{
    return (uint32_t)read_number(r, 4);
}

uint64_t reader_u64(struct reader *r)
{
    return read_number(r, 8);
}

void writer_init(struct writer *w, size_t max_len)
{
    *w = (struct writer){ .max = max_len > 0 ? max_len : WRITER_DEFAULT_MAX };
}

void writer_init_secret(struct writer *w, size_t max_len)
{
    writer_init(w, max_len);
    w->secret = true;
}

static void give_back(const struct writer *w)
{
    if (w->secret && w->data != NULL)
        secret_wipe(w->data, w->room);
    free(w->data);
}

void writer_clear(struct writer *w)
{
    bool secret = w->secret;

    give_back(w);
    writer_init(w, w->max);
    w->secret = secret;
}

void writer_wipe(struct writer *w)
{
    if (w->data != NULL)
        secret_wipe(w->data, w->room);
    writer_clear(w);
}

/* Shortens the content; what lay behind the new end is wiped where it may be secret. */
static void shorten(struct writer *w, size_t len)
{
    if (w->secret && w->len > len)
        secret_wipe(w->data + len, w->len - len);
    w->len = len;
}

void writer_reset(struct writer *w)
{
    shorten(w, 0);
    w->failed = false;
}

/* realloc() would leave the old bytes wherever they were. */
static void move_secret(struct writer *w, size_t room)
{
    uint8_t *data = noren_alloc(room);

    if (w->len > 0)
        memcpy(data, w->data, w->len);
    give_back(w);
    w->data = data;
}

static bool make_room(struct writer *w, size_t len)
{
    size_t need;

    if (w->failed || !noren_add_size(w->len, len, &need) || need > w->max)
        return false;
    if (need <= w->room)
        return true;

    size_t room = w->room > 0 ? w->room : WRITER_FIRST_ROOM;
    while (room < need)
        room *= 2;
    if (room > w->max)
        room = w->max;
    if (w->secret)
        move_secret(w, room);
    else
        w->data = noren_realloc_array(w->data, room, 1);
    w->room = room;
    return true;
}

uint8_t *writer_extend(struct writer *w, size_t len)
{
    if (!make_room(w, len)) {
        w->failed = true;
        return NULL;
    }

    uint8_t *at = w->data + w->len;
    w->len += len;
    return at;
}

void writer_put(struct writer *w, const void *data, size_t len)
{
    if (len == 0)
        return;

    uint8_t *at = writer_extend(w, len);
    if (at != NULL)
        memcpy(at, data, len);
}

static void put_number(struct writer *w, uint64_t value, size_t len)
{
    uint8_t *at = writer_extend(w, len);

    for (size_t i = 0; at != NULL && i < len; i++)
        at[i] = (uint8_t)(value >> (8 * (len - 1 - i)));
}

void writer_u8(struct writer *w, uint8_t value)
{
    put_number(w, value, 1);
}

void writer_u16(struct writer *w, uint16_t value)
{
    put_number(w, value, 2);
}

void writer_u32(struct writer *w, uint32_t value)
{
    put_number(w, value, 4);
}

void writer_u64(struct writer *w, uint64_t value)
{
    put_number(w, value, 8);
}

void writer_text(struct writer *w, const char *text)
{
    writer_put(w, text, strlen(text));
}

void writer_format(struct writer *w, const char *format, ...)
{
    noren_cleanup(noren_freep) char *text = NULL;
    va_list args;

    va_start(args, format);
    int len = vasprintf(&text, format, args);
    va_end(args);
    if (len < 0) {
        text = NULL;
        w->failed = true;
        return;
    }
    writer_put(w, text, (size_t)len);
    if (w->secret)
        secret_wipe(text, (size_t)len);
}

void writer_patch_u32(struct writer *w, size_t at, uint32_t value)
{
    if (w->failed)
        return;
    noren_assert(at <= w->len && w->len - at >= 4);
    for (size_t i = 0; i < 4; i++)
        w->data[at + i] = (uint8_t)(value >> (8 * (3 - i)));
}

void writer_consume(struct writer *w, size_t len)
{
    noren_assert(len <= w->len);
    if (len == 0)
        return;
    memmove(w->data, w->data + len, w->len - len);
    shorten(w, w->len - len);
}

void noren_hex(const void *data, size_t len, char *out)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = data;

    for (size_t i = 0; i < len; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    *out = '\0';
}

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

bool noren_unhex(const char *text, void *out, size_t len)
{
    if (strlen(text) != 2 * len)
        return false;
    for (size_t i = 0; i < 2 * len; i++) {
        if (digit_value(text[i]) < 0)
            return false;
    }

    uint8_t *bytes = out;
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(digit_value(text[2 * i]) << 4 | digit_value(text[2 * i + 1]));
    return true;
}
