/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"

#include "hub/forward.h"
#include "tests/unit/test.h"

enum { PORT_ALICE = 1, PORT_BOB = 2, PORT_SMALL = 3, SEED = 1 };

static const struct mac ALICE = { { 0x5e, 0, 0, 0, 0, 1 } };
static const struct mac BOB = { { 0x5e, 0, 0, 0, 0, 2 } };
static const struct mac CAROL = { { 0x5e, 0, 0, 0, 0, 3 } };
static const struct mac EVERYBODY = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
static const struct mac GROUP = { { 0x33, 0x33, 0, 0, 0, 1 } };
static const struct mac ZERO = { { 0 } };

static struct fdb *segment(void)
{
    struct fdb *fdb = fdb_new(SEED);

    fdb_add_port(fdb, PORT_ALICE, 0);
    fdb_add_port(fdb, PORT_BOB, 0);
    fdb_add_port(fdb, PORT_SMALL, 1);
    return fdb;
}

static void assert_dropped(struct hub_route route, enum hub_drop reason)
{
    assert_int_equal(route.kind, HUB_DROP);
    assert_int_equal(route.reason, reason);
}

static void test_unknown_destination_is_flooded(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = segment();

    struct hub_route route = hub_forward(fdb, PORT_ALICE, ALICE, BOB, /* now_ms */ 0);

    assert_int_equal(route.kind, HUB_FLOOD);
}

static void test_known_destination_goes_to_its_port_alone(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = segment();

    (void)hub_forward(fdb, PORT_BOB, BOB, ALICE, 0);
    struct hub_route route = hub_forward(fdb, PORT_ALICE, ALICE, BOB, 1);

    assert_int_equal(route.kind, HUB_TO_PORT);
    assert_int_equal(route.port, PORT_BOB);
    assert_false(route.moved);
}

static void test_group_destinations_are_flooded_and_never_learned(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = segment();

    assert_int_equal(hub_forward(fdb, PORT_ALICE, ALICE, EVERYBODY, 0).kind, HUB_FLOOD);
    assert_int_equal(hub_forward(fdb, PORT_ALICE, ALICE, GROUP, 0).kind, HUB_FLOOD);
    assert_int_equal(fdb_count(fdb), 1);
}

static void test_sources_that_cannot_be_are_dropped_and_not_learned(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = segment();

    assert_dropped(hub_forward(fdb, PORT_ALICE, GROUP, BOB, 0), HUB_DROP_BAD_SOURCE);
    assert_dropped(hub_forward(fdb, PORT_ALICE, EVERYBODY, BOB, 0), HUB_DROP_BAD_SOURCE);
    assert_dropped(hub_forward(fdb, PORT_ALICE, ZERO, BOB, 0), HUB_DROP_BAD_SOURCE);
    assert_dropped(hub_forward(fdb, PORT_ALICE, BOB, BOB, 0), HUB_DROP_BAD_SOURCE);
    assert_int_equal(fdb_count(fdb), 0);
}

static void test_a_frame_never_returns_to_the_port_it_came_from(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = segment();

    (void)hub_forward(fdb, PORT_ALICE, BOB, EVERYBODY, 0);

    assert_dropped(hub_forward(fdb, PORT_ALICE, ALICE, BOB, 0), HUB_DROP_SAME_PORT);
}

static void test_a_destination_silent_for_too_long_is_flooded_again(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = segment();

    (void)hub_forward(fdb, PORT_BOB, BOB, EVERYBODY, 0);

    assert_int_equal(hub_forward(fdb, PORT_ALICE, ALICE, BOB, FDB_AGE_MS).kind, HUB_FLOOD);
}

static void test_frames_follow_an_address_that_moved(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = segment();

    (void)hub_forward(fdb, PORT_ALICE, CAROL, EVERYBODY, 0);
    struct hub_route moved = hub_forward(fdb, PORT_BOB, CAROL, EVERYBODY, 1);
    struct hub_route after = hub_forward(fdb, PORT_ALICE, ALICE, CAROL, 2);

    assert_true(moved.moved);
    assert_int_equal(after.kind, HUB_TO_PORT);
    assert_int_equal(after.port, PORT_BOB);
}

static void test_a_port_over_its_limit_loses_the_frame_not_the_table(void **state)
{
    (void)state;
    noren_cleanup(fdb_freep) struct fdb *fdb = segment();

    (void)hub_forward(fdb, PORT_SMALL, ALICE, EVERYBODY, 0);

    assert_dropped(hub_forward(fdb, PORT_SMALL, BOB, EVERYBODY, 0), HUB_DROP_PORT_LIMIT);
    assert_int_equal(hub_forward(fdb, PORT_SMALL, ALICE, EVERYBODY, 0).kind, HUB_FLOOD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unknown_destination_is_flooded),
        cmocka_unit_test(test_known_destination_goes_to_its_port_alone),
        cmocka_unit_test(test_group_destinations_are_flooded_and_never_learned),
        cmocka_unit_test(test_sources_that_cannot_be_are_dropped_and_not_learned),
        cmocka_unit_test(test_a_frame_never_returns_to_the_port_it_came_from),
        cmocka_unit_test(test_a_destination_silent_for_too_long_is_flooded_again),
        cmocka_unit_test(test_frames_follow_an_address_that_moved),
        cmocka_unit_test(test_a_port_over_its_limit_loses_the_frame_not_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
