/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/schema.h"

#include <string.h>

#include "branding/keyscan.h"
#include "branding/language.h"
#include "branding/netvalue.h"

enum { NEAR_MAX = 3, KEY_MAX_BYTES = 64 };

const struct schema_key *schema_find(
        const struct schema *schema, const char *group, const char *key)
{
    for (gsize i = 0; i < schema->count; i++) {
        const struct schema_key *row = &schema->keys[i];
        if (strcmp(row->group, group) == 0 && strcmp(row->key, key) == 0)
            return row;
    }
    return NULL;
}

gboolean schema_has_group(const struct schema *schema, const char *group)
{
    for (gsize i = 0; i < schema->count; i++) {
        if (strcmp(schema->keys[i].group, group) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Levenshtein, one row at a time; G_MAXUINT for what is surely not near. */
static guint distance(const char *a, const char *b)
{
    guint row[KEY_MAX_BYTES + 1];
    gsize a_len = strlen(a);
    gsize len = strlen(b);

    if (a_len > KEY_MAX_BYTES || len > KEY_MAX_BYTES || a_len > len + NEAR_MAX
            || len > a_len + NEAR_MAX)
        return G_MAXUINT;
    for (gsize j = 0; j <= len; j++)
        row[j] = (guint)j;
    for (gsize i = 1; a[i - 1] != '\0'; i++) {
        guint diagonal = row[0];
        row[0] = (guint)i;
        for (gsize j = 1; j <= len; j++) {
            guint above = row[j];
            guint change = diagonal + (a[i - 1] != b[j - 1]);
            row[j] = MIN(MIN(above, row[j - 1]) + 1, change);
            diagonal = above;
        }
    }
    return row[len];
}

char *schema_nearest(const struct schema *schema, const char *key)
{
    const struct schema_key *best = NULL;
    gboolean is_group = FALSE;
    g_autofree char *small = g_ascii_strdown(key, -1);
    /* of a short word little may differ, or anything is near */
    guint least = (guint)MIN(NEAR_MAX, strlen(key) / 2 + 1);

    for (gsize i = 0; i < schema->count; i++) {
        const struct schema_key *row = &schema->keys[i];
        guint to_key = distance(small, row->key);
        guint to_group = distance(small, row->group);
        if (MIN(to_key, to_group) < least) {
            least = MIN(to_key, to_group);
            is_group = to_group < to_key;
            best = row;
        }
    }
    if (best == NULL)
        return NULL;
    return is_group ? g_strdup_printf("[%s]", best->group)
                    : g_strdup_printf("%s/%s", best->group, best->key);
}

static char *int_problem(const struct schema_key *key, const char *text)
{
    gint64 number;

    if (g_ascii_string_to_signed(text, 10, key->min, key->max, &number, NULL))
        return NULL;
    return g_strdup_printf(
            "must be a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, key->min, key->max);
}

static char *text_problem(const struct schema_key *key, const char *text)
{
    glong len = g_utf8_strlen(text, -1);

    if (len < key->min || len > key->max)
        return g_strdup_printf("must have %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                               " characters, has %ld",
                key->min, key->max, len);
    for (const char *c = text; *c != '\0'; c = g_utf8_find_next_char(c, NULL)) {
        if (g_unichar_iscntrl(g_utf8_get_char(c)))
            return g_strdup("must be one line without control characters");
    }
    if (key->form != NULL && strpbrk(text, key->form) != NULL)
        return g_strdup_printf("must not hold any of %s", key->form);
    return NULL;
}

static char *pattern_problem(const struct schema_key *key, const char *text)
{
    glong len = g_utf8_strlen(text, -1);

    if (len >= key->min && len <= key->max && g_regex_match_simple(key->form, text, 0, 0))
        return NULL;
    return g_strdup_printf("must have the form %s, %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                           " characters",
            key->form, key->min, key->max);
}

static gboolean is_word(const struct schema_key *key, const char *text)
{
    g_auto(GStrv) words = g_strsplit(key->form != NULL ? key->form : "", "|", -1);

    return g_strv_contains((const char *const *)words, text);
}

static char *url_problem(const struct schema_key *key, const char *text)
{
    g_autoptr(GUri) uri = g_uri_parse(text, G_URI_FLAGS_NONE, NULL);

    if (uri == NULL || strcmp(g_uri_get_scheme(uri), "https") != 0 || g_uri_get_host(uri) == NULL
            || *g_uri_get_host(uri) == '\0')
        return g_strdup("must be https");
    if (g_uri_get_userinfo(uri) != NULL)
        return g_strdup("must not hold a user name");
    if (strlen(text) > (gsize)key->max)
        return g_strdup_printf("must be at most %" G_GINT64_FORMAT " characters", key->max);
    return NULL;
}

/* A ';' list of which each item passes `is_right`. */
static char *list_problem(const struct schema_key *key, const char *text,
        gboolean (*is_right)(const char *), const char *what)
{
    g_auto(GStrv) items = keyscan_list(text);
    guint count = g_strv_length(items);

    if (count == 0 || (key->max > 0 && count > (guint)key->max))
        return g_strdup_printf("must be %s, separated by ';'", what);
    for (char **item = items; *item != NULL; item++) {
        if (!is_right(*item))
            return g_strdup_printf("must be %s, which \"%s\" is not", what, *item);
    }
    return NULL;
}

char *schema_value_problem(const struct schema_key *key, const char *text)
{
    switch (key->type) {
    case SCHEMA_INT:
        return int_problem(key, text);
    case SCHEMA_BOOL:
        if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
            return NULL;
        return g_strdup("must be true or false");
    case SCHEMA_TEXT:
        return text_problem(key, text);
    case SCHEMA_PATTERN:
        return pattern_problem(key, text);
    case SCHEMA_WORD:
        return is_word(key, text) ? NULL : g_strdup_printf("must be one of %s", key->form);
    case SCHEMA_COLOR:
        if (g_regex_match_simple("^#[0-9a-fA-F]{6}$", text, 0, 0))
            return NULL;
        return g_strdup("must be a colour as #rrggbb");
    case SCHEMA_URL:
        return url_problem(key, text);
    case SCHEMA_LANGUAGES:
        return list_problem(key, text, language_has_form, "language tags such as en;ja;pt-BR");
    case SCHEMA_SERVERS:
        return list_problem(key, text, netvalue_is_server, "host:port with a port of 1 to 65535");
    case SCHEMA_ROUTES:
        return is_word(key, text)
                       ? NULL
                       : list_problem(key, text, netvalue_is_route, "networks such as 10.1.0.0/16");
    case SCHEMA_ADDRESSES:
        return is_word(key, text) ? NULL
                                  : list_problem(key, text, netvalue_is_address, "IPv4 addresses");
    case SCHEMA_FILES:
    case SCHEMA_SECRET:
        return NULL;
    }
    return NULL;
}

static char *type_text(const struct schema_key *key)
{
    switch (key->type) {
    case SCHEMA_INT:
        return g_strdup_printf(
                "number, %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, key->min, key->max);
    case SCHEMA_BOOL:
        return g_strdup("`true` or `false`");
    case SCHEMA_TEXT:
        return g_strdup_printf("text, %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " characters%s",
                key->min, key->max, key->form != NULL ? " fit for a file name" : "");
    case SCHEMA_PATTERN:
        return g_strdup_printf("`%s`", key->form);
    case SCHEMA_WORD:
        return g_strdup_printf("one of `%s`", key->form);
    case SCHEMA_COLOR:
        return g_strdup("`#rrggbb`");
    case SCHEMA_URL:
        return g_strdup("https address");
    case SCHEMA_LANGUAGES:
        return g_strdup("list of language tags");
    case SCHEMA_SERVERS:
        return g_strdup("list of `host:port`");
    case SCHEMA_ROUTES:
        return g_strdup_printf("one of `%s`, or list of `a.b.c.d/n`", key->form);
    case SCHEMA_ADDRESSES:
        return g_strdup_printf("%s%s%slist of IPv4 addresses", key->form != NULL ? "one of `" : "",
                key->form != NULL ? key->form : "", key->form != NULL ? "`, or " : "");
    case SCHEMA_FILES:
        return g_strdup("list of file names");
    case SCHEMA_SECRET:
        return g_strdup("secret: never in a pack");
    }
    return NULL;
}

static void append_escaped(GString *out, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '|')
            g_string_append_c(out, '\\');
        g_string_append_c(out, *c);
    }
}

char *schema_manual(const struct schema *schema)
{
    GString *out = g_string_new(NULL);

    g_string_append_printf(out,
            "### `%s`\n\n| key | value | needed | use |\n| --- | --- | --- | --- |\n",
            schema->file);
    for (gsize i = 0; i < schema->count; i++) {
        const struct schema_key *key = &schema->keys[i];
        g_autofree char *type = type_text(key);
        g_string_append_printf(
                out, "| `[%s] %s%s` | ", key->group, key->key, key->localised ? "[xx]" : "");
        append_escaped(out, type);
        g_string_append_printf(out, " | %s | %s |\n", key->required ? "yes" : "", key->help);
    }
    return g_string_free(out, FALSE);
}
