/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "nat/securenat.h"

#include <string.h>

#include "noren/base/alloc.h"
#include "noren/packet/dhcp.h"
#include "noren/packet/packet.h"

#include "nat/host.h"
#include "nat/outside.h"

#define LOG_ROOM "nat"

enum {
    BEACON_MS = 5000,
    FRAME_MAX = 1600,
    FRAME_MIN = 14,
    WAITING_MAX =
            4096, /**< frames gathered in one round; later ones are dropped, as on a full wire */
};

struct securenat {
    struct hub *hub;
    struct hub_port *port; /**< NULL after the hub has gone */
    struct noren_log *log;
    struct log_limit grant_limit;
    struct securenat_options options;
    struct host host;
    struct dhcp_server *dhcp; /**< NULL: off */
    struct outside *outside;  /**< NULL: off */
    struct loop_timer beacon;
    struct writer answer; /**< of the frame being looked at */

    struct frame **waiting; /**< to be sent together */
    size_t waiting_count, waiting_room;
};

/* ---- towards the segment ---- */

/*
 * Never from inside libslirp: a frame handed over may be answered before hub_port_send() returns.
 * For the same reason the list is taken first.
 */
static void flush(struct securenat *nat)
{
    struct frame **frames = nat->waiting;
    size_t count = nat->waiting_count;

    nat->waiting = NULL;
    nat->waiting_count = 0;
    nat->waiting_room = 0;
    if (nat->port != NULL && count > 0)
        hub_port_send(nat->port, frames, count);
    for (size_t i = 0; i < count; i++)
        frame_unref(frames[i]);
    free(frames);
}

static void queue(struct securenat *nat, struct bytes frame)
{
    if (frame.len < FRAME_MIN || frame.len > FRAME_MAX || nat->waiting_count == WAITING_MAX)
        return;
    if (nat->waiting_count == nat->waiting_room) {
        nat->waiting_room = nat->waiting_room > 0 ? 2 * nat->waiting_room : 16;
        nat->waiting = noren_realloc_array(nat->waiting, nat->waiting_room, sizeof nat->waiting[0]);
    }
    nat->waiting[nat->waiting_count++] = frame_new(frame);
}

static void queue_answer(struct securenat *nat)
{
    if (nat->answer.len > 0)
        queue(nat, (struct bytes){ .data = nat->answer.data, .len = nat->answer.len });
    writer_reset(&nat->answer);
}

static void outside_on_frame(void *ctx, struct bytes frame)
{
    queue(ctx, frame);
}

static void outside_on_flush(void *ctx)
{
    flush(ctx);
}

static bool outside_on_resolve(void *ctx, uint32_t ip, struct mac *out)
{
    struct securenat *nat = ctx;

    if (host_find(&nat->host, ip, out))
        return true;
    host_ask(&nat->host, ip, &nat->answer);
    queue_answer(nat);
    return false;
}

static void send_beacon(void *ctx)
{
    struct securenat *nat = ctx;

    host_announce(&nat->host, &nat->answer);
    queue_answer(nat);
    host_beacon(&nat->host, &nat->answer);
    queue_answer(nat);
    flush(nat);
    loop_timer_set(&nat->beacon, loop_now_ms(hub_loop(nat->hub)) + BEACON_MS);
}

/* ---- from the segment ---- */

static void log_grant(struct securenat *nat)
{
    struct dhcp_grant grant;

    if (!dhcp_server_next_grant(nat->dhcp, &grant))
        return;
    noren_log_limited(nat->log, grant.is_new ? NOREN_INFO : NOREN_DEBUG, &nat->grant_limit,
            "lease %s: hub=%s address=%s mac=%s host=%s lease_s=%u",
            grant.is_new ? "given" : "renewed", hub_name(nat->hub), ip_format(grant.ip).text,
            mac_format(grant.mac).text, log_quote(grant.host_name).text, grant.lease_s);
}

static bool take_dhcp(struct securenat *nat, struct bytes frame)
{
    int64_t now_ms = loop_now_ms(hub_loop(nat->hub));

    if (nat->dhcp == NULL || !dhcp_server_receive(nat->dhcp, frame, &nat->answer, now_ms))
        return false;
    queue_answer(nat);
    log_grant(nat);
    return true;
}

static void pass_outside(struct securenat *nat, struct bytes frame)
{
    struct eth_frame eth;
    uint32_t src_ip;

    if (nat->outside == NULL || !host_may_leave(&nat->host, frame, &src_ip)
            || !eth_read(frame, &eth))
        return;
    outside_learn(nat->outside, src_ip, eth.src);
    outside_input(nat->outside, frame);
}

/* An answer to what outside_on_resolve() asked. */
static void tell_outside(struct securenat *nat, struct bytes frame)
{
    struct eth_frame eth;
    struct arp_packet arp;
    struct mac mac;

    if (nat->outside != NULL && eth_read(frame, &eth) && eth.type == ETH_TYPE_ARP
            && mac_equal(eth.dst, nat->options.mac) && arp_read(eth.payload, &arp)
            && arp.op == ARP_REPLY && host_find(&nat->host, arp.sender_ip, &mac))
        outside_resolved(nat->outside, arp.sender_ip, mac);
}

static void take_frame(struct securenat *nat, struct bytes frame)
{
    enum host_verdict verdict = host_receive(&nat->host, frame, &nat->answer);

    queue_answer(nat);
    switch (verdict) {
    case HOST_FOREIGN:
        break;
    case HOST_ANSWERED:
        tell_outside(nat, frame);
        break;
    case HOST_PASS:
        if (!take_dhcp(nat, frame))
            pass_outside(nat, frame);
        break;
    }
}

static size_t port_on_frames(void *ctx, struct frame *const *frames, size_t count)
{
    struct securenat *nat = ctx;

    for (size_t i = 0; i < count; i++)
        take_frame(nat, (struct bytes){ .data = frames[i]->data, .len = frames[i]->len });
    flush(nat);
    return count;
}

/* ---- life ---- */

static void stop(struct securenat *nat)
{
    if (nat->port == NULL)
        return;
    loop_timer_clear(&nat->beacon);
    outside_free(nat->outside);
    nat->outside = NULL;
    hub_port_free(nat->port);
    nat->port = NULL;
    flush(nat); /* nobody takes them any more */
}

static void port_on_hub_gone(void *ctx)
{
    stop(ctx);
}

static const struct hub_port_callbacks PORT_CALLBACKS = {
    .deliver = port_on_frames,
    .on_hub_gone = port_on_hub_gone,
};

static const struct outside_callbacks OUTSIDE_CALLBACKS = {
    .send = outside_on_frame,
    .flush = outside_on_flush,
    .resolve = outside_on_resolve,
};

struct securenat_options securenat_defaults(struct mac mac)
{
    struct securenat_options options = {
        .mac = mac,
        .lease_s = 7200,
        .use_nat = true,
        .use_dhcp = true,
    };

    ip_parse("192.168.30.1", &options.own_ip);
    ip_parse("255.255.255.0", &options.mask);
    ip_parse("192.168.30.10", &options.first_ip);
    ip_parse("192.168.30.200", &options.last_ip);
    return options;
}

static struct dhcp_server *start_dhcp(const struct securenat_options *options)
{
    struct dhcp_pool pool = {
        .own_ip = options->own_ip,
        .own_mac = options->mac,
        .first_ip = options->first_ip,
        .last_ip = options->last_ip,
        .mask = options->mask,
        .lease_s = options->lease_s,
    };

    /* without the way out the host is neither a gateway nor a resolver */
    if (options->use_nat) {
        pool.router = options->own_ip;
        pool.dns[0] = options->own_ip;
        pool.dns_count = 1;
    }
    return dhcp_server_new(&pool);
}

static bool start_outside(struct securenat *nat, struct noren_err *err)
{
    struct outside_options options = {
        .mac = nat->options.mac,
        .own_ip = nat->options.own_ip,
        .mask = nat->options.mask,
    };

    nat->outside =
            outside_new(hub_loop(nat->hub), &options, &OUTSIDE_CALLBACKS, nat, nat->log, err);
    return nat->outside != NULL;
}

struct securenat *securenat_new(struct hub *hub, const struct securenat_options *options,
        struct noren_log *log, struct noren_err *err)
{
    struct securenat *nat = noren_alloc(sizeof *nat);

    loop_assert_here(hub_loop(hub));
    nat->hub = hub;
    nat->log = log;
    nat->options = *options;
    writer_init(&nat->answer, 0);
    host_init(&nat->host, options->mac, options->own_ip, options->mask);
    if (options->use_nat && !start_outside(nat, err)) {
        noren_err_wrap(err, "SecureNAT of hub %s", hub_name(hub));
        securenat_free(nat);
        return NULL;
    }
    if (options->use_dhcp)
        nat->dhcp = start_dhcp(options);

    nat->port = hub_port_new(hub, hub_loop(hub), "SID-SECURENAT-1", 0, &PORT_CALLBACKS, nat);
    loop_timer_init(&nat->beacon, hub_loop(hub), send_beacon, nat);
    loop_timer_set(&nat->beacon, loop_now_ms(hub_loop(hub)));
    noren_log(log, NOREN_INFO, "virtual host started: hub=%s address=%s mac=%s nat=%s dhcp=%s",
            hub_name(hub), ip_format(options->own_ip).text, mac_format(options->mac).text,
            options->use_nat ? "on" : "off", options->use_dhcp ? "on" : "off");
    return nat;
}

void securenat_free(struct securenat *nat)
{
    if (nat == NULL)
        return;
    stop(nat);
    dhcp_server_free(nat->dhcp);
    writer_clear(&nat->answer);
    free(nat);
}
