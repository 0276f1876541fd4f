/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/bytes.h"
#include "noren/io/unix_socket.h"

#include "tests/unit/test.h"

enum { DEADLINE_MS = 20000 };

/* One loop with a listener and what was seen at either side. */
struct scene {
    struct loop *loop;
    char folder[64], path[80];
    struct unix_listener *listener;
    struct unix_peer *server, *client;
    struct loop_timer deadline;
    bool hung;
    bool admit;
    int server_opened, server_closed, client_opened, client_closed;
    uid_t uid;
    gid_t gid;
    pid_t pid;
    int lines;
    struct writer seen;         /* what the server heard, with LF */
    const char *client_says[8]; /* at open */
    bool stop_when_heard;       /* the server, one line */
};

static bool admits(void *ctx, uid_t uid, gid_t gid, pid_t pid)
{
    struct scene *scene = ctx;

    scene->uid = uid;
    scene->gid = gid;
    scene->pid = pid;
    return scene->admit;
}

static void server_on_open(struct unix_peer *peer, void *ctx)
{
    struct scene *scene = ctx;

    scene->server_opened++;
    scene->server = peer;
    unix_set_data(peer, scene->seen.data);
}

static void server_on_line(struct unix_peer *peer, void *ctx, const char *line, size_t len)
{
    struct scene *scene = ctx;

    assert_int_equal(line[len], '\0');
    scene->lines++;
    writer_put(&scene->seen, line, len);
    writer_u8(&scene->seen, '\n');
    if (strcmp(line, "bye") == 0) {
        unix_send_line(peer, "bye then");
        unix_close(peer);
        assert_false(unix_send_line(peer, "more"));
    }
    if (scene->stop_when_heard)
        loop_stop(scene->loop);
}

static void server_on_closed(struct unix_peer *peer, void *ctx)
{
    struct scene *scene = ctx;

    (void)peer;
    scene->server_closed++;
    scene->server = NULL;
}

static void client_on_open(struct unix_peer *peer, void *ctx)
{
    struct scene *scene = ctx;

    scene->client_opened++;
    assert_int_equal(unix_peer_uid(peer), getuid());
    for (size_t i = 0; i < noren_countof(scene->client_says) && scene->client_says[i] != NULL; i++)
        assert_true(unix_send_line(peer, scene->client_says[i]));
}

static void client_on_line(struct unix_peer *peer, void *ctx, const char *line, size_t len)
{
    struct scene *scene = ctx;

    (void)peer;
    writer_format(&scene->seen, "<%.*s\n", (int)len, line);
}

static void client_on_closed(struct unix_peer *peer, void *ctx)
{
    struct scene *scene = ctx;

    (void)peer;
    scene->client_closed++;
    scene->client = NULL;
    loop_stop(scene->loop);
}

static const struct unix_callbacks SERVER = { admits, server_on_open, server_on_line,
    server_on_closed };
static const struct unix_callbacks CLIENT = { NULL, client_on_open, client_on_line,
    client_on_closed };

static void on_deadline(void *ctx)
{
    struct scene *scene = ctx;

    scene->hung = true;
    loop_stop(scene->loop);
}

static void scene_bare(struct scene *scene)
{
    *scene = (struct scene){ .loop = loop_new("test", NULL), .admit = true };
    writer_init(&scene->seen, 0);
    snprintf(scene->folder, sizeof scene->folder, "/tmp/noren-test-unix-XXXXXX");
    assert_non_null(mkdtemp(scene->folder));
    snprintf(scene->path, sizeof scene->path, "%s/sock", scene->folder);
    loop_timer_init(&scene->deadline, scene->loop, on_deadline, scene);
    loop_timer_set(&scene->deadline, loop_now_ms(scene->loop) + DEADLINE_MS);
}

static void scene_init(struct scene *scene)
{
    struct noren_err err = { .text = "" };

    scene_bare(scene);
    scene->listener = unix_listen(scene->loop, scene->path, 0666, &SERVER, scene, &err);
    assert_string_equal(err.text, "");
}

static void scene_run(struct scene *scene)
{
    loop_run(scene->loop);
    assert_false(scene->hung);
}

static void scene_clear(struct scene *scene)
{
    unix_listener_free(scene->listener);
    loop_timer_clear(&scene->deadline);
    loop_free(scene->loop);
    writer_clear(&scene->seen);
    unlink(scene->path);
    assert_int_equal(rmdir(scene->folder), 0);
}

static void expect_seen(struct scene *scene, const char *text)
{
    writer_u8(&scene->seen, '\0');
    assert_string_equal((const char *)scene->seen.data, text);
}

static void test_lines_go_both_ways_until_one_side_closes(void **state)
{
    (void)state;
    struct scene scene;

    scene_init(&scene);
    scene.client_says[0] = "hello";
    scene.client_says[1] = "";
    scene.client_says[2] = "bye";
    scene.client_says[3] = "never heard";
    unix_connect(scene.loop, scene.path, &CLIENT, &scene);
    scene_run(&scene);

    expect_seen(&scene, "hello\n\nbye\n<bye then\n");
    assert_int_equal(scene.server_opened, 1);
    assert_int_equal(scene.server_closed, 1);
    assert_int_equal(scene.client_opened, 1);
    assert_int_equal(scene.client_closed, 1);
    scene_clear(&scene);
}

static void test_credentials_are_the_kernels(void **state)
{
    (void)state;
    struct scene scene;

    scene_init(&scene);
    scene.client_says[0] = "bye";
    unix_connect(scene.loop, scene.path, &CLIENT, &scene);
    scene_run(&scene);

    assert_int_equal(scene.uid, getuid());
    assert_int_equal(scene.gid, getgid());
    assert_int_equal(scene.pid, getpid());
    scene_clear(&scene);
}

static void test_peer_that_is_not_admitted_is_never_opened(void **state)
{
    (void)state;
    struct scene scene;

    scene_init(&scene);
    scene.admit = false;
    scene.client_says[0] = "let me in";
    unix_connect(scene.loop, scene.path, &CLIENT, &scene);
    scene_run(&scene);

    assert_int_equal(scene.pid, getpid());
    assert_int_equal(scene.server_opened, 0);
    assert_int_equal(scene.server_closed, 0);
    assert_int_equal(scene.lines, 0);
    assert_int_equal(scene.client_closed, 1);
    scene_clear(&scene);
}

/* Descriptors are not to be had without end by connecting. */
static void test_one_peer_more_than_the_maximum_is_closed(void **state)
{
    (void)state;
    struct scene scene;
    struct unix_callbacks quiet = { NULL, NULL, NULL, NULL };

    scene_init(&scene);
    for (int i = 0; i < UNIX_PEERS_MAX; i++)
        unix_connect(scene.loop, scene.path, &quiet, &scene);
    unix_connect(scene.loop, scene.path, &CLIENT, &scene);
    scene_run(&scene); /* until the last one is closed */

    assert_int_equal(scene.server_opened, UNIX_PEERS_MAX);
    assert_int_equal(scene.client_closed, 1);
    scene_clear(&scene);
}

static int connect_bare(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* Says the text with a bare socket; the loop runs until a line was heard or the peer is closed. */
static void say(struct scene *scene, const char *text, size_t len)
{
    int fd = connect_bare(scene->path);

    assert_int_equal(send(fd, text, len, 0), len);
    scene->stop_when_heard = true;
    scene_run(scene);
    close(fd);
}

static void closed_without_a_line(struct unix_peer *peer, void *ctx)
{
    struct scene *scene = ctx;

    server_on_closed(peer, ctx);
    loop_stop(scene->loop);
}

static void test_line_of_the_maximum_is_heard_and_one_byte_more_closes(void **state)
{
    (void)state;
    const struct unix_callbacks callbacks = { admits, server_on_open, server_on_line,
        closed_without_a_line };
    noren_cleanup(noren_freep) char *text = noren_alloc(UNIX_LINE_MAX + 2);

    memset(text, 'x', UNIX_LINE_MAX + 1);
    for (size_t len = UNIX_LINE_MAX; len <= UNIX_LINE_MAX + 1; len++) {
        struct scene scene;
        scene_bare(&scene);
        scene.listener = unix_listen(scene.loop, scene.path, 0600, &callbacks, &scene, NULL);
        assert_non_null(scene.listener);
        text[len] = '\n';
        say(&scene, text, len + 1);
        text[len] = 'x';
        assert_int_equal(scene.lines, len == UNIX_LINE_MAX);
        assert_int_equal(scene.server_closed, 1);
        scene_clear(&scene);
    }
}

static void test_line_without_end_is_cut_at_the_maximum_too(void **state)
{
    (void)state;
    const struct unix_callbacks callbacks = { admits, server_on_open, server_on_line,
        closed_without_a_line };
    noren_cleanup(noren_freep) char *text = noren_alloc(UNIX_LINE_MAX + 1);
    struct scene scene;

    memset(text, 'x', UNIX_LINE_MAX + 1);
    scene_bare(&scene);
    scene.listener = unix_listen(scene.loop, scene.path, 0600, &callbacks, &scene, NULL);
    say(&scene, text, UNIX_LINE_MAX + 1);
    assert_int_equal(scene.lines, 0);
    assert_int_equal(scene.server_closed, 1);
    scene_clear(&scene);
}

static void flood(struct unix_peer *peer, void *ctx)
{
    struct scene *scene = ctx;
    char line[10000];
    int sent = 0;

    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    scene->server_opened++;
    while (unix_send_line(peer, line))
        sent++;
    assert_in_range(sent, 90, 500); /* a mebibyte, and what the kernel holds */
}

static void test_peer_that_does_not_read_is_closed_at_a_mebibyte(void **state)
{
    (void)state;
    const struct unix_callbacks callbacks = { NULL, flood, NULL, closed_without_a_line };
    struct scene scene;

    scene_bare(&scene);
    scene.listener = unix_listen(scene.loop, scene.path, 0600, &callbacks, &scene, NULL);
    int fd = connect_bare(scene.path);
    scene_run(&scene);
    assert_int_equal(scene.server_opened, 1);
    assert_int_equal(scene.server_closed, 1);
    close(fd);
    scene_clear(&scene);
}

static void say_the_unsayable(struct unix_peer *peer, void *ctx)
{
    noren_cleanup(noren_freep) char *text = noren_alloc(UNIX_LINE_MAX + 2);

    (void)ctx;
    memset(text, 'x', UNIX_LINE_MAX + 1);
    assert_false(unix_send_line(peer, text));
    assert_false(unix_send_line(peer, "one\ntwo"));
    assert_true(unix_send_line(peer, "bye"));
}

static void test_lines_that_would_be_two_or_too_long_are_not_sent(void **state)
{
    (void)state;
    const struct unix_callbacks client = { NULL, say_the_unsayable, client_on_line,
        client_on_closed };
    struct scene scene;

    scene_init(&scene);
    unix_connect(scene.loop, scene.path, &client, &scene);
    scene_run(&scene);
    expect_seen(&scene, "bye\n<bye then\n");
    scene_clear(&scene);
}

static void test_freeing_the_listener_closes_its_peers_and_the_file(void **state)
{
    (void)state;
    struct scene scene;

    scene_init(&scene);
    int fd = connect_bare(scene.path);
    assert_int_equal(send(fd, "x\n", 2, 0), 2);
    while (scene.lines == 0)
        uv_run(loop_uv(scene.loop), UV_RUN_ONCE);
    assert_int_equal(scene.server_closed, 0);
    unix_listener_free(scene.listener);
    scene.listener = NULL;
    assert_int_equal(scene.server_closed, 1);
    assert_int_equal(access(scene.path, F_OK), -1);
    close(fd);
    scene_clear(&scene);
    assert_int_equal(scene.server_closed, 1);
}

/* ---- the socket file ---- */

static void test_socket_has_the_asked_mode_whatever_the_umask(void **state)
{
    (void)state;
    struct scene scene;
    struct stat st;

    mode_t before = umask(077);
    scene_init(&scene);
    umask(before);
    assert_int_equal(lstat(scene.path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0666);
    scene_clear(&scene);
}

static void test_socket_that_somebody_listens_on_is_left_alone(void **state)
{
    (void)state;
    struct scene scene;
    struct noren_err err;

    scene_init(&scene);
    assert_null(unix_listen(scene.loop, scene.path, 0600, &SERVER, &scene, &err));
    assert_int_equal(err.code, NOREN_E_EXISTS);
    assert_int_equal(access(scene.path, F_OK), 0);
    scene_clear(&scene);
}

static void test_stale_socket_is_replaced(void **state)
{
    (void)state;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct scene scene;
    struct noren_err err;

    scene_bare(&scene);
    memcpy(address.sun_path, scene.path, sizeof scene.path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd); /* as a killed process leaves it */
    scene.listener = unix_listen(scene.loop, scene.path, 0600, &SERVER, &scene, &err);
    assert_non_null(scene.listener);
    close(connect_bare(scene.path));
    scene_clear(&scene);
}

static void test_files_and_links_that_are_no_sockets_are_kept(void **state)
{
    (void)state;
    struct scene scene;
    struct noren_err err;

    scene_bare(&scene);
    close(open(scene.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    assert_null(unix_listen(scene.loop, scene.path, 0600, &SERVER, &scene, &err));
    assert_int_equal(err.code, NOREN_E_EXISTS);
    assert_int_equal(unlink(scene.path), 0);

    assert_int_equal(symlink("/nowhere/at/all", scene.path), 0);
    assert_null(unix_listen(scene.loop, scene.path, 0600, &SERVER, &scene, &err));
    assert_int_equal(err.code, NOREN_E_EXISTS);
    assert_int_equal(unlink(scene.path), 0);
    scene_clear(&scene);
}

static void test_listener_removes_only_its_own_file(void **state)
{
    (void)state;
    struct scene scene;

    scene_init(&scene);
    assert_int_equal(unlink(scene.path), 0);
    close(open(scene.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    unix_listener_free(scene.listener);
    scene.listener = NULL;
    assert_int_equal(access(scene.path, F_OK), 0);
    scene_clear(&scene);
}

static void test_listener_leaves_the_socket_of_its_successor(void **state)
{
    (void)state;
    struct scene scene;

    scene_init(&scene);
    assert_int_equal(unlink(scene.path), 0);
    struct unix_listener *successor =
            unix_listen(scene.loop, scene.path, 0600, &SERVER, &scene, NULL);
    assert_non_null(successor);
    unix_listener_free(scene.listener);
    scene.listener = successor;
    assert_int_equal(access(scene.path, F_OK), 0);
    scene_clear(&scene);
}

static void test_path_that_does_not_fit_is_refused_at_both_ends(void **state)
{
    (void)state;
    struct scene scene;
    char path[200];
    struct noren_err err;

    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    scene_bare(&scene);
    assert_null(unix_listen(scene.loop, path, 0600, &SERVER, &scene, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
    unix_connect(scene.loop, path, &CLIENT, &scene);
    assert_int_equal(scene.client_closed, 0);
    scene_run(&scene);
    assert_int_equal(scene.client_closed, 1);
    scene_clear(&scene);
}

static void test_connecting_to_nobody_is_closed_without_open(void **state)
{
    (void)state;
    struct scene scene;

    scene_bare(&scene);
    unix_connect(scene.loop, scene.path, &CLIENT, &scene);
    assert_int_equal(scene.client_closed, 0);
    scene_run(&scene);
    assert_int_equal(scene.client_opened, 0);
    assert_int_equal(scene.client_closed, 1);
    scene_clear(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_go_both_ways_until_one_side_closes),
        cmocka_unit_test(test_credentials_are_the_kernels),
        cmocka_unit_test(test_peer_that_is_not_admitted_is_never_opened),
        cmocka_unit_test(test_one_peer_more_than_the_maximum_is_closed),
        cmocka_unit_test(test_line_of_the_maximum_is_heard_and_one_byte_more_closes),
        cmocka_unit_test(test_line_without_end_is_cut_at_the_maximum_too),
        cmocka_unit_test(test_peer_that_does_not_read_is_closed_at_a_mebibyte),
        cmocka_unit_test(test_lines_that_would_be_two_or_too_long_are_not_sent),
        cmocka_unit_test(test_freeing_the_listener_closes_its_peers_and_the_file),
        cmocka_unit_test(test_socket_has_the_asked_mode_whatever_the_umask),
        cmocka_unit_test(test_socket_that_somebody_listens_on_is_left_alone),
        cmocka_unit_test(test_stale_socket_is_replaced),
        cmocka_unit_test(test_files_and_links_that_are_no_sockets_are_kept),
        cmocka_unit_test(test_listener_removes_only_its_own_file),
        cmocka_unit_test(test_listener_leaves_the_socket_of_its_successor),
        cmocka_unit_test(test_path_that_does_not_fit_is_refused_at_both_ends),
        cmocka_unit_test(test_connecting_to_nobody_is_closed_without_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
