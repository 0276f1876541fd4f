/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <netinet/in.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"

#include "libnoren/io/link_internal.h"
#include "libnoren/io/lookup.h"

/* From a host name to a connected socket. */

static void keep_addresses(struct link *link, const struct addrinfo *list)
{
    for (; list != NULL && link->address_count < LINK_ADDRESSES_MAX; list = list->ai_next) {
        if (list->ai_addrlen > sizeof link->addresses[0])
            continue;
        memcpy(&link->addresses[link->address_count++], list->ai_addr, list->ai_addrlen);
    }
}

static void on_found(void *ctx, int status, const struct addrinfo *list)
{
    struct link *link = ctx;

    link->lookup = NULL;
    if (status == 0)
        keep_addresses(link, list);
    else
        link_set_why(link, NOREN_E_NOT_FOUND, uv_strerror(status));
    link_try_next_address(link);
}

/* An address needs no resolver, which may be out of reach just then. */
static bool take_address(struct link *link, const char *host)
{
    struct sockaddr_storage *out = &link->addresses[0];

    return uv_ip4_addr(host, link->port, (struct sockaddr_in *)out) == 0
           || uv_ip6_addr(host, link->port, (struct sockaddr_in6 *)out) == 0;
}

void link_resolve(struct link *link, const char *host)
{
    if (take_address(link, host)) {
        link->address_count = 1;
        link_try_next_address(link);
        return;
    }

    int status = 0;
    link->lookup = lookup_start(link->loop, host, link->port, on_found, link, &status);
    if (link->lookup == NULL) {
        link_set_why(link, NOREN_E_IO, uv_strerror(status));
        link_destroy(link);
    }
}

void link_forget_lookup(struct link *link)
{
    if (link->lookup != NULL)
        lookup_forget(noren_steal(&link->lookup));
}

static void on_connected(uv_connect_t *connect, int status)
{
    struct link *link = noren_container_of(connect, struct link, connect);

    if (status == UV_ECANCELED || link->state != LINK_CONNECTING)
        return; /* we gave up this address, or the link */
    if (status == 0) {
        memset(&link->why, 0, sizeof link->why); /* of an address that did not answer */
        link_begin_tls(link);
        return;
    }
    link_set_why(link, status == UV_ETIMEDOUT ? NOREN_E_TIMEOUT : NOREN_E_IO, uv_strerror(status));
    link_try_next_address(link);
}

/* The socket of the address before is closed: a fresh one for the next. */
static void on_ready_for_next(uv_handle_t *handle)
{
    struct link *link = noren_container_of(handle, struct link, tcp);

    if (link->state == LINK_GONE) {
        link_release(link);
        return;
    }
    noren_assert(uv_tcp_init(loop_uv(link->loop), &link->tcp) == 0);

    const struct sockaddr *address =
            (const struct sockaddr *)&link->addresses[link->address_next++];
    bool is_last = link->address_next == link->address_count;
    int64_t wait_ms =
            is_last || link->handshake_ms < LINK_CONNECT_MS ? link->handshake_ms : LINK_CONNECT_MS;
    loop_timer_set(&link->timer, loop_now_ms(link->loop) + wait_ms);
    int status = uv_tcp_connect(&link->connect, &link->tcp, address, on_connected);
    if (status != 0) {
        link_set_why(link, NOREN_E_IO, uv_strerror(status));
        link_try_next_address(link);
    }
}

void link_try_next_address(struct link *link)
{
    if (link->address_next == link->address_count) {
        link_set_why(link, NOREN_E_NOT_FOUND, "the name has no address");
        link_destroy(link);
        return;
    }
    link->state = LINK_CONNECTING;
    loop_timer_set(&link->timer, NOREN_NO_DEADLINE);
    uv_close((uv_handle_t *)&link->tcp, on_ready_for_next);
}
