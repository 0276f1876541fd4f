/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"

#include "store/schema.h"
#include "tests/unit/store_fixture.h"
#include "tests/unit/test.h"

static const char *const STEPS[] = {
    "CREATE TABLE one (a INTEGER)",
    "ALTER TABLE one ADD COLUMN b INTEGER; INSERT INTO one VALUES (1, 2)",
};
static const char *const BROKEN[] = {
    "CREATE TABLE one (a INTEGER)",
    "CREATE TABLE two (a INTEGER); CREATE TABLE one (a INTEGER)",
};

static struct db *open_fresh(struct store_fixture *f, char path[256])
{
    fixture_make_root(f);
    (void)snprintf(path, 256, "%s/test.db", f->root);
    struct db *db = db_open(path, DB_FRESH, NULL);
    assert_non_null(db);
    return db;
}

static int64_t number(struct db *db, const char *sql)
{
    int64_t value = -1;

    assert_true(db_read_number(db, sql, &value, NULL));
    return value;
}

static void test_steps_run_once_and_in_order(void **state)
{
    struct store_fixture f;
    char path[256];
    noren_cleanup(db_closep) struct db *db = open_fresh(&f, path);

    (void)state;
    assert_true(schema_upgrade(db, STEPS, 1, NULL));
    assert_true(schema_upgrade(db, STEPS, 2, NULL));
    assert_true(schema_upgrade(db, STEPS, 2, NULL));
    assert_int_equal(number(db, "SELECT sum(b) FROM one"), 2);
    assert_int_equal(number(db, "SELECT max(version) FROM schema_version"), 2);
    fixture_remove(&f);
}

static void test_a_failing_step_leaves_nothing_behind(void **state)
{
    struct store_fixture f;
    char path[256];
    struct noren_err err = { 0 };
    noren_cleanup(db_closep) struct db *db = open_fresh(&f, path);

    (void)state;
    assert_false(schema_upgrade(db, BROKEN, 2, &err));
    assert_non_null(strstr(err.text, "version 2"));
    assert_int_equal(number(db, "SELECT count(*) FROM sqlite_master WHERE type = 'table'"), 0);
    assert_true(schema_upgrade(db, STEPS, 2, NULL));
    fixture_remove(&f);
}

static void test_a_database_of_a_newer_program_is_refused(void **state)
{
    struct store_fixture f;
    char path[256];
    struct noren_err err = { 0 };
    noren_cleanup(db_closep) struct db *db = open_fresh(&f, path);

    (void)state;
    assert_true(schema_upgrade(db, STEPS, 2, NULL));
    assert_false(schema_upgrade(db, STEPS, 1, &err));
    assert_int_equal(err.code, NOREN_E_STATE);
    fixture_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps_run_once_and_in_order),
        cmocka_unit_test(test_a_failing_step_leaves_nothing_behind),
        cmocka_unit_test(test_a_database_of_a_newer_program_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
