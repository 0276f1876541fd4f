/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libnoren/proto/text.h"

#include <stdint.h>
#include <string.h>

#include "noren/base/alloc.h"

static const uint32_t NOT_UTF8 = UINT32_MAX;

/* Number of bytes of the sequence that `first` opens, 0 if it opens none. */
static size_t sequence_len(uint8_t first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0)
        return 2;
    if (first >= 0xe0 && first < 0xf0)
        return 3;
    if (first >= 0xf0 && first < 0xf5)
        return 4;
    return 0;
}

static bool is_code_point(uint32_t code, size_t len)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

    return code >= least[len] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

/* Takes one code point off, or one byte and gives NOT_UTF8. */
static uint32_t next_code(struct reader *r)
{
    struct reader ahead = *r;
    uint8_t first = reader_u8(r);
    size_t len = sequence_len(first);
    if (len <= 1)
        return len == 1 ? first : NOT_UTF8;

    const uint8_t *sequence = reader_take(&ahead, len);
    if (sequence == NULL)
        return NOT_UTF8;

    uint32_t code = first & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((sequence[i] & 0xc0) != 0x80)
            return NOT_UTF8;
        code = code << 6 | (sequence[i] & 0x3f);
    }
    if (!is_code_point(code, len))
        return NOT_UTF8;
    *r = ahead;
    return code;
}

/* Control characters, and what ends a line or turns the direction of the text that follows: with
 * those a name in a log or a table would look like another one. */
static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x2028 && code <= 0x202e)
           || (code >= 0x2066 && code <= 0x2069);
}

bool text_is_printable(const char *text, size_t max)
{
    struct reader r = reader_over(text, strlen(text));

    if (reader_left(&r) > max)
        return false;
    while (reader_left(&r) > 0) {
        uint32_t code = next_code(&r);
        if (code == NOT_UTF8 || is_control(code))
            return false;
    }
    return true;
}

char *text_clean(struct bytes raw, size_t max)
{
    struct reader r = reader_over(raw.data, raw.len < max ? raw.len : max);
    char *text = noren_alloc(reader_left(&r) + 1);
    size_t len = 0;

    while (reader_left(&r) > 0) {
        const uint8_t *from = r.at;
        uint32_t code = next_code(&r);
        size_t used = (size_t)(r.at - from);

        if (code == NOT_UTF8) {
            text[len++] = '?';
        } else if (!is_control(code) || code == '\n' || code == '\t') {
            memcpy(text + len, from, used);
            len += used;
        }
    }
    return text;
}

static char lower(char letter)
{
    return (char)(letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
}

/* Whether `text` begins with `part`. */
static bool begins_with(const char *text, const char *part)
{
    for (; *part != '\0'; text++, part++) {
        if (lower(*text) != lower(*part))
            return false;
    }
    return true;
}

bool text_contains(const char *text, const char *part)
{
    for (; *text != '\0'; text++) {
        if (begins_with(text, part))
            return true;
    }
    return *part == '\0';
}

bool text_same(const char *a, const char *b)
{
    return strlen(a) == strlen(b) && begins_with(a, b);
}
