/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"

#include "store/handle.h"
#include "tests/unit/store_fixture.h"
#include "tests/unit/test.h"

static void test_a_hub_is_found_whatever_the_case_and_keeps_its_own(void **state)
{
    struct store_fixture *f = *state;
    struct store_hub hub;

    int64_t id = fixture_hub(f, "Tokyo");
    fixture_reopen(f);
    assert_true(store_hub_find(f->store, "tOKYO", &hub, NULL));
    assert_int_equal(hub.id, id);
    assert_string_equal(hub.name, "Tokyo");
    assert_true(hub.online);
    assert_false(hub.has_admin);
    assert_int_equal(hub.securenat_mac[0], 0x5e);
    assert_true(hub.created_ms > 0);
}

static void test_a_second_hub_of_a_name_is_refused_whatever_the_case(void **state)
{
    struct store_fixture *f = *state;
    struct store_hub hub = { .name = "TOKYO" };
    struct noren_err err = { 0 };

    fixture_hub(f, "Tokyo");
    assert_false(store_hub_create(f->store, &hub, &err));
    assert_int_equal(err.code, NOREN_E_EXISTS);
    assert_string_equal(err.text, "hub \"TOKYO\" exists already");
    assert_int_equal(hub.id, 0);
}

static void test_what_a_hub_is_set_to_stays(void **state)
{
    struct store_fixture *f = *state;
    struct sha0_digest hash = password_hash_admin("hub secret");
    struct store_hub hub;

    int64_t id = fixture_hub(f, "main");
    assert_true(store_hub_find(f->store, "main", &hub, NULL));
    assert_true(store_hub_set_securenat(f->store, id, true, NULL));
    assert_true(store_hub_set_online(f->store, id, false, NULL));
    assert_true(store_hub_set_admin_hash(f->store, &hub, &hash, NULL));
    fixture_reopen(f);
    assert_true(store_hub_find(f->store, "main", &hub, NULL));
    assert_true(hub.securenat);
    assert_false(hub.online);
    assert_true(hub.has_admin);
    assert_memory_equal(&hub.admin_hash, &hash, sizeof hash);
    assert_true(store_hub_set_admin_hash(f->store, &hub, NULL, NULL));
    assert_true(store_hub_find(f->store, "main", &hub, NULL));
    assert_false(hub.has_admin);
}

static void test_changing_a_hub_that_is_gone_is_an_error(void **state)
{
    struct store_fixture *f = *state;
    struct noren_err err = { 0 };
    struct store_hub hub;

    assert_false(store_hub_set_online(f->store, 77, true, &err));
    assert_int_equal(err.code, NOREN_E_NOT_FOUND);
    assert_false(store_hub_delete(f->store, 77, NULL));
    assert_false(store_hub_find(f->store, "nowhere", &hub, &err));
    assert_int_equal(err.code, NOREN_E_NOT_FOUND);
    assert_string_equal(err.text, "hub \"nowhere\" does not exist");
}

static void test_users_go_with_their_hub_and_its_number_is_not_given_again(void **state)
{
    struct store_fixture *f = *state;
    uint32_t count = 1;

    int64_t id = fixture_hub(f, "main");
    struct store_user user = fixture_user(id, "alice", "a");
    assert_true(store_user_create(f->store, &user, NULL));
    assert_true(store_hub_delete(f->store, id, NULL));
    assert_int_not_equal(fixture_hub(f, "main"), id);
    assert_true(store_user_count(f->store, id, &count, NULL));
    assert_int_equal(count, 0);
}

static bool append_hub(void *ctx, const struct store_hub *hub)
{
    char *names = ctx;

    size_t len = strlen(names);
    (void)snprintf(names + len, 64 - len, "%s", hub->name);
    return strcmp(hub->name, "stop") != 0;
}

static void test_hubs_are_walked_in_order_of_name_until_told_to_stop(void **state)
{
    struct store_fixture *f = *state;
    char names[64] = "";
    uint32_t count;

    fixture_hub(f, "b");
    fixture_hub(f, "stop");
    fixture_hub(f, "C");
    fixture_hub(f, "A");
    fixture_hub(f, "z");
    assert_true(store_hub_each(f->store, append_hub, names, NULL));
    assert_string_equal(names, "AbCstop");
    names[0] = '\0';
    assert_true(store_hub_each(f->store, append_hub, names, NULL));
    assert_string_equal(names, "AbCstop");
    assert_true(store_hub_count(f->store, &count, NULL));
    assert_int_equal(count, 5);
}

static void test_a_user_is_kept_with_all_that_was_given(void **state)
{
    struct store_fixture *f = *state;
    int64_t id = fixture_hub(f, "main");
    struct store_user user = fixture_user(id, "Alice", "pass");
    struct store_user found;

    (void)snprintf(user.real_name, sizeof user.real_name, "Alice \xe6\x9a\x96");
    (void)snprintf(user.note, sizeof user.note, "first floor");
    user.expires_ms = 1234567890123;
    assert_true(store_user_create(f->store, &user, NULL));
    fixture_reopen(f);
    assert_true(store_user_find(f->store, id, "ALICE", &found, NULL));
    assert_string_equal(found.name, "Alice");
    assert_string_equal(found.real_name, user.real_name);
    assert_string_equal(found.note, "first floor");
    assert_int_equal(found.expires_ms, 1234567890123);
    assert_true(found.created_ms > 0);
    assert_true(found.has_password);
    assert_memory_equal(&found.hash, &user.hash, sizeof user.hash);
}

static void test_a_user_is_unique_in_a_hub_and_free_in_another(void **state)
{
    struct store_fixture *f = *state;
    struct noren_err err = { 0 };
    struct store_user user = fixture_user(fixture_hub(f, "one"), "alice", "a");

    assert_true(store_user_create(f->store, &user, NULL));
    (void)snprintf(user.name, sizeof user.name, "ALICE");
    assert_false(store_user_create(f->store, &user, &err));
    assert_int_equal(err.code, NOREN_E_EXISTS);
    assert_string_equal(err.text, "user \"ALICE\" exists already");
    user.hub_id = fixture_hub(f, "two");
    assert_true(store_user_create(f->store, &user, NULL));
}

static void test_a_user_needs_a_hub_and_a_name_by_the_rules(void **state)
{
    struct store_fixture *f = *state;
    struct noren_err err = { 0 };
    struct store_user user = fixture_user(4711, "alice", "a");

    assert_false(store_user_create(f->store, &user, &err));
    assert_int_equal(err.code, NOREN_E_NOT_FOUND);
    user = fixture_user(fixture_hub(f, "one"), "L3SW_x", "a");
    assert_false(store_user_create(f->store, &user, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
}

static void test_a_user_is_changed_and_deleted(void **state)
{
    struct store_fixture *f = *state;
    int64_t id = fixture_hub(f, "main");
    struct store_user user = fixture_user(id, "alice", "old");
    struct sha0_digest hash = password_hash_user("new", "alice");
    int64_t synchronous;

    assert_true(store_user_create(f->store, &user, NULL));
    assert_true(store_user_set_hash(f->store, id, "ALICE", &hash, NULL));
    assert_true(store_user_note_login(f->store, id, "alice", 42, NULL));
    assert_true(db_read_number(f->store->db, "PRAGMA synchronous", &synchronous, NULL));
    assert_int_equal(synchronous, 2); /* FULL again, for what is acknowledged */
    assert_true(store_user_find(f->store, id, "alice", &user, NULL));
    assert_memory_equal(&user.hash, &hash, sizeof hash);
    assert_int_equal(user.logins, 1);
    assert_int_equal(user.last_login_ms, 42);
    user.has_password = false;
    (void)snprintf(user.note, sizeof user.note, "locked");
    assert_true(store_user_update(f->store, &user, NULL));
    assert_true(store_user_find(f->store, id, "alice", &user, NULL));
    assert_false(user.has_password);
    assert_string_equal(user.note, "locked");
    assert_true(store_user_delete(f->store, id, "aLiCe", NULL));
    assert_false(store_user_delete(f->store, id, "alice", NULL));
    assert_false(store_user_set_hash(f->store, id, "alice", &hash, NULL));
}

static void test_hashes_lie_sealed_and_cannot_be_moved_to_another_row(void **state)
{
    struct store_fixture *f = *state;
    int64_t id = fixture_hub(f, "main");
    struct store_user alice = fixture_user(id, "alice", "a");
    struct store_user mallory = fixture_user(id, "mallory", "m");
    struct store_user found;
    struct noren_err err = { 0 };
    char hex[2 * SHA0_BYTES + 1], sql[160];
    int64_t count;

    assert_true(store_user_create(f->store, &alice, NULL));
    assert_true(store_user_create(f->store, &mallory, NULL));
    noren_hex(alice.hash.byte, SHA0_BYTES, hex);
    (void)snprintf(
            sql, sizeof sql, "SELECT count(*) FROM user WHERE instr(hex(hash), upper('%s'))", hex);
    assert_true(db_read_number(f->store->db, sql, &count, NULL));
    assert_int_equal(count, 0);
    assert_true(db_exec(f->store->db,
            "UPDATE user SET hash = (SELECT hash FROM user WHERE name = 'mallory')"
            " WHERE name = 'alice'",
            NULL));
    assert_false(store_user_find(f->store, id, "alice", &found, &err));
    assert_int_equal(err.code, NOREN_E_CRYPTO);
}

static void test_a_hash_cannot_be_moved_to_the_same_name_in_another_hub(void **state)
{
    struct store_fixture *f = *state;
    struct store_user mine = fixture_user(fixture_hub(f, "mine"), "alice", "known");
    struct store_user yours = fixture_user(fixture_hub(f, "yours"), "alice", "secret");
    struct store_user found;
    char sql[200];

    assert_true(store_user_create(f->store, &mine, NULL));
    assert_true(store_user_create(f->store, &yours, NULL));
    (void)snprintf(sql, sizeof sql,
            "UPDATE user SET hash = (SELECT hash FROM user WHERE hub_id = %d) WHERE hub_id = %d",
            (int)mine.hub_id, (int)yours.hub_id);
    assert_true(db_exec(f->store->db, sql, NULL));
    assert_false(store_user_find(f->store, yours.hub_id, "alice", &found, NULL));
}

static void test_limits_of_hubs_and_users_hold(void **state)
{
    struct store_fixture *f = *state;
    int64_t id = fixture_hub(f, "main");
    struct store_user user = fixture_user(id, "one-more", "a");
    struct store_hub hub = { .name = "one-more" };
    struct noren_err err = { 0 };

    assert_true(db_exec(f->store->db,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)"
            " INSERT INTO user SELECT (SELECT id FROM hub), 'u' || i, '', '', NULL, 0, 0, 0, 0 FROM n",
            NULL));
    assert_true(store_user_create(f->store, &user, NULL));
    (void)snprintf(user.name, sizeof user.name, "too-many");
    assert_false(store_user_create(f->store, &user, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);
    assert_true(db_exec(f->store->db,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)"
            " INSERT INTO hub SELECT NULL, 'h' || i, 1, 0, x'5e0000000000', NULL, 0 FROM n",
            NULL));
    assert_false(store_hub_create(f->store, &hub, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);
}

static void test_a_full_disk_is_told_and_leaves_the_store_usable(void **state)
{
    struct store_fixture *f = *state;
    int64_t id = fixture_hub(f, "main");
    struct noren_err err = { 0 };
    uint32_t count, kept = 0;

    assert_true(db_exec(f->store->db, "PRAGMA max_page_count = 12", NULL));
    for (; kept < 1000; kept++) {
        struct store_user user = fixture_user(id, "", "a");
        (void)snprintf(user.name, sizeof user.name, "user%04u", kept);
        if (!store_user_create(f->store, &user, &err))
            break;
    }
    assert_int_equal(err.code, NOREN_E_IO);
    assert_non_null(strstr(err.text, "free some space"));
    fixture_reopen(f);
    assert_true(store_user_count(f->store, id, &count, NULL));
    assert_int_equal(count, kept);
}

static void test_a_read_only_database_is_told(void **state)
{
    struct store_fixture *f = *state;
    struct store_hub hub = { .name = "main" };
    struct noren_err err = { 0 };

    assert_true(db_exec(f->store->db, "PRAGMA query_only = 1", NULL));
    assert_false(store_hub_create(f->store, &hub, &err));
    assert_int_equal(err.code, NOREN_E_IO);
    assert_non_null(strstr(err.text, "cannot be written"));
}

#define on_store(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_store(test_a_hub_is_found_whatever_the_case_and_keeps_its_own),
        on_store(test_a_second_hub_of_a_name_is_refused_whatever_the_case),
        on_store(test_what_a_hub_is_set_to_stays),
        on_store(test_changing_a_hub_that_is_gone_is_an_error),
        on_store(test_users_go_with_their_hub_and_its_number_is_not_given_again),
        on_store(test_hubs_are_walked_in_order_of_name_until_told_to_stop),
        on_store(test_a_user_is_kept_with_all_that_was_given),
        on_store(test_a_user_is_unique_in_a_hub_and_free_in_another),
        on_store(test_a_user_needs_a_hub_and_a_name_by_the_rules),
        on_store(test_a_user_is_changed_and_deleted),
        on_store(test_hashes_lie_sealed_and_cannot_be_moved_to_another_row),
        on_store(test_a_hash_cannot_be_moved_to_the_same_name_in_another_hub),
        on_store(test_limits_of_hubs_and_users_hold),
        on_store(test_a_full_disk_is_told_and_leaves_the_store_usable),
        on_store(test_a_read_only_database_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
