/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "engine/keyfile.h"

#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/bytes.h"
#include "noren/base/secret.h"

#include "engine/text.h"

struct keyfile {
    char *text; /* owned copy; names and values point into it */
    size_t text_len;
    const char **groups;
    uint32_t group_count;
    struct keyfile_entry *entries;
    uint32_t entry_count;
};

void keyfile_free(struct keyfile *file)
{
    if (file == NULL)
        return;
    if (file->text != NULL)
        secret_wipe(file->text, file->text_len);
    free(file->text);
    free(file->groups);
    free(file->entries);
    free(file);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
           || c == '_' || c == '.';
}

static bool name_is_valid(const char *name)
{
    if (*name == '\0')
        return false;
    for (const char *c = name; *c != '\0'; c++)
        if (!is_name_char(*c) && *c != '@')
            return false;
    return true;
}

static void cut_blanks_at_end(char *text)
{
    size_t len = strlen(text);

    while (len > 0 && is_blank(text[len - 1]))
        text[--len] = '\0';
}

static bool add_group(struct keyfile *file, char *line, uint32_t number, struct noren_err *err)
{
    char *name = line + 1;
    char *close = strchr(name, ']');

    cut_blanks_at_end(line);
    if (close == NULL || close[1] != '\0')
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: group line does not end in ']': write it as [name]", number);
    *close = '\0';
    for (const char *c = name; *c != '\0'; c++)
        if (*c == '[' || (unsigned char)*c < 0x20 || *c == 0x7f)
            return noren_err_set(err, NOREN_E_ARGUMENT,
                    "line %u: group name with a character that it cannot have: take it out",
                    number);
    if (*name == '\0')
        return noren_err_set(
                err, NOREN_E_ARGUMENT, "line %u: group without a name: write [name]", number);
    if (keyfile_has_group(file, name))
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: group [%.64s] given twice: join the two", number, name);
    if (file->group_count == KEYFILE_GROUPS_MAX)
        return noren_err_set(err, NOREN_E_LIMIT, "line %u: more than %d groups: take some out",
                number, KEYFILE_GROUPS_MAX);
    file->groups[file->group_count++] = name;
    return true;
}

static bool is_repeated(const struct keyfile *file, const struct keyfile_entry *entry)
{
    for (uint32_t i = 0; i < file->entry_count; i++)
        if (file->entries[i].group == entry->group && strcmp(file->entries[i].key, entry->key) == 0
                && strcmp(file->entries[i].language, entry->language) == 0)
            return true;
    return false;
}

/* Takes "[de]" off the end of a key; false when the brackets are not right. */
static bool split_language(char *key, const char **language)
{
    char *open = strchr(key, '[');

    *language = "";
    if (open == NULL)
        return true;
    size_t len = strlen(open);
    if (len < 3 || open[len - 1] != ']')
        return false;
    open[len - 1] = '\0';
    *open = '\0';
    *language = open + 1;
    return name_is_valid(*language);
}

static bool add_entry(struct keyfile *file, char *line, uint32_t number, struct noren_err *err)
{
    struct keyfile_entry entry = { .key = line, .line = number };
    char *equals = strchr(line, '=');

    if (equals == NULL || equals == line)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: neither [group] nor key=value: mend it or put # in front", number);
    if (file->group_count == 0)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: key before the first group: put a [group] line above it", number);
    *equals = '\0';
    cut_blanks_at_end(line);
    if (!split_language(line, &entry.language) || !name_is_valid(line) || strchr(line, '@') != NULL)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: key name is not of letters, digits, '-', '_', '.': mend it", number);
    entry.group = file->groups[file->group_count - 1];
    entry.value = equals + 1;
    while (is_blank(*entry.value))
        entry.value++;
    if (is_repeated(file, &entry))
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: key \"%.64s\" given twice: take one out", number, entry.key);
    if (file->entry_count == KEYFILE_ENTRIES_MAX)
        return noren_err_set(err, NOREN_E_LIMIT, "line %u: more than %d keys: take some out",
                number, KEYFILE_ENTRIES_MAX);
    file->entries[file->entry_count++] = entry;
    return true;
}

static bool add_line(struct keyfile *file, char *line, uint32_t number, struct noren_err *err)
{
    size_t len = strlen(line);

    if (len > KEYFILE_LINE_MAX)
        return noren_err_set(err, NOREN_E_LIMIT, "line %u: longer than %d bytes: make it shorter",
                number, KEYFILE_LINE_MAX);
    if (len > 0 && line[len - 1] == '\r')
        line[len - 1] = '\0';
    while (is_blank(*line))
        line++;
    if (*line == '\0' || *line == '#')
        return true;
    if (*line == '[')
        return add_group(file, line, number, err);
    return add_entry(file, line, number, err);
}

/* Refuses what a text file cannot hold, naming the line of the first fault. */
static bool check_text(const char *text, size_t len, struct noren_err *err)
{
    uint32_t line = 1;

    if (len > KEYFILE_BYTES_MAX)
        return noren_err_set(err, NOREN_E_LIMIT,
                "line 1: file of %zu bytes, %d are allowed: make it shorter", len,
                KEYFILE_BYTES_MAX);
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line 1: starts with a byte order mark: save it as plain UTF-8");
    for (size_t at = 0; at < len;) {
        size_t step = text_utf8_step(text + at, len - at);
        if (step == 0 || text[at] == '\0')
            return noren_err_set(
                    err, NOREN_E_ARGUMENT, "line %u: not UTF-8 text: save it as UTF-8", line);
        line += text[at] == '\n';
        at += step;
    }
    return true;
}

struct keyfile *keyfile_parse(const char *text, size_t len, struct noren_err *err)
{
    if (!check_text(text, len, err))
        return NULL;

    noren_cleanup(keyfile_freep) struct keyfile *file = noren_alloc(sizeof *file);
    file->text_len = len + 1;
    file->text = noren_alloc(file->text_len);
    if (len > 0)
        memcpy(file->text, text, len);
    file->groups = noren_alloc_array(KEYFILE_GROUPS_MAX, sizeof *file->groups);
    file->entries = noren_alloc_array(KEYFILE_ENTRIES_MAX, sizeof *file->entries);

    char *line = file->text;
    for (uint32_t number = 1; line != NULL; number++) {
        char *next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (!add_line(file, line, number, err))
            return NULL;
        line = next;
    }
    return noren_steal(&file);
}

size_t keyfile_count(const struct keyfile *file)
{
    return file->entry_count;
}

const struct keyfile_entry *keyfile_at(const struct keyfile *file, size_t index)
{
    noren_assert(index < file->entry_count);
    return &file->entries[index];
}

bool keyfile_has_group(const struct keyfile *file, const char *group)
{
    for (uint32_t i = 0; i < file->group_count; i++)
        if (strcmp(file->groups[i], group) == 0)
            return true;
    return false;
}

const struct keyfile_entry *keyfile_find(
        const struct keyfile *file, const char *group, const char *key)
{
    for (uint32_t i = 0; i < file->entry_count; i++) {
        const struct keyfile_entry *entry = &file->entries[i];
        if (*entry->language == '\0' && strcmp(entry->group, group) == 0
                && strcmp(entry->key, key) == 0)
            return entry;
    }
    return NULL;
}
