/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/**
 * What may stand in the key files of a brand: one table per file. The checker and the tables in
 * docs/brand-pack.md (`noren-kit schema`) are driven by it.
 */

enum schema_type {
    SCHEMA_INT,       /**< min..max */
    SCHEMA_BOOL,      /**< true or false */
    SCHEMA_TEXT,      /**< min..max characters, none of `form` */
    SCHEMA_PATTERN,   /**< min..max characters, matches the regular expression `form` */
    SCHEMA_WORD,      /**< one of `form`, separated by '|' */
    SCHEMA_COLOR,     /**< #rrggbb */
    SCHEMA_URL,       /**< https, at most max characters */
    SCHEMA_LANGUAGES, /**< ';' list of language tags, the first is the default */
    SCHEMA_SERVERS,   /**< ';' list of host:port */
    SCHEMA_ROUTES,    /**< a word of `form`, or a ';' list of network/prefix */
    SCHEMA_ADDRESSES, /**< a word of `form`, or a ';' list of IPv4 addresses */
    SCHEMA_FILES,     /**< ';' list of names in trust/ */
    SCHEMA_SECRET,    /**< not allowed in a pack (E504) */
};

struct schema_key {
    const char *group;
    const char *key;
    enum schema_type type;
    gint64 min;
    gint64 max;
    const char *form; /**< see schema_type; NULL: any */
    gboolean required;
    gboolean localised; /**< "key[de]" may stand beside it */
    const char *code;   /**< of a wrong value; NULL: E103 */
    const char *help;   /**< what it is for, a clause; also the reason when it is missing */
};

struct schema {
    const char *file; /**< as the manual calls it */
    const struct schema_key *keys;
    gsize count;
};

extern const struct schema SCHEMA_BRAND;   /**< brand.conf */
extern const struct schema SCHEMA_PROFILE; /**< profiles/NN-name.conf */
extern const struct schema SCHEMA_LOCKS;   /**< policy/locks.conf */
extern const struct schema SCHEMA_LINUX;   /**< linux/metadata.conf */

/** NULL when the table has no such key. */
const struct schema_key *schema_find(
        const struct schema *schema, const char *group, const char *key);
gboolean schema_has_group(const struct schema *schema, const char *group);
/** "group/key" nearest to what was written, wherever it stands; NULL when nothing is near. */
char *schema_nearest(const struct schema *schema, const char *key);
/** NULL when the value is right, else what it must be ("must be true or false"). g_free it. */
char *schema_value_problem(const struct schema_key *key, const char *text);
/** The table as text for the manual, in Markdown. Free with g_free. */
char *schema_manual(const struct schema *schema);
