/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/page.h"
#include "resources/resources.h"
#include "tests/unit/test.h"

static void collect(const struct page_finding *finding, gpointer data)
{
    g_string_append_printf(
            data, "%d %s %s -> %s\n", finding->line, finding->code, finding->text, finding->remedy);
}

/** What page_check() says about a text; "" when it is clean. Free with g_free. */
static char *findings(const char *page, const char *text, size_t len)
{
    g_autoptr(GBytes) file = g_bytes_new(text, len);
    GString *all = g_string_new(NULL);
    gboolean clean = page_check(file, page, NULL, collect, all);

    assert_int_equal(clean, all->len == 0);
    return g_string_free(all, FALSE);
}

static char *base_page(const char *page, gsize *len)
{
    g_autofree char *path = g_strdup_printf("ui/%s.ui", page);
    g_autoptr(GBytes) file = resources_file(path);

    assert_non_null(file);
    return g_strndup(g_bytes_get_data(file, len), g_bytes_get_size(file));
}

/** The login page with one piece of text replaced; it must be there. */
static char *changed_login(const char *from, const char *to)
{
    gsize len;
    g_autofree char *text = base_page("login", &len);
    GString *changed = g_string_new(text);

    assert_int_equal(g_string_replace(changed, from, to, 1), 1);
    return g_string_free(changed, FALSE);
}

static void assert_refused(const char *from, const char *to, const char *code, const char *part)
{
    g_autofree char *page = changed_login(from, to);
    g_autofree char *all = findings("login", page, strlen(page));

    if (!strstr(all, code) || !strstr(all, part))
        fail_msg("wanted %s and \"%s\" in:\n%s", code, part, all);
}

#define HINT "<object class=\"GtkLabel\" id=\"login_hint\">"

static void test_every_base_page_is_clean(void **state)
{
    (void)state;
    for (const struct page_contract *c = page_contracts(); c->page; c++) {
        gsize len;
        g_autofree char *text = base_page(c->page, &len);
        g_autofree char *all = findings(c->page, text, len);

        assert_string_equal(all, "");
    }
}

static void test_whatever_runs_code_is_refused(void **state)
{
    (void)state;
    assert_refused(HINT, HINT "<signal name=\"map\" handler=\"abort\"/>", "E401", "<signal>");
    assert_refused("id=\"login_hint\"", "id=\"login_hint\" type-func=\"abort\"", "E401",
            "attribute type-func");
    assert_refused("class=\"GtkLabel\"", "class=\"WebKitWebView\"", "E401", "WebKitWebView");
    assert_refused(
            "class=\"GtkLabel\"", "class=\"GtkFileChooserButton\"", "E401", "GtkFileChooser");
    assert_refused("<interface>", "<interface><template class=\"X\" parent=\"GtkBox\"/>", "E401",
            "<template>");
    assert_refused(
            HINT, HINT "<accelerator key=\"a\" signal=\"destroy\"/>", "E401", "<accelerator>");
}

static void test_whatever_opens_files_or_links_is_refused(void **state)
{
    (void)state;
    assert_refused(HINT, HINT "<property name=\"file\">/etc/passwd</property>", "E401", "file");
    assert_refused(HINT, HINT "<property name=\"use_markup\">1</property>", "E401", "use-markup");
    assert_refused(
            HINT, HINT "<property name=\"action-name\">app.erase</property>", "E401", "app.erase");
    assert_refused("class=\"GtkLabel\"", "class=\"GtkLinkButton\"", "E401", "GtkLinkButton");
}

static void test_fixed_text_is_refused(void **state)
{
    (void)state;
    assert_refused(" translatable=\"yes\">login.user<", ">Name<", "E401", "fixed text");
}

static void test_a_missing_object_is_named(void **state)
{
    (void)state;
    assert_refused("id=\"password_entry\"", "id=\"secret_entry\"", "E402",
            "\"password_entry\" is missing");
}

static void test_an_object_of_another_class_is_named_with_its_line(void **state)
{
    (void)state;
    g_autofree char *page = changed_login("class=\"GtkCheckButton\" id=\"remember_check\"",
            "class=\"GtkSwitch\" id=\"remember_check\"");
    g_autofree char *all = findings("login", page, strlen(page));

    assert_non_null(strstr(all, "E402 \"remember_check\" must be a GtkCheckButton"));
    assert_true(g_ascii_strtoll(all, NULL, 10) > 1);
}

static void test_a_derived_class_will_do(void **state)
{
    (void)state;
    gsize len;
    g_autofree char *text = base_page("main", &len);
    GString *page = g_string_new(text);

    g_string_replace(page, "<object class=\"GtkButton\" id=\"main_button\">",
            "<object class=\"GtkToggleButton\" id=\"main_button\">", 1);
    g_autofree char *all = findings("main", page->str, page->len);
    assert_string_equal(all, "");
    g_string_free(page, TRUE);
}

static void test_a_page_without_its_action_is_refused(void **state)
{
    (void)state;
    gsize len;
    g_autofree char *text = base_page("main", &len);
    GString *page = g_string_new(text);

    g_string_replace(page, "app.main", "app.about", 1);
    g_autofree char *all = findings("main", page->str, page->len);
    assert_non_null(strstr(all, "E402 no button names the action \"app.main\""));
    g_string_free(page, TRUE);
}

static void test_a_field_without_a_name_is_refused(void **state)
{
    (void)state;
    assert_refused("<property name=\"mnemonic-widget\">user_entry</property>", "", "E403",
            "\"user_entry\"");
    assert_refused("<property name=\"label\" translatable=\"yes\">login.remember</property>", "",
            "E403", "\"remember_check\"");
}

static void test_a_field_is_named_by_its_accessible_name(void **state)
{
    (void)state;
    g_autofree char *page = changed_login("<property name=\"input-purpose\">name</property>",
            "<property name=\"input-purpose\">name</property><child internal-child=\"accessible\">"
            "<object class=\"AtkObject\"><property name=\"AtkObject::accessible-name\" "
            "translatable=\"yes\">login.user</property></object></child>");
    GString *without = g_string_new(page);

    g_string_replace(without, "<property name=\"mnemonic-widget\">user_entry</property>", "", 1);
    g_autofree char *all = findings("login", without->str, without->len);
    assert_string_equal(all, "");
    g_string_free(without, TRUE);
}

static void test_an_id_may_be_given_once_and_there_is_one_root(void **state)
{
    (void)state;
    assert_refused("id=\"user_label\"", "id=\"user_entry\"", "E401", "given twice");
    assert_refused("</interface>", "<object class=\"GtkBox\" id=\"other\"/></interface>", "E401",
            "second widget");
}

static gboolean only_login_user(const char *id, gpointer data)
{
    (void)data;
    return g_str_equal(id, "login.user");
}

static void test_text_ids_are_looked_up_when_asked(void **state)
{
    (void)state;
    gsize len;
    g_autofree char *text = base_page("login", &len);
    g_autoptr(GBytes) file = g_bytes_new(text, strlen(text));
    GString *all = g_string_new(NULL);

    assert_false(page_check(file, "login", only_login_user, collect, all));
    assert_non_null(strstr(all->str, "\"login.password\" is not a string id"));
    assert_null(strstr(all->str, "\"login.user\""));
    g_string_free(all, TRUE);
}

static void test_every_cut_page_is_refused(void **state)
{
    (void)state;
    gsize len;
    g_autofree char *text = base_page("error", &len);
    size_t end = (size_t)(strstr(text, "</interface>") - text) + strlen("</interface>");

    for (size_t cut = 0; cut < end; cut++) {
        g_autofree char *all = findings("error", text, cut);
        if (!*all)
            fail_msg("accepted at %zu of %zu bytes", cut, end);
    }
}

static void test_size_depth_and_count_are_bounded(void **state)
{
    (void)state;
    g_autofree char *large = g_strnfill(PAGE_BYTES_MAX + 1, ' ');
    g_autofree char *all = findings("login", large, PAGE_BYTES_MAX + 1);
    assert_non_null(strstr(all, "has 262145 bytes"));

    GString *deep = g_string_new("<interface>");
    for (int i = 0; i < PAGE_DEPTH_MAX; i++)
        g_string_append(deep, "<object class=\"GtkBox\"><child>");
    g_autofree char *deep_all = findings("login", deep->str, deep->len);
    assert_non_null(strstr(deep_all, "64 levels"));
    g_string_free(deep, TRUE);

    GString *many = g_string_new("<interface><object class=\"GtkBox\" id=\"page\">");
    for (int i = 0; i < PAGE_OBJECTS_MAX; i++)
        g_string_append(many, "<child><object class=\"GtkBox\"/></child>");
    g_string_append(many, "</object></interface>");
    g_autofree char *many_all = findings("login", many->str, many->len);
    assert_non_null(strstr(many_all, "500 objects"));
    g_string_free(many, TRUE);
}

static void test_an_unknown_page_is_refused(void **state)
{
    (void)state;
    g_autofree char *all = findings("setup", "<interface/>", 12);

    assert_non_null(strstr(all, "there is no page \"setup\""));
}

static void test_the_document_lists_every_object_and_action(void **state)
{
    (void)state;
    g_autofree char *path = g_build_filename(g_getenv("srcdir"), "docs/ui-contract.md", NULL);
    g_autofree char *text = NULL;

    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    for (const struct page_contract *c = page_contracts(); c->page; c++) {
        for (const struct page_object *o = c->objects; o->id; o++) {
            g_autofree char *row = g_strdup_printf("| %s | `%s` | %s | %s |", c->page, o->id,
                    o->class_name, o->required ? "yes" : "");
            if (!strstr(text, row))
                fail_msg("docs/ui-contract.md has no row %s", row);
        }
    }
    for (const char *const *action = page_actions(); *action; action++) {
        g_autofree char *row = g_strdup_printf("| `%s` |", *action);
        if (!strstr(text, row))
            fail_msg("docs/ui-contract.md has no row %s", row);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_base_page_is_clean),
        cmocka_unit_test(test_whatever_runs_code_is_refused),
        cmocka_unit_test(test_whatever_opens_files_or_links_is_refused),
        cmocka_unit_test(test_fixed_text_is_refused),
        cmocka_unit_test(test_a_missing_object_is_named),
        cmocka_unit_test(test_an_object_of_another_class_is_named_with_its_line),
        cmocka_unit_test(test_a_derived_class_will_do),
        cmocka_unit_test(test_a_page_without_its_action_is_refused),
        cmocka_unit_test(test_a_field_without_a_name_is_refused),
        cmocka_unit_test(test_a_field_is_named_by_its_accessible_name),
        cmocka_unit_test(test_an_id_may_be_given_once_and_there_is_one_root),
        cmocka_unit_test(test_text_ids_are_looked_up_when_asked),
        cmocka_unit_test(test_every_cut_page_is_refused),
        cmocka_unit_test(test_size_depth_and_count_are_bounded),
        cmocka_unit_test(test_an_unknown_page_is_refused),
        cmocka_unit_test(test_the_document_lists_every_object_and_action),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
