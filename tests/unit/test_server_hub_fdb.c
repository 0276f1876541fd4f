/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"

#include "hub/fdb.h"
#include "tests/unit/test.h"

enum { PORT_ALICE = 1, PORT_BOB = 2, PORT_CAROL = 3, SEED = 77 };

static const struct mac ALICE = { { 0x5e, 0, 0, 0, 0, 1 } };
static const struct mac BOB = { { 0x5e, 0, 0, 0, 0, 2 } };

static struct mac numbered(uint32_t number)
{
    return (struct mac){ { 0x02, 0, (uint8_t)(number >> 24), (uint8_t)(number >> 16),
            (uint8_t)(number >> 8), (uint8_t)number } };
}

static struct fdb *fdb_with_ports(void)
{
    struct fdb *fdb = fdb_new(SEED);

    fdb_add_port(fdb, PORT_ALICE, 0);
    fdb_add_port(fdb, PORT_BOB, 0);
    fdb_add_port(fdb, PORT_CAROL, 3);
    return fdb;
}

static void test_a_learned_address_is_found_on_its_port(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = fdb_with_ports();

    assert_int_equal(fdb_learn(fdb, ALICE, PORT_ALICE, 0), FDB_NEW);
    assert_int_equal(fdb_learn(fdb, ALICE, PORT_ALICE, 5), FDB_KNOWN);

    assert_int_equal(fdb_find(fdb, ALICE, 10), PORT_ALICE);
    assert_int_equal(fdb_find(fdb, BOB, 10), PORT_NONE);
    assert_int_equal(fdb_count(fdb), 1);
}

static void test_a_silent_address_is_forgotten_after_600_seconds(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = fdb_with_ports();

    (void)fdb_learn(fdb, ALICE, PORT_ALICE, 1000);

    assert_int_equal(fdb_find(fdb, ALICE, 1000 + 599999), PORT_ALICE);
    assert_int_equal(fdb_find(fdb, ALICE, 1000 + 600000), PORT_NONE);
}

static void test_an_address_that_speaks_stays(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = fdb_with_ports();

    (void)fdb_learn(fdb, ALICE, PORT_ALICE, 0);
    (void)fdb_learn(fdb, ALICE, PORT_ALICE, 599000);

    assert_int_equal(fdb_find(fdb, ALICE, 1100000), PORT_ALICE);
}

static void test_silent_addresses_make_room_when_a_new_one_comes(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = fdb_with_ports();

    for (uint32_t i = 0; i < 1000; i++)
        (void)fdb_learn(fdb, numbered(i), PORT_ALICE, i < 500 ? 0 : 300000);
    (void)fdb_learn(fdb, BOB, PORT_BOB, 700000);

    assert_int_equal(fdb_count(fdb), 501);
    assert_int_equal(fdb_port_count(fdb, PORT_ALICE), 500);
    for (uint32_t i = 500; i < 1000; i++)
        assert_int_equal(fdb_find(fdb, numbered(i), 700000), PORT_ALICE);
}

static void test_an_address_moves_with_its_owner(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = fdb_with_ports();

    (void)fdb_learn(fdb, ALICE, PORT_ALICE, 0);
    assert_int_equal(fdb_learn(fdb, ALICE, PORT_BOB, 10), FDB_MOVED);

    assert_int_equal(fdb_find(fdb, ALICE, 10), PORT_BOB);
    assert_int_equal(fdb_port_count(fdb, PORT_ALICE), 0);
    assert_int_equal(fdb_port_count(fdb, PORT_BOB), 1);
}

static void test_an_address_long_silent_comes_back_as_new_not_as_moved(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = fdb_with_ports();

    (void)fdb_learn(fdb, ALICE, PORT_ALICE, 0);

    assert_int_equal(fdb_learn(fdb, ALICE, PORT_BOB, FDB_AGE_MS), FDB_NEW);
}

static void test_the_addresses_of_a_removed_port_are_gone(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = fdb_with_ports();

    for (uint32_t i = 0; i < 300; i++)
        (void)fdb_learn(fdb, numbered(i), i % 2 ? PORT_ALICE : PORT_BOB, 0);
    fdb_remove_port(fdb, PORT_ALICE);

    assert_int_equal(fdb_count(fdb), 150);
    for (uint32_t i = 0; i < 300; i++)
        assert_int_equal(fdb_find(fdb, numbered(i), 1), i % 2 ? PORT_NONE : PORT_BOB);
}

static void test_a_port_cannot_hold_more_addresses_than_its_limit(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = fdb_with_ports();

    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(fdb_learn(fdb, numbered(i), PORT_CAROL, 0), FDB_NEW);
    (void)fdb_learn(fdb, ALICE, PORT_ALICE, 0);

    assert_int_equal(fdb_learn(fdb, BOB, PORT_CAROL, 0), FDB_PORT_LIMIT);
    assert_int_equal(fdb_learn(fdb, ALICE, PORT_CAROL, 0), FDB_PORT_LIMIT);
    assert_int_equal(fdb_find(fdb, ALICE, 0), PORT_ALICE);
    assert_int_equal(fdb_learn(fdb, numbered(1), PORT_CAROL, 0), FDB_KNOWN);
}

static void test_a_full_table_refuses_the_new_and_keeps_the_old(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = fdb_with_ports();

    for (uint32_t i = 0; i < FDB_ENTRIES_MAX; i++)
        assert_int_equal(fdb_learn(fdb, numbered(i), PORT_ALICE, 0), FDB_NEW);

    assert_int_equal(fdb_learn(fdb, BOB, PORT_BOB, 1), FDB_TABLE_FULL);
    assert_int_equal(fdb_count(fdb), FDB_ENTRIES_MAX);
    for (uint32_t i = 0; i < FDB_ENTRIES_MAX; i++)
        assert_int_equal(fdb_find(fdb, numbered(i), 1), PORT_ALICE);
    assert_int_equal(fdb_learn(fdb, BOB, PORT_BOB, FDB_AGE_MS), FDB_NEW);
}

/* The same random walk on the table and on an array: they must agree at each step. */
static void test_the_table_agrees_with_a_plain_array_over_a_random_walk(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = fdb_with_ports();
    port_id owner[128] = { 0 };
    uint32_t dice = 12345;

    for (int step = 0; step < 50000; step++) {
        dice = dice * 1664525 + 1013904223;
        uint32_t which = (dice >> 8) % 128;
        port_id port = (dice >> 16) % 2 ? PORT_ALICE : PORT_BOB;
        if ((dice >> 20) % 400 == 0) {
            fdb_remove_port(fdb, port);
            for (size_t i = 0; i < 128; i++)
                owner[i] = owner[i] == port ? PORT_NONE : owner[i];
            continue;
        }
        (void)fdb_learn(fdb, numbered(which * 7919), port, 0);
        owner[which] = port;
        uint32_t other = (dice >> 4) % 128;
        assert_int_equal(fdb_find(fdb, numbered(other * 7919), 0), owner[other]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_learned_address_is_found_on_its_port),
        cmocka_unit_test(test_a_silent_address_is_forgotten_after_600_seconds),
        cmocka_unit_test(test_an_address_that_speaks_stays),
        cmocka_unit_test(test_silent_addresses_make_room_when_a_new_one_comes),
        cmocka_unit_test(test_an_address_moves_with_its_owner),
        cmocka_unit_test(test_an_address_long_silent_comes_back_as_new_not_as_moved),
        cmocka_unit_test(test_the_addresses_of_a_removed_port_are_gone),
        cmocka_unit_test(test_a_port_cannot_hold_more_addresses_than_its_limit),
        cmocka_unit_test(test_a_full_table_refuses_the_new_and_keeps_the_old),
        cmocka_unit_test(test_the_table_agrees_with_a_plain_array_over_a_random_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
