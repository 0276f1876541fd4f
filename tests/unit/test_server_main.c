/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"

#include "tests/unit/test.h"

/* The program itself: its exit status, what it prints, and its end by signal. */

extern char **environ;

enum { WORDS_MAX = 12, WAIT_MS = 10000 };

struct place {
    char dir[48];
    char state[64], password[64], log[64];
    char program[512];
};

struct child {
    pid_t pid;
    FILE *out; /* standard output and error */
};

static int set_up(void **state)
{
    struct place *place = noren_alloc(sizeof *place);
    const char *builddir = getenv("builddir");

    snprintf(place->program, sizeof place->program, "%s/server/noren-server",
            builddir != NULL ? builddir : ".");
    snprintf(place->dir, sizeof place->dir, "/tmp/noren-test-main-XXXXXX");
    assert_non_null(mkdtemp(place->dir));
    snprintf(place->state, sizeof place->state, "%s/state", place->dir);
    snprintf(place->password, sizeof place->password, "%s/password", place->dir);
    snprintf(place->log, sizeof place->log, "%s/log", place->dir);
    FILE *file = fopen(place->password, "w");
    assert_non_null(file);
    fputs("operator-Pw1\n", file);
    fclose(file);
    *state = place;
    return 0;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int tear_down(void **state)
{
    struct place *place = *state;

    nftw(place->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(place);
    return 0;
}

/* `words` ends with NULL. */
static struct child start(const struct place *place, const char *const *words)
{
    char *argv[WORDS_MAX + 2] = { noren_strdup(place->program) };
    posix_spawn_file_actions_t actions;
    struct child child;
    int pipe_fd[2];

    for (size_t i = 0; i < WORDS_MAX && words[i] != NULL; i++)
        argv[i + 1] = noren_strdup(words[i]);
    assert_int_equal(pipe(pipe_fd), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_fd[1], 1);
    posix_spawn_file_actions_adddup2(&actions, pipe_fd[1], 2);
    posix_spawn_file_actions_addclose(&actions, pipe_fd[0]);
    posix_spawn_file_actions_addclose(&actions, pipe_fd[1]);
    assert_int_equal(posix_spawn(&child.pid, argv[0], &actions, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(pipe_fd[1]);
    child.out = fdopen(pipe_fd[0], "r");
    for (size_t i = 0; argv[i] != NULL; i++)
        free(argv[i]);
    return child;
}

/* Reads lines up to one with `text` in it; false at the end of the output. */
static bool says(struct child *child, const char *text)
{
    char line[1024];

    while (fgets(line, sizeof line, child->out) != NULL) {
        if (strstr(line, text) != NULL)
            return true;
    }
    return false;
}

static int end(struct child *child)
{
    int status;

    fclose(child->out);
    assert_int_equal(waitpid(child->pid, &status, 0), child->pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int run(const struct place *place, const char *const *words, const char *text)
{
    struct child child = start(place, words);

    if (!says(&child, text))
        fail_msg("never said: %s", text);
    return end(&child);
}

static void init(const struct place *place)
{
    const char *words[] = { "init", "--state", place->state, "--admin-password-file",
        place->password, NULL };
    assert_int_equal(run(place, words, "pin "), 0);
}

static void test_wrong_usage_is_told_with_status_2(void **state)
{
    static const char *const cases[][4] = {
        { NULL },
        { "dance", NULL },
        { "init", NULL },
        { "run", "--state", "x", NULL },
        { "run", "--workers", "0", NULL },
        { "run", "--workers", "257", NULL },
        { "run", "surplus", NULL },
    };
    for (size_t i = 0; i < noren_countof(cases); i++)
        assert_int_equal(run(*state, cases[i], "noren-server: "), 2);
}

static void test_what_is_wrong_with_an_option_is_told(void **state)
{
    const char *workers[] = { "run", "--workers", "257", NULL };
    const char *unknown[] = { "run", "--dance", NULL };
    const char *surplus[] = { "run", "surplus", NULL };

    assert_int_equal(run(*state, workers, "--workers is not a number from 1 to"), 2);
    assert_int_equal(run(*state, unknown, "noren-server: unknown option, or one without"), 2);
    assert_int_equal(run(*state, surplus, "an argument too many"), 2);
}

static void test_a_failed_start_says_why_and_not_that_it_stopped(void **state)
{
    const struct place *place = *state;
    const char *words[] = { "run", "--state", place->state, "--listen", "127.0.0.1:0", NULL };
    const char *twice[] = { "run", "--state", place->state, "--listen", "192.0.2.1:443", NULL };

    init(place);
    struct child first = start(place, words);
    assert_true(says(&first, "listening: "));
    struct child second = start(place, words);
    assert_true(says(&second, "is in use by process"));
    assert_false(says(&second, "server stopped"));
    assert_int_equal(end(&second), 1);
    kill(first.pid, SIGTERM);
    assert_int_equal(end(&first), 0);
    assert_int_equal(run(place, twice, "cannot start: error=\"listen on 192.0.2.1:443: Cannot"), 1);
}

static void test_help_names_the_commands(void **state)
{
    const char *words[] = { "--help", NULL };
    assert_int_equal(run(*state, words, "noren-server run --state"), 0);
}

static void test_init_prints_the_pin_once_and_never_overwrites(void **state)
{
    const struct place *place = *state;
    const char *words[] = { "init", "--state", place->state, "--admin-password-file",
        place->password, NULL };

    init(place);
    assert_int_equal(run(place, words, "noren-server: "), 1);
}

static void test_run_without_init_says_so(void **state)
{
    const struct place *place = *state;
    const char *words[] = { "run", "--state", place->state, "--listen", "127.0.0.1:0", NULL };

    assert_int_equal(run(place, words, "noren-server init"), 1);
}

static void check_signal(const struct place *place, int signal_number, const char *name)
{
    const char *words[] = { "run", "--state", place->state, "--listen", "127.0.0.1:0", "--listen",
        "127.0.0.1:0", "--workers", "2", NULL };
    struct child child = start(place, words);

    assert_true(says(&child, "listening: where=127.0.0.1:"));
    assert_true(says(&child, "listening: where=127.0.0.1:"));
    int64_t before_ms = noren_now_ms();
    kill(child.pid, signal_number);
    assert_true(says(&child, name));
    assert_true(says(&child, "server stopped"));
    assert_int_equal(end(&child), 0);
    assert_true(noren_now_ms() - before_ms < 5000);
}

static void test_both_signals_stop_it_in_order(void **state)
{
    const struct place *place = *state;

    init(place);
    check_signal(place, SIGTERM, "signal=TERM");
    check_signal(place, SIGINT, "signal=INT");
}

static void test_the_log_goes_to_the_file_that_was_named(void **state)
{
    const struct place *place = *state;
    const char *words[] = { "run", "--state", place->state, "--listen", "127.0.0.1:99999",
        "--log-file", place->log, NULL };
    char line[512] = "";

    init(place);
    assert_int_equal(run(place, words, "noren-server: "), 1); /* not a port */
    FILE *file = fopen(place->log, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    assert_non_null(strstr(line, "server starts: version="));
}

int main(void)
{
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_PLACE(test_wrong_usage_is_told_with_status_2),
        IN_PLACE(test_what_is_wrong_with_an_option_is_told),
        IN_PLACE(test_a_failed_start_says_why_and_not_that_it_stopped),
        IN_PLACE(test_help_names_the_commands),
        IN_PLACE(test_init_prints_the_pin_once_and_never_overwrites),
        IN_PLACE(test_run_without_init_says_so),
        IN_PLACE(test_both_signals_stop_it_in_order),
        IN_PLACE(test_the_log_goes_to_the_file_that_was_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
