/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/bytes.h"
#include "noren/os/paths.h"

#include "engine/journal.h"
#include "tests/unit/test.h"

static char folder[] = "/tmp/client-journal-XXXXXX";
static char *path;

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    path = noren_asprintf("%s/journal", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    free(path);
    return rmdir(folder);
}

static int fresh(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

static struct change route_change(uint32_t number)
{
    struct change change = { .kind = CHANGE_ROUTE, .route = { .prefix = 32, .metric = 5 } };

    change.route.network = htonl(0x0a000000 + number);
    change.route.gateway = htonl(0xc0a81e01);
    memcpy(change.route.dev, "acme0", 6);
    return change;
}

static void put_file(const char *text)
{
    assert_true(noren_file_replace(path, text, strlen(text), 0600, NULL));
}

static void test_changes_are_read_back_in_order(void **state)
{
    (void)state;
    struct journal *journal = journal_open(path, NULL);
    struct change dns = { .kind = CHANGE_DNS, .path = "/var/lib/two words/resolv" };
    struct change address = { .kind = CHANGE_ADDRESS, .ip = htonl(0xc0a81e0a), .prefix = 24 };
    struct change route = route_change(1);

    memcpy(address.route.dev, "acme0", 6);
    assert_true(journal_add(journal, &route, NULL));
    assert_true(journal_add(journal, &address, NULL));
    assert_true(journal_add(journal, &dns, NULL));
    journal_close(journal);

    journal = journal_open(path, NULL);
    assert_int_equal(journal_count(journal), 3);
    assert_memory_equal(&journal_at(journal, 0)->route, &route.route, sizeof route.route);
    assert_int_equal(journal_at(journal, 1)->ip, address.ip);
    assert_int_equal(journal_at(journal, 1)->prefix, 24);
    assert_string_equal(journal_at(journal, 2)->path, dns.path);
    assert_true(journal_is_of_this_network(journal));
    journal_close(journal);
}

static void test_undone_changes_stay_undone(void **state)
{
    (void)state;
    struct journal *journal = journal_open(path, NULL);

    for (uint32_t i = 0; i < 3; i++) {
        struct change change = route_change(i);
        assert_true(journal_add(journal, &change, NULL));
    }
    assert_true(journal_undone(journal, 1, NULL));
    journal_close(journal);
    journal = journal_open(path, NULL);
    assert_int_equal(journal_count(journal), 2);
    assert_int_equal(journal_at(journal, 1)->route.network, route_change(2).route.network);
    assert_true(journal_undone(journal, 1, NULL));
    assert_true(journal_undone(journal, 0, NULL));
    journal_close(journal);

    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void test_a_line_cut_short_counts_as_never_made(void **state)
{
    (void)state;
    static const char whole[] = "netns 1\nroute 10.0.0.0/8 via 1.2.3.4 dev acme0 metric 5\n"
                                "address 192.168.30.10/24 dev acme0\n";
    static const size_t ends[] = { 8, 56, sizeof whole - 1 };

    for (size_t len = 0; len < sizeof whole; len++) {
        noren_cleanup(noren_freep) char *cut = noren_strndup(whole, len);
        put_file(cut);
        struct journal *journal = journal_open(path, NULL);
        assert_non_null(journal);
        assert_int_equal(journal_count(journal), (size_t)(len >= ends[1]) + (len >= ends[2]));
        assert_int_equal(journal_bad_lines(journal), 0);
        /* and does not spoil the next line */
        struct change change = route_change(9);
        assert_true(journal_add(journal, &change, NULL));
        size_t count = journal_count(journal);
        journal_close(journal);
        journal = journal_open(path, NULL);
        assert_int_equal(journal_count(journal), count);
        assert_int_equal(journal_bad_lines(journal), 0);
        journal_close(journal);
    }
}

static void test_lines_of_others_are_skipped_and_counted(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "route 10.0.0.0/8 via 1.2.3.4 dev acme0",
        "route 10.0.0.1/8 via 1.2.3.4 dev acme0 metric 5",
        "route 10.0.0.0/8 via 1.2.3.4 dev acme0 metric 5 x",
        "route 10.0.0.0/8 via 1.2.3.4 dev averylongdevice0 metric 5",
        "route 10.0.0.0/8 via 1.2.3.4 dev acme0 metric -5",
        "route 10.0.0.0/8 via 1.2.3.4 dev acme0 metric 4294967296",
        "address 10.0.0.0 dev",
        "address 10.0.0.300/8 dev acme0",
        "dns relative/path",
        "rm -rf /",
        "",
    };

    for (size_t i = 0; i < noren_countof(bad); i++) {
        struct change change;
        assert_false(change_parse(bad[i], &change));
        noren_cleanup(noren_freep) char *text = noren_asprintf("netns 1\n%s\ndns /x\n", bad[i]);
        put_file(text);
        struct journal *journal = journal_open(path, NULL);
        assert_int_equal(journal_count(journal), 1);
        assert_int_equal(journal_bad_lines(journal), 1);
        assert_false(journal_is_of_this_network(journal));
        journal_close(journal);
    }
}

static void test_a_second_owner_is_refused(void **state)
{
    (void)state;
    struct journal *journal = journal_open(path, NULL);
    struct noren_err err = { 0 };

    assert_null(journal_open(path, &err));
    assert_int_equal(err.code, NOREN_E_STATE);
    journal_close(journal);
    journal = journal_open(path, &err);
    assert_non_null(journal);
    journal_close(journal);
}

static void test_a_long_life_does_not_grow_the_file_without_end(void **state)
{
    (void)state;
    struct journal *journal = journal_open(path, NULL);
    struct change kept = route_change(1);
    struct stat st;

    assert_true(journal_add(journal, &kept, NULL));
    for (uint32_t i = 0; i < 1500; i++) {
        struct change change = route_change(i);
        assert_true(journal_add(journal, &change, NULL));
        assert_true(journal_undone(journal, 1, NULL));
    }
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size < 2 * JOURNAL_COMPACT_BYTES);
    assert_null(journal_open(path, NULL)); /* the lock moved along */
    journal_close(journal);
    journal = journal_open(path, NULL);
    assert_int_equal(journal_count(journal), 1);
    assert_int_equal(journal_at(journal, 0)->route.network, kept.route.network);
    journal_close(journal);
}

static void test_the_number_of_changes_is_limited(void **state)
{
    (void)state;
    struct journal *journal = journal_open(path, NULL);
    struct noren_err err = { 0 };
    struct change change = route_change(0);

    for (uint32_t i = 0; i < JOURNAL_CHANGES_MAX; i++)
        assert_true(journal_add(journal, &change, NULL));
    assert_false(journal_add(journal, &change, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);
    journal_close(journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_changes_are_read_back_in_order, fresh),
        cmocka_unit_test_setup(test_undone_changes_stay_undone, fresh),
        cmocka_unit_test_setup(test_a_line_cut_short_counts_as_never_made, fresh),
        cmocka_unit_test_setup(test_lines_of_others_are_skipped_and_counted, fresh),
        cmocka_unit_test_setup(test_a_second_owner_is_refused, fresh),
        cmocka_unit_test_setup(test_a_long_life_does_not_grow_the_file_without_end, fresh),
        cmocka_unit_test_setup(test_the_number_of_changes_is_limited, fresh),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
