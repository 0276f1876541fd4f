/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <sys/socket.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/base/secret.h"

#include "libnoren/io/unix_internal.h"

/* One end of a conversation in lines. */

struct unix_write {
    uv_write_t request;
    size_t len;
    char bytes[]; /* line and LF */
};

static void free_write(struct unix_write *write)
{
    secret_wipe(write->bytes, write->len);
    free(write);
}

bool unix_address(const char *path, struct sockaddr_un *out)
{
    size_t len = strlen(path);

    if (len == 0 || len >= sizeof out->sun_path)
        return false;
    *out = (struct sockaddr_un){ .sun_family = AF_UNIX };
    memcpy(out->sun_path, path, len + 1);
    return true;
}

/* ---- the end ---- */

static void report_closed(struct unix_peer *peer)
{
    if (peer->reported)
        return;
    peer->reported = true;
    if (peer->callbacks->on_closed != NULL)
        peer->callbacks->on_closed(peer, peer->ctx);
}

static void on_pipe_closed(uv_handle_t *handle)
{
    struct unix_peer *peer = noren_container_of(handle, struct unix_peer, pipe);

    report_closed(peer);
    if (peer->listener != NULL)
        unix_listener_forget(peer->listener, peer);
    writer_clear(&peer->line);
    free(peer);
}

void unix_peer_destroy(struct unix_peer *peer)
{
    if (peer->state == UNIX_GONE)
        return;
    peer->state = UNIX_GONE;
    loop_closer_remove(&peer->closer);
    loop_timer_clear(&peer->timer);
    uv_close((uv_handle_t *)&peer->pipe, on_pipe_closed);
}

void unix_peer_drop(struct unix_peer *peer)
{
    unix_peer_destroy(peer);
    report_closed(peer);
    peer->listener = NULL;
}

static void on_loop_end(struct loop_closer *closer)
{
    unix_peer_destroy(noren_container_of(closer, struct unix_peer, closer));
}

static void on_due(void *ctx)
{
    unix_peer_destroy(ctx);
}

static void on_shut(uv_shutdown_t *shutdown, int status)
{
    struct unix_peer *peer = noren_container_of(shutdown, struct unix_peer, shutdown);

    (void)status;
    unix_peer_destroy(peer);
}

void unix_close(struct unix_peer *peer)
{
    loop_assert_here(peer->loop);
    if (peer->state == UNIX_CLOSING || peer->state == UNIX_GONE)
        return;

    bool was_open = peer->state == UNIX_OPEN;
    peer->state = UNIX_CLOSING;
    uv_read_stop((uv_stream_t *)&peer->pipe);
    if (!was_open || uv_shutdown(&peer->shutdown, (uv_stream_t *)&peer->pipe, on_shut) != 0) {
        unix_peer_destroy(peer);
        return;
    }
    loop_timer_set(&peer->timer, loop_now_ms(peer->loop) + UNIX_CLOSE_MS);
}

/* ---- reading ---- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
    struct unix_peer *peer = noren_container_of(handle, struct unix_peer, pipe);

    (void)suggested;
    *out = loop_read_buffer(peer->loop);
}

/* The writer's maximum is the line's: false when the line is too long. */
static bool gather(struct unix_peer *peer, struct reader *r, bool *complete)
{
    const uint8_t *end = memchr(r->at, '\n', reader_left(r));
    size_t len = end != NULL ? (size_t)(end - r->at) : reader_left(r);

    *complete = end != NULL;
    if (len > UNIX_LINE_MAX || peer->line.len > UNIX_LINE_MAX - len)
        return false;
    writer_put(&peer->line, reader_take(r, len), len);
    if (*complete)
        reader_skip(r, 1);
    return true;
}

static void give_line(struct unix_peer *peer)
{
    writer_u8(&peer->line, '\0');
    if (peer->callbacks->on_line != NULL)
        peer->callbacks->on_line(
                peer, peer->ctx, (const char *)peer->line.data, peer->line.len - 1);
    writer_clear(&peer->line);
}

static void receive(struct unix_peer *peer, const uint8_t *bytes, size_t len)
{
    struct reader r = reader_over(bytes, len);
    bool complete;

    while (peer->state == UNIX_OPEN && reader_left(&r) > 0) {
        if (!gather(peer, &r, &complete)) {
            unix_peer_destroy(peer);
            return;
        }
        if (complete)
            give_line(peer);
    }
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
    struct unix_peer *peer = noren_container_of(stream, struct unix_peer, pipe);

    if (got < 0)
        unix_peer_destroy(peer);
    else
        receive(peer, (const uint8_t *)buffer->base, (size_t)got);
}

/* ---- writing ---- */

static void on_written(uv_write_t *request, int status)
{
    struct unix_write *write = noren_container_of(request, struct unix_write, request);
    struct unix_peer *peer = noren_container_of(request->handle, struct unix_peer, pipe);

    free_write(write);
    if (status < 0)
        unix_peer_destroy(peer);
}

bool unix_send_line(struct unix_peer *peer, const char *line)
{
    loop_assert_here(peer->loop);

    size_t len = strlen(line);
    uv_stream_t *stream = (uv_stream_t *)&peer->pipe;
    if (peer->state != UNIX_OPEN || len > UNIX_LINE_MAX || memchr(line, '\n', len) != NULL)
        return false;
    if (uv_stream_get_write_queue_size(stream) + len + 1 > UNIX_UNSENT_MAX) {
        unix_peer_destroy(peer); /* it does not read: nothing queued will arrive */
        return false;
    }

    struct unix_write *write = noren_alloc(sizeof *write + len + 1);
    memcpy(write->bytes, line, len);
    write->bytes[len] = '\n';
    write->len = len + 1;
    uv_buf_t buffer = uv_buf_init(write->bytes, (unsigned)write->len);
    if (uv_write(&write->request, stream, &buffer, 1, on_written) != 0) {
        free_write(write);
        unix_peer_destroy(peer);
        return false;
    }
    return true;
}

/* ---- the beginning ---- */

struct unix_peer *unix_peer_new(
        struct loop *loop, const struct unix_callbacks *callbacks, void *ctx)
{
    struct unix_peer *peer = noren_alloc(sizeof *peer);

    peer->loop = loop;
    peer->callbacks = callbacks;
    peer->ctx = ctx;
    writer_init_secret(&peer->line, UNIX_LINE_MAX + 1); /* lines may carry passwords */
    noren_assert(uv_pipe_init(loop_uv(loop), &peer->pipe, 0) == 0);
    loop_timer_init(&peer->timer, loop, on_due, peer);
    loop_closer_add(&peer->closer, loop, on_loop_end);
    return peer;
}

static bool read_credentials(struct unix_peer *peer)
{
    struct ucred credentials;
    socklen_t len = sizeof credentials;
    uv_os_fd_t fd;

    if (uv_fileno((uv_handle_t *)&peer->pipe, &fd) != 0
            || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &len) != 0)
        return false;
    peer->uid = credentials.uid;
    peer->gid = credentials.gid;
    peer->pid = credentials.pid;
    return true;
}

static bool is_admitted(const struct unix_peer *peer)
{
    return peer->listener == NULL || peer->callbacks->admits == NULL
           || peer->callbacks->admits(peer->ctx, peer->uid, peer->gid, peer->pid);
}

void unix_peer_begin(struct unix_peer *peer)
{
    if (!read_credentials(peer) || !is_admitted(peer)
            || uv_read_start((uv_stream_t *)&peer->pipe, on_alloc, on_read) != 0) {
        peer->reported = peer->listener != NULL; /* no on_open, so no on_closed */
        unix_peer_destroy(peer);
        return;
    }
    peer->state = UNIX_OPEN;
    if (peer->callbacks->on_open != NULL)
        peer->callbacks->on_open(peer, peer->ctx);
}

static void on_connected(uv_connect_t *connect, int status)
{
    struct unix_peer *peer = noren_container_of(connect, struct unix_peer, connect);

    if (peer->state != UNIX_CONNECTING)
        return;
    if (status != 0)
        unix_peer_destroy(peer);
    else
        unix_peer_begin(peer);
}

struct unix_peer *unix_connect(
        struct loop *loop, const char *path, const struct unix_callbacks *callbacks, void *ctx)
{
    loop_assert_here(loop);

    struct unix_peer *peer = unix_peer_new(loop, callbacks, ctx);
    struct sockaddr_un address;
    if (unix_address(path, &address))
        uv_pipe_connect(&peer->connect, &peer->pipe, path, on_connected);
    else
        unix_peer_destroy(peer);
    return peer;
}

uid_t unix_peer_uid(const struct unix_peer *peer)
{
    return peer->uid;
}

void unix_set_data(struct unix_peer *peer, void *data)
{
    peer->data = data;
}

void *unix_get_data(const struct unix_peer *peer)
{
    return peer->data;
}
