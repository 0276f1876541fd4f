/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/brand.h"

#include <string.h>

#include "branding/brand_private.h"
#include "branding/keyscan.h"
#include "branding/language.h"
#include "resources/resources.h"

#define MANIFEST_FILE "brand.conf"

enum { FORMAT = 1 };

NOREN_DEFINE_CLEANUP(struct brand, brand_free)

void brand_free(struct brand *brand)
{
    if (brand == NULL)
        return;

    g_clear_pointer(&brand->values, g_hash_table_unref);
    g_clear_pointer(&brand->base_colors, g_hash_table_unref);
    g_clear_pointer(&brand->files, g_hash_table_unref);
    g_clear_pointer(&brand->own_words, g_hash_table_unref);
    g_clear_pointer(&brand->base_words, g_hash_table_unref);
    g_strfreev(brand->languages);
    g_strfreev(brand->profiles);
    brandpack_free(brand->pack);
    g_free(brand);
}

/* Every key of a group as text under "<place>/<key>", so that look-ups can borrow. A key keeps its
 * "[ll_CC]". */
static void take_group(GKeyFile *file, const char *group, const char *place, GHashTable *values)
{
    g_auto(GStrv) keys = g_key_file_get_keys(file, group, NULL, NULL);

    for (char **key = keys; key != NULL && *key != NULL; key++) {
        char *text = g_key_file_get_string(file, group, *key, NULL);
        if (text != NULL)
            g_hash_table_replace(values, g_strdup_printf("%s/%s", place, *key), text);
    }
}

static bool read_values(struct brand *brand, struct noren_err *err)
{
    const struct brandpack_file *file = brandpack_find(brand->pack, MANIFEST_FILE);
    g_autoptr(GKeyFile) conf = g_key_file_new();
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) groups = NULL;

    if (file == NULL)
        return noren_err_set(err, NOREN_E_PROTOCOL, "%s is missing", MANIFEST_FILE);
    if (!g_key_file_load_from_data(
                conf, (const char *)file->data, file->len, G_KEY_FILE_KEEP_TRANSLATIONS, &error))
        return noren_err_set(err, NOREN_E_PROTOCOL, "%s: %s", MANIFEST_FILE, error->message);
    groups = g_key_file_get_groups(conf, NULL);
    for (char **group = groups; *group != NULL; group++)
        take_group(conf, *group, *group, brand->values);
    return true;
}

static bool read_number(const struct brand *brand, const char *key, int *out, struct noren_err *err)
{
    const char *text = brand_value(brand, "pack", key, NULL);
    gint64 number = 0;

    if (text == NULL || !g_ascii_string_to_signed(text, 10, 1, G_MAXINT, &number, NULL))
        return noren_err_set(err, NOREN_E_PROTOCOL, "[pack] %s is not a number from 1", key);
    *out = (int)number;
    return true;
}

static bool read_identity(struct brand *brand, struct noren_err *err)
{
    const char *id = brand_value(brand, "pack", "id", NULL);
    const char *languages = brand_value(brand, "pack", "languages", NULL);
    int format;

    if (!read_number(brand, "format", &format, err)
            || !read_number(brand, "serial", &brand->serial, err))
        return false;
    if (format != FORMAT)
        return noren_err_set(
                err, NOREN_E_PROTOCOL, "pack format %d, this reads %d", format, FORMAT);
    if (!brand_names_from_id(id != NULL ? id : "", &brand->names, err))
        return false;
    brand->languages = keyscan_list(languages != NULL ? languages : "");
    if (brand->languages[0] == NULL)
        return noren_err_set(err, NOREN_E_PROTOCOL, "[pack] languages is missing");
    if (brand_value(brand, "brand", "product", NULL) == NULL)
        return noren_err_set(err, NOREN_E_PROTOCOL, "[brand] product is missing");
    return true;
}

/* What a profile says is kept for brand_profile_name(); the service alone judges it. */
static void read_profile(struct brand *brand, const struct brandpack_file *file, const char *id)
{
    g_autoptr(GKeyFile) conf = g_key_file_new();
    g_autofree char *place = g_strconcat("profiles/", id, NULL);

    if (g_key_file_load_from_data(
                conf, (const char *)file->data, file->len, G_KEY_FILE_KEEP_TRANSLATIONS, NULL))
        take_group(conf, "profile", place, brand->values);
}

/* brandpack keeps its files sorted, so the profiles come in order. */
static void index_files(struct brand *brand)
{
    g_autoptr(GPtrArray) profiles = g_ptr_array_new_with_free_func(g_free);

    for (size_t i = 0; i < brandpack_count(brand->pack); i++) {
        const struct brandpack_file *file = brandpack_at(brand->pack, i);
        const char *name = file->path + strlen("profiles/");

        g_hash_table_insert(
                brand->files, g_strdup(file->path), g_bytes_new_static(file->data, file->len));
        if (g_str_has_prefix(file->path, "profiles/") && g_str_has_suffix(name, ".conf")
                && strchr(name, '/') == NULL) {
            char *id = g_strndup(name, strlen(name) - strlen(".conf"));
            g_ptr_array_add(profiles, id);
            read_profile(brand, file, id);
        }
    }
    g_ptr_array_add(profiles, NULL);
    brand->profiles = (char **)g_ptr_array_steal(profiles, NULL);
}

static void read_base_colors(struct brand *brand)
{
    g_autoptr(GBytes) bytes = resources_file("colors.conf");
    g_autoptr(GKeyFile) colors = g_key_file_new();
    g_autoptr(GHashTable) values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    if (bytes != NULL && g_key_file_load_from_bytes(colors, bytes, G_KEY_FILE_NONE, NULL))
        take_group(colors, "colors", "colors", values);
    brand->base_colors = g_steal_pointer(&values);
}

static struct brand *brand_from_pack(struct brandpack *take_pack, struct noren_err *err)
{
    noren_cleanup(brand_freep) struct brand *brand = g_new0(struct brand, 1);

    brand->pack = take_pack;
    brand->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    brand->files =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
    read_base_colors(brand);
    if (!read_values(brand, err) || !read_identity(brand, err) || !brand_read_words(brand, err))
        return NULL;
    index_files(brand);
    return noren_steal(&brand);
}

struct brand *brand_load(const char *path, const struct brand_keys *keys, struct noren_err *err)
{
    struct brandpack_keys known = { .count = MIN(keys->count, BRANDPACK_KEYS_MAX) };

    for (size_t i = 0; i < known.count; i++)
        memcpy(known.key[i], keys->keys[i], BRANDPACK_KEY_BYTES);

    struct brandpack *pack = brandpack_open(path, &known, err);
    struct brand *brand = pack != NULL ? brand_from_pack(pack, err) : NULL;
    if (pack != NULL && brand == NULL)
        noren_err_wrap(err, "brand pack %s", path);
    return brand;
}

struct brand *brand_load_folder(const char *path, struct noren_err *err)
{
    struct brandpack *pack = brandpack_open_folder(path, NULL, NULL, err);
    struct brand *brand = pack != NULL ? brand_from_pack(pack, err) : NULL;

    if (pack != NULL && brand == NULL)
        noren_err_wrap(err, "brand folder %s", path);
    return brand;
}

const char *brand_id(const struct brand *brand)
{
    return brand->names.id;
}

int brand_serial(const struct brand *brand)
{
    return brand->serial;
}

/* Key files may be written with "de-AT" or "de_AT" between the brackets. */
static const char *localised_value(
        const struct brand *brand, const char *group, const char *key, const char *language)
{
    g_autofree char *name = g_strdup_printf("%s/%s[%s]", group, key, language);
    const char *value = g_hash_table_lookup(brand->values, name);

    if (value == NULL)
        value = g_hash_table_lookup(brand->values, g_strdelimit(name, "_", '-'));
    return value;
}

const char *brand_value(
        const struct brand *brand, const char *group, const char *key, const char *language)
{
    g_autofree char *plain = g_strdup_printf("%s/%s", group, key);
    g_auto(GStrv) chain = language != NULL ? language_chain(language) : g_new0(char *, 1);

    for (char **tag = chain; *tag != NULL; tag++) {
        const char *value = localised_value(brand, group, key, *tag);
        if (value != NULL)
            return value;
    }
    return g_hash_table_lookup(brand->values, plain);
}

gboolean brand_flag(const struct brand *brand, const char *group, const char *key, gboolean unset)
{
    const char *value = brand_value(brand, group, key, NULL);

    if (value == NULL)
        return unset;
    return strcmp(value, "true") == 0;
}

const char *const *brand_languages(const struct brand *brand)
{
    return (const char *const *)brand->languages;
}

const char *brand_color(const struct brand *brand, const char *token)
{
    const char *own = brand_value(brand, "colors", token, NULL);
    g_autofree char *key = g_strconcat("colors/", token, NULL);
    const char *base = g_hash_table_lookup(brand->base_colors, key);

    if (own != NULL)
        return own;
    return base != NULL ? base : "#808080";
}

GBytes *brand_file(const struct brand *brand, const char *path)
{
    return g_hash_table_lookup(brand->files, path);
}

static GBytes *image_named(const struct brand *brand, const char *slot, const char *variant)
{
    static const char *const ENDINGS[] = { "svg", "png", "jpg", "jpeg" };

    for (size_t i = 0; i < G_N_ELEMENTS(ENDINGS); i++) {
        g_autofree char *path = g_strdup_printf("images/%s%s.%s", slot, variant, ENDINGS[i]);
        GBytes *bytes = brand_file(brand, path);
        if (bytes != NULL)
            return bytes;
    }
    return NULL;
}

GBytes *brand_image(const struct brand *brand, const char *slot, gboolean dark)
{
    GBytes *bytes = dark ? image_named(brand, slot, "-dark") : NULL;

    return bytes != NULL ? bytes : image_named(brand, slot, "");
}

GBytes *brand_page(const struct brand *brand, const char *page)
{
    g_autofree char *path = g_strdup_printf("ui/%s.ui", page);

    return brand_file(brand, path);
}

const char *brand_profile_name(const struct brand *brand, const char *id, const char *language)
{
    g_autofree char *place = g_strconcat("profiles/", id, NULL);

    return brand_value(brand, place, "name", language);
}

const char *const *brand_profiles(const struct brand *brand)
{
    return (const char *const *)brand->profiles;
}
