/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"

#include "store/name.h"
#include "store/store.h"
#include "tests/unit/test.h"

static void test_safe_names_are_taken(void **state)
{
    static const char *const NAMES[] = { "A", "hub 1", "Tokyo (east)-2_#%&.x", "0", "a.b" };

    (void)state;
    for (size_t i = 0; i < noren_countof(NAMES); i++) {
        assert_true(name_check_hub(NAMES[i], NULL));
        assert_true(name_check_user(NAMES[i], NULL));
    }
    assert_true(name_check_user("alice@example.net", NULL));
}

static void test_names_outside_the_rules_are_refused(void **state)
{
    static const char *const NAMES[] = { "", " ", ".", ".a", "a.", " a", "a ", "a/b", "a\\b",
        "a\"b", "a\nb", "a:b", "a*", "\xc3\xa4", "a\x7f" };

    (void)state;
    for (size_t i = 0; i < noren_countof(NAMES); i++) {
        struct noren_err err = { 0 };
        assert_false(name_check_hub(NAMES[i], &err));
        assert_int_equal(err.code, NOREN_E_ARGUMENT);
        assert_false(name_check_user(NAMES[i], NULL));
    }
    assert_false(name_check_hub("alice@example.net", NULL));
}

static void test_a_name_may_have_255_bytes_and_no_more(void **state)
{
    char name[STORE_NAME_MAX + 2];
    struct noren_err err = { 0 };

    (void)state;
    memset(name, 'x', sizeof name);
    name[STORE_NAME_MAX] = '\0';
    assert_true(name_check_hub(name, NULL));
    name[STORE_NAME_MAX] = 'x';
    name[STORE_NAME_MAX + 1] = '\0';
    assert_false(name_check_hub(name, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
}

static void test_names_of_the_servers_own_sessions_are_refused_for_users(void **state)
{
    static const char *const NAMES[] = { "administrator", "Administrator", "LINK", "cascade",
        "SecureNAT", "localbridge", "Local Bridge", "L3SW_", "l3sw_one" };

    (void)state;
    for (size_t i = 0; i < noren_countof(NAMES); i++) {
        assert_false(name_check_user(NAMES[i], NULL));
        assert_true(name_check_hub(NAMES[i], NULL));
    }
    assert_true(name_check_user("linker", NULL));
    assert_true(name_check_user("L3SW", NULL));
}

static void test_free_text_is_utf8_without_control_characters(void **state)
{
    static const char *const GOOD[] = { "", "Zo\xc3\xab", "\xc2\xa0", "\xe6\x9a\x96\xe7\xb0\xbe",
        "\xf0\x9f\x8f\xae", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf" };
    static const char *const BAD[] = { "a\nb", "\x1b[31m", "\xc2\x9b[31m", "\x7f", "\xff", "\xc3",
        "\xe6\x9a", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe0\x80\x80",
        "\xf0\x80\x80\x80", "\x80" };

    (void)state;
    for (size_t i = 0; i < noren_countof(GOOD); i++)
        assert_true(name_check_text("note", GOOD[i], NULL));
    for (size_t i = 0; i < noren_countof(BAD); i++)
        assert_false(name_check_text("note", BAD[i], NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_safe_names_are_taken),
        cmocka_unit_test(test_names_outside_the_rules_are_refused),
        cmocka_unit_test(test_a_name_may_have_255_bytes_and_no_more),
        cmocka_unit_test(test_names_of_the_servers_own_sessions_are_refused_for_users),
        cmocka_unit_test(test_free_text_is_utf8_without_control_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
