/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/packet/dhcp.h"
#include "noren/packet/packet.h"

/*
 * The client's state machine (RFC 2131 section 4.4):
 *
 *   REBOOTING --ACK--> BOUND --T1--> RENEWING --T2--> REBINDING --expiry--> SELECTING
 *       |  NAK, 1 s      ^ \______ACK_____/ \____ACK____/
 *       v                |
 *   SELECTING --OFFER--> REQUESTING --NAK, 4 unanswered--> SELECTING
 *
 * Only the first OFFER is taken. A renewal goes to the server alone, a rebinding to everybody.
 */

enum state { REBOOTING, SELECTING, REQUESTING, BOUND, RENEWING, REBINDING, STATE_COUNT };

enum {
    RETRY_FIRST_MS = 1000,
    RETRY_DOUBLINGS = 6, /**< up to 64 s (RFC 2131 section 4.1) */
    JITTER_MAX_MS = 1000,
    REQUEST_TRIES = 4,
    NO_ANSWER_MS = 10000,
    RENEW_RETRY_MIN_MS = 1000,
    RENEW_RETRY_MAX_FLOOR_MS = 60000, /**< RFC 2131 section 4.4.5 */
    LEASE_MIN_S = 10,                 /**< shorter ones would keep us busy with renewals only */
    LEASE_FOREVER = UINT32_MAX,
};

struct dhcp_client {
    struct mac mac;
    char host_name[64];
    uint64_t random; /**< state of the generator, from `seed` */
    enum state state;
    uint32_t xid;
    uint32_t want_ip;
    unsigned tries; /**< sent in this state */
    unsigned naks;  /**< in a row, so that a server that only refuses is not asked in a storm */
    int64_t next_ms;
    int64_t started_ms;
    bool heard, told_no_answer;

    struct dhcp_message offer; /**< what REQUESTING asks for */
    bool has_lease;
    struct dhcp_lease lease;
    struct mac server_mac;
    int64_t sent_ms; /**< of the request that the lease counts from */
    int64_t renew_ms, rebind_ms, expire_ms;

    struct writer frame; /**< at most one waits; a newer one takes its place */
    enum dhcp_client_event event;
};

static const struct mac BROADCAST = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

/* splitmix64: spreads retries and makes ids that do not repeat; nothing secret hangs on it. */
static uint32_t next_random(struct dhcp_client *c)
{
    c->random += 0x9e3779b97f4a7c15U;
    uint64_t z = c->random;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return (uint32_t)((z ^ z >> 31) >> 32);
}

/* 1, 2, 4 .. 64 s, each a quarter (at most a second) more or less. */
static int64_t retry_delay(struct dhcp_client *c, unsigned tries)
{
    int64_t delay = (int64_t)RETRY_FIRST_MS
                    << (tries < RETRY_DOUBLINGS ? tries : (unsigned)RETRY_DOUBLINGS);
    int64_t spread = delay / 4 < JITTER_MAX_MS ? delay / 4 : JITTER_MAX_MS;

    return delay - spread + next_random(c) % (uint32_t)(2 * spread + 1);
}

static void send_message(
        struct dhcp_client *c, struct dhcp_message *m, uint32_t dst_ip, struct mac dst_mac)
{
    struct writer payload;

    m->xid = c->xid;
    m->chaddr = c->mac;
    memcpy(m->host_name, c->host_name, sizeof m->host_name);
    writer_init(&payload, 0);
    dhcp_write(&payload, m);
    writer_reset(&c->frame);
    udp_write_frame(&c->frame, dst_mac, c->mac,
            &(struct udp_packet){ .src_ip = m->ciaddr,
                    .dst_ip = dst_ip,
                    .src_port = DHCP_CLIENT_PORT,
                    .dst_port = DHCP_SERVER_PORT,
                    .payload = { .data = payload.data, .len = payload.len } });
    writer_clear(&payload);
}

static void broadcast_message(struct dhcp_client *c, struct dhcp_message *m)
{
    send_message(c, m, UINT32_MAX, BROADCAST);
}

static void enter(struct dhcp_client *c, enum state state, int64_t now_ms)
{
    c->state = state;
    c->tries = 0;
    c->next_ms = now_ms;
}

static void enter_selecting(struct dhcp_client *c, int64_t now_ms)
{
    enter(c, SELECTING, now_ms);
    c->xid = next_random(c);
}

/* ---- what each state sends when its time has come ---- */

static void send_discover(struct dhcp_client *c, int64_t now_ms)
{
    struct dhcp_message m = { .kind = DHCP_DISCOVER, .requested_ip = c->want_ip };

    broadcast_message(c, &m);
    c->next_ms = now_ms + retry_delay(c, c->tries++);
}

static void send_reboot_request(struct dhcp_client *c, int64_t now_ms)
{
    struct dhcp_message m = { .kind = DHCP_REQUEST, .requested_ip = c->want_ip };

    if (c->tries > 0) {
        /* a server that knows nothing of us stays silent (RFC 2131 section 4.3.2) */
        enter_selecting(c, now_ms);
        send_discover(c, now_ms);
        return;
    }
    broadcast_message(c, &m);
    c->sent_ms = now_ms;
    c->next_ms = now_ms + retry_delay(c, c->tries++);
}

static void send_request(struct dhcp_client *c, int64_t now_ms)
{
    struct dhcp_message m = {
        .kind = DHCP_REQUEST,
        .requested_ip = c->offer.yiaddr,
        .server_id = c->offer.server_id,
    };

    if (c->tries == REQUEST_TRIES) {
        enter_selecting(c, now_ms);
        send_discover(c, now_ms);
        return;
    }
    broadcast_message(c, &m);
    if (c->tries == 0)
        c->sent_ms = now_ms;
    c->next_ms = now_ms + retry_delay(c, c->tries++);
}

/* Half of what is left, but not so often that a dead server is flooded. */
static int64_t renew_retry(const struct dhcp_client *c, int64_t now_ms, int64_t end_ms)
{
    int64_t floor_ms = (int64_t)c->lease.lease_s * 1000 / 60;
    int64_t half_ms = (end_ms - now_ms) / 2;

    if (floor_ms > RENEW_RETRY_MAX_FLOOR_MS)
        floor_ms = RENEW_RETRY_MAX_FLOOR_MS;
    if (floor_ms < RENEW_RETRY_MIN_MS)
        floor_ms = RENEW_RETRY_MIN_MS;
    int64_t at = now_ms + (half_ms > floor_ms ? half_ms : floor_ms);
    return at < end_ms ? at : end_ms;
}

static void lose_lease(struct dhcp_client *c)
{
    if (!c->has_lease)
        return;
    c->want_ip = c->lease.ip;
    c->has_lease = false;
    c->event = DHCP_CLIENT_LOST;
}

static void send_rebind(struct dhcp_client *c, int64_t now_ms)
{
    struct dhcp_message m = { .kind = DHCP_REQUEST, .ciaddr = c->lease.ip };

    if (now_ms >= c->expire_ms) {
        lose_lease(c);
        enter_selecting(c, now_ms);
        send_discover(c, now_ms);
        return;
    }
    broadcast_message(c, &m);
    c->sent_ms = now_ms;
    c->next_ms = renew_retry(c, now_ms, c->expire_ms);
}

static void send_renew(struct dhcp_client *c, int64_t now_ms)
{
    struct dhcp_message m = { .kind = DHCP_REQUEST, .ciaddr = c->lease.ip };

    if (now_ms >= c->rebind_ms) {
        enter(c, REBINDING, now_ms);
        send_rebind(c, now_ms);
        return;
    }
    send_message(c, &m, c->lease.server_id, c->server_mac);
    c->sent_ms = now_ms;
    c->next_ms = renew_retry(c, now_ms, c->rebind_ms);
}

static void begin_renewing(struct dhcp_client *c, int64_t now_ms)
{
    enter(c, RENEWING, now_ms);
    c->xid = next_random(c);
    send_renew(c, now_ms);
}

static void (*const ON_DUE[STATE_COUNT])(struct dhcp_client *c, int64_t now_ms) = {
    [REBOOTING] = send_reboot_request,
    [SELECTING] = send_discover,
    [REQUESTING] = send_request,
    [BOUND] = begin_renewing,
    [RENEWING] = send_renew,
    [REBINDING] = send_rebind,
};

/* ---- what each state does with an answer ---- */

static bool is_usable_address(uint32_t ip)
{
    uint32_t number = ip_number(ip);

    return number >> 24 != 0 && number >> 24 != 127 && number >> 24 < 224;
}

static void on_offer(
        struct dhcp_client *c, const struct dhcp_message *m, struct mac src, int64_t now_ms)
{
    (void)src;
    if (m->server_id == 0 || !is_usable_address(m->yiaddr))
        return;
    c->offer = *m;
    enter(c, REQUESTING, now_ms);
    send_request(c, now_ms);
}

static void use_routes(struct dhcp_lease *lease, const struct dhcp_message *m)
{
    memcpy(lease->routes, m->routes, sizeof lease->routes);
    lease->route_count = m->route_count;
    if (m->route_count == 0)
        return;

    /* RFC 3442: the router option must be ignored beside classless routes */
    lease->router = 0;
    for (uint8_t i = 0; i < m->route_count; i++) {
        if (m->routes[i].prefix == 0)
            lease->router = m->routes[i].gateway;
    }
}

static struct dhcp_lease lease_of(const struct dhcp_message *m)
{
    struct dhcp_lease lease;
    uint8_t prefix;

    /* with its padding, because leases are compared as bytes */
    memset(&lease, 0, sizeof lease);
    lease.ip = m->yiaddr;
    lease.router = m->router;
    lease.server_id = m->server_id;
    lease.lease_s = m->lease_s;
    lease.mtu = m->mtu;
    /* a server that gives no usable mask means the common size of a segment */
    lease.mask =
            m->mask != 0 && ip_prefix_of_mask(m->mask, &prefix) ? m->mask : ip_mask_of_prefix(24);
    memcpy(lease.dns, m->dns, sizeof lease.dns);
    lease.dns_count = m->dns_count;
    memcpy(lease.domain, m->domain, strlen(m->domain));
    use_routes(&lease, m);
    return lease;
}

static void set_timers(struct dhcp_client *c, const struct dhcp_message *m)
{
    int64_t lease_s = m->lease_s;
    int64_t renew_s = lease_s / 2;
    int64_t rebind_s = lease_s * 7 / 8;

    if (lease_s == LEASE_FOREVER) {
        c->renew_ms = c->rebind_ms = c->expire_ms = NOREN_NO_DEADLINE;
        return;
    }
    if (m->renew_s > 0 && m->rebind_s > m->renew_s && m->rebind_s < lease_s) {
        renew_s = m->renew_s;
        rebind_s = m->rebind_s;
    }
    c->renew_ms = c->sent_ms + renew_s * 1000;
    c->rebind_ms = c->sent_ms + rebind_s * 1000;
    c->expire_ms = c->sent_ms + lease_s * 1000;
}

static void on_ack(
        struct dhcp_client *c, const struct dhcp_message *m, struct mac src, int64_t now_ms)
{
    bool is_renewal = c->state == RENEWING || c->state == REBINDING;

    if (m->server_id == 0 || !is_usable_address(m->yiaddr) || m->lease_s < LEASE_MIN_S)
        return;
    if (c->state == REQUESTING
            && (m->server_id != c->offer.server_id || m->yiaddr != c->offer.yiaddr))
        return;
    if (is_renewal && m->yiaddr != c->lease.ip)
        return;

    struct dhcp_lease lease = lease_of(m);
    if (!c->has_lease || memcmp(&lease, &c->lease, sizeof lease) != 0)
        c->event = DHCP_CLIENT_BOUND;
    c->lease = lease;
    c->has_lease = true;
    c->server_mac = src;
    c->naks = 0;
    set_timers(c, m);
    enter(c, BOUND, now_ms);
    c->next_ms = c->renew_ms;
}

static void on_nak(
        struct dhcp_client *c, const struct dhcp_message *m, struct mac src, int64_t now_ms)
{
    (void)src;
    if (c->state == REQUESTING && m->server_id != c->offer.server_id)
        return;
    if (c->state == RENEWING && m->server_id != c->lease.server_id)
        return;

    lose_lease(c);
    c->want_ip = 0;
    enter_selecting(c, now_ms);
    if (c->naks > 0)
        c->next_ms = now_ms + retry_delay(c, c->naks - 1);
    c->naks++;
}

/* An empty cell: such a message means nothing in this state and is passed over. */
static void (*const STEPS[STATE_COUNT][DHCP_INFORM + 1])(
        struct dhcp_client *c, const struct dhcp_message *m, struct mac src, int64_t now_ms) = {
    [REBOOTING] = { [DHCP_ACK] = on_ack, [DHCP_NAK] = on_nak },
    [SELECTING] = { [DHCP_OFFER] = on_offer },
    [REQUESTING] = { [DHCP_ACK] = on_ack, [DHCP_NAK] = on_nak },
    [RENEWING] = { [DHCP_ACK] = on_ack, [DHCP_NAK] = on_nak },
    [REBINDING] = { [DHCP_ACK] = on_ack, [DHCP_NAK] = on_nak },
};

static bool read_answer(
        const struct dhcp_client *c, struct bytes frame, struct dhcp_message *out, struct mac *src)
{
    struct eth_frame eth;
    struct udp_packet udp;

    if (!eth_read(frame, &eth) || eth.type != ETH_TYPE_IPV4 || !udp_read(eth.payload, &udp)
            || udp.dst_port != DHCP_CLIENT_PORT || udp.src_port != DHCP_SERVER_PORT
            || !dhcp_read(udp.payload, out, NULL))
        return false;
    *src = eth.src;
    return mac_equal(out->chaddr, c->mac) && out->xid == c->xid
           && (out->kind == DHCP_OFFER || out->kind == DHCP_ACK || out->kind == DHCP_NAK);
}

bool dhcp_client_receive(struct dhcp_client *c, struct bytes frame, int64_t now_ms)
{
    struct dhcp_message m;
    struct mac src;

    if (!read_answer(c, frame, &m, &src))
        return false;
    c->heard = true;
    if (STEPS[c->state][m.kind] != NULL)
        STEPS[c->state][m.kind](c, &m, src, now_ms);
    return true;
}

void dhcp_client_tick(struct dhcp_client *c, int64_t now_ms)
{
    if (!c->heard && !c->told_no_answer && now_ms >= c->started_ms + NO_ANSWER_MS) {
        c->told_no_answer = true;
        c->event = DHCP_CLIENT_NO_ANSWER;
    }
    if (now_ms >= c->next_ms)
        ON_DUE[c->state](c, now_ms);
}

int64_t dhcp_client_deadline_ms(const struct dhcp_client *c)
{
    int64_t no_answer_ms = c->started_ms + NO_ANSWER_MS;

    if (!c->heard && !c->told_no_answer && no_answer_ms < c->next_ms)
        return no_answer_ms;
    return c->next_ms;
}

bool dhcp_client_next_frame(struct dhcp_client *c, struct writer *out)
{
    if (c->frame.len == 0)
        return false;
    writer_put(out, c->frame.data, c->frame.len);
    writer_reset(&c->frame);
    return true;
}

enum dhcp_client_event dhcp_client_next_event(struct dhcp_client *c, struct dhcp_lease *out)
{
    enum dhcp_client_event event = c->event;

    c->event = DHCP_CLIENT_NONE;
    if (event == DHCP_CLIENT_BOUND)
        *out = c->lease;
    return event;
}

void dhcp_client_release(struct dhcp_client *c)
{
    struct dhcp_message m = {
        .kind = DHCP_RELEASE,
        .ciaddr = c->lease.ip,
        .server_id = c->lease.server_id,
    };

    if (!c->has_lease)
        return;
    c->xid = next_random(c);
    send_message(c, &m, c->lease.server_id, c->server_mac);
    c->has_lease = false;
    c->event = DHCP_CLIENT_NONE;
    /* the owner is about to leave; nothing is asked for any more */
    enter(c, BOUND, NOREN_NO_DEADLINE);
    c->heard = true;
}

struct dhcp_client *dhcp_client_new(
        struct mac mac, const char *host_name, uint32_t want_ip, uint64_t seed, int64_t now_ms)
{
    struct dhcp_client *c = noren_alloc(sizeof *c);

    c->mac = mac;
    c->random = seed;
    c->want_ip = want_ip;
    c->started_ms = now_ms;
    if (host_name != NULL)
        strncpy(c->host_name, host_name, sizeof c->host_name - 1);
    writer_init(&c->frame, 0);
    c->xid = next_random(c);
    enter(c, want_ip != 0 ? REBOOTING : SELECTING, now_ms);
    return c;
}

void dhcp_client_free(struct dhcp_client *c)
{
    if (c == NULL)
        return;
    writer_clear(&c->frame);
    free(c);
}
