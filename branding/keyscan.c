/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/keyscan.h"

#include <string.h>

#include "branding/language.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct group_place {
    char *name;
    int line;
};

struct keyscan {
    GPtrArray *items;  /**< struct keyscan_item, owned */
    GPtrArray *groups; /**< struct group_place, owned */
};

struct scanner {
    struct keyscan *scan;
    const char *group; /**< NULL before the first group */
    int line;
    gboolean full; /**< a limit was met and told: the rest is not read */
    keyscan_problem_fn on_problem;
    void *ctx;
};

static void free_item(void *data)
{
    struct keyscan_item *item = data;

    g_free(item->group);
    g_free(item->key);
    g_free(item->language);
    g_free(item->text);
    g_free(item);
}

static void free_group(void *data)
{
    struct group_place *group = data;

    g_free(group->name);
    g_free(group);
}

void keyscan_free(struct keyscan *scan)
{
    if (scan == NULL)
        return;

    g_ptr_array_unref(scan->items);
    g_ptr_array_unref(scan->groups);
    g_free(scan);
}

guint keyscan_count(const struct keyscan *scan)
{
    return scan->items->len;
}

const struct keyscan_item *keyscan_at(const struct keyscan *scan, guint index)
{
    return g_ptr_array_index(scan->items, index);
}

static const struct keyscan_item *find(
        const struct keyscan *scan, const char *group, const char *key, const char *language)
{
    for (guint i = 0; i < scan->items->len; i++) {
        const struct keyscan_item *item = keyscan_at(scan, i);
        if (strcmp(item->group, group) == 0 && strcmp(item->key, key) == 0
                && g_strcmp0(item->language, language) == 0)
            return item;
    }
    return NULL;
}

const struct keyscan_item *keyscan_find(
        const struct keyscan *scan, const char *group, const char *key)
{
    return find(scan, group, key, NULL);
}

int keyscan_group_line(const struct keyscan *scan, const char *group)
{
    for (guint i = 0; i < scan->groups->len; i++) {
        const struct group_place *place = g_ptr_array_index(scan->groups, i);
        if (strcmp(place->name, group) == 0)
            return place->line;
    }
    return 0;
}

const char **keyscan_groups(const struct keyscan *scan)
{
    const char **names = g_new0(const char *, scan->groups->len + 1);

    for (guint i = 0; i < scan->groups->len; i++)
        names[i] = ((const struct group_place *)g_ptr_array_index(scan->groups, i))->name;
    return names;
}

static void tell(const struct scanner *s, enum keyscan_problem problem, const char *text)
{
    if (s->on_problem != NULL)
        s->on_problem(s->ctx, s->line, problem, text);
}

static void tell_full(struct scanner *s, int most, const char *what)
{
    g_autofree char *text = g_strdup_printf("more than %d %s, the rest is not read", most, what);

    s->full = TRUE;
    tell(s, KEYSCAN_SYNTAX, text);
}

static void tell_twice(const struct scanner *s, const char *name, int first_line)
{
    g_autofree char *text =
            g_strdup_printf("\"%s\" is given twice (lines %d and %d)", name, first_line, s->line);

    tell(s, KEYSCAN_TWICE, text);
}

static void read_group(struct scanner *s, const char *line)
{
    size_t len = strcspn(line + 1, "[]");

    if (len == 0 || line[1 + len] != ']' || line[2 + len] != '\0') {
        tell(s, KEYSCAN_SYNTAX, "a group is written [name]");
        return;
    }
    if (s->scan->groups->len >= KEYSCAN_GROUPS_MAX) {
        tell_full(s, KEYSCAN_GROUPS_MAX, "groups");
        return;
    }

    struct group_place *place = g_new0(struct group_place, 1);
    place->name = g_strndup(line + 1, len);
    place->line = s->line;
    int first_line = keyscan_group_line(s->scan, place->name);
    if (first_line != 0)
        tell_twice(s, place->name, first_line);
    g_ptr_array_add(s->scan->groups, place);
    s->group = place->name;
}

static char *unescape(const char *value)
{
    GString *out = g_string_new(NULL);

    for (const char *c = value; *c != '\0'; c++) {
        static const char FROM[] = "sntr\\;";
        static const char TO[] = " \n\t\r\\;";
        const char *found = *c == '\\' && c[1] != '\0' ? strchr(FROM, c[1]) : NULL;
        if (found != NULL)
            c++;
        g_string_append_c(out, found != NULL ? TO[found - FROM] : *c);
    }
    return g_string_free(out, FALSE);
}

/* "name[de-AT]" to name and language; FALSE when it is neither that nor a plain name. */
static gboolean split_key(const char *written, struct keyscan_item *item)
{
    size_t len =
            strspn(written, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    const char *rest = written + len;

    if (len == 0)
        return FALSE;
    item->key = g_strndup(written, len);
    if (*rest == '\0')
        return TRUE;

    size_t language_len = *rest == '[' ? strcspn(rest + 1, "[]") : 0;
    if (language_len == 0 || strcmp(rest + 1 + language_len, "]") != 0)
        return FALSE;
    g_autofree char *tag = g_strndup(rest + 1, language_len);
    item->language = language_normal(tag);
    return TRUE;
}

static void read_item(struct scanner *s, const char *line)
{
    const char *equals = strchr(line, '=');
    g_autofree char *written = equals != NULL ? g_strndup(line, (gsize)(equals - line)) : NULL;

    if (written == NULL || s->group == NULL) {
        tell(s, KEYSCAN_SYNTAX, "a [group], a key=value in a group or a # comment is expected");
        return;
    }
    if (s->scan->items->len >= KEYSCAN_ITEMS_MAX) {
        tell_full(s, KEYSCAN_ITEMS_MAX, "keys");
        return;
    }

    struct keyscan_item *item = g_new0(struct keyscan_item, 1);
    g_autofree char *value = g_strdup(equals + 1);
    item->group = g_strdup(s->group);
    item->text = unescape(g_strstrip(value));
    item->line = s->line;
    g_strstrip(written);
    if (!split_key(written, item)) {
        tell(s, KEYSCAN_SYNTAX, "a key is letters, digits and -, then [language] if wanted");
        free_item(item);
        return;
    }

    const struct keyscan_item *first = find(s->scan, item->group, item->key, item->language);
    if (first != NULL) {
        tell_twice(s, written, first->line);
        free_item(item);
        return;
    }
    g_ptr_array_add(s->scan->items, item);
}

struct keyscan *keyscan_parse(const char *data, gsize len, keyscan_problem_fn on_problem, void *ctx)
{
    struct keyscan *scan = g_new0(struct keyscan, 1);
    struct scanner s = { .scan = scan, .on_problem = on_problem, .ctx = ctx };
    /* bytes that are no text are told once, as E108; here they only must do no harm */
    g_autofree char *valid = g_utf8_make_valid(data, (gssize)len);

    data = g_str_has_prefix(valid, BYTE_ORDER_MARK) ? valid + strlen(BYTE_ORDER_MARK) : valid;
    len = strlen(data);
    scan->items = g_ptr_array_new_with_free_func(free_item);
    scan->groups = g_ptr_array_new_with_free_func(free_group);
    for (gsize at = 0; at < len && !s.full;) {
        const char *end = memchr(data + at, '\n', len - at);
        gsize line_len = end != NULL ? (gsize)(end - data) - at : len - at;
        g_autofree char *line = g_strndup(data + at, line_len);

        s.line++;
        g_strstrip(line);
        if (*line == '[')
            read_group(&s, line);
        else if (*line != '\0' && *line != '#')
            read_item(&s, line);
        at += line_len + 1;
    }
    return scan;
}

char **keyscan_list(const char *text)
{
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) parts = g_strsplit(text, ";", -1);

    for (char **part = parts; *part != NULL; part++) {
        g_strstrip(*part);
        if (**part != '\0')
            g_ptr_array_add(items, g_strdup(*part));
    }
    g_ptr_array_add(items, NULL);
    return (char **)g_ptr_array_steal(items, NULL);
}
