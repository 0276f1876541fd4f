/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/bytes.h"
#include "noren/base/secret.h"

#include "engine/keyfile.h"

/* Values of a key file: escapes, booleans, numbers, lists. */

enum { IN_TEXT, IN_LIST };

/* Resolves one escape at *at (behind the backslash); '\0' when there is no such escape. */
static char unescape(char c, int where)
{
    switch (c) {
    case 's':
        return ' ';
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'r':
        return '\r';
    case '\\':
        return '\\';
    case ';':
        return where == IN_LIST ? ';' : '\0';
    default:
        return '\0';
    }
}

static bool bad_escape(const struct keyfile_entry *entry, struct noren_err *err)
{
    return noren_err_set(err, NOREN_E_ARGUMENT,
            "line %u: unknown escape in \"%.64s\": write \\\\ for a backslash", entry->line,
            entry->key);
}

/* Copies up to `stop` or the end; *at is left on the stopping character. */
static bool copy_unescaped(const struct keyfile_entry *entry, const char **at, char stop, int where,
        char *out, struct noren_err *err)
{
    const char *c = *at;

    for (; *c != '\0' && *c != stop; c++) {
        char plain = *c;
        if (plain == '\\') {
            plain = unescape(c[1], where);
            if (plain == '\0')
                return bad_escape(entry, err);
            c++;
        }
        *out++ = plain;
    }
    *out = '\0';
    *at = c;
    return true;
}

bool keyfile_text(const struct keyfile_entry *entry, char **out, struct noren_err *err)
{
    const char *at = entry->value;
    char *text = noren_alloc(strlen(at) + 1);

    if (!copy_unescaped(entry, &at, '\0', IN_TEXT, text, err)) {
        free(text);
        return false;
    }
    *out = text;
    return true;
}

bool keyfile_text_into(
        const struct keyfile_entry *entry, char *out, size_t size, struct noren_err *err)
{
    char *text = NULL;

    if (!keyfile_text(entry, &text, err))
        return false;
    size_t len = strlen(text);
    if (len < size)
        memcpy(out, text, len + 1);
    secret_wipe(text, len);
    free(text);
    if (len >= size)
        return noren_err_set(err, NOREN_E_LIMIT,
                "line %u: \"%.64s\" is longer than %zu bytes: make it shorter", entry->line,
                entry->key, size - 1);
    return true;
}

/* Borrowed text without the blanks at both ends, into room for `size`; false when too long. */
static bool trimmed(const char *value, char *out, size_t size)
{
    size_t len = strlen(value);

    while (len > 0 && strchr(" \t\r\v\f", value[len - 1]) != NULL)
        len--;
    if (len >= size)
        return false;
    memcpy(out, value, len);
    out[len] = '\0';
    return true;
}

bool keyfile_bool(const struct keyfile_entry *entry, bool *out, struct noren_err *err)
{
    char word[8];

    if (trimmed(entry->value, word, sizeof word)) {
        if (strcmp(word, "true") == 0 || strcmp(word, "1") == 0) {
            *out = true;
            return true;
        }
        if (strcmp(word, "false") == 0 || strcmp(word, "0") == 0) {
            *out = false;
            return true;
        }
    }
    return noren_err_set(err, NOREN_E_ARGUMENT,
            "line %u: \"%.64s\" is neither true nor false: write one of them", entry->line,
            entry->key);
}

bool keyfile_number(const struct keyfile_entry *entry, uint32_t least, uint32_t most, uint32_t *out,
        struct noren_err *err)
{
    char word[16];
    uint64_t number = 0;
    bool good = trimmed(entry->value, word, 11) && *word != '\0';

    for (const char *c = word; good && *c != '\0'; c++) {
        good = *c >= '0' && *c <= '9';
        number = number * 10 + (uint64_t)(*c - '0');
    }
    if (!good || number < least || number > most)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: \"%.64s\" is not a number from %u to %u: write one", entry->line,
                entry->key, least, most);
    *out = (uint32_t)number;
    return true;
}

bool keyfile_list(
        const struct keyfile_entry *entry, keyfile_item_fn each, void *ctx, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *item = noren_alloc(strlen(entry->value) + 1);
    const char *at = entry->value;

    while (*at != '\0') {
        if (!copy_unescaped(entry, &at, ';', IN_LIST, item, err))
            return false;
        if (*at == ';')
            at++;
        char *start = item + strspn(item, " \t");
        size_t len = strlen(start);
        while (len > 0 && strchr(" \t\r\v\f", start[len - 1]) != NULL)
            start[--len] = '\0';
        if (len > 0 && !each(ctx, start, err))
            return noren_err_wrap(err, "line %u", entry->line);
    }
    return true;
}

void keyfile_write_text(struct writer *out, const char *key, const char *value)
{
    writer_text(out, key);
    writer_u8(out, '=');
    for (const char *c = value; *c != '\0'; c++) {
        /* a blank inside is fine, one at the ends would be lost or look lost */
        bool at_end = c == value || c[1] == '\0';
        if (*c == ' ' && at_end)
            writer_text(out, "\\s");
        else if (*c == '\n')
            writer_text(out, "\\n");
        else if (*c == '\t')
            writer_text(out, "\\t");
        else if (*c == '\r')
            writer_text(out, "\\r");
        else if (*c == '\\')
            writer_text(out, "\\\\");
        else
            writer_u8(out, (uint8_t)*c);
    }
    writer_u8(out, '\n');
}
