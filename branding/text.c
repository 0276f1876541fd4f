/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdarg.h>
#include <string.h>

#include "branding/brand.h"
#include "branding/brand_private.h"
#include "branding/language.h"
#include "branding/placeholder.h"
#include "resources/resources.h"

/* Words of the brand over words of the base, by language. */

struct po_failure {
    const char *path;
    struct noren_err *err;
    bool failed;
};

static void on_problem(void *ctx, int line, enum po_problem problem, const char *text)
{
    struct po_failure *failure = ctx;

    (void)problem;
    if (!failure->failed)
        noren_err_set(failure->err, NOREN_E_PROTOCOL, "%s line %d: %s", failure->path, line, text);
    failure->failed = true;
}

/* "strings/pt-BR.po" to "pt_BR"; NULL for another file. */
static char *language_of_path(const char *path)
{
    if (!g_str_has_prefix(path, "strings/") || !g_str_has_suffix(path, ".po"))
        return NULL;

    const char *name = path + strlen("strings/");
    g_autofree char *tag = g_strndup(name, strlen(name) - strlen(".po"));
    return language_normal(tag);
}

static bool read_own_words(struct brand *brand, struct noren_err *err)
{
    for (size_t i = 0; i < brandpack_count(brand->pack); i++) {
        const struct brandpack_file *file = brandpack_at(brand->pack, i);
        struct po_failure failure = { .path = file->path, .err = err };
        char *language = language_of_path(file->path);
        if (language == NULL)
            continue;

        struct po *po = po_parse((const char *)file->data, file->len, on_problem, &failure);
        g_hash_table_replace(brand->own_words, language, po);
        if (failure.failed)
            return false;
    }
    return true;
}

static void read_base_words(struct brand *brand)
{
    g_auto(GStrv) names = resources_list("strings");

    for (char **name = names; *name != NULL; name++) {
        g_autofree char *path = g_strdup_printf("strings/%s", *name);
        g_autoptr(GBytes) bytes = resources_file(path);
        char *language = language_of_path(path);
        gsize len = 0;
        if (language == NULL)
            continue;

        const char *data = g_bytes_get_data(bytes, &len);
        g_hash_table_replace(brand->base_words, language, po_parse(data, len, NULL, NULL));
    }
}

bool brand_read_words(struct brand *brand, struct noren_err *err)
{
    GDestroyNotify free_words = (GDestroyNotify)po_free;

    brand->own_words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_words);
    brand->base_words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_words);
    read_base_words(brand);
    return read_own_words(brand, err);
}

static const char *find_in(GHashTable *words, char **chain, const char *id)
{
    for (char **tag = chain; *tag != NULL; tag++) {
        struct po *po = g_hash_table_lookup(words, *tag);
        const struct po_entry *entry = po != NULL ? po_find(po, id) : NULL;
        if (entry != NULL)
            return entry->text;
    }
    return NULL;
}

static const char *find_text(const struct brand *brand, const char *language, const char *id)
{
    g_auto(GStrv) chain = language_chain(language);
    g_auto(GStrv) first = language_chain(brand->languages[0]);
    char en[] = "en";
    char *english[] = { en, NULL };

    const char *text = find_in(brand->own_words, chain, id);
    if (text == NULL)
        text = find_in(brand->base_words, chain, id);
    if (text == NULL)
        text = find_in(brand->own_words, first, id);
    if (text == NULL)
        text = find_in(brand->base_words, english, id);
    return text;
}

struct fill {
    const struct brand *brand;
    const char *language;
    GHashTable *pairs; /**< NULL: none */
};

/* [brand] short may be left out where the schema asks for it no longer; product always is there. */
static const char *value_of(void *ctx, const char *name)
{
    const struct fill *fill = ctx;
    const char *value = fill->pairs != NULL ? g_hash_table_lookup(fill->pairs, name) : NULL;

    if (value != NULL)
        return value;
    if (strcmp(name, "product") != 0 && strcmp(name, "short") != 0 && strcmp(name, "company") != 0)
        return NULL;
    value = brand_value(fill->brand, "brand", name, fill->language);
    if (value == NULL)
        value = brand_value(fill->brand, "brand", "product", fill->language);
    return value;
}

static char *filled_text(const struct fill *fill, const char *id)
{
    const char *text = find_text(fill->brand, fill->language, id);
    struct fill ctx = *fill;

    if (text == NULL)
        return g_strdup(id);
    return placeholder_fill(text, value_of, &ctx);
}

char *brand_text(const struct brand *brand, const char *language, const char *id)
{
    struct fill fill = { .brand = brand, .language = language };

    return filled_text(&fill, id);
}

char *brand_format(const struct brand *brand, const char *language, const char *id, ...)
{
    g_autoptr(GHashTable) pairs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    struct fill fill = { .brand = brand, .language = language, .pairs = pairs };
    va_list args;

    va_start(args, id);
    for (const char *name = va_arg(args, const char *); name != NULL;
            name = va_arg(args, const char *)) {
        const char *value = va_arg(args, const char *);
        g_hash_table_replace(pairs, g_strdup(name), g_strdup(value != NULL ? value : ""));
    }
    va_end(args);
    return filled_text(&fill, id);
}
