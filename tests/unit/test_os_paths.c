/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/os/paths.h"

#include "tests/unit/test.h"

static int make_folder(void **state)
{
    char *folder = noren_strdup("/tmp/noren-test-paths-XXXXXX");

    *state = mkdtemp(folder);
    return *state != NULL ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

static int remove_folder(void **state)
{
    nftw(*state, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return 0;
}

static char *in_folder(void **state, const char *name)
{
    return noren_asprintf("%s/%s", (char *)*state, name);
}

static int count_files(const char *folder)
{
    DIR *dir = opendir(folder);
    int count = 0;

    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count - 2;
}

static void test_replaced_file_has_the_new_content_and_mode(void **state)
{
    noren_cleanup(noren_freep) char *path = in_folder(state, "file");
    noren_cleanup(writer_clear) struct writer out;
    struct stat st;

    writer_init(&out, 0);
    assert_true(noren_file_replace(path, "old content", 11, 0644, NULL));
    assert_true(noren_file_replace(path, "new", 3, 0600, NULL));
    assert_true(noren_file_read(path, 100, &out, NULL));
    assert_int_equal(out.len, 3);
    assert_memory_equal(out.data, "new", 3);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(count_files(*state), 1);
}

static void test_replace_that_fails_leaves_old_content_and_nothing_beside(void **state)
{
    noren_cleanup(noren_freep) char *folder = in_folder(state, "file");
    noren_cleanup(noren_freep) char *inside = in_folder(state, "file/inside");
    struct noren_err err;

    /* Renaming a file over a folder that is not empty cannot work. */
    assert_true(noren_make_dirs(inside, 0755, NULL));
    assert_false(noren_file_replace(folder, "x", 1, 0600, &err));
    assert_int_equal(err.code, NOREN_E_IO);
    assert_int_equal(count_files(*state), 1);
}

static void test_read_stops_at_the_limit(void **state)
{
    noren_cleanup(noren_freep) char *path = in_folder(state, "file");
    noren_cleanup(writer_clear) struct writer out;
    struct noren_err err;

    writer_init(&out, 0);
    assert_true(noren_file_replace(path, "12345", 5, 0600, NULL));
    assert_true(noren_file_read(path, 5, &out, NULL));
    assert_int_equal(out.len, 5);
    assert_false(noren_file_read(path, 4, &out, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);
    assert_int_equal(out.len, 5);
}

static void test_read_tells_missing_from_unreadable(void **state)
{
    noren_cleanup(noren_freep) char *path = in_folder(state, "missing");
    noren_cleanup(writer_clear) struct writer out;
    struct noren_err err;

    writer_init(&out, 0);
    assert_false(noren_file_read(path, 5, &out, &err));
    assert_int_equal(err.code, NOREN_E_NOT_FOUND);
    assert_false(noren_file_read(*state, 5, &out, &err));
    assert_int_equal(err.code, NOREN_E_IO);
    assert_non_null(strstr(err.text, "not a regular file"));
}

static void test_a_pipe_is_refused_and_not_waited_for(void **state)
{
    noren_cleanup(noren_freep) char *path = in_folder(state, "pipe");
    struct noren_err err = { 0 };
    struct writer out;

    writer_init(&out, 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(noren_file_read(path, 100, &out, &err));
    assert_int_equal(err.code, NOREN_E_IO);
    writer_clear(&out);
}

static void test_folders_are_made_with_their_parents(void **state)
{
    noren_cleanup(noren_freep) char *path = in_folder(state, "a//b/c/");
    noren_cleanup(noren_freep) char *last = in_folder(state, "a/b/c");
    struct stat st;

    assert_true(noren_make_dirs(path, 0700, NULL));
    assert_true(noren_make_dirs(path, 0700, NULL));
    assert_int_equal(stat(last, &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    assert_int_equal(st.st_mode & 07777, 0700);
}

static void test_folder_through_a_file_is_refused(void **state)
{
    noren_cleanup(noren_freep) char *file = in_folder(state, "file");
    noren_cleanup(noren_freep) char *below = in_folder(state, "file/below");
    struct noren_err err;

    assert_true(noren_file_replace(file, "", 0, 0600, NULL));
    assert_false(noren_make_dirs(file, 0700, &err));
    assert_int_equal(err.os_code, ENOTDIR);
    assert_false(noren_make_dirs(below, 0700, &err));
    assert_false(noren_make_dirs("", 0700, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
}

static void test_removing_twice_is_fine(void **state)
{
    noren_cleanup(noren_freep) char *path = in_folder(state, "file");
    struct noren_err err;

    assert_true(noren_file_replace(path, "", 0, 0600, NULL));
    assert_true(noren_file_remove(path, NULL));
    assert_int_equal(access(path, F_OK), -1);
    assert_true(noren_file_remove(path, NULL));
    assert_false(noren_file_remove(*state, &err));
    assert_int_equal(err.code, NOREN_E_IO);
}

int main(void)
{
#define in_fresh_folder(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
    const struct CMUnitTest tests[] = {
        in_fresh_folder(test_replaced_file_has_the_new_content_and_mode),
        in_fresh_folder(test_replace_that_fails_leaves_old_content_and_nothing_beside),
        in_fresh_folder(test_read_stops_at_the_limit),
        in_fresh_folder(test_read_tells_missing_from_unreadable),
        in_fresh_folder(test_a_pipe_is_refused_and_not_waited_for),
        in_fresh_folder(test_folders_are_made_with_their_parents),
        in_fresh_folder(test_folder_through_a_file_is_refused),
        in_fresh_folder(test_removing_twice_is_fine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
