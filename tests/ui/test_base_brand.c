/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <math.h>

#include "branding/brand.h"
#include "branding/page.h"
#include "branding/placeholder.h"
#include "branding/po.h"
#include "resources/resources.h"
#include "tests/unit/test.h"

static void on_problem(void *ctx, int line, enum po_problem problem, const char *text)
{
    (void)problem;
    fail_msg("%s:%d: %s", (const char *)ctx, line, text);
}

static struct po *catalogue(const char *name)
{
    g_autofree char *path = g_strdup_printf("strings/%s", name);
    g_autoptr(GBytes) file = resources_file(path);
    gsize len;

    assert_non_null(file);
    const char *text = g_bytes_get_data(file, &len);
    return po_parse(text, len, on_problem, path);
}

/** Its own placeholders and those that every entry may use. */
static gboolean may_use(const struct po_entry *entry, const char *name)
{
    static const char *const ALWAYS[] = { "product", "short", "company", NULL };

    return g_strv_contains(ALWAYS, name)
           || (entry->placeholders
                   && g_strv_contains((const char *const *)entry->placeholders, name));
}

static void check_entry(const struct po_entry *entry, const char *name)
{
    g_auto(GStrv) used = placeholder_names(entry->text);

    if (!used) {
        fail_msg("%s: %s has a malformed brace", name, entry->id);
        return;
    }
    for (char **placeholder = used; *placeholder; placeholder++)
        if (!may_use(entry, *placeholder))
            fail_msg("%s: %s may not use {%s}", name, entry->id, *placeholder);
    if (entry->max == 0 || g_utf8_strlen(entry->text, -1) > entry->max)
        fail_msg("%s: %s is longer than %d characters", name, entry->id, entry->max);
}

static void test_every_catalogue_is_complete_and_fits(void **state)
{
    (void)state;
    noren_cleanup(po_freep) struct po *english = catalogue("en.po");
    g_auto(GStrv) names = resources_list("strings");

    assert_true(g_strv_length(names) >= 2);
    for (char **name = names; *name; name++) {
        noren_cleanup(po_freep) struct po *words = catalogue(*name);
        const struct po_entry *wanted;

        for (guint i = 0; (wanted = po_at(english, i)); i++) {
            const struct po_entry *entry = *wanted->id ? po_find(words, wanted->id) : NULL;

            if (!*wanted->id)
                continue;
            if (entry)
                check_entry(entry, *name);
            else
                fail_msg("%s: %s is missing", *name, wanted->id);
        }
    }
}

static gboolean is_known(const char *id, gpointer english)
{
    return po_find(english, id) != NULL;
}

static void fail_finding(const struct page_finding *finding, gpointer english)
{
    (void)english;
    fail_msg("line %d: %s %s", finding->line, finding->code, finding->text);
}

static void test_every_text_of_the_pages_is_in_the_catalogue(void **state)
{
    (void)state;
    noren_cleanup(po_freep) struct po *english = catalogue("en.po");

    for (const struct page_contract *c = page_contracts(); c->page; c++) {
        g_autofree char *path = g_strdup_printf("ui/%s.ui", c->page);
        g_autoptr(GBytes) file = resources_file(path);

        assert_true(page_check(file, c->page, is_known, fail_finding, english));
    }
}

/** WCAG 2.1, relative luminance of "#rrggbb". */
static double luminance(const char *color)
{
    static const double WEIGHTS[] = { 0.2126, 0.7152, 0.0722 };
    double sum = 0;

    assert_int_equal(strlen(color), 7);
    for (int i = 0; i < 3; i++) {
        char digits[3] = { color[1 + 2 * i], color[2 + 2 * i], 0 };
        double value = (double)strtol(digits, NULL, 16) / 255;

        sum += WEIGHTS[i] * (value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(const char *one, const char *two)
{
    double a = luminance(one), b = luminance(two);

    return (fmax(a, b) + 0.05) / (fmin(a, b) + 0.05);
}

static struct brand *test_brand(void)
{
    g_autofree char *path = g_build_filename(g_getenv("srcdir"), "tests/ui/brand", NULL);
    struct noren_err err;
    struct brand *brand = brand_load_folder(path, &err);

    if (!brand)
        fail_msg("%s", err.text);
    return brand;
}

static void test_colours_keep_their_contrast(void **state)
{
    (void)state;
    static const struct {
        const char *front;
        const char *back;
    } PAIRS[] = {
        { "text", "background" },
        { "text", "surface" },
        { "muted", "background" },
        { "muted", "surface" },
        { "accent", "background" },
        { "accent", "surface" },
        { "on-accent", "accent" },
        { "ok", "background" },
        { "warn", "background" },
        { "error", "background" },
        { "error", "surface" },
    };
    g_autoptr(GBytes) file = resources_file("colors.conf");
    g_autoptr(GKeyFile) colors = g_key_file_new();

    assert_true(g_key_file_load_from_bytes(colors, file, G_KEY_FILE_NONE, NULL));
    for (size_t i = 0; i < 2 * G_N_ELEMENTS(PAIRS); i++) {
        const char *shade = i % 2 ? "-dark" : "";
        g_autofree char *front_key = g_strconcat(PAIRS[i / 2].front, shade, NULL);
        g_autofree char *back_key = g_strconcat(PAIRS[i / 2].back, shade, NULL);
        g_autofree char *front = g_key_file_get_string(colors, "colors", front_key, NULL);
        g_autofree char *back = g_key_file_get_string(colors, "colors", back_key, NULL);

        if (contrast(front, back) < 4.5)
            fail_msg("%s on %s is %.2f:1", front_key, back_key, contrast(front, back));
    }
}

static void test_a_colour_that_the_brand_leaves_out_is_the_bases(void **state)
{
    (void)state;
    struct brand *brand = test_brand();

    assert_string_equal(brand_color(brand, "accent"), "#0b6e5f");
    assert_string_equal(brand_color(brand, "surface-dark"), "#20252b");
    brand_free(brand);
}

static void test_every_file_below_resources_is_in_the_bundle(void **state)
{
    (void)state;
    static const char *const FOLDERS[] = { "css", "images", "strings", "ui" };

    for (size_t i = 0; i < G_N_ELEMENTS(FOLDERS); i++) {
        g_autofree char *path = g_build_filename(g_getenv("srcdir"), "resources", FOLDERS[i], NULL);
        g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
        const char *name;

        assert_non_null(folder);
        while ((name = g_dir_read_name(folder))) {
            g_autofree char *inside = g_build_filename(FOLDERS[i], name, NULL);
            g_autoptr(GBytes) bytes = resources_file(inside);

            if (!bytes)
                fail_msg("%s is not in base.gresource.xml", inside);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_catalogue_is_complete_and_fits),
        cmocka_unit_test(test_every_text_of_the_pages_is_in_the_catalogue),
        cmocka_unit_test(test_colours_keep_their_contrast),
        cmocka_unit_test(test_a_colour_that_the_brand_leaves_out_is_the_bases),
        cmocka_unit_test(test_every_file_below_resources_is_in_the_bundle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
