/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "noren/crypto/cert.h"

#include "branding/check_private.h"
#include "branding/names.h"

/* Key files against their tables, and what brand.conf says as a whole. */

struct place {
    struct check *check;
    const char *path;
};

static void on_problem(void *ctx, int line, enum keyscan_problem problem, const char *text)
{
    const struct place *place = ctx;

    if (problem == KEYSCAN_TWICE)
        findings_add(place->check->findings, place->path, line, "E102", "keep one", "%s", text);
    else
        findings_add(
                place->check->findings, place->path, line, "E101", "correct the line", "%s", text);
}

static void tell_unknown(struct check *c, const char *path, const struct schema *schema, int line,
        const char *group, const char *key)
{
    g_autofree char *near = schema_nearest(schema, key != NULL ? key : group);
    g_autofree char *shown = finding_value(key != NULL ? key : group);
    g_autofree char *remedy =
            near != NULL ? g_strdup_printf("did you mean \"%s\"?", near) : g_strdup("take it out");

    if (key == NULL)
        findings_add(c->findings, path, line, "E101", remedy, "unknown group [%s]", shown);
    else
        findings_add(c->findings, path, line, "E101", remedy, "unknown key \"%s\" in [%s]", shown,
                group);
}

/* However it is written and wherever it stands: somebody meant a password. */
static gboolean is_secret(const char *key)
{
    for (gsize i = 0; i < SCHEMA_PROFILE.count; i++) {
        const struct schema_key *row = &SCHEMA_PROFILE.keys[i];
        if (row->type == SCHEMA_SECRET && g_ascii_strcasecmp(row->key, key) == 0)
            return TRUE;
    }
    return FALSE;
}

static void check_value_of(struct check *c, const char *path, const struct schema_key *key,
        const struct keyscan_item *item)
{
    g_autofree char *problem = schema_value_problem(key, item->text);
    g_autofree char *shown = finding_value(item->text);
    const char *code = key->code != NULL ? key->code : "E103";

    if (problem == NULL)
        return;
    if (key->type == SCHEMA_URL && g_str_has_prefix(item->text, "http://"))
        code = "E507";
    if (key->type == SCHEMA_SERVERS || key->type == SCHEMA_ROUTES || key->type == SCHEMA_ADDRESSES)
        code = "E506";
    /* a higher format is told by check_identity() in its own words */
    if (strcmp(item->key, "format") != 0 || *item->text == '-' || !g_ascii_isdigit(*item->text))
        findings_add(c->findings, path, item->line, code, key->help, "\"%s\" %s, found \"%s\"",
                item->key, problem, shown);
}

static void check_item(struct check *c, const char *path, const struct schema *schema,
        const struct keyscan_item *item)
{
    const struct schema_key *key = schema_find(schema, item->group, item->key);

    if (is_secret(item->key)) {
        findings_add(c->findings, path, item->line, "E504",
                "take it out; use auth=claim, or give it to the build with --credentials",
                "%s in a public pack", item->key);
    } else if (key == NULL) {
        if (schema_has_group(schema, item->group))
            tell_unknown(c, path, schema, item->line, item->group, item->key);
    } else if (item->language != NULL && !key->localised) {
        findings_add(c->findings, path, item->line, "E101", "take the [language] off",
                "\"%s\" cannot differ by language", item->key);
    } else {
        check_value_of(c, path, key, item);
    }
}

static void check_required(
        struct check *c, const char *path, const struct schema *schema, const struct keyscan *scan)
{
    for (gsize i = 0; i < schema->count; i++) {
        const struct schema_key *key = &schema->keys[i];
        if (key->required && keyscan_find(scan, key->group, key->key) == NULL)
            findings_add(c->findings, path, keyscan_group_line(scan, key->group), "E104", key->help,
                    "[%s] %s is missing", key->group, key->key);
    }
}

struct keyscan *check_keyfile(
        struct check *c, const struct brandpack_file *file, const struct schema *schema)
{
    struct place place = { .check = c, .path = file->path };
    struct keyscan *scan = keyscan_parse((const char *)file->data, file->len, on_problem, &place);
    g_autofree const char **groups = keyscan_groups(scan);

    for (const char **group = groups; *group != NULL; group++) {
        if (!schema_has_group(schema, *group))
            tell_unknown(c, file->path, schema, keyscan_group_line(scan, *group), *group, NULL);
    }
    for (guint i = 0; i < keyscan_count(scan); i++)
        check_item(c, file->path, schema, keyscan_at(scan, i));
    check_required(c, file->path, schema, scan);
    return scan;
}

static void check_other(struct check *c, const char *path, const struct schema *schema)
{
    const struct brandpack_file *file = brandpack_find(c->pack, path);

    if (file != NULL)
        keyscan_free(check_keyfile(c, file, schema));
}

void check_conf(struct check *c)
{
    const struct brandpack_file *file = brandpack_find(c->pack, "brand.conf");

    if (file == NULL)
        findings_add(c->findings, "brand.conf", 1, "E104",
                "every brand starts with it; noren-kit new writes one", "brand.conf is missing");
    c->conf =
            file != NULL ? check_keyfile(c, file, &SCHEMA_BRAND) : keyscan_parse("", 0, NULL, NULL);
    check_other(c, "policy/locks.conf", &SCHEMA_LOCKS);
    check_other(c, "linux/metadata.conf", &SCHEMA_LINUX);
}

static gint64 number_of(const struct keyscan_item *item)
{
    gint64 number = 0;

    if (item != NULL)
        g_ascii_string_to_signed(item->text, 10, 0, G_MAXINT, &number, NULL);
    return number;
}

static void check_format(struct check *c)
{
    const struct keyscan_item *format = keyscan_find(c->conf, "pack", "format");

    if (format == NULL || number_of(format) == 1)
        return;
    if (g_ascii_isdigit(*format->text) && number_of(format) != 0)
        findings_add(c->findings, "brand.conf", format->line, "E105",
                "use a newer kit, or format=1",
                "pack format %s needs a newer kit, this one reads 1", format->text);
    else if (g_ascii_isdigit(*format->text))
        findings_add(c->findings, "brand.conf", format->line, "E103", "write format=1",
                "\"format\" must be 1, found \"%s\"", format->text);
}

static void check_id(struct check *c)
{
    const struct keyscan_item *id = keyscan_find(c->conf, "pack", "id");
    const struct check_released *released = c->options->released;

    if (id == NULL)
        return;
    if (brand_id_has_form(id->text) && brand_id_is_reserved(id->text))
        findings_add(c->findings, "brand.conf", id->line, "E107", "choose a name of your own",
                "pack id \"%s\" is reserved: other software uses it", id->text);
    if (released != NULL && released->id[0] != '\0' && strcmp(released->id, id->text) != 0)
        findings_add(c->findings, "brand.conf", id->line, "E107",
                "set it back; for another brand use another folder",
                "pack id changed from \"%s\" to \"%s\": users could not upgrade", released->id,
                id->text);
}

static gboolean is_same_as_released(const struct check *c)
{
    noren_cleanup(writer_clear) struct writer manifest = { 0 };
    uint8_t hash[32];
    char digits[65];

    writer_init(&manifest, 0);
    brandpack_manifest_write(c->pack, &manifest);
    sha256(manifest.data, manifest.len, hash);
    noren_hex(hash, sizeof hash, digits);
    return strcmp(digits, c->options->released->manifest) == 0;
}

static void check_serial(struct check *c)
{
    const struct keyscan_item *serial = keyscan_find(c->conf, "pack", "serial");
    const struct check_released *released = c->options->released;

    if (serial == NULL || released == NULL || released->id[0] == '\0')
        return;
    if (number_of(serial) > released->serial
            || (number_of(serial) == released->serial && is_same_as_released(c)))
        return;
    g_autofree char *remedy = g_strdup_printf("use %d or higher", released->serial + 1);
    findings_add(c->findings, "brand.conf", serial->line, "E106", remedy,
            "serial %s was already released", serial->text);
}

/* "0.10.2" against "0.9": number by number. */
static int compare_versions(const char *a, const char *b)
{
    g_auto(GStrv) left = g_strsplit(a, ".", -1);
    g_auto(GStrv) right = g_strsplit(b, ".", -1);
    guint left_count = g_strv_length(left);
    guint right_count = g_strv_length(right);

    for (guint i = 0; i < MAX(left_count, right_count); i++) {
        guint64 x = i < left_count ? g_ascii_strtoull(left[i], NULL, 10) : 0;
        guint64 y = i < right_count ? g_ascii_strtoull(right[i], NULL, 10) : 0;
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

static void check_base(struct check *c)
{
    const struct schema_key *form = schema_find(&SCHEMA_BRAND, "pack", "base-min");
    const struct keyscan_item *min = keyscan_find(c->conf, "pack", "base-min");
    const struct keyscan_item *max = keyscan_find(c->conf, "pack", "base-max");
    const char *base = c->options->base_version;

    if (min != NULL && g_regex_match_simple(form->form, min->text, 0, 0)
            && compare_versions(base, min->text) < 0)
        findings_add(c->findings, "brand.conf", min->line, "E105", "use a newer kit",
                "the pack asks for version %s, this kit builds %s", min->text, base);
    if (max != NULL && g_regex_match_simple(form->form, max->text, 0, 0)
            && compare_versions(base, max->text) > 0)
        findings_add(c->findings, "brand.conf", max->line, "E105", "raise base-max",
                "the pack stops at version %s, this kit builds %s", max->text, base);
}

void check_identity(struct check *c)
{
    check_format(c);
    check_id(c);
    check_serial(c);
    check_base(c);
}
