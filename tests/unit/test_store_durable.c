/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "noren/base/alloc.h"

#include "tests/unit/store_fixture.h"
#include "tests/unit/test.h"

/*
 * What was acknowledged survives kill -9: a child creates users and reports each one through a pipe
 * after the call returned; it is killed at a moment that the seed decides.
 */

enum { ROUNDS = 50, ACKS_MAX = 12, DELAY_MAX_US = 3000 };

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void user_name(char out[STORE_NAME_MAX + 1], uint32_t round, uint32_t i)
{
    (void)snprintf(out, STORE_NAME_MAX + 1, "user-%u-%u", round, i);
}

_Noreturn static void create_for_ever(const char *dir, int64_t hub_id, uint32_t round, int pipe_fd)
{
    struct store *store = store_open(dir, NULL);

    for (uint32_t i = 0; store != NULL; i++) {
        struct store_user user = fixture_user(hub_id, "", "p");
        user_name(user.name, round, i);
        if (!store_user_create(store, &user, NULL))
            break;
        if (write(pipe_fd, &i, sizeof i) != sizeof i)
            break;
    }
    _exit(1);
}

/** Reads acknowledgements until there are `wanted`, then for delay_us longer. Returns how many. */
static uint32_t read_acks(int fd, uint32_t wanted, uint32_t delay_us)
{
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    struct timespec delay = { .tv_nsec = delay_us * 1000L };
    uint32_t last, count = 0;

    while (count < wanted) {
        assert_int_equal(read(fd, &last, sizeof last), sizeof last);
        assert_int_equal(last, count++);
    }
    if (ppoll(&wait, 1, &delay, NULL) == 1 && read(fd, &last, sizeof last) == sizeof last)
        count++;
    return count;
}

static uint32_t run_child(
        const struct store_fixture *f, int64_t hub_id, uint32_t round, uint32_t *seed)
{
    int ends[2];
    uint32_t last;

    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        create_for_ever(f->dir, hub_id, round, ends[1]);
    }
    close(ends[1]);
    uint32_t wanted = 1 + next_random(seed) % ACKS_MAX;
    uint32_t count = read_acks(ends[0], wanted, next_random(seed) % DELAY_MAX_US);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    while (read(ends[0], &last, sizeof last) == sizeof last)
        count++; /* said before the end, so it counts */
    close(ends[0]);
    return count;
}

static void test_acknowledged_users_survive_kill_at_any_moment(void **state)
{
    struct store_fixture *f = *state;
    int64_t hub_id = fixture_hub(f, "main");
    uint32_t seed = 20260301;

    for (uint32_t round = 0; round < ROUNDS; round++) {
        store_close(f->store);
        f->store = NULL;
        uint32_t acked = run_child(f, hub_id, round, &seed);
        fixture_reopen(f);
        for (uint32_t i = 0; i < acked; i++) {
            struct store_user user;
            char name[STORE_NAME_MAX + 1];
            user_name(name, round, i);
            if (!store_user_find(f->store, hub_id, name, &user, NULL))
                fail_msg("round %u: %s was acknowledged and is gone", round, name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_acknowledged_users_survive_kill_at_any_moment,
                fixture_setup, fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
