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
    finding->text = g_strdup_vprintf(format, args);
    va_end(args);
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

const struct finding *findings_at(const struct findings *findings, guint index)
{
    return g_ptr_array_index(findings->list, index);
}

/* Names and values come from files, so nothing in them may steer a terminal. */
static void clean(char *line)
{
    for (char *c = line; *c != '\0'; c++) {
        if (g_ascii_iscntrl(*c))
            *c = '?';
    }
}

char *finding_line(const struct finding *finding, const char *prefix)
{
    char *line = g_strdup_printf("%s%s:%d: %s %s -> %s", prefix, finding->file, finding->line,
            finding->code, finding->text, finding->remedy);

    clean(line);
    return line;
}
