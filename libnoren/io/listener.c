/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/io/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "noren/base/alloc.h"

#include "libnoren/io/address.h"
#include "libnoren/io/loop_internal.h"

#define LOG_ROOM "listener"

enum {
    BACKLOG = 1024,
    BATCH = 64,            /* connections accepted before other events have their turn */
    SHORTAGE_WAIT_MS = 500 /* until accepting is tried again after descriptors ran out */
};

/* Accepts on the bare descriptor, because what it accepts may belong to another loop. */
struct listener {
    struct loop *loop;
    struct loop_closer closer;
    uv_poll_t poll;
    struct loop_timer retry; /* set while descriptors are short */
    int fd;
    listener_fn on_accept;
    void *ctx;
    bool paused;
    bool closed; /* libuv is done with poll */
    bool freed;  /* by the owner; memory goes back as soon as both are */
    struct log_limit log_limit;
    struct link_address_text where;
};

static void on_ready(uv_poll_t *poll, int status, int events);

static void resume(struct listener *listener)
{
    if (!uv_is_closing((uv_handle_t *)&listener->poll))
        uv_poll_start(&listener->poll, UV_READABLE, on_ready);
}

static void on_retry(void *ctx)
{
    struct listener *listener = ctx;

    if (!listener->paused)
        resume(listener);
}

static bool is_shortage(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

/* A connection that is gone before we take it is no trouble of the listener. */
static bool is_passing(int error)
{
    return error == EINTR || error == ECONNABORTED || error == EPROTO || error == EPERM
           || error == ENETDOWN || error == ENETUNREACH || error == EHOSTUNREACH;
}

static void accept_failed(struct listener *listener, int error)
{
    noren_log_limited(loop_log(listener->loop), NOREN_WARN, &listener->log_limit,
            "connections have to wait: where=%s reason=\"%s\"", listener->where.text,
            is_shortage(error) ? "out of descriptors or memory" : strerrordesc_np(error));
    uv_poll_stop(&listener->poll);
    loop_timer_set(&listener->retry, loop_now_ms(listener->loop) + SHORTAGE_WAIT_MS);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct listener *listener = noren_container_of(poll, struct listener, poll);

    (void)status; /* accept says what is wrong */
    (void)events;
    for (int i = 0; i < BATCH && uv_is_active((uv_handle_t *)poll); i++) {
        struct sockaddr_storage peer;
        socklen_t len = sizeof peer;
        int fd =
                accept4(listener->fd, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            address_unmap(&peer);
            listener->on_accept(listener->ctx, fd, (const struct sockaddr *)&peer);
            continue;
        }
        if (errno == EAGAIN)
            return;
        if (!is_passing(errno)) {
            accept_failed(listener, errno);
            return;
        }
    }
}

/* ---- binding ---- */

static bool parse_v6(const char *host, struct sockaddr_in6 *out)
{
    char text[INET6_ADDRSTRLEN + IF_NAMESIZE + 1];

    if (strlen(host) >= sizeof text)
        return false;
    memcpy(text, host, strlen(host) + 1);

    char *scope = strchr(text, '%');
    if (scope != NULL) {
        *scope = '\0';
        out->sin6_scope_id = if_nametoindex(scope + 1);
        if (out->sin6_scope_id == 0)
            return false;
    }
    return inet_pton(AF_INET6, text, &out->sin6_addr) == 1;
}

static bool parse_where(const char *where, struct sockaddr_storage *out, socklen_t *len, bool *both,
        struct noren_err *err)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_ANY_INIT };
    char host[256];
    uint16_t port;

    if (!noren_split_host_port(where, host, &port, err))
        return false;

    v4.sin_port = htons(port);
    v6.sin6_port = htons(port);
    *both = host[0] == '\0';
    memset(out, 0, sizeof *out);
    if (!*both && inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
        memcpy(out, &v4, sizeof v4);
        *len = sizeof v4;
        return true;
    }
    if (!*both && !parse_v6(host, &v6))
        return noren_err_set(err, NOREN_E_ARGUMENT, "not an address: %.100s", host);
    memcpy(out, &v6, sizeof v6);
    *len = sizeof v6;
    return true;
}

static int bind_socket(const struct sockaddr_storage *address, socklen_t len, bool both)
{
    noren_cleanup(noren_closep) int fd =
            socket(address->ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    int only_v6 = !both;

    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
        return -1;
    if (address->ss_family == AF_INET6
            && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_v6, sizeof only_v6) != 0)
        return -1;
    if (bind(fd, (const struct sockaddr *)address, len) != 0 || listen(fd, BACKLOG) != 0)
        return -1;

    int bound = fd;
    fd = -1;
    return bound;
}

/* A bound, listening descriptor, or -1 with err. */
static int open_listener(const char *where, struct noren_err *err)
{
    struct sockaddr_storage address = { 0 };
    socklen_t len = 0;
    bool both = false;

    if (!parse_where(where, &address, &len, &both, err))
        return -1;

    int fd = bind_socket(&address, len, both);
    if (fd < 0 && both && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
        /* A machine without IPv6. */
        struct sockaddr_in6 v6;
        struct sockaddr_in v4 = { .sin_family = AF_INET };
        memcpy(&v6, &address, sizeof v6);
        v4.sin_port = v6.sin6_port;
        memcpy(&address, &v4, sizeof v4);
        fd = bind_socket(&address, sizeof v4, false);
    }
    if (fd < 0)
        noren_err_set_os(err, NOREN_E_IO, errno, "listen on %.100s", where);
    return fd;
}

/* ---- life ---- */

static void on_poll_closed(uv_handle_t *handle)
{
    struct listener *listener = noren_container_of(handle, struct listener, poll);

    listener->closed = true;
    if (listener->freed)
        free(listener);
}

/* The port is free again at once. */
static void stop_listening(struct listener *listener)
{
    loop_timer_clear(&listener->retry);
    uv_close((uv_handle_t *)&listener->poll, on_poll_closed);
    close(listener->fd);
    listener->fd = -1;
}

static void on_loop_end(struct loop_closer *closer)
{
    stop_listening(noren_container_of(closer, struct listener, closer));
}

struct listener *listener_new(struct loop *loop, const char *where, listener_fn on_accept,
        void *ctx, struct noren_err *err)
{
    loop_assert_here(loop);

    int fd = open_listener(where, err);
    if (fd < 0)
        return NULL;

    struct listener *listener = noren_alloc(sizeof *listener);
    struct sockaddr_storage bound = { 0 };
    socklen_t len = sizeof bound;
    noren_assert(uv_poll_init(loop_uv(loop), &listener->poll, fd) == 0);
    listener->loop = loop;
    listener->fd = fd;
    listener->on_accept = on_accept;
    listener->ctx = ctx;
    getsockname(fd, (struct sockaddr *)&bound, &len);
    listener->where = address_format((const struct sockaddr *)&bound);
    loop_timer_init(&listener->retry, loop, on_retry, listener);
    loop_closer_add(&listener->closer, loop, on_loop_end);
    resume(listener);
    return listener;
}

void listener_free(struct listener *listener)
{
    if (listener == NULL)
        return;
    listener->freed = true;
    if (listener->closed) {
        free(listener); /* the loop ended before */
        return;
    }
    loop_assert_here(listener->loop);
    loop_closer_remove(&listener->closer);
    if (listener->fd >= 0)
        stop_listening(listener);
}

const char *listener_where(const struct listener *listener)
{
    return listener->where.text;
}

void listener_pause(struct listener *listener, bool paused)
{
    if (listener->closed)
        return;
    loop_assert_here(listener->loop);
    listener->paused = paused;
    if (uv_is_closing((uv_handle_t *)&listener->poll))
        return;
    if (paused)
        uv_poll_stop(&listener->poll);
    else
        resume(listener);
}
