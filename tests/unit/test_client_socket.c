/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/io/unix_socket.h"
#include "noren/os/paths.h"

#include "service/credentials.h"
#include "service/service.h"
#include "tests/unit/test.h"

/* A real service in a process of its own, talked to over its socket. Its profiles have a trust file
 * that is none, so that no connection gets as far as making a network card. */

static char folder[] = "/tmp/client-socket-XXXXXX";
static struct place place;
static pid_t service_pid = -1;

static char *in_folder(const char *name)
{
    return noren_asprintf("%s/%s", folder, name);
}

static void put(const char *name, const char *text)
{
    noren_cleanup(noren_freep) char *path = in_folder(name);

    assert_true(noren_file_replace(path, text, strlen(text), 0600, NULL));
}

static void fill_place(void)
{
    memset(&place, 0, sizeof place);
    snprintf(place.product, sizeof place.product, "Test Client");
    snprintf(place.netdev, sizeof place.netdev, "never0");
    place.state_dir = noren_strdup(folder);
    place.run_dir = noren_strdup(folder);
    place.log_file = in_folder("service.log");
    place.socket = in_folder("service.sock");
    place.pid_file = in_folder("service.pid");
    place.users = in_folder("users");
    place.credentials = in_folder("credentials.conf");
    place.profiles_dir = in_folder("profiles");
}

static _Noreturn void serve(int ready_fd)
{
    struct noren_err err = { 0 };
    struct noren_log *log = noren_log_open(place.log_file, NOREN_INFO, &err);
    struct service_options options = { .place = &place, .log = log, .ready_fd = ready_fd };

    int code = service_run(&options, &err);
    if (err.code != NOREN_OK)
        fprintf(stderr, "%s\n", err.text);
    noren_log_free(log);
    _exit(code);
}

static int start_service(void **state)
{
    static const char profile[] = "[profile]\nname=Tokyo\nservers=192.0.2.1:443\nhub=TOKYO\n"
                                  "trust=ca.pem\n";
    noren_cleanup(noren_freep) char *profiles = NULL, *trust = NULL;
    int pipe_fds[2];
    char byte;

    (void)state;
    if (mkdtemp(folder) == NULL || pipe(pipe_fds) != 0)
        return -1;
    chmod(folder, 0755); /* so that a stranger gets as far as the socket */
    fill_place();
    profiles = in_folder("profiles");
    trust = in_folder("trust");
    if (mkdir(profiles, 0700) != 0 || mkdir(trust, 0700) != 0)
        return -1;
    put("profiles/10-main.conf", profile);
    put("trust/ca.pem", "no certificate\n");
    service_pid = fork();
    if (service_pid == 0)
        serve(pipe_fds[1]);
    close(pipe_fds[1]);
    int got = (int)read(pipe_fds[0], &byte, 1);
    close(pipe_fds[0]);
    return got == 1 ? 0 : -1;
}

static int remove_one(const char *name, const struct stat *st, int kind, struct FTW *walk)
{
    (void)st;
    (void)kind;
    (void)walk;
    return remove(name);
}

static int stop_service(void **state)
{
    int status = -1;

    (void)state;
    kill(service_pid, SIGTERM);
    waitpid(service_pid, &status, 0);
    bool clean = access(place.socket, F_OK) != 0 && access(place.pid_file, F_OK) != 0;
    place_clear(&place);
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) + status + (clean ? 0 : 1);
}

/* ---- a conversation: lines said, and what an answer must hold before the next is said ---- */

struct step {
    const char *say;     /* NULL: nothing, wait for one more line */
    const char *expects; /* NULL: the end of the connection */
};

struct talk {
    const struct step *steps;
    size_t count, at;
    struct loop *loop;
    bool ended, late;
};

static void say_next(struct talk *talk, struct unix_peer *peer)
{
    if (talk->at == talk->count)
        loop_stop(talk->loop);
    else if (talk->steps[talk->at].say != NULL)
        unix_send_line(peer, talk->steps[talk->at].say);
}

static void on_open(struct unix_peer *peer, void *ctx)
{
    say_next(ctx, peer);
}

static void on_line(struct unix_peer *peer, void *ctx, const char *line, size_t len)
{
    struct talk *talk = ctx;

    (void)len;
    if (talk->at == talk->count)
        return;
    const char *expects = talk->steps[talk->at].expects;
    if (expects == NULL || strstr(line, expects) == NULL)
        return; /* another status on the way; the deadline judges */
    talk->at++;
    say_next(talk, peer);
}

static void on_closed(struct unix_peer *peer, void *ctx)
{
    struct talk *talk = ctx;

    (void)peer;
    talk->ended = true;
    if (talk->at < talk->count && talk->steps[talk->at].expects == NULL)
        talk->at++;
    loop_stop(talk->loop);
}

static void on_late(void *ctx)
{
    struct talk *talk = ctx;

    talk->late = true;
    loop_stop(talk->loop);
}

static size_t hold_talk(const struct step *steps, size_t count)
{
    static const struct unix_callbacks callbacks = {
        .on_open = on_open, .on_line = on_line, .on_closed = on_closed
    };
    struct talk talk = { .steps = steps, .count = count, .loop = loop_new("test", NULL) };
    struct loop_timer timer;

    loop_timer_init(&timer, talk.loop, on_late, &talk);
    loop_timer_set(&timer, loop_now_ms(talk.loop) + 10000);
    unix_connect(talk.loop, place.socket, &callbacks, &talk);
    loop_run(talk.loop);
    loop_timer_clear(&timer);
    loop_free(talk.loop);
    return talk.at;
}

#define CONVERSATION(...)                                                         \
    do {                                                                          \
        static const struct step steps[] = { __VA_ARGS__ };                       \
        size_t done = hold_talk(steps, noren_countof(steps));                     \
        if (done != noren_countof(steps))                                         \
            fail_msg("step %zu was not answered: %s", done, steps[done].expects); \
    } while (0)

#define HELLO "{\"call\":\"hello\",\"version\":1}"

static void test_hello_is_answered_by_a_status_with_the_profiles(void **state)
{
    (void)state;
    CONVERSATION({ HELLO, "\"state\":\"off\"" });
    CONVERSATION({ HELLO,
            "\"profiles\":[{\"id\":\"10-main\",\"name\":\"Tokyo\",\"needs_password\":true" });
}

static void test_nothing_is_done_before_hello(void **state)
{
    (void)state;
    CONVERSATION({ "{\"call\":\"disconnect\"}", "\"call\":\"disconnect\",\"error\":\"internal\"" },
            { HELLO, "\"event\":\"status\"" });
}

static void test_calls_that_cannot_be_carried_out_are_refused_by_name(void **state)
{
    (void)state;
    CONVERSATION({ HELLO, "status" },
            { "{\"call\":\"fly\"}", "\"call\":\"fly\",\"error\":\"internal\"" },
            { "not json", "\"event\":\"refused\"" },
            { "{\"call\":\"connect\",\"profile\":\"99\"}",
                    "\"call\":\"connect\",\"error\":\"profile\"" },
            { "{\"call\":\"connect\",\"profile\":\"10-main\"}",
                    "\"call\":\"connect\",\"error\":\"auth\"" },
            { "{\"call\":\"disconnect\"}", "\"state\":\"off\"" });
}

static void test_a_profile_that_cannot_be_used_is_shown_as_an_error(void **state)
{
    (void)state;
    CONVERSATION({ HELLO, "status" },
            { "{\"call\":\"connect\",\"profile\":\"10-main\",\"username\":\"alice\","
              "\"password\":\"Unlikely-Password-7\",\"save\":true}",
                    "\"state\":\"error\",\"profile\":\"10-main\"" },
            { "{\"call\":\"disconnect\"}", "\"state\":\"off\"" });
    /* what no server took is not kept */
    assert_int_not_equal(access(place.credentials, F_OK), 0);
}

static void test_the_log_is_told_and_holds_no_password(void **state)
{
    (void)state;
    struct writer w;

    CONVERSATION({ HELLO, "status" }, { "{\"call\":\"log\",\"lines\":50}", "service started" });
    writer_init(&w, 1 << 20);
    assert_true(noren_file_read(place.log_file, 1 << 19, &w, NULL));
    writer_u8(&w, 0);
    assert_non_null(strstr((char *)w.data, "asked to connect"));
    assert_null(strstr((char *)w.data, "Unlikely-Password-7"));
    writer_clear(&w);
}

static void test_forgotten_credentials_are_gone_from_the_disk(void **state)
{
    (void)state;
    CONVERSATION({ HELLO, "status" },
            { "{\"call\":\"forget\",\"profile\":\"10-main\"}", "\"needs_password\":true" });
}

static void test_two_windows_hear_the_same(void **state)
{
    (void)state;
    CONVERSATION({ HELLO, "\"event\":\"status\"" }, { HELLO, "\"event\":\"status\"" });
}

/* In a process of its own, because it gives up its rights. */
static void test_a_user_who_is_not_listed_is_turned_away(void **state)
{
    (void)state;
    static const struct step steps[] = { { HELLO, NULL } };
    int status = -1;

    if (geteuid() != 0)
        skip();
    pid_t pid = fork();
    if (pid == 0) {
        if (setgid(65534) != 0 || setuid(65534) != 0)
            _exit(9);
        _exit(hold_talk(steps, 1) == 1 ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
}

static void test_a_listed_user_is_admitted(void **state)
{
    (void)state;
    static const struct step steps[] = { { HELLO, "\"event\":\"status\"" } };
    int status = -1;

    if (geteuid() != 0)
        skip();
    put("users", "# the owner\n65534\n");
    pid_t pid = fork();
    if (pid == 0) {
        if (setgid(65534) != 0 || setuid(65534) != 0)
            _exit(9);
        _exit(hold_talk(steps, 1) == 1 ? 0 : 1);
    }
    waitpid(pid, &status, 0);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hello_is_answered_by_a_status_with_the_profiles),
        cmocka_unit_test(test_nothing_is_done_before_hello),
        cmocka_unit_test(test_calls_that_cannot_be_carried_out_are_refused_by_name),
        cmocka_unit_test(test_a_profile_that_cannot_be_used_is_shown_as_an_error),
        cmocka_unit_test(test_the_log_is_told_and_holds_no_password),
        cmocka_unit_test(test_forgotten_credentials_are_gone_from_the_disk),
        cmocka_unit_test(test_two_windows_hear_the_same),
        cmocka_unit_test(test_a_user_who_is_not_listed_is_turned_away),
        cmocka_unit_test(test_a_listed_user_is_admitted),
    };

    return cmocka_run_group_tests(tests, start_service, stop_service);
}
