/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/bytes.h"
#include "noren/os/paths.h"
#include "noren/packet/packet.h"

#include "libnoren/os/linux/dns_file.h"
#include "tests/unit/test.h"

/* Each test has a folder of its own, with resolv.conf and the backup in it. */
struct place {
    char folder[32];
    char *path, *backup;
    uint32_t servers[2];
};

static int make_place(void **state)
{
    struct place *place = noren_alloc(sizeof *place);

    snprintf(place->folder, sizeof place->folder, "/tmp/noren-dns-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    place->path = noren_asprintf("%s/resolv.conf", place->folder);
    place->backup = noren_asprintf("%s/backup", place->folder);
    assert_true(ip_parse("10.0.0.1", &place->servers[0]));
    assert_true(ip_parse("10.0.0.2", &place->servers[1]));
    *state = place;
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    DIR *dir = opendir(place->folder);

    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
    assert_int_equal(rmdir(place->folder), 0);
    free(place->path);
    free(place->backup);
    free(place);
    return 0;
}

static void put(const char *path, const char *text)
{
    struct noren_err err = { 0 };

    if (!noren_file_replace(path, text, strlen(text), 0644, &err))
        fail_msg("%s", err.text);
}

static void assert_content(const char *path, const char *text)
{
    struct writer content;

    writer_init(&content, 0);
    assert_true(noren_file_read(path, 65536, &content, NULL));
    assert_int_equal(content.len, strlen(text));
    assert_memory_equal(content.data, text, content.len);
    writer_clear(&content);
}

static void assert_contains(const char *path, const char *text)
{
    struct writer content;

    writer_init(&content, 0);
    assert_true(noren_file_read(path, 65536, &content, NULL));
    writer_u8(&content, 0);
    assert_non_null(strstr((char *)content.data, text));
    writer_clear(&content);
}

static void set(struct place *place)
{
    struct noren_err err = { 0 };

    if (!dns_file_set(place->path, place->servers, 2, "example.net", place->backup, &err))
        fail_msg("%s", err.text);
}

static void restore(struct place *place)
{
    struct noren_err err = { 0 };

    if (!dns_file_restore(place->path, place->backup, &err))
        fail_msg("%s", err.text);
    assert_int_not_equal(access(place->backup, F_OK), 0);
}

static void test_a_file_is_replaced_and_comes_back(void **state)
{
    struct place *place = *state;

    put(place->path, "nameserver 192.0.2.1\n");
    set(place);
    assert_contains(
            place->path, "\nsearch example.net\nnameserver 10.0.0.1\nnameserver 10.0.0.2\n");
    restore(place);
    assert_content(place->path, "nameserver 192.0.2.1\n");
    restore(place);
    assert_content(place->path, "nameserver 192.0.2.1\n");
}

static void test_a_link_comes_back_as_a_link_and_its_target_is_untouched(void **state)
{
    struct place *place = *state;
    noren_cleanup(noren_freep) char *target = noren_asprintf("%s/target", place->folder);
    char link_text[64] = "";

    put(target, "nameserver 192.0.2.1\n");
    assert_int_equal(symlink("target", place->path), 0);
    set(place);
    assert_content(target, "nameserver 192.0.2.1\n");
    assert_contains(place->path, "nameserver 10.0.0.1\n");
    assert_true(readlink(place->path, link_text, sizeof link_text - 1) < 0);
    restore(place);
    assert_int_equal(readlink(place->path, link_text, sizeof link_text - 1), 6);
    assert_string_equal(link_text, "target");
}

static void test_a_missing_file_is_missing_again(void **state)
{
    struct place *place = *state;

    set(place);
    assert_contains(place->path, "nameserver 10.0.0.1\n");
    restore(place);
    assert_int_not_equal(access(place->path, F_OK), 0);
}

static void test_what_somebody_else_wrote_meanwhile_stays(void **state)
{
    struct place *place = *state;

    put(place->path, "nameserver 192.0.2.1\n");
    set(place);
    put(place->path, "nameserver 198.51.100.7\n");
    restore(place);
    assert_content(place->path, "nameserver 198.51.100.7\n");
}

static void test_a_second_setting_keeps_the_first_backup(void **state)
{
    struct place *place = *state;

    put(place->path, "nameserver 192.0.2.1\n");
    set(place);
    place->servers[0] = place->servers[1];
    set(place); /* a renewal, or a start after a crash */
    restore(place);
    assert_content(place->path, "nameserver 192.0.2.1\n");
}

static void test_an_old_backup_does_not_hide_a_newer_file(void **state)
{
    struct place *place = *state;

    put(place->path, "nameserver 192.0.2.1\n");
    set(place);
    put(place->path, "nameserver 198.51.100.7\n");
    set(place);
    restore(place);
    assert_content(place->path, "nameserver 198.51.100.7\n");
}

static void test_a_domain_with_a_line_end_is_refused_before_anything_changes(void **state)
{
    struct place *place = *state;
    struct noren_err err = { 0 };

    put(place->path, "nameserver 192.0.2.1\n");
    assert_false(dns_file_set(
            place->path, place->servers, 2, "a\nnameserver 6.6.6.6", place->backup, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
    assert_content(place->path, "nameserver 192.0.2.1\n");
    assert_int_not_equal(access(place->backup, F_OK), 0);
}

static void test_without_a_place_for_the_backup_nothing_changes(void **state)
{
    struct place *place = *state;

    put(place->path, "nameserver 192.0.2.1\n");
    assert_false(
            dns_file_set(place->path, place->servers, 2, NULL, "/nonexistent/folder/backup", NULL));
    assert_content(place->path, "nameserver 192.0.2.1\n");
}

static void test_a_broken_backup_is_an_error_and_stays(void **state)
{
    struct place *place = *state;
    static const char *const bad[] = { "", "file", "gone\n", "link" };

    put(place->path, "nameserver 192.0.2.1\n");
    set(place);
    for (size_t i = 0; i < noren_countof(bad); i++) {
        put(place->backup, bad[i]);
        assert_false(dns_file_restore(place->path, place->backup, NULL));
        assert_int_equal(access(place->backup, F_OK), 0);
    }
}

/* As `ip netns exec` does it. Needs a mount namespace of its own, so it runs in a child. */
static void test_a_file_mounted_over_is_written_in_place(void **state)
{
    struct place *place = *state;
    noren_cleanup(noren_freep) char *over = noren_asprintf("%s/over", place->folder);

    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        print_message("needs CAP_SYS_ADMIN for a mount namespace\n");
        skip();
    }
    put(place->path, "nameserver 192.0.2.1\n");
    put(over, "nameserver 203.0.113.1\n");
    assert_int_equal(mount(over, place->path, NULL, MS_BIND, NULL), 0);
    set(place);
    assert_contains(place->path, "nameserver 10.0.0.1\n");
    assert_contains(over, "nameserver 10.0.0.1\n");
    restore(place);
    assert_content(place->path, "nameserver 203.0.113.1\n");
    assert_int_equal(umount(place->path), 0);
    assert_content(place->path, "nameserver 192.0.2.1\n");
}

/* The link may be shared with the rest of the machine: only what is mounted may change. */
static void test_a_link_to_a_mounted_file_stays_a_link(void **state)
{
    struct place *place = *state;
    noren_cleanup(noren_freep) char *target = noren_asprintf("%s/target", place->folder);
    noren_cleanup(noren_freep) char *over = noren_asprintf("%s/over", place->folder);
    char link_text[64] = "";

    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        print_message("needs CAP_SYS_ADMIN for a mount namespace\n");
        skip();
    }
    put(target, "nameserver 192.0.2.1\n");
    put(over, "nameserver 203.0.113.1\n");
    assert_int_equal(symlink("target", place->path), 0);
    assert_int_equal(mount(over, target, NULL, MS_BIND, NULL), 0);
    set(place);
    assert_true(readlink(place->path, link_text, sizeof link_text - 1) > 0);
    assert_contains(over, "nameserver 10.0.0.1\n");
    restore(place);
    assert_content(over, "nameserver 203.0.113.1\n");
    assert_int_equal(umount(target), 0);
    assert_content(place->path, "nameserver 192.0.2.1\n");
}

#define in_a_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_place(test_a_file_is_replaced_and_comes_back),
        in_a_place(test_a_link_comes_back_as_a_link_and_its_target_is_untouched),
        in_a_place(test_a_missing_file_is_missing_again),
        in_a_place(test_what_somebody_else_wrote_meanwhile_stays),
        in_a_place(test_a_second_setting_keeps_the_first_backup),
        in_a_place(test_an_old_backup_does_not_hide_a_newer_file),
        in_a_place(test_a_domain_with_a_line_end_is_refused_before_anything_changes),
        in_a_place(test_without_a_place_for_the_backup_nothing_changes),
        in_a_place(test_a_broken_backup_is_an_error_and_stays),
        in_a_place(test_a_file_mounted_over_is_written_in_place),
        in_a_place(test_a_link_to_a_mounted_file_stays_a_link),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
