/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "engine/text.h"

#include <stdio.h>
#include <string.h>

#include "noren/base/alloc.h"

static bool is_tail(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

size_t text_utf8_step(const char *text, size_t len)
{
    unsigned char c[4] = { 0 };

    for (size_t i = 0; i < 4 && i < len; i++)
        c[i] = (unsigned char)text[i];
    if (len >= 1 && c[0] < 0x80)
        return 1;
    if (len >= 2 && c[0] >= 0xc2 && c[0] <= 0xdf && is_tail(c[1]))
        return 2;
    if (len >= 3 && (c[0] & 0xf0) == 0xe0 && is_tail(c[1]) && is_tail(c[2])) {
        /* overlong forms and surrogates */
        bool bad = (c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f);
        return bad ? 0 : 3;
    }
    if (len >= 4 && c[0] >= 0xf0 && c[0] <= 0xf4 && is_tail(c[1]) && is_tail(c[2])
            && is_tail(c[3])) {
        bool bad = (c[0] == 0xf0 && c[1] < 0x90) || (c[0] == 0xf4 && c[1] > 0x8f);
        return bad ? 0 : 4;
    }
    return 0;
}

bool text_is_plain(const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        size_t step = text_utf8_step(text, left);
        if (step == 0 || (unsigned char)*text < 0x20 || *text == 0x7f)
            return false;
        text += step;
        left -= step;
    }
    return true;
}

/* Reads 1..max_digits digits; leading zeros are refused, as some programs read them as octal. */
static bool read_number(const char **at, int max_digits, unsigned most, unsigned *out)
{
    unsigned number = 0;
    int digits = 0;
    const char *c = *at;

    for (; *c >= '0' && *c <= '9' && digits < max_digits; c++, digits++)
        number = number * 10 + (unsigned)(*c - '0');
    if (digits == 0 || number > most || (digits > 1 && **at == '0'))
        return false;
    *at = c;
    *out = number;
    return true;
}

static bool read_quad(const char **at, uint32_t *out)
{
    uint8_t byte[4];

    for (int i = 0; i < 4; i++) {
        unsigned number = 0;
        if (i > 0 && *(*at)++ != '.')
            return false;
        if (!read_number(at, 3, 255, &number))
            return false;
        byte[i] = (uint8_t)number;
    }
    memcpy(out, byte, 4);
    return true;
}

bool text_parse_ipv4(const char *text, uint32_t *out)
{
    uint32_t ip = 0;

    if (!read_quad(&text, &ip) || *text != '\0')
        return false;
    *out = ip;
    return true;
}

bool text_parse_network(const char *text, bool host_bits_ok, uint32_t *network, uint8_t *prefix)
{
    uint32_t ip = 0;
    unsigned bits = 32;

    if (!read_quad(&text, &ip))
        return false;
    if (*text == '/') {
        text++;
        if (!read_number(&text, 2, 32, &bits))
            return false;
    }
    if (*text != '\0' || (!host_bits_ok && (ip & ~ipv4_mask((uint8_t)bits)) != 0))
        return false;
    *network = ip;
    *prefix = (uint8_t)bits;
    return true;
}

struct ipv4_text text_ipv4(uint32_t ip)
{
    struct ipv4_text out;
    uint8_t byte[4];

    memcpy(byte, &ip, 4);
    snprintf(out.text, sizeof out.text, "%u.%u.%u.%u", byte[0], byte[1], byte[2], byte[3]);
    return out;
}

uint32_t ipv4_mask(uint8_t prefix)
{
    uint8_t byte[4] = { 0 };
    uint32_t mask = 0;

    for (unsigned bit = 0; bit < prefix && bit < 32; bit++)
        byte[bit / 8] |= (uint8_t)(0x80 >> (bit % 8));
    memcpy(&mask, byte, 4);
    return mask;
}

bool ipv4_prefix_of(uint32_t mask, uint8_t *out)
{
    for (uint8_t prefix = 0; prefix <= 32; prefix++)
        if (ipv4_mask(prefix) == mask) {
            *out = prefix;
            return true;
        }
    return false;
}

enum { NEAREST_WORD_MAX = 40, NEAREST_EDITS_MAX = 3 };

/* Levenshtein distance with one row. */
static unsigned edits_between(const char *a, const char *b)
{
    unsigned row[NEAREST_WORD_MAX + 1];
    size_t b_len = strlen(b);

    for (size_t j = 0; j <= b_len; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_len; j++) {
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[b_len];
}

const char *text_nearest(const char *given, const char *const *words)
{
    const char *best = NULL;
    unsigned best_edits = NEAREST_EDITS_MAX + 1;

    if (strlen(given) > NEAREST_WORD_MAX)
        return NULL;
    for (; *words != NULL; words++) {
        noren_assert(strlen(*words) <= NEAREST_WORD_MAX);
        unsigned edits = edits_between(given, *words);
        if (edits < best_edits && edits < strlen(*words)) {
            best = *words;
            best_edits = edits;
        }
    }
    return best;
}
