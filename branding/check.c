/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/check.h"

#include <string.h>

#include "branding/check_private.h"
#include "branding/language.h"

enum { LANGUAGES_MAX = 60 }; /**< as the table of brand.conf says */

static void on_refused(void *ctx, const char *path, enum brandpack_refusal refusal)
{
    struct findings *findings = ctx;

    switch (refusal) {
    case BRANDPACK_REFUSED_NAME:
        findings_add(findings, path, 1, "E109",
                "use letters, digits and . _ + @ -, no dot in front, at most 200 characters",
                "this name cannot be in a pack");
        break;
    case BRANDPACK_REFUSED_KIND:
        findings_add(findings, path, 1, "E109", "put the file itself there",
                "only plain files can be in a pack, no links and no devices");
        break;
    case BRANDPACK_REFUSED_RIGHT:
        findings_add(findings, path, 1, "E109", "give yourself the right to read it",
                "you have no right to read this");
        break;
    case BRANDPACK_REFUSED_SIZE:
        findings_add(findings, path, 1, "E302", "make the file smaller",
                "the file is larger than %d bytes", BRANDPACK_FILE_MAX_BYTES);
        break;
    case BRANDPACK_REFUSED_TOTAL:
        findings_add(findings, path, 1, "E302", "take files out or make them smaller",
                "the pack would hold more than %d files or %d bytes", BRANDPACK_FILES_MAX,
                BRANDPACK_TOTAL_MAX_BYTES);
        break;
    }
}

static void read_languages(struct check *c)
{
    const struct keyscan_item *item = keyscan_find(c->conf, "pack", "languages");
    g_auto(GStrv) tags = keyscan_list(item != NULL ? item->text : "en");
    GPtrArray *normal = g_ptr_array_new();

    /* what is no tag was told with its line; it must not be looked for as a language as well */
    for (char **tag = tags; *tag != NULL; tag++) {
        g_autofree char *language = language_normal(*tag);
        if (language_has_form(*tag) && normal->len < LANGUAGES_MAX
                && !g_ptr_array_find_with_equal_func(normal, language, g_str_equal, NULL))
            g_ptr_array_add(normal, g_steal_pointer(&language));
    }
    if (normal->len == 0)
        g_ptr_array_add(normal, g_strdup("en"));
    g_ptr_array_add(normal, NULL);
    c->languages = (char **)g_ptr_array_free(normal, FALSE);
}

struct findings *brand_check_folder(
        const char *path, const struct check_options *options, struct noren_err *err)
{
    noren_cleanup(findings_freep) struct findings *findings = findings_new();
    noren_cleanup(brandpack_freep) struct brandpack *pack =
            brandpack_open_folder(path, on_refused, findings, err);
    struct check c = { .pack = pack, .findings = findings, .options = options };

    if (pack == NULL)
        return NULL;
    check_layout(&c);
    check_texts(&c);
    check_conf(&c);
    read_languages(&c);
    check_identity(&c);
    check_colors(&c);
    check_strings(&c);
    check_legal(&c);
    check_images(&c);
    check_tray_shapes(&c);
    check_profiles(&c);
    check_trust(&c);
    check_pages(&c);
    findings_sort(findings);
    keyscan_free(c.conf);
    g_strfreev(c.languages);
    return noren_steal(&findings);
}

const char *check_value(
        const struct check *c, const char *group, const char *key, const char *language)
{
    g_auto(GStrv) chain = language_chain(language);
    const struct keyscan_item *plain = keyscan_find(c->conf, group, key);

    for (char **tag = chain; *tag != NULL; tag++) {
        for (guint i = 0; i < keyscan_count(c->conf); i++) {
            const struct keyscan_item *item = keyscan_at(c->conf, i);
            if (strcmp(item->group, group) == 0 && strcmp(item->key, key) == 0
                    && g_strcmp0(item->language, *tag) == 0)
                return item->text;
        }
    }
    return plain != NULL ? plain->text : NULL;
}

gboolean check_path_is(const char *path, const char *folder, const char *ending)
{
    return g_str_has_prefix(path, folder) && g_str_has_suffix(path, ending)
           && strlen(path) > strlen(folder) + strlen(ending)
           && strchr(path + strlen(folder), '/') == NULL;
}

char *check_path_stem(const char *path, const char *folder, const char *ending)
{
    return g_strndup(path + strlen(folder), strlen(path) - strlen(folder) - strlen(ending));
}

int check_line_of(const struct brandpack_file *file, const void *at)
{
    int line = 1;

    for (const uint8_t *byte = file->data; byte < (const uint8_t *)at; byte++)
        line += *byte == '\n';
    return line;
}
