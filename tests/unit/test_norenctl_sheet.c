/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <locale.h>

#include "sdk/norenctl/sheet.h"
#include "tests/unit/test.h"

static char *written(const struct sheet *sheet, enum sheet_format format)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    assert_true(sheet_write(sheet, format, out));
    assert_int_equal(fclose(out), 0);
    return text;
}

static void assert_written(
        const struct sheet *sheet, enum sheet_format format, const char *expected)
{
    noren_cleanup(noren_freep) char *text = written(sheet, format);

    assert_string_equal(text, expected);
}

static struct sheet *make_list(void)
{
    struct sheet *sheet = sheet_new(SHEET_LIST);

    sheet_column(sheet, "name", "NAME");
    sheet_column(sheet, "count", "COUNT");
    sheet_column(sheet, "open", "OPEN");
    sheet_column(sheet, "since", "SINCE");
    return sheet;
}

static void add_row(struct sheet *sheet, const char *name, uint64_t count, bool flag, int64_t since)
{
    sheet_row(sheet);
    sheet_text(sheet, name);
    sheet_number(sheet, count);
    sheet_flag(sheet, flag);
    sheet_time(sheet, since);
}

static void test_a_list_is_aligned_as_a_table(void **state)
{
    noren_cleanup(sheet_freep) struct sheet *sheet = make_list();

    (void)state;
    add_row(sheet, "main", 5, true, 0);
    add_row(sheet, "a longer one", 12345, false, 1893553445000);
    assert_written(sheet, SHEET_TABLE,
            "NAME          COUNT  OPEN  SINCE\n"
            "main              5  yes   -\n"
            "a longer one  12345  no    2030-01-02T03:04:05Z\n");
}

static void test_wide_characters_count_twice(void **state)
{
    noren_cleanup(sheet_freep) struct sheet *sheet = make_list();

    (void)state;
    if (setlocale(LC_ALL, "C.UTF-8") == NULL)
        skip();
    add_row(sheet, "\xe6\x9a\x96\xe7\xb0\xbe\xe5\xb1\x8b", 1, true, 0);
    assert_written(sheet, SHEET_TABLE,
            "NAME    COUNT  OPEN  SINCE\n"
            "\xe6\x9a\x96\xe7\xb0\xbe\xe5\xb1\x8b      1  yes   -\n");
}

static void test_an_empty_list_shows_its_heads(void **state)
{
    noren_cleanup(sheet_freep) struct sheet *sheet = make_list();

    (void)state;
    assert_written(sheet, SHEET_TABLE, "NAME  COUNT  OPEN  SINCE\n");
    assert_written(sheet, SHEET_JSON, "[]\n");
    assert_written(sheet, SHEET_CSV, "name,count,open,since\r\n");
}

static void test_json_keeps_the_kinds_of_values(void **state)
{
    noren_cleanup(sheet_freep) struct sheet *sheet = make_list();
    noren_cleanup(noren_freep) char *text = NULL;

    (void)state;
    add_row(sheet, "say \"hi\"\n", 1ull << 40, true, 0);
    text = written(sheet, SHEET_JSON);
    json_t *list = json_loads(text, 0, NULL);
    assert_int_equal(json_array_size(list), 1);
    const json_t *row = json_array_get(list, 0);
    assert_string_equal(json_string_value(json_object_get(row, "name")), "say \"hi\"\n");
    assert_true(json_integer_value(json_object_get(row, "count")) == 1ll << 40);
    assert_true(json_is_true(json_object_get(row, "open")));
    assert_true(json_is_null(json_object_get(row, "since")));
    json_decref(list);
}

static void test_csv_quotes_and_defuses_formulas(void **state)
{
    noren_cleanup(sheet_freep) struct sheet *sheet = make_list();

    (void)state;
    add_row(sheet, "a,\"b\"", 1, true, 0);
    add_row(sheet, "=cmd()", 2, false, 0);
    assert_written(sheet, SHEET_CSV,
            "name,count,open,since\r\n"
            "\"a,\"\"b\"\"\",1,yes,\r\n"
            "\"'=cmd()\",2,no,\r\n");
}

static void test_control_characters_never_reach_the_terminal(void **state)
{
    noren_cleanup(sheet_freep) struct sheet *sheet = make_list();
    noren_cleanup(noren_freep) char *text = NULL;

    (void)state;
    add_row(sheet, "\x1b[2Jbell\x07", 1, true, 0);
    add_row(sheet, "not utf-8 \xff", 1, true, 0);
    add_row(sheet,
            "latin \xc2\x9b"
            "2J",
            1, true, 0);
    for (int format = SHEET_TABLE; format <= SHEET_CSV; format++) {
        free(text);
        text = written(sheet, (enum sheet_format)format);
        assert_null(strchr(text, '\x1b'));
        assert_null(strchr(text, '\x07'));
        assert_true(format == SHEET_JSON || strchr(text, '\x9b') == NULL);
    }
}

static void test_one_row_is_shown_as_names_and_values(void **state)
{
    noren_cleanup(sheet_freep) struct sheet *sheet = sheet_new(SHEET_ONE);

    (void)state;
    sheet_column(sheet, "name", "hub");
    sheet_column(sheet, "count", "sessions");
    sheet_row(sheet);
    sheet_text(sheet, "main");
    sheet_number(sheet, 3);
    assert_written(sheet, SHEET_TABLE, "hub       main\nsessions  3\n");
    assert_written(sheet, SHEET_JSON, "{\n  \"name\": \"main\",\n  \"count\": 3\n}\n");
    assert_written(sheet, SHEET_CSV, "name,count\r\nmain,3\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_list_is_aligned_as_a_table),
        cmocka_unit_test(test_wide_characters_count_twice),
        cmocka_unit_test(test_an_empty_list_shows_its_heads),
        cmocka_unit_test(test_json_keeps_the_kinds_of_values),
        cmocka_unit_test(test_csv_quotes_and_defuses_formulas),
        cmocka_unit_test(test_control_characters_never_reach_the_terminal),
        cmocka_unit_test(test_one_row_is_shown_as_names_and_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
