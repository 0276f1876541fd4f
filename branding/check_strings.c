/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "branding/check_private.h"
#include "branding/language.h"
#include "branding/placeholder.h"
#include "branding/po.h"
#include "resources/resources.h"

/* The brand's catalogues against the base catalogue: E201 to E206, W207. */

struct catalogue {
    struct check *check;
    const char *path;
    const char *language; /**< normal tag */
    const struct po *base;
};

static const char *const BRAND_WORDS[] = { "product", "short", "company", NULL };

static void on_problem(void *ctx, int line, enum po_problem problem, const char *text)
{
    const struct catalogue *cat = ctx;
    struct findings *findings = cat->check->findings;

    switch (problem) {
    case PO_SYNTAX:
        findings_add(findings, cat->path, line, "E203", "correct the line", "%s", text);
        return;
    case PO_PLURAL:
        findings_add(findings, cat->path, line, "E206", "give one msgstr", "%s", text);
        return;
    case PO_DUPLICATE:
        findings_add(findings, cat->path, line, "E102", "keep one", "%s", text);
        return;
    case PO_LIMIT:
        findings_add(findings, cat->path, line, "E204", "make it shorter", "%s", text);
        return;
    }
}

static const char *own_value(void *ctx, const char *name)
{
    const struct catalogue *cat = ctx;

    if (!g_strv_contains(BRAND_WORDS, name))
        return NULL;
    return check_value(cat->check, "brand", name, cat->language);
}

static void check_length(struct catalogue *cat, const struct po_entry *own, int max)
{
    g_autofree char *shown = placeholder_fill(own->text, own_value, cat);
    glong len = g_utf8_strlen(shown, -1);

    if (max > 0 && len > max)
        findings_add(cat->check->findings, cat->path, own->text_line, "E204", "make it shorter",
                "%s [%s]: %ld characters, there is room for %d", own->id, cat->language, len, max);
}

static void check_placeholders(
        struct catalogue *cat, const struct po_entry *own, const struct po_entry *base)
{
    g_auto(GStrv) used = placeholder_names(own->text);
    g_auto(GStrv) wanted = placeholder_names(base->text);
    struct findings *findings = cat->check->findings;

    if (used == NULL) {
        findings_add(findings, cat->path, own->text_line, "E203",
                "write placeholders as {name} and no other braces", "%s [%s]: a brace is malformed",
                own->id, cat->language);
        return;
    }
    for (char **name = used; *name != NULL; name++) {
        gboolean allowed =
                g_strv_contains(BRAND_WORDS, *name)
                || (base->placeholders != NULL
                        && g_strv_contains((const char *const *)base->placeholders, *name));
        if (!allowed)
            findings_add(findings, cat->path, own->text_line, "E203", "take it out",
                    "%s [%s]: {%s} has no meaning here", own->id, cat->language, *name);
    }
    for (char **name = wanted; wanted != NULL && *name != NULL; name++) {
        if (!g_strv_contains(BRAND_WORDS, *name)
                && !g_strv_contains((const char *const *)used, *name))
            findings_add(findings, cat->path, own->text_line, "E203", "put it in",
                    "%s [%s]: {%s} is missing", own->id, cat->language, *name);
    }
}

static void check_markup(struct catalogue *cat, const struct po_entry *own)
{
    if (g_regex_match_simple("<[/a-z!]|https?://|www\\.", own->text, G_REGEX_CASELESS, 0))
        findings_add(cat->check->findings, cat->path, own->text_line, "E205",
                "links are set in [links], looks in ui/theme.css",
                "%s [%s]: markup or a link is not allowed in a text", own->id, cat->language);
}

static void check_entry(struct catalogue *cat, const struct po_entry *own)
{
    const struct po_entry *base = po_find(cat->base, own->id);

    if (*own->id == '\0')
        return;
    if (base == NULL) {
        findings_add(cat->check->findings, cat->path, own->line, "E202",
                "correct the id, or take it out", "\"%s\" is not a string of this version",
                own->id);
        return;
    }
    if (*own->text == '\0')
        return;
    check_placeholders(cat, own, base);
    check_markup(cat, own);
    check_length(cat, own, base->max);
}

static guint count_untranslated(const struct po *own, const struct po *base, guint *total)
{
    const struct po_entry *entry;
    guint missing = 0;

    *total = 0;
    for (guint i = 0; (entry = po_at(base, i)) != NULL; i++) {
        if (*entry->id == '\0')
            continue;
        (*total)++;
        missing += po_find(own, entry->id) == NULL;
    }
    return missing;
}

static struct po *base_words(const char *language)
{
    g_auto(GStrv) chain = language_chain(language);

    for (char **tag = chain; *tag != NULL; tag++) {
        g_autofree char *path = g_strdup_printf("strings/%s.po", *tag);
        g_autoptr(GBytes) bytes = resources_file(path);
        gsize len = 0;
        const char *data = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
        if (bytes != NULL)
            return po_parse(data, len, NULL, NULL);
    }
    return NULL;
}

static void check_catalogue(struct check *c, const struct brandpack_file *file,
        const char *language, const struct po *base)
{
    struct catalogue cat = { c, file->path, language, base };
    noren_cleanup(po_freep) struct po *in_base = base_words(language);
    noren_cleanup(po_freep) struct po *own =
            po_parse((const char *)file->data, file->len, on_problem, &cat);
    const struct po_entry *entry;
    guint total;

    for (guint i = 0; (entry = po_at(own, i)) != NULL; i++)
        check_entry(&cat, entry);
    guint missing = count_untranslated(own, base, &total);
    if (in_base == NULL && missing > 0)
        findings_add(c->findings, file->path, 1, "W207", "translate them",
                "%s: %u of %u ids use the base text", language, missing, total);
}

static int languages_line(const struct check *c)
{
    const struct keyscan_item *item = keyscan_find(c->conf, "pack", "languages");

    return item != NULL ? item->line : 1;
}

static gboolean has_words(const struct check *c, const char *language)
{
    noren_cleanup(po_freep) struct po *in_base = base_words(language);
    g_auto(GStrv) chain = language_chain(language);

    for (char **tag = chain; in_base == NULL && *tag != NULL; tag++) {
        g_autofree char *path = g_strdup_printf("strings/%s.po", *tag);
        if (brandpack_find(c->pack, path) == NULL)
            g_strdelimit(path, "_", '-');
        if (brandpack_find(c->pack, path) != NULL)
            return TRUE;
    }
    return in_base != NULL;
}

void check_strings(struct check *c)
{
    noren_cleanup(po_freep) struct po *base = base_words("en");

    for (size_t i = 0; base != NULL && i < brandpack_count(c->pack); i++) {
        const struct brandpack_file *file = brandpack_at(c->pack, i);
        if (!check_path_is(file->path, "strings/", ".po"))
            continue;
        g_autofree char *stem = check_path_stem(file->path, "strings/", ".po");
        g_autofree char *language = language_normal(stem);
        if (!g_strv_contains((const char *const *)c->languages, language))
            findings_add(c->findings, file->path, 1, "E201",
                    "add it to [pack] languages, or take the file out",
                    "language \"%s\" is not declared", stem);
        if (check_is_text(file))
            check_catalogue(c, file, language, base);
    }
    for (char **language = c->languages; *language != NULL; language++) {
        if (!has_words(c, *language))
            findings_add(c->findings, "brand.conf", languages_line(c), "E201",
                    "write it, or take the language out of [pack] languages",
                    "language \"%s\" has no strings/%s.po and is not in the base", *language,
                    *language);
    }
}
