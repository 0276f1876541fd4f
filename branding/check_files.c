/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "branding/check_private.h"
#include "branding/language.h"
#include "branding/slots.h"

/* Which files there may be (E109, E110) and what text may hold (E108). */

enum { TEXT_FINDINGS_MAX = 5 };

static const char *const WINDOWS_NAMES[] = { "con", "prn", "aux", "nul", "com1", "com2", "com3",
    "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6",
    "lpt7", "lpt8", "lpt9", NULL };

static const char *const PLAIN_FILES[] = { "brand.conf", "legal/thirdparty.txt",
    "linux/metadata.conf", "policy/locks.conf", "trust/profile.pub", "trust/update.pub",
    "ui/theme.css", NULL };

/* folder, ending, and what stands between: a '*' for a language, else a regular expression */
static const struct {
    const char *folder, *ending, *stem;
} PATTERNS[] = {
    { "strings/", ".po", "*" },
    { "legal/eula.", ".txt", "*" },
    { "legal/notice.", ".txt", "*" },
    { "legal/privacy.", ".txt", "*" },
    { "docs/help.", ".md", "*" },
    { "profiles/", ".conf", "^[0-9]{2}-[a-z0-9-]{1,40}$" },
    { "trust/", ".pem", "^[A-Za-z0-9_-]{1,40}$" },
    { "trust/", ".pin", "^[A-Za-z0-9_-]{1,40}$" },
    { "ui/", ".ui", "^(main|first-run|login|error|about|settings|log)$" },
};

static gboolean fits_pattern(const char *path)
{
    for (gsize i = 0; i < G_N_ELEMENTS(PATTERNS); i++) {
        if (!check_path_is(path, PATTERNS[i].folder, PATTERNS[i].ending))
            continue;
        g_autofree char *stem = check_path_stem(path, PATTERNS[i].folder, PATTERNS[i].ending);
        if (PATTERNS[i].stem[0] == '*' ? language_has_form(stem)
                                       : g_regex_match_simple(PATTERNS[i].stem, stem, 0, 0))
            return TRUE;
    }
    return FALSE;
}

static gboolean is_in_layout(const char *path)
{
    return g_strv_contains(PLAIN_FILES, path) || fits_pattern(path) || slot_of_path(path) != NULL;
}

static void check_windows_name(struct check *c, const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);

    for (char **part = parts; *part != NULL; part++) {
        g_autofree char *stem = g_ascii_strdown(*part, (gssize)strcspn(*part, "."));
        if (g_strv_contains(WINDOWS_NAMES, stem) || g_str_has_suffix(*part, "."))
            findings_add(c->findings, path, 1, "E109", "choose another name",
                    "%s cannot exist on Windows", path);
    }
}

void check_layout(struct check *c)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    for (size_t i = 0; i < brandpack_count(c->pack); i++) {
        const char *path = brandpack_at(c->pack, i)->path;
        char *folded = g_ascii_strdown(path, -1);
        const char *other = g_hash_table_lookup(seen, folded);

        if (other != NULL)
            findings_add(c->findings, path, 1, "E109", "keep one of the two",
                    "differs from %s in upper and lower case only", other);
        g_hash_table_insert(seen, folded, g_strdup(path));
        check_windows_name(c, path);
        if (!is_in_layout(path))
            findings_add(c->findings, path, 1, "E110",
                    "take it out of the folder, or correct its name",
                    "the pack holds only files of its layout: this file would never be used");
    }
}

static gboolean is_text(const char *path)
{
    static const char *const ENDINGS[] = { ".conf", ".po", ".ui", ".css", ".txt", ".md", ".svg",
        ".pem", ".pin", ".pub" };

    for (gsize i = 0; i < G_N_ELEMENTS(ENDINGS); i++) {
        if (g_str_has_suffix(path, ENDINGS[i]))
            return TRUE;
    }
    return FALSE;
}

static const char *forbidden_at(const struct brandpack_file *file, size_t at)
{
    const uint8_t *byte = file->data + at;

    if (*byte == '\r')
        return at + 1 < file->len && byte[1] == '\n' ? NULL : "end lines with LF";
    if (*byte == '\t' || *byte == '\n')
        return NULL;
    if (*byte < 0x20 || *byte == 0x7f)
        return "remove it";
    if (file->len - at >= 3 && memcmp(byte, "\xef\xbb\xbf", 3) == 0)
        return "save the file as UTF-8 without byte order mark";
    return NULL;
}

gboolean check_is_text(const struct brandpack_file *file)
{
    return g_utf8_validate_len((const char *)file->data, file->len, NULL)
           && (file->len < 3 || memcmp(file->data, "\xef\xbb\xbf", 3) != 0);
}

static void check_text(struct check *c, const struct brandpack_file *file)
{
    const char *bad = NULL;
    size_t line_start = 0;
    int line = 1;
    int found = 0;

    if (file->len > 0 && !g_utf8_validate_len((const char *)file->data, file->len, &bad)
            && *bad != '\0') {
        findings_add(c->findings, file->path, check_line_of(file, bad), "E108",
                "save the file as UTF-8", "byte 0x%02x is not part of UTF-8 text", (guint8)*bad);
        return;
    }
    for (size_t at = 0; at < file->len && found < TEXT_FINDINGS_MAX; at++) {
        const char *remedy = forbidden_at(file, at);
        if (remedy != NULL) {
            findings_add(c->findings, file->path, line, "E108", remedy,
                    "byte 0x%02x at column %zu is not allowed in text", file->data[at],
                    at - line_start + 1);
            found++;
        }
        if (file->data[at] == '\n') {
            line++;
            line_start = at + 1;
        }
    }
}

void check_texts(struct check *c)
{
    for (size_t i = 0; i < brandpack_count(c->pack); i++) {
        const struct brandpack_file *file = brandpack_at(c->pack, i);
        if (is_text(file->path))
            check_text(c, file);
    }
}

/* Each kind of legal text that is there at all is there in every language. */
void check_legal(struct check *c)
{
    static const char *const KINDS[] = { "eula", "notice", "privacy" };

    for (gsize i = 0; i < G_N_ELEMENTS(KINDS); i++) {
        g_autofree char *folder = g_strdup_printf("legal/%s.", KINDS[i]);
        g_autoptr(GHashTable) have = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

        for (size_t j = 0; j < brandpack_count(c->pack); j++) {
            const char *path = brandpack_at(c->pack, j)->path;
            if (!check_path_is(path, folder, ".txt"))
                continue;
            g_autofree char *stem = check_path_stem(path, folder, ".txt");
            g_hash_table_add(have, language_normal(stem));
        }
        for (char **language = c->languages; g_hash_table_size(have) > 0 && *language != NULL;
                language++) {
            g_auto(GStrv) chain = language_chain(*language);
            gboolean found = FALSE;
            for (char **tag = chain; *tag != NULL; tag++)
                found |= g_hash_table_contains(have, *tag);
            if (!found)
                findings_add(c->findings, "brand.conf",
                        keyscan_find(c->conf, "pack", "languages") != NULL
                                ? keyscan_find(c->conf, "pack", "languages")->line
                                : 1,
                        "E201", "write it, or take the language out of [pack] languages",
                        "language \"%s\" has no legal/%s.%s.txt, other languages have one",
                        *language, KINDS[i], *language);
        }
    }
}
