/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#include "noren/base/alloc.h"

/**
 * A key file with its line numbers, for the checker. GKeyFile itself merges what is given twice and
 * forgets where it stood (branding-anchors 2.3), so it can load a brand but not judge one.
 */

enum { KEYSCAN_ITEMS_MAX = 4000, KEYSCAN_GROUPS_MAX = 200 };

struct keyscan;

struct keyscan_item {
    char *group;
    char *key;
    char *language; /**< "de_AT" of "name[de_AT]"; NULL: plain */
    char *text;     /**< value with its escapes resolved */
    int line;
};

enum keyscan_problem { KEYSCAN_SYNTAX, KEYSCAN_TWICE };
typedef void (*keyscan_problem_fn)(
        void *ctx, int line, enum keyscan_problem problem, const char *text);

/** Never NULL; what cannot be read is told and left out. Of what is given twice the first stays. */
struct keyscan *keyscan_parse(
        const char *data, gsize len, keyscan_problem_fn on_problem, void *ctx);
void keyscan_free(struct keyscan *scan);
NOREN_DEFINE_CLEANUP(struct keyscan, keyscan_free)

guint keyscan_count(const struct keyscan *scan);
const struct keyscan_item *keyscan_at(const struct keyscan *scan, guint index);
/** The plain item; NULL when there is none. */
const struct keyscan_item *keyscan_find(
        const struct keyscan *scan, const char *group, const char *key);
/** Line of "[group]"; 0 when there is none. */
int keyscan_group_line(const struct keyscan *scan, const char *group);
/** The names of the groups in order, NULL-terminated; free the array only. */
const char **keyscan_groups(const struct keyscan *scan);

/** Items of a ';' list, white space taken off, empty ones left out. Free with g_strfreev. */
char **keyscan_list(const char *text);
