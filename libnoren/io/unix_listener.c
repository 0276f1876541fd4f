/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utlist.h>

#include "noren/base/alloc.h"

#include "libnoren/io/unix_internal.h"

enum {
    BACKLOG = 64,
};

struct unix_listener {
    struct loop *loop;
    struct loop_closer closer;
    const struct unix_callbacks *callbacks;
    void *ctx;
    uv_pipe_t pipe;
    struct unix_peer *peers;
    uint32_t peer_count;
    char *path;
    dev_t dev; /* of our socket file: another's is not removed */
    ino_t ino;
    bool closed; /* libuv is done with pipe */
    bool freed;  /* by the owner; memory goes back as soon as both are */
};

/* ---- the socket file ---- */

/* Somebody who listens takes the connection, or has a full queue. */
static bool is_alive(const struct sockaddr_un *address)
{
    noren_cleanup(noren_closep) int fd =
            socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return true;
    return connect(fd, (const struct sockaddr *)address, sizeof *address) == 0
           || (errno != ECONNREFUSED && errno != ENOENT);
}

/* Makes the path free: nothing but a socket that nobody listens on is ever removed. */
static bool remove_stale(const struct sockaddr_un *address, struct noren_err *err)
{
    const char *path = address->sun_path;
    struct stat st;

    if (lstat(path, &st) != 0) {
        if (errno == ENOENT)
            return true;
        return noren_err_set_os(err, NOREN_E_IO, errno, "socket %s", path);
    }
    if (!S_ISSOCK(st.st_mode))
        return noren_err_set(err, NOREN_E_EXISTS, "%s is there and is not a socket", path);
    if (is_alive(address))
        return noren_err_set(err, NOREN_E_EXISTS, "socket %s is in use", path);
    if (unlink(path) != 0 && errno != ENOENT)
        return noren_err_set_os(err, NOREN_E_IO, errno, "remove stale socket %s", path);
    return true;
}

static int bind_socket(const struct sockaddr_un *address, mode_t mode, struct noren_err *err)
{
    noren_cleanup(noren_closep) int fd =
            socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    /* fchmod before bind, so that there is no moment with wider rights; chmod against the umask. */
    if (fd < 0 || fchmod(fd, mode) != 0
            || bind(fd, (const struct sockaddr *)address, sizeof *address) != 0
            || chmod(address->sun_path, mode) != 0) {
        noren_err_set_os(err, errno == EADDRINUSE ? NOREN_E_EXISTS : NOREN_E_IO, errno, "socket %s",
                address->sun_path);
        return -1;
    }

    int bound = fd;
    fd = -1;
    return bound;
}

static void remember_file(struct unix_listener *listener)
{
    struct stat st;

    if (lstat(listener->path, &st) == 0) {
        listener->dev = st.st_dev;
        listener->ino = st.st_ino;
    }
}

static void remove_file(const struct unix_listener *listener)
{
    struct stat st;

    if (lstat(listener->path, &st) == 0 && S_ISSOCK(st.st_mode) && st.st_dev == listener->dev
            && st.st_ino == listener->ino)
        unlink(listener->path);
}

/* ---- accepting ---- */

static void on_connection(uv_stream_t *stream, int status)
{
    struct unix_listener *listener = noren_container_of(stream, struct unix_listener, pipe);

    if (status != 0)
        return;

    struct unix_peer *peer = unix_peer_new(listener->loop, listener->callbacks, listener->ctx);
    peer->listener = listener;
    DL_APPEND(listener->peers, peer);
    listener->peer_count++;
    bool accepted = uv_accept(stream, (uv_stream_t *)&peer->pipe) == 0;
    if (!accepted || listener->peer_count > UNIX_PEERS_MAX) {
        peer->reported = true;
        unix_peer_destroy(peer);
        return;
    }
    unix_peer_begin(peer);
}

void unix_listener_forget(struct unix_listener *listener, struct unix_peer *peer)
{
    DL_DELETE(listener->peers, peer);
    listener->peer_count--;
}

/* ---- life ---- */

static void release(struct unix_listener *listener)
{
    free(listener->path);
    free(listener);
}

static void on_pipe_closed(uv_handle_t *handle)
{
    struct unix_listener *listener = noren_container_of(handle, struct unix_listener, pipe);

    listener->closed = true;
    if (listener->freed)
        release(listener);
}

static void on_loop_end(struct loop_closer *closer)
{
    struct unix_listener *listener = noren_container_of(closer, struct unix_listener, closer);

    uv_close((uv_handle_t *)&listener->pipe, on_pipe_closed);
}

static struct unix_listener *start(struct loop *loop, int take_fd, const char *path)
{
    struct unix_listener *listener = noren_alloc(sizeof *listener);

    noren_assert(uv_pipe_init(loop_uv(loop), &listener->pipe, 0) == 0);
    noren_assert(uv_pipe_open(&listener->pipe, take_fd) == 0);
    listener->loop = loop;
    listener->path = noren_strdup(path);
    remember_file(listener);
    loop_closer_add(&listener->closer, loop, on_loop_end);
    return listener;
}

struct unix_listener *unix_listen(struct loop *loop, const char *path, mode_t mode,
        const struct unix_callbacks *callbacks, void *ctx, struct noren_err *err)
{
    loop_assert_here(loop);

    struct sockaddr_un address;
    if (!unix_address(path, &address)) {
        noren_err_set(err, NOREN_E_ARGUMENT, "socket path of %zu bytes: %.80s", strlen(path), path);
        return NULL;
    }
    if (!remove_stale(&address, err))
        return NULL;

    int fd = bind_socket(&address, mode, err);
    if (fd < 0)
        return NULL;

    struct unix_listener *listener = start(loop, fd, path);
    listener->callbacks = callbacks;
    listener->ctx = ctx;
    int status = uv_listen((uv_stream_t *)&listener->pipe, BACKLOG, on_connection);
    if (status != 0) {
        noren_err_set(err, NOREN_E_IO, "socket %s: %s", path, uv_strerror(status));
        unix_listener_free(listener);
        return NULL;
    }
    return listener;
}

void unix_listener_free(struct unix_listener *listener)
{
    if (listener == NULL)
        return;

    remove_file(listener);
    listener->freed = true;
    while (listener->peers != NULL) {
        struct unix_peer *peer = listener->peers;
        DL_DELETE(listener->peers, peer);
        unix_peer_drop(peer);
    }
    if (listener->closed) { /* the loop ended before */
        release(listener);
        return;
    }
    loop_assert_here(listener->loop);
    loop_closer_remove(&listener->closer);
    if (!uv_is_closing((uv_handle_t *)&listener->pipe))
        uv_close((uv_handle_t *)&listener->pipe, on_pipe_closed);
}
