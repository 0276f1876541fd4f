/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/brand.h"
#include "branding/keyscan.h"
#include "branding/language.h"
#include "branding/netvalue.h"
#include "branding/placeholder.h"
#include "branding/po.h"
#include "branding/schema.h"
#include "tests/unit/brand_folder.h"
#include "tests/unit/test.h"

/* Names, languages and words: what a brand says and what it is called. */

struct told {
    int count;
    int line;
    int problem;
};

static void on_po_problem(void *ctx, int line, enum po_problem problem, const char *text)
{
    struct told *told = ctx;

    assert_non_null(text);
    told->count++;
    told->line = line;
    told->problem = (int)problem;
}

static struct po *parse(const char *text, struct told *told)
{
    *told = (struct told){ 0 };
    return po_parse(text, strlen(text), on_po_problem, told);
}

static void test_po_reads_ids_texts_and_comments(void **state)
{
    (void)state;
    struct told told;
    struct po *po = parse("msgid \"\"\nmsgstr \"Language: en\\n\"\n\n"
                          "#. Says so.\n#. max: 20\n#. placeholders: server, user\n"
                          "msgid \"a.b\"\nmsgstr \"\"\n\"one \"\n\"two \\\"three\\\"\\n\"\n"
                          "#, fuzzy\nmsgid \"c\"\nmsgstr \"not sure\"\n"
                          "msgid \"d\"\nmsgstr \"\"\n#~ msgid \"old\"\n#~ msgstr \"old\"\n",
            &told);
    const struct po_entry *entry = po_find(po, "a.b");

    assert_int_equal(told.count, 0);
    assert_non_null(entry);
    assert_string_equal(entry->text, "one two \"three\"\n");
    assert_int_equal(entry->line, 7);
    assert_int_equal(entry->text_line, 8);
    assert_int_equal(entry->max, 20);
    assert_string_equal(entry->placeholders[1], "user");
    assert_null(po_find(po, "c"));
    assert_null(po_find(po, "d"));
    assert_null(po_find(po, ""));
    assert_null(po_find(po, "old"));
    po_free(po);
}

static void test_po_tells_each_kind_of_damage_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        enum po_problem problem;
    } bad[] = {
        { "msgid \"a\"\n", 1, PO_SYNTAX },
        { "\nmsgstr \"a\"\n", 2, PO_SYNTAX },
        { "msgid \"a\"\nmsgstr \"b\n", 2, PO_SYNTAX },
        { "msgid \"a\"\nmsgstr \"b\" c\n", 2, PO_SYNTAX },
        { "msgid \"a\"\nmsgstr \"\\x41\"\n", 2, PO_SYNTAX },
        { "msgid \"a\"\nmsgstr \"b\\\n", 2, PO_SYNTAX },
        { "msgctxt \"a\"\n", 1, PO_SYNTAX },
        { "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"c\"\n", 2, PO_PLURAL },
        { "msgid \"a\"\nmsgstr \"b\"\nmsgid \"a\"\nmsgstr \"c\"\n", 3, PO_DUPLICATE },
        { "#\nmsgid \"\xff\"\n", 2, PO_SYNTAX },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        struct told told;
        po_free(parse(bad[i].text, &told));
        assert_int_equal(told.count, 1);
        assert_int_equal(told.line, bad[i].line);
        assert_int_equal(told.problem, bad[i].problem);
    }
}

static void test_po_holds_its_limits(void **state)
{
    (void)state;
    struct told told;
    GString *text = g_string_new("msgid \"a\"\nmsgstr \"");

    for (int i = 0; i < PO_TEXT_MAX_BYTES; i++)
        g_string_append_c(text, 'x');
    g_autofree char *fits = g_strconcat(text->str, "\"\n", NULL);
    po_free(parse(fits, &told));
    assert_int_equal(told.count, 0);
    g_string_append(text, "x\"\n");
    po_free(parse(text->str, &told));
    assert_int_equal(told.problem, PO_LIMIT);
    g_string_free(text, TRUE);
}

static const char *value_of(void *ctx, const char *name)
{
    (void)ctx;
    return strcmp(name, "server") == 0 ? "{user}" : NULL;
}

static void test_placeholders_are_filled_once_and_unknown_ones_stay(void **state)
{
    (void)state;
    g_autofree char *text = placeholder_fill("{server} {user} {Bad} { %s {server}", value_of, NULL);

    assert_string_equal(text, "{user} {user} {Bad} { %s {user}");
}

static void test_a_malformed_brace_is_seen(void **state)
{
    (void)state;
    static const char *const bad[] = { "{", "}", "{}", "{a", "a}", "{A}", "{a b}", "{{a}}" };
    g_auto(GStrv) names = placeholder_names("{a-1} x {b} {a-1}");

    assert_int_equal(g_strv_length(names), 2);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        assert_null(placeholder_names(bad[i]));
}

static void test_words_are_looked_up_in_the_order_of_the_layers(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    const char de[] = "msgid \"status.off\"\nmsgstr \"Getrennt von {product}\"\n";
    const char at[] = "msgid \"status.off\"\nmsgstr \"Weg von {product}\"\n";
    const char en[] = "msgid \"status.on.only-ours\"\nmsgstr \"ours\"\n";

    brand_folder_replace(dir, "brand.conf", "languages=en;ja", "languages=en;ja;de;de-AT");
    brand_folder_replace(
            dir, "brand.conf", "product=Acme Link", "product=Acme Link\nproduct[de]=Akme");
    brand_folder_write(dir, "strings/de.po", de, strlen(de));
    brand_folder_write(dir, "strings/de-AT.po", at, strlen(at));
    brand_folder_write(dir, "strings/en.po", en, strlen(en));
    struct noren_err err = { 0 };
    struct brand *brand = brand_load_folder(dir, &err);
    static const struct {
        const char *language, *id, *text;
    } cases[] = {
        { "de_AT.UTF-8", "status.off", "Weg von Akme" },
        { "de-AT", "status.off", "Weg von Akme" },
        { "de_CH", "status.off", "Getrennt von Akme" },
        { "en", "status.off", "Not connected" },
        { "de", "status.connected", "Connected" },
        { "de", "status.on.only-ours", "ours" },
        { "fr_FR.UTF-8", "app.title", "Acme Link" },
        { NULL, "app.title", "Acme Link" },
        { "de", "no.such.id", "no.such.id" },
    };

    assert_non_null(brand);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = brand_text(brand, cases[i].language, cases[i].id);
        assert_string_equal(text, cases[i].text);
    }
    g_autofree char *hint = brand_format(brand, "en", "hint.off", "profile", "{product}", NULL);
    assert_string_equal(hint, "Press the button to connect to {product}.");
    g_autofree char *ja = brand_text(brand, "ja_JP.UTF-8", "status.connected");
    assert_string_not_equal(ja, "Connected");
    brand_free(brand);
    brand_folder_free(dir);
}

static void test_a_brand_gives_values_files_and_images(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    struct brand *brand = brand_load_folder(dir, NULL);

    assert_non_null(brand);
    assert_string_equal(brand_id(brand), "acme");
    assert_int_equal(brand_serial(brand), 1);
    assert_string_equal(brand_languages(brand)[1], "ja");
    assert_string_equal(brand_profiles(brand)[0], "10-main");
    assert_null(brand_profiles(brand)[1]);
    assert_true(brand_flag(brand, "first-run", "auto-connect", FALSE));
    assert_true(brand_flag(brand, "features", "donate", TRUE));
    assert_string_equal(brand_color(brand, "accent"), "#1f5fbf");
    assert_string_equal(brand_color(brand, "surface"), "#ffffff");
    assert_non_null(brand_image(brand, "tray-on", TRUE));
    assert_null(brand_image(brand, "welcome", FALSE));
    assert_null(brand_page(brand, "main"));
    brand_free(brand);
    brand_folder_free(dir);
}

static void test_a_profile_has_its_name_in_the_language(void **state)
{
    (void)state;
    char *dir = brand_folder_new();

    brand_folder_replace(
            dir, "profiles/10-main.conf", "hub=", "name[ja]=東京\nname[pt-BR]=T\303\263quio\nhub=");
    struct brand *brand = brand_load_folder(dir, NULL);
    assert_string_equal(brand_profile_name(brand, "10-main", "ja_JP"), "東京");
    assert_string_equal(brand_profile_name(brand, "10-main", "pt_BR"), "Tóquio");
    assert_string_equal(brand_profile_name(brand, "10-main", "de"), "Acme Link");
    assert_null(brand_profile_name(brand, "20-own", "de"));
    brand_free(brand);
    brand_folder_free(dir);
}

static void test_names_come_from_the_id_alone(void **state)
{
    (void)state;
    struct brand_names names;
    struct brand_names other;

    assert_true(brand_names_from_id("acme", &names, NULL));
    assert_string_equal(names.unit, "acme-service.service");
    assert_string_equal(names.socket, "/run/acme/service.sock");
    assert_string_equal(names.netdev, "acme0");
    assert_string_equal(names.uuid, "a0761cc4-bd51-5f1a-8e54-a2110a2db775");
    assert_true(brand_names_from_id("abcdefghijklmnopqrst", &names, NULL));
    assert_true(brand_names_from_id("abcdefghijklmnopqrsu", &other, NULL));
    assert_int_equal(strlen(names.netdev), 15);
    assert_string_not_equal(names.netdev, other.netdev);
}

static void test_bad_and_reserved_ids_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "ab", "Acme", "1acme", "ac-me", "ac me", "../etc",
        "abcdefghijklmnopqrstu", "openvpn", "systemd", "noren" };
    struct brand_names names;

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        struct noren_err err = { 0 };
        assert_false(brand_names_from_id(bad[i], &names, &err));
        assert_int_equal(err.code, NOREN_E_ARGUMENT);
    }
}

static void test_language_tags_have_their_form(void **state)
{
    (void)state;
    assert_true(language_has_form("en"));
    assert_true(language_has_form("pt-BR"));
    assert_true(language_has_form("zh-Hans-TW"));
    assert_false(language_has_form(""));
    assert_false(language_has_form("e"));
    assert_false(language_has_form("EN"));
    assert_false(language_has_form("en-"));
    assert_false(language_has_form("en_US"));
    assert_false(language_has_form("../en"));
}

static void test_servers_and_routes_have_their_form(void **state)
{
    (void)state;
    struct netvalue_route route;

    assert_true(netvalue_is_server("vpn.example.net:443"));
    assert_true(netvalue_is_server("203.0.113.1:1"));
    assert_true(netvalue_is_server("[2001:db8::1]:65535"));
    assert_false(netvalue_is_server("vpn.example.net"));
    assert_false(netvalue_is_server("vpn.example.net:0"));
    assert_false(netvalue_is_server("vpn.example.net:65536"));
    assert_false(netvalue_is_server("-a.example:443"));
    assert_false(netvalue_is_server("a..b:443"));
    assert_false(netvalue_is_server(":443"));
    assert_false(netvalue_is_server("[]:443"));
    assert_true(netvalue_parse_route("0.0.0.0/0", &route));
    assert_true(netvalue_route_holds(&route, 0xffffffff));
    assert_false(netvalue_is_route("10.0.0.1/8"));
    assert_false(netvalue_is_route("10.0.0.0/33"));
    assert_false(netvalue_is_route("10.0.0.0"));
}

static void test_the_manual_shows_the_tables_that_the_check_uses(void **state)
{
    (void)state;
    const char *srcdir = g_getenv("srcdir");
    g_autofree char *path =
            g_build_filename(srcdir != NULL ? srcdir : ".", "docs", "brand-pack.md", NULL);
    g_autofree char *manual = NULL;
    const struct schema *const all[] = { &SCHEMA_BRAND, &SCHEMA_PROFILE, &SCHEMA_LOCKS,
        &SCHEMA_LINUX };

    assert_true(g_file_get_contents(path, &manual, NULL, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
        g_autofree char *table = schema_manual(all[i]);
        if (strstr(manual, table) == NULL)
            fail_msg("docs/brand-pack.md has another table for %s: put in what "
                     "noren-kit schema prints",
                    all[i]->file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_po_reads_ids_texts_and_comments),
        cmocka_unit_test(test_po_tells_each_kind_of_damage_with_its_line),
        cmocka_unit_test(test_po_holds_its_limits),
        cmocka_unit_test(test_placeholders_are_filled_once_and_unknown_ones_stay),
        cmocka_unit_test(test_a_malformed_brace_is_seen),
        cmocka_unit_test(test_words_are_looked_up_in_the_order_of_the_layers),
        cmocka_unit_test(test_a_brand_gives_values_files_and_images),
        cmocka_unit_test(test_a_profile_has_its_name_in_the_language),
        cmocka_unit_test(test_names_come_from_the_id_alone),
        cmocka_unit_test(test_bad_and_reserved_ids_are_refused),
        cmocka_unit_test(test_language_tags_have_their_form),
        cmocka_unit_test(test_servers_and_routes_have_their_form),
        cmocka_unit_test(test_the_manual_shows_the_tables_that_the_check_uses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
