/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/io/link.h"

#include <string.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"

#include "libnoren/io/address.h"
#include "libnoren/io/link_internal.h"

enum {
    /* Alerts and close_notify still fit when the sender used up LINK_UNSENT_MAX. */
    OUT_MAX = LINK_UNSENT_MAX + 256 * 1024,
};

static void on_due(void *ctx)
{
    struct link *link = ctx;

    switch (link->state) {
    case LINK_RESOLVING:
        link_set_why(link, NOREN_E_TIMEOUT, "resolving the name took too long");
        break;
    case LINK_CONNECTING:
        link_set_why(link, NOREN_E_TIMEOUT, "no answer to the connection attempt");
        link_try_next_address(link);
        return;
    case LINK_HANDSHAKING:
        link_set_why(link, NOREN_E_TIMEOUT, "TLS handshake took too long");
        break;
    case LINK_OPEN:
    case LINK_CLOSING: /* the peer does not read, or does not close: enough waited */
    case LINK_GONE:
        break;
    }
    link_destroy(link);
}

/* The loop ends: what can leave without waiting leaves, then the socket is cut. */
static void on_loop_end(struct loop_closer *closer)
{
    struct link *link = noren_container_of(closer, struct link, closer);

    if (link->state == LINK_OPEN) {
        link_encrypt(link);
        tls_shut(link->tls, &link->out);
        link->state = LINK_CLOSING;
    }
    if (link->state == LINK_CLOSING)
        link_flush(link);
    link_destroy(link);
}

struct link *link_new(
        struct loop *loop, struct tls *take_tls, const struct link_callbacks *callbacks, void *ctx)
{
    loop_assert_here(loop);

    struct link *link = noren_alloc(sizeof *link);
    link->loop = loop;
    link->tls = take_tls;
    link->callbacks = callbacks;
    link->ctx = ctx;
    link->handshake_ms = LINK_HANDSHAKE_MS;
    writer_init(&link->plain, OUT_MAX);
    writer_init(&link->out, OUT_MAX);
    writer_init(&link->sending, OUT_MAX);
    noren_assert(uv_tcp_init(loop_uv(loop), &link->tcp) == 0);
    loop_timer_init(&link->timer, loop, on_due, link);
    loop_closer_add(&link->closer, loop, on_loop_end);
    return link;
}

void link_set_why(struct link *link, enum noren_code code, const char *text)
{
    if (link->why.code == NOREN_OK && link->state != LINK_CLOSING && link->state != LINK_GONE)
        noren_err_set(&link->why, code, "%s", text);
}

static void read_addresses(struct link *link)
{
    int len = sizeof link->peer;

    uv_tcp_getpeername(&link->tcp, (struct sockaddr *)&link->peer, &len);
    len = sizeof link->local;
    uv_tcp_getsockname(&link->tcp, (struct sockaddr *)&link->local, &len);
    address_unmap(&link->peer);
    address_unmap(&link->local);
}

void link_begin_tls(struct link *link)
{
    link->state = LINK_HANDSHAKING;
    read_addresses(link);
    uv_tcp_nodelay(&link->tcp, 1); /* pieces are put together by us, per loop turn */
    loop_timer_set(&link->timer, loop_now_ms(link->loop) + link->handshake_ms);
    if (link->is_client && !tls_start(link->tls, &link->out, &link->why)) {
        link_destroy(link);
        return;
    }
    link_send_soon(link);
    link_start_reading(link);
}

struct link *link_accept(struct loop *loop, int take_fd, struct tls_context *tls,
        const struct link_callbacks *callbacks, void *ctx)
{
    struct link *link = link_new(loop, tls_new_server(tls), callbacks, ctx);

    int status = uv_tcp_open(&link->tcp, take_fd);
    if (status != 0) {
        close(take_fd);
        link_set_why(link, NOREN_E_IO, uv_strerror(status));
        link_destroy(link);
        return link;
    }
    link_begin_tls(link);
    return link;
}

struct link *link_connect(struct loop *loop, const char *host, uint16_t port,
        struct tls_context *tls, const struct link_callbacks *callbacks, void *ctx)
{
    return link_connect_at(loop, host, host, port, tls, callbacks, ctx);
}

struct link *link_connect_at(struct loop *loop, const char *address, const char *host,
        uint16_t port, struct tls_context *tls, const struct link_callbacks *callbacks, void *ctx)
{
    struct link *link = link_new(loop, tls_new_client(tls, host), callbacks, ctx);

    link->is_client = true;
    link->port = port;
    link->state = LINK_RESOLVING;
    loop_timer_set(&link->timer, loop_now_ms(loop) + link->handshake_ms);
    link_resolve(link, address);
    return link;
}

void link_set_handshake_ms(struct link *link, int64_t handshake_ms)
{
    link->handshake_ms = handshake_ms;
    loop_timer_set(&link->timer, loop_now_ms(link->loop) + handshake_ms);
}

/* ---- the end ---- */

void link_release(struct link *link)
{
    if (link->callbacks->on_closed != NULL)
        link->callbacks->on_closed(link, link->ctx, &link->why);
    tls_free(link->tls);
    writer_wipe(&link->plain);
    writer_clear(&link->out);
    writer_clear(&link->sending);
    free(link);
}

static void on_handle_closed(uv_handle_t *handle)
{
    link_release(noren_container_of(handle, struct link, tcp));
}

void link_destroy(struct link *link)
{
    if (link->state == LINK_GONE)
        return;
    link->state = LINK_GONE;
    link_forget_lookup(link);
    loop_closer_remove(&link->closer);
    loop_task_cancel(&link->task);
    loop_timer_clear(&link->timer);
    if (!uv_is_closing((uv_handle_t *)&link->tcp)) /* it is while an address is given up */
        uv_close((uv_handle_t *)&link->tcp, on_handle_closed);
}

/* From any state with a working socket to CLOSING. */
static void start_closing(struct link *link)
{
    link->state = LINK_CLOSING;
    loop_timer_set(&link->timer, loop_now_ms(link->loop) + LINK_CLOSE_MS);
    link_send_soon(link);
}

/* What the peer still sends is thrown away, paused or not: input left unread would make the system
 * reset the connection, and our last bytes with it. */
static void drain_input(struct link *link)
{
    if (!link->peer_done)
        link_start_reading(link);
}

void link_fail(struct link *link)
{
    if (link->state != LINK_HANDSHAKING && link->state != LINK_OPEN)
        return;
    start_closing(link);
    drain_input(link);
}

void link_close(struct link *link)
{
    loop_assert_here(link->loop);
    if (link->state == LINK_CLOSING || link->state == LINK_GONE)
        return;
    if (link->state != LINK_OPEN) {
        link_destroy(link);
        return;
    }
    link_encrypt(link);
    tls_shut(link->tls, &link->out);
    start_closing(link);
    drain_input(link);
}

/* ---- questions ---- */

size_t link_unsent(const struct link *link)
{
    return link->plain.len + link->out.len
           + uv_stream_get_write_queue_size((const uv_stream_t *)&link->tcp);
}

bool link_is_full(const struct link *link)
{
    return link_unsent(link) > LINK_HIGH_WATER;
}

void link_pause(struct link *link, bool paused)
{
    loop_assert_here(link->loop);
    link->paused = paused;
    if (link->state != LINK_OPEN)
        return; /* the handshake is read in any case */
    if (paused)
        link_stop_reading(link);
    else
        link_start_reading(link);
}

struct link_address_text link_peer_text(const struct link *link)
{
    return address_format(link_peer(link));
}

const struct sockaddr *link_peer(const struct link *link)
{
    return (const struct sockaddr *)&link->peer;
}

const struct sockaddr *link_local(const struct link *link)
{
    return (const struct sockaddr *)&link->local;
}

struct tls *link_tls(struct link *link)
{
    return link->tls;
}
