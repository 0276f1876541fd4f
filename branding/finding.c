/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/finding.h"

#include <stdarg.h>
#include <string.h>

struct findings {
    GPtrArray *list; /**< struct finding, owned */
};

static void free_finding(void *data)
{
    struct finding *finding = data;

    g_free(finding->file);
    g_free(finding->code);
    g_free(finding->text);
    g_free(finding->remedy);
    g_free(finding);
}

struct findings *findings_new(void)
{
    struct findings *findings = g_new0(struct findings, 1);

    findings->list = g_ptr_array_new_with_free_func(free_finding);
    return findings;
}

void findings_free(struct findings *findings)
{
    if (findings == NULL)
        return;

    g_ptr_array_unref(findings->list);
    g_free(findings);
}

/* Text of a file as people can read it: UTF-8, and not longer than `most` characters. */
static char *cut(const char *text, glong most)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);

    if (g_utf8_strlen(valid, -1) <= most)
        return g_steal_pointer(&valid);
    g_autofree char *start = g_utf8_substring(valid, 0, most);
    return g_strconcat(start, "...", NULL);
}

char *finding_value(const char *value)
{
    return cut(value, FINDING_VALUE_MAX);
}

void findings_add(struct findings *findings, const char *file, int line, const char *code,
        const char *remedy, const char *format, ...)
{
    if (findings->list->len >= FINDINGS_MAX)
        return;

    struct finding *finding = g_new0(struct finding, 1);
    va_list args;

    finding->file = g_strdup(file);
    finding->line = MAX(line, 1);
    finding->code = g_strdup(code);
    finding->remedy = g_strdup(remedy);
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    finding->text = cut(text, FINDING_TEXT_MAX);
    g_ptr_array_add(findings->list, finding);
}

static int compare(const void *a, const void *b)
{
    const struct finding *left = *(const struct finding *const *)a;
    const struct finding *right = *(const struct finding *const *)b;
    int order = strcmp(left->file, right->file);

    if (order == 0)
        order = (left->line > right->line) - (left->line < right->line);
    if (order == 0)
        order = strcmp(left->code, right->code);
    return order != 0 ? order : strcmp(left->text, right->text);
}

void findings_sort(struct findings *findings)
{
    g_ptr_array_sort(findings->list, compare);
}

guint findings_count(const struct findings *findings)
{
    return findings->list->len;
}

guint findings_errors(const struct findings *findings)
{
    guint errors = 0;

    for (guint i = 0; i < findings->list->len; i++)
        errors += findings_at(findings, i)->code[0] == 'E';
    return errors;
}

gboolean findings_concern(const struct findings *findings, const char *file)
{
    for (guint i = 0; i < findings->list->len; i++) {
        if (strcmp(findings_at(findings, i)->file, file) == 0)
            return TRUE;
    }
    return findings->list->len >= FINDINGS_MAX;
}

const struct finding *findings_at(const struct findings *findings, guint index)
{
    return g_ptr_array_index(findings->list, index);
}

/* Names and values come from files, so nothing in them may steer a terminal: no control characters,
 * also not those beyond ASCII, and none that turn the direction of writing. */
static char *clean(const char *line)
{
    g_autofree char *valid = g_utf8_make_valid(line, -1);
    GString *out = g_string_new(NULL);

    for (const char *c = valid; *c != '\0'; c = g_utf8_find_next_char(c, NULL)) {
        gunichar character = g_utf8_get_char(c);
        GUnicodeType type = g_unichar_type(character);
        gboolean steers = type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT
                          || type == G_UNICODE_LINE_SEPARATOR
                          || type == G_UNICODE_PARAGRAPH_SEPARATOR;
        g_string_append_unichar(out, steers ? '?' : character);
    }
    return g_string_free(out, FALSE);
}

char *finding_line(const struct finding *finding, const char *prefix)
{
    g_autofree char *line = g_strdup_printf("%s%s:%d: %s %s -> %s", prefix, finding->file,
            finding->line, finding->code, finding->text, finding->remedy);

    return clean(line);
}
