/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/po.h"

#include <stdlib.h>
#include <string.h>

struct po {
    GPtrArray *entries; /**< struct po_entry, owned */
    GHashTable *by_id;  /**< borrowed keys and values */
};

enum part { PART_NONE, PART_ID, PART_TEXT, PART_IGNORED };

/* The parser between two lines. Comments come before their entry, so they wait in `next`. */
struct parser {
    struct po *po;
    struct po_entry next;
    GString *id;
    GString *text;
    enum part part;
    int line;
    gboolean full; /**< PO_ENTRIES_MAX was met and told: the rest is not read */
    po_problem_fn on_problem;
    void *ctx;
};

static void free_entry(void *data)
{
    struct po_entry *entry = data;

    g_free(entry->id);
    g_free(entry->text);
    g_strfreev(entry->placeholders);
    g_free(entry);
}

void po_free(struct po *po)
{
    if (po == NULL)
        return;

    g_hash_table_unref(po->by_id);
    g_ptr_array_unref(po->entries);
    g_free(po);
}

const struct po_entry *po_find(const struct po *po, const char *id)
{
    return g_hash_table_lookup(po->by_id, id);
}

const struct po_entry *po_at(const struct po *po, guint index)
{
    return index < po->entries->len ? g_ptr_array_index(po->entries, index) : NULL;
}

static void tell(const struct parser *p, int line, enum po_problem problem, const char *text)
{
    if (p->on_problem != NULL)
        p->on_problem(p->ctx, line, problem, text);
}

static void forget_next(struct parser *p)
{
    g_strfreev(p->next.placeholders);
    p->next = (struct po_entry){ 0 };
    g_string_truncate(p->id, 0);
    g_string_truncate(p->text, 0);
    p->part = PART_NONE;
}

static gboolean is_findable(const struct po_entry *entry)
{
    return *entry->id != '\0' && *entry->text != '\0' && !entry->fuzzy;
}

/* Ends the entry that was being read, if there was one. */
static void finish_entry(struct parser *p)
{
    if (p->part == PART_NONE)
        return;
    if (p->part == PART_ID)
        tell(p, p->next.line, PO_SYNTAX, "msgid has no msgstr");
    if (p->part != PART_TEXT) {
        forget_next(p);
        return;
    }
    if (p->po->entries->len >= PO_ENTRIES_MAX) {
        p->full = TRUE;
        tell(p, p->next.line, PO_LIMIT, "too many entries, the rest is not read");
        forget_next(p);
        return;
    }

    struct po_entry *entry = g_new(struct po_entry, 1);
    *entry = p->next;
    p->next.placeholders = NULL;
    entry->id = g_strdup(p->id->str);
    entry->text = g_strdup(p->text->str);
    g_ptr_array_add(p->po->entries, entry);
    if (g_hash_table_contains(p->po->by_id, entry->id))
        tell(p, entry->line, PO_DUPLICATE, "this id is given twice");
    else if (is_findable(entry))
        g_hash_table_insert(p->po->by_id, entry->id, entry);
    forget_next(p);
}

static gboolean unescape(char c, char *out)
{
    switch (c) {
    case 'n':
        *out = '\n';
        return TRUE;
    case 't':
        *out = '\t';
        return TRUE;
    case '"':
    case '\\':
        *out = c;
        return TRUE;
    default:
        return FALSE;
    }
}

/* Appends the content of a quoted string that must fill the rest of the line. */
static void append_quoted(struct parser *p, const char *rest, GString *out)
{
    const char *c = rest;

    if (*c != '"') {
        tell(p, p->line, PO_SYNTAX, "a text in double quotes is expected");
        return;
    }
    for (c++; *c != '\0' && *c != '"'; c++) {
        char plain = *c;
        if (*c == '\\') {
            c++;
            if (!unescape(*c, &plain)) {
                tell(p, p->line, PO_SYNTAX, "only \\n, \\t, \\\" and \\\\ may follow a backslash");
                return;
            }
        }
        if (out->len >= PO_TEXT_MAX_BYTES) {
            tell(p, p->line, PO_LIMIT, "the text is too long");
            return;
        }
        g_string_append_c(out, plain);
    }
    if (*c != '"' || c[1 + strspn(c + 1, " \t")] != '\0')
        tell(p, p->line, PO_SYNTAX, "the closing quote is missing or not at the end");
}

static void read_placeholders(struct parser *p, const char *list)
{
    g_auto(GStrv) names = g_strsplit_set(list, ", \t", -1);
    g_autoptr(GPtrArray) kept = g_ptr_array_new();

    for (char **name = names; *name != NULL; name++) {
        if (**name != '\0')
            g_ptr_array_add(kept, g_strdup(*name));
    }
    g_ptr_array_add(kept, NULL);
    g_strfreev(p->next.placeholders);
    p->next.placeholders = (char **)g_ptr_array_free(g_steal_pointer(&kept), FALSE);
}

static void read_comment(struct parser *p, const char *line)
{
    if (p->part != PART_NONE && !g_str_has_prefix(line, "#~"))
        finish_entry(p);
    if (g_str_has_prefix(line, "#. max:"))
        p->next.max = (int)CLAMP(strtol(line + strlen("#. max:"), NULL, 10), 0, 10000);
    else if (g_str_has_prefix(line, "#. placeholders:"))
        read_placeholders(p, line + strlen("#. placeholders:"));
    else if (g_str_has_prefix(line, "#,") && strstr(line, "fuzzy") != NULL)
        p->next.fuzzy = TRUE;
}

static const char *after_keyword(const char *line, const char *keyword)
{
    size_t len = strlen(keyword);

    if (strncmp(line, keyword, len) != 0 || (line[len] != ' ' && line[len] != '\t'))
        return NULL;
    return line + len + strspn(line + len, " \t");
}

static void start_id(struct parser *p, const char *rest)
{
    finish_entry(p);
    p->part = PART_ID;
    p->next.line = p->line;
    append_quoted(p, rest, p->id);
}

static void start_text(struct parser *p, const char *rest)
{
    if (p->part == PART_IGNORED)
        return;
    if (p->part != PART_ID) {
        tell(p, p->line, PO_SYNTAX, "msgstr has no msgid before it");
        return;
    }
    p->part = PART_TEXT;
    p->next.text_line = p->line;
    append_quoted(p, rest, p->text);
}

static void read_line(struct parser *p, const char *line)
{
    const char *rest;

    if (*line == '#') {
        read_comment(p, line);
    } else if (line[strspn(line, " \t")] == '\0') {
        finish_entry(p);
    } else if ((rest = after_keyword(line, "msgid")) != NULL) {
        start_id(p, rest);
    } else if ((rest = after_keyword(line, "msgstr")) != NULL) {
        start_text(p, rest);
    } else if (g_str_has_prefix(line, "msgid_plural") || g_str_has_prefix(line, "msgstr[")) {
        if (p->part != PART_IGNORED)
            tell(p, p->line, PO_PLURAL, "no string of this version has plural forms");
        p->part = PART_IGNORED;
    } else if (*line == '"' && p->part != PART_NONE) {
        if (p->part != PART_IGNORED)
            append_quoted(p, line, p->part == PART_ID ? p->id : p->text);
    } else {
        tell(p, p->line, PO_SYNTAX, "msgid, msgstr, a quoted text or a comment is expected");
    }
}

static int line_of(const char *data, const char *at)
{
    int line = 1;

    for (const char *c = data; c < at; c++)
        line += *c == '\n';
    return line;
}

struct po *po_parse(const char *data, gsize len, po_problem_fn on_problem, void *ctx)
{
    struct po *po = g_new0(struct po, 1);
    struct parser p = { .po = po, .on_problem = on_problem, .ctx = ctx };
    const char *bad = NULL;

    po->entries = g_ptr_array_new_with_free_func(free_entry);
    po->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    if (len > 0 && !g_utf8_validate_len(data, len, &bad)) {
        p.line = line_of(data, bad);
        tell(&p, p.line, PO_SYNTAX, "the file is not UTF-8");
        return po;
    }

    p.id = g_string_new(NULL);
    p.text = g_string_new(NULL);
    for (gsize at = 0; at < len && !p.full;) {
        const char *end = memchr(data + at, '\n', len - at);
        gsize line_len = end != NULL ? (gsize)(end - data) - at : len - at;
        g_autofree char *line = g_strndup(data + at, line_len);

        p.line++;
        if (line_len > 0 && line[line_len - 1] == '\r')
            line[line_len - 1] = '\0';
        read_line(&p, line);
        at += line_len + 1;
    }
    finish_entry(&p);
    forget_next(&p);
    g_string_free(p.id, TRUE);
    g_string_free(p.text, TRUE);
    return po;
}
