/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/crypto/cert.h"

#include "tests/unit/store_fixture.h"
#include "tests/unit/test.h"

static mode_t mode_of(const struct store_fixture *f, const char *name)
{
    char path[256];
    struct stat info;

    fixture_path(f, name, path);
    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 07777;
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void test_init_makes_files_that_others_cannot_read(void **state)
{
    struct store_fixture *f = *state;
    struct stat info;

    assert_int_equal(stat(f->dir, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0700);
    assert_int_equal(mode_of(f, "noren.db"), 0600);
    assert_int_equal(mode_of(f, "seal.key"), 0600);
    assert_int_equal(mode_of(f, "server.key"), 0600);
    assert_int_equal(mode_of(f, "server.crt"), 0644);
}

static void test_init_keeps_password_and_tells_the_pin(void **state)
{
    struct store_fixture *f = *state;
    struct sha0_digest expected = password_hash_admin(FIXTURE_ADMIN_PASSWORD);
    struct sha0_digest hash;
    char pin[PIN_TEXT_BYTES];

    assert_true(store_admin_hash(f->store, &hash, NULL));
    assert_memory_equal(&hash, &expected, sizeof hash);
    assert_true(cert_pin(store_cert(f->store), pin, NULL));
    assert_string_equal(pin, f->pin);
    assert_int_equal(EVP_PKEY_get_base_id(store_key(f->store)), EVP_PKEY_EC);
}

static void test_a_second_init_changes_nothing(void **state)
{
    struct store_fixture *f = *state;
    struct noren_err err = { 0 };
    char pin[45] = "untouched";

    assert_false(store_init(f->dir, "other", pin, &err));
    assert_int_equal(err.code, NOREN_E_EXISTS);
    assert_string_equal(pin, "untouched");
    fixture_reopen(f);
    test_init_keeps_password_and_tells_the_pin(state);
}

static void test_an_empty_password_is_refused(void **state)
{
    struct store_fixture f;
    struct noren_err err = { 0 };
    char pin[45];

    (void)state;
    fixture_make_root(&f);
    assert_false(store_init(f.dir, "", pin, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
    assert_int_not_equal(access(f.dir, F_OK), 0);
    fixture_remove(&f);
}

static void test_a_folder_with_other_files_is_refused_and_left_alone(void **state)
{
    struct store_fixture f;
    struct noren_err err = { 0 };
    struct stat info;
    char path[256], pin[45];

    (void)state;
    fixture_make_root(&f);
    assert_int_equal(mkdir(f.dir, 0755), 0);
    fixture_path(&f, "letters.txt", path);
    write_text(path, "dear");
    assert_false(store_init(f.dir, "x", pin, &err));
    assert_int_equal(err.code, NOREN_E_STATE);
    assert_int_equal(stat(f.dir, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0755);
    fixture_remove(&f);
}

static void test_what_an_interrupted_init_left_is_made_anew(void **state)
{
    static const char *const LEFT[] = { "seal.key", "server.key", "server.crt", "noren.db.new",
        "noren.db.new-journal" };
    struct store_fixture f;
    struct noren_err err = { 0 };
    char path[256], pin[45];

    (void)state;
    fixture_make_root(&f);
    assert_int_equal(mkdir(f.dir, 0700), 0);
    for (size_t i = 0; i < noren_countof(LEFT); i++) {
        fixture_path(&f, LEFT[i], path);
        write_text(path, "half");
    }
    assert_false(store_open(f.dir, &err) != NULL);
    assert_int_equal(err.code, NOREN_E_NOT_FOUND);
    if (!store_init(f.dir, "x", pin, &err))
        fail_msg("%s", err.text);
    fixture_reopen(&f);
    assert_int_equal(mode_of(&f, "seal.key"), 0600);
    fixture_remove(&f);
}

/** Starts an init and kills it as soon as `name` is there. */
static void kill_init_at(const struct store_fixture *f, const char *name)
{
    char path[256], pin[45];
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0)
        _exit(store_init(f->dir, "x", pin, NULL) ? 0 : 1);
    fixture_path(f, name, path);
    int ended = 0;
    while (access(path, F_OK) != 0 && ended == 0)
        ended = waitpid(child, NULL, WNOHANG);
    if (ended == 0) {
        (void)kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
    }
}

static void test_an_init_killed_at_any_stage_can_be_run_again(void **state)
{
    static const char *const STAGES[] = { "lock", "seal.key", "server.key", "server.crt",
        "noren.db.new", "noren.db.new-journal", "noren.db" };

    (void)state;
    for (size_t i = 0; i < noren_countof(STAGES); i++) {
        struct store_fixture f;
        struct noren_err err = { 0 };
        char pin[45];

        fixture_make_root(&f);
        kill_init_at(&f, STAGES[i]);
        if (!store_init(f.dir, "x", pin, &err))
            assert_int_equal(err.code, NOREN_E_EXISTS); /* it had finished */
        fixture_reopen(&f);
        fixture_remove(&f);
    }
}

static void test_one_process_at_a_time_holds_the_lock(void **state)
{
    struct store_fixture *f = *state;
    noren_cleanup(noren_freep) char *pid = noren_asprintf("process %ld;", (long)getpid());
    struct noren_err err = { 0 };
    struct store *second = store_open(f->dir, NULL);

    assert_non_null(second);
    assert_true(store_lock(f->store, NULL));
    assert_false(store_lock(second, &err));
    assert_int_equal(err.code, NOREN_E_STATE);
    assert_non_null(strstr(err.text, pid));
    store_close(f->store);
    f->store = NULL;
    assert_true(store_lock(second, NULL));
    store_close(second);
}

static void test_a_folder_without_server_names_the_remedy(void **state)
{
    struct store_fixture f;
    struct noren_err err = { 0 };

    (void)state;
    fixture_make_root(&f);
    assert_null(store_open(f.dir, &err));
    assert_int_equal(err.code, NOREN_E_NOT_FOUND);
    assert_non_null(strstr(err.text, "noren-server init"));
    fixture_remove(&f);
}

static void test_another_seal_key_is_noticed(void **state)
{
    struct store_fixture *f = *state;
    struct noren_err err = { 0 };
    char path[256];

    fixture_path(f, "seal.key", path);
    write_text(path, "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n");
    assert_null(store_open(f->dir, &err));
    assert_int_equal(err.code, NOREN_E_CRYPTO);
    write_text(path, "00112233\n");
    assert_null(store_open(f->dir, &err));
    assert_int_equal(err.code, NOREN_E_CRYPTO);
    assert_int_equal(unlink(path), 0);
    assert_null(store_open(f->dir, &err));
    assert_int_equal(err.code, NOREN_E_NOT_FOUND);
}

#define on_store(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_store(test_init_makes_files_that_others_cannot_read),
        on_store(test_init_keeps_password_and_tells_the_pin),
        on_store(test_a_second_init_changes_nothing),
        cmocka_unit_test(test_an_empty_password_is_refused),
        cmocka_unit_test(test_a_folder_with_other_files_is_refused_and_left_alone),
        cmocka_unit_test(test_what_an_interrupted_init_left_is_made_anew),
        cmocka_unit_test(test_an_init_killed_at_any_stage_can_be_run_again),
        on_store(test_one_process_at_a_time_holds_the_lock),
        cmocka_unit_test(test_a_folder_without_server_names_the_remedy),
        on_store(test_another_seal_key_is_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
