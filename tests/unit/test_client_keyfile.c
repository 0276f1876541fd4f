/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/base/bytes.h"

#include "engine/keyfile.h"
#include "tests/unit/test.h"

static struct keyfile *parse(const char *text, struct noren_err *err)
{
    return keyfile_parse(text, strlen(text), err);
}

static char *text_of(const char *value)
{
    noren_cleanup(noren_freep) char *file_text = noren_asprintf("[g]\nk=%s\n", value);
    noren_cleanup(keyfile_freep) struct keyfile *file = parse(file_text, NULL);
    char *text = NULL;

    assert_non_null(file);
    return keyfile_text(keyfile_find(file, "g", "k"), &text, NULL) ? text : NULL;
}

static void test_groups_keys_comments_and_languages_are_read(void **state)
{
    (void)state;
    noren_cleanup(keyfile_freep) struct keyfile *file =
            parse("# hello\n\n[one]\r\n  a = 1 \nb[de]=zwei\nb=two\n[two]\na=x=y\n", NULL);

    assert_non_null(file);
    assert_int_equal(keyfile_count(file), 4);
    assert_string_equal(keyfile_find(file, "one", "a")->value, "1 ");
    assert_string_equal(keyfile_at(file, 1)->language, "de");
    assert_string_equal(keyfile_find(file, "one", "b")->value, "two");
    assert_int_equal(keyfile_find(file, "one", "b")->line, 6);
    assert_string_equal(keyfile_find(file, "two", "a")->value, "x=y");
    assert_null(keyfile_find(file, "one", "c"));
    assert_true(keyfile_has_group(file, "two"));
    assert_false(keyfile_has_group(file, "three"));
}

static void test_an_empty_file_has_no_keys(void **state)
{
    (void)state;
    noren_cleanup(keyfile_freep) struct keyfile *file = keyfile_parse(NULL, 0, NULL);

    assert_non_null(file);
    assert_int_equal(keyfile_count(file), 0);
}

static void test_faults_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } faults[] = {
        { "a=1\n", "line 1: key before the first group" },
        { "[g]\njust words\n", "line 2: neither [group] nor key=value" },
        { "[g]\n=1\n", "line 2: neither" },
        { "[g\n", "line 1: group line does not end in ']'" },
        { "[g] x\n", "line 1: group line" },
        { "[]\n", "line 1: group without a name" },
        { "[a[b]\n", "line 1: group name with a character" },
        { "[g]\na=1\n\na=2\n", "line 4: key \"a\" given twice" },
        { "[g]\na[de]=1\na[de]=2\n", "line 3: key \"a\" given twice" },
        { "[g]\n[h]\n[g]\n", "line 3: group [g] given twice" },
        { "[g]\na b=1\n", "line 2: key name" },
        { "[g]\na[]=1\n", "line 2: key name" },
        { "[g]\na[de=1\n", "line 2: key name" },
        { "[g]\na=\xff\n", "line 2: not UTF-8" },
        { "[g]\na=\xed\xa0\x80\n", "line 2: not UTF-8" },
        { "[g]\na=\xc0\xaf\n", "line 2: not UTF-8" },
        { "\xef\xbb\xbf[g]\n", "line 1: starts with a byte order mark" },
    };

    for (size_t i = 0; i < noren_countof(faults); i++) {
        struct noren_err err = { 0 };
        assert_null(parse(faults[i].text, &err));
        if (strstr(err.text, faults[i].says) == NULL)
            fail_msg("\"%s\" is not in \"%s\"", faults[i].says, err.text);
        assert_non_null(strchr(err.text + 8, ':')); /* and a remedy */
    }
}

static void test_a_nul_byte_is_refused(void **state)
{
    (void)state;
    struct noren_err err = { 0 };

    assert_null(keyfile_parse("[g]\na=1\0b\n", 10, &err));
    assert_non_null(strstr(err.text, "line 2"));
}

static void test_limits_hold(void **state)
{
    (void)state;
    struct noren_err err = { 0 };
    struct writer w;

    writer_init(&w, 1 << 20);
    writer_text(&w, "[g]\n");
    for (int i = 0; i < KEYFILE_ENTRIES_MAX; i++)
        writer_format(&w, "k%d=1\n", i);
    struct keyfile *file = keyfile_parse((char *)w.data, w.len, &err);
    assert_non_null(file);
    keyfile_free(file);
    writer_text(&w, "one-more=1\n");
    assert_null(keyfile_parse((char *)w.data, w.len, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);

    writer_reset(&w);
    for (int i = 0; i <= KEYFILE_GROUPS_MAX; i++)
        writer_format(&w, "[g%d]\n", i);
    assert_null(keyfile_parse((char *)w.data, w.len, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);

    writer_reset(&w);
    writer_text(&w, "[g]\nk=");
    memset(writer_extend(&w, KEYFILE_LINE_MAX - 2), 'x', KEYFILE_LINE_MAX - 2);
    file = keyfile_parse((char *)w.data, w.len, &err);
    assert_non_null(file);
    keyfile_free(file);
    writer_u8(&w, 'x');
    assert_null(keyfile_parse((char *)w.data, w.len, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);

    writer_reset(&w);
    memset(writer_extend(&w, KEYFILE_BYTES_MAX + 1), '\n', KEYFILE_BYTES_MAX + 1);
    assert_null(keyfile_parse((char *)w.data, w.len, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);
    writer_clear(&w);
}

static void test_escapes_are_resolved(void **state)
{
    (void)state;
    noren_cleanup(noren_freep) char *text = text_of("\\sa\\nb\\tc\\rd\\\\e");

    assert_string_equal(text, " a\nb\tc\rd\\e");
    assert_null(text_of("a\\x"));
    assert_null(text_of("a\\"));
    assert_null(text_of("a\\;b")); /* in lists only */
}

static bool join(void *ctx, const char *item, struct noren_err *err)
{
    struct writer *w = ctx;

    (void)err;
    writer_format(w, "<%s>", item);
    return strcmp(item, "bad") != 0 || noren_err_set(err, NOREN_E_ARGUMENT, "bad item");
}

static void test_lists_are_split_at_semicolons(void **state)
{
    (void)state;
    noren_cleanup(keyfile_freep) struct keyfile *file =
            parse("[g]\nk= a ; b\\;c;;d\\\\;\nl=a;bad;c\nm=a\\\n", NULL);
    struct noren_err err = { 0 };
    struct writer w;

    writer_init(&w, 0);
    assert_true(keyfile_list(keyfile_find(file, "g", "k"), join, &w, &err));
    writer_u8(&w, 0);
    assert_string_equal((char *)w.data, "<a><b;c><d\\>");
    assert_false(keyfile_list(keyfile_find(file, "g", "l"), join, &w, &err));
    assert_string_equal(err.text, "line 3: bad item");
    assert_false(keyfile_list(keyfile_find(file, "g", "m"), join, &w, &err));
    writer_clear(&w);
}

static void test_booleans_and_numbers_are_strict(void **state)
{
    (void)state;
    noren_cleanup(keyfile_freep) struct keyfile *file =
            parse("[g]\na=true \nb=0\nc=maybe\nd=1500\ne=1501\nf=12x\ng=\nh=99999999999\n", NULL);
    bool flag = false;
    uint32_t number = 7;

    assert_true(keyfile_bool(keyfile_find(file, "g", "a"), &flag, NULL));
    assert_true(flag);
    assert_true(keyfile_bool(keyfile_find(file, "g", "b"), &flag, NULL));
    assert_false(flag);
    assert_false(keyfile_bool(keyfile_find(file, "g", "c"), &flag, NULL));
    assert_true(keyfile_number(keyfile_find(file, "g", "d"), 576, 1500, &number, NULL));
    assert_int_equal(number, 1500);
    for (const char *key = "efgh"; *key != '\0'; key++) {
        char name[2] = { *key, '\0' };
        assert_false(keyfile_number(keyfile_find(file, "g", name), 576, 1500, &number, NULL));
    }
    assert_int_equal(number, 1500);
}

static void test_text_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    noren_cleanup(keyfile_freep) struct keyfile *file = parse("[g]\nk=1234\n", NULL);
    struct noren_err err = { 0 };
    char room[5] = "old";

    assert_false(keyfile_text_into(keyfile_find(file, "g", "k"), room, 4, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);
    assert_string_equal(room, "old");
    assert_true(keyfile_text_into(keyfile_find(file, "g", "k"), room, 5, &err));
    assert_string_equal(room, "1234");
}

static void test_what_is_written_is_read_back(void **state)
{
    (void)state;
    static const char odd[] = " two  blanks\tand\nlines\r\\n ";
    struct writer w;

    writer_init(&w, 0);
    writer_text(&w, "[g]\n");
    keyfile_write_text(&w, "k", odd);
    noren_cleanup(keyfile_freep) struct keyfile *file = keyfile_parse((char *)w.data, w.len, NULL);
    noren_cleanup(noren_freep) char *text = NULL;
    assert_true(keyfile_text(keyfile_find(file, "g", "k"), &text, NULL));
    assert_string_equal(text, odd);
    writer_clear(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_groups_keys_comments_and_languages_are_read),
        cmocka_unit_test(test_an_empty_file_has_no_keys),
        cmocka_unit_test(test_faults_are_told_with_their_line),
        cmocka_unit_test(test_a_nul_byte_is_refused),
        cmocka_unit_test(test_limits_hold),
        cmocka_unit_test(test_escapes_are_resolved),
        cmocka_unit_test(test_lists_are_split_at_semicolons),
        cmocka_unit_test(test_booleans_and_numbers_are_strict),
        cmocka_unit_test(test_text_that_does_not_fit_is_refused),
        cmocka_unit_test(test_what_is_written_is_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
