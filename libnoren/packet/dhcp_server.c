/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "noren/base/alloc.h"
#include "noren/packet/dhcp.h"
#include "noren/packet/packet.h"

/*
 * The server (RFC 2131 section 4.3; nat-bridge.md 1.5). It is the only one on its segment, so it
 * answers with authority: what it cannot grant it refuses by NAK instead of silence.
 */

enum {
    OFFER_MS = 5000,
    DECLINED_MS = 600 * 1000,
    FLAG_BROADCAST = 0x8000,
};

static const struct mac BROADCAST = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

enum slot_use { SLOT_FREE, SLOT_OFFERED, SLOT_LEASED, SLOT_BLOCKED };

/* One address of the pool. A free slot remembers who had it last. */
struct slot {
    struct mac mac;
    uint8_t use;
    int64_t until_ms;
};

struct dhcp_server {
    struct dhcp_pool pool;
    uint32_t first; /**< number of the first address */
    uint32_t count;
    struct slot *slots;
    struct dhcp_grant grant;
    bool has_grant;
};

static enum slot_use slot_use(const struct slot *slot, int64_t now_ms)
{
    return now_ms < slot->until_ms ? (enum slot_use)slot->use : SLOT_FREE;
}

static uint32_t slot_ip(const struct dhcp_server *s, const struct slot *slot)
{
    return ip_from_number(s->first + (uint32_t)(slot - s->slots));
}

static struct slot *slot_of_ip(const struct dhcp_server *s, uint32_t ip)
{
    uint32_t number = ip_number(ip);

    if (number < s->first || number - s->first >= s->count || ip == s->pool.own_ip)
        return NULL;
    return &s->slots[number - s->first];
}

static struct slot *slot_of_mac(const struct dhcp_server *s, struct mac mac)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (mac_equal(s->slots[i].mac, mac) && s->slots[i].use != SLOT_BLOCKED)
            return &s->slots[i];
    }
    return NULL;
}

static bool slot_is_open_to(const struct slot *slot, struct mac mac, int64_t now_ms)
{
    enum slot_use use = slot_use(slot, now_ms);

    return use == SLOT_FREE || (use != SLOT_BLOCKED && mac_equal(slot->mac, mac));
}

static void slot_take(struct dhcp_server *s, struct slot *slot, struct mac mac, enum slot_use use,
        int64_t until_ms)
{
    struct slot *old = slot_of_mac(s, mac);

    /* one client has one address */
    if (old != NULL && old != slot)
        *old = (struct slot){ 0 };
    *slot = (struct slot){ .mac = mac, .use = (uint8_t)use, .until_ms = until_ms };
}

/* The address wished for, the one the client had, the lowest free one. NULL: the pool is used up. */
static struct slot *choose_slot(
        const struct dhcp_server *s, const struct dhcp_message *m, int64_t now_ms)
{
    struct slot *slot = slot_of_ip(s, m->requested_ip);
    if (slot != NULL && slot_is_open_to(slot, m->chaddr, now_ms))
        return slot;

    slot = slot_of_mac(s, m->chaddr);
    if (slot != NULL && slot_is_open_to(slot, m->chaddr, now_ms))
        return slot;

    for (uint32_t i = 0; i < s->count; i++) {
        slot = &s->slots[i];
        if (slot_use(slot, now_ms) == SLOT_FREE && slot_ip(s, slot) != s->pool.own_ip)
            return slot;
    }
    return NULL;
}

/* ---- answers ---- */

static void send_answer(struct dhcp_server *s, const struct dhcp_message *to,
        struct dhcp_message *m, struct writer *out)
{
    struct mac dst_mac = to->chaddr;
    uint32_t dst_ip = to->ciaddr != 0 ? to->ciaddr : m->yiaddr;
    struct writer payload;

    /* RFC 2131 section 4.1: a refusal always reaches everybody, as the address may be wrong */
    if (m->kind == DHCP_NAK || (to->ciaddr == 0 && (to->flags & FLAG_BROADCAST) != 0)) {
        dst_mac = BROADCAST;
        dst_ip = UINT32_MAX;
    }
    m->xid = to->xid;
    m->flags = to->flags;
    m->chaddr = to->chaddr;
    m->server_id = s->pool.own_ip;

    writer_init(&payload, 0);
    dhcp_write(&payload, m);
    udp_write_frame(out, dst_mac, s->pool.own_mac,
            &(struct udp_packet){ .src_ip = s->pool.own_ip,
                    .dst_ip = dst_ip,
                    .src_port = DHCP_SERVER_PORT,
                    .dst_port = DHCP_CLIENT_PORT,
                    .payload = { .data = payload.data, .len = payload.len } });
    writer_clear(&payload);
}

static struct dhcp_message settings_of(const struct dhcp_server *s, enum dhcp_kind kind)
{
    struct dhcp_message m = {
        .kind = kind,
        .mask = s->pool.mask,
        .router = s->pool.router,
        .dns_count = s->pool.dns_count,
    };

    memcpy(m.dns, s->pool.dns, sizeof m.dns);
    memcpy(m.domain, s->pool.domain, sizeof m.domain);
    return m;
}

static void refuse(struct dhcp_server *s, const struct dhcp_message *m, struct writer *out)
{
    struct dhcp_message nak = { .kind = DHCP_NAK };

    send_answer(s, m, &nak, out);
}

static void note_grant(
        struct dhcp_server *s, const struct slot *slot, const struct dhcp_message *m, bool is_new)
{
    s->grant = (struct dhcp_grant){
        .ip = slot_ip(s, slot),
        .lease_s = s->pool.lease_s,
        .mac = m->chaddr,
        .is_new = is_new,
    };
    memcpy(s->grant.host_name, m->host_name, sizeof s->grant.host_name);
    s->has_grant = true;
}

static void on_discover(
        struct dhcp_server *s, const struct dhcp_message *m, struct writer *out, int64_t now_ms)
{
    struct slot *slot = choose_slot(s, m, now_ms);
    struct dhcp_message offer = settings_of(s, DHCP_OFFER);

    if (slot == NULL)
        return;
    /* a client that starts anew while its lease runs keeps it, whether it takes the offer or not */
    if (slot_use(slot, now_ms) != SLOT_LEASED)
        slot_take(s, slot, m->chaddr, SLOT_OFFERED, now_ms + OFFER_MS);
    offer.yiaddr = slot_ip(s, slot);
    offer.lease_s = s->pool.lease_s;
    send_answer(s, m, &offer, out);
}

/* Another server was chosen: what we offered is free again. */
static void withdraw_offer(struct dhcp_server *s, struct mac mac, int64_t now_ms)
{
    struct slot *slot = slot_of_mac(s, mac);

    if (slot != NULL && slot_use(slot, now_ms) == SLOT_OFFERED)
        slot->until_ms = now_ms;
}

static void on_request(
        struct dhcp_server *s, const struct dhcp_message *m, struct writer *out, int64_t now_ms)
{
    struct slot *slot = slot_of_ip(s, m->ciaddr != 0 ? m->ciaddr : m->requested_ip);
    struct dhcp_message ack = settings_of(s, DHCP_ACK);

    if (m->server_id != 0 && m->server_id != s->pool.own_ip) {
        withdraw_offer(s, m->chaddr, now_ms);
        return;
    }
    if (slot == NULL || !slot_is_open_to(slot, m->chaddr, now_ms)) {
        refuse(s, m, out);
        return;
    }

    bool is_new = slot_use(slot, now_ms) != SLOT_LEASED;
    slot_take(s, slot, m->chaddr, SLOT_LEASED, now_ms + (int64_t)s->pool.lease_s * 1000);
    note_grant(s, slot, m, is_new);
    ack.yiaddr = slot_ip(s, slot);
    ack.ciaddr = m->ciaddr;
    ack.lease_s = s->pool.lease_s;
    send_answer(s, m, &ack, out);
}

static void on_release(
        struct dhcp_server *s, const struct dhcp_message *m, struct writer *out, int64_t now_ms)
{
    struct slot *slot = slot_of_ip(s, m->ciaddr);

    (void)out;
    if (slot != NULL && slot_use(slot, now_ms) == SLOT_LEASED && mac_equal(slot->mac, m->chaddr))
        slot->until_ms = now_ms;
}

/* Somebody else uses the address: it rests, and nobody gets it meanwhile. */
static void on_decline(
        struct dhcp_server *s, const struct dhcp_message *m, struct writer *out, int64_t now_ms)
{
    struct slot *slot = slot_of_ip(s, m->requested_ip);

    (void)out;
    if (slot != NULL && slot_use(slot, now_ms) == SLOT_LEASED && mac_equal(slot->mac, m->chaddr))
        *slot = (struct slot){ .use = SLOT_BLOCKED, .until_ms = now_ms + DECLINED_MS };
}

static void on_inform(
        struct dhcp_server *s, const struct dhcp_message *m, struct writer *out, int64_t now_ms)
{
    struct dhcp_message ack = settings_of(s, DHCP_ACK);

    (void)now_ms;
    if (m->ciaddr == 0)
        return;
    ack.ciaddr = m->ciaddr;
    send_answer(s, m, &ack, out);
}

static void (*const STEPS[DHCP_INFORM + 1])(
        struct dhcp_server *s, const struct dhcp_message *m, struct writer *out, int64_t now_ms) = {
    [DHCP_DISCOVER] = on_discover,
    [DHCP_REQUEST] = on_request,
    [DHCP_DECLINE] = on_decline,
    [DHCP_RELEASE] = on_release,
    [DHCP_INFORM] = on_inform,
};

/* Another virtual router that looks for an address of its own (nat-bridge.md 1.5). */
static bool is_virtual_router(const struct dhcp_message *m)
{
    return strncasecmp(m->host_name, "securenat-", 10) == 0
           || strncasecmp(m->host_name, "securenat_", 10) == 0;
}

/* Only the station itself may give an address up: nobody may do it in the name of another. */
static bool speaks_for_itself(const struct dhcp_message *m, struct mac src)
{
    return (m->kind != DHCP_RELEASE && m->kind != DHCP_DECLINE) || mac_equal(m->chaddr, src);
}

bool dhcp_server_receive(
        struct dhcp_server *s, struct bytes frame, struct writer *out, int64_t now_ms)
{
    struct eth_frame eth;
    struct udp_packet udp;
    struct dhcp_message m;

    s->has_grant = false;
    if (!eth_read(frame, &eth) || eth.type != ETH_TYPE_IPV4 || !udp_read(eth.payload, &udp)
            || udp.dst_port != DHCP_SERVER_PORT)
        return false;
    /* relays have no business on this segment */
    if (!dhcp_read(udp.payload, &m, NULL) || m.giaddr != 0 || mac_is_group(m.chaddr)
            || mac_is_zero(m.chaddr) || is_virtual_router(&m) || !speaks_for_itself(&m, eth.src))
        return true;
    if (STEPS[m.kind] != NULL)
        STEPS[m.kind](s, &m, out, now_ms);
    return true;
}

bool dhcp_server_next_grant(struct dhcp_server *s, struct dhcp_grant *out)
{
    if (!s->has_grant)
        return false;
    s->has_grant = false;
    *out = s->grant;
    return true;
}

size_t dhcp_server_lease_count(const struct dhcp_server *s, int64_t now_ms)
{
    size_t count = 0;

    for (uint32_t i = 0; i < s->count; i++)
        count += slot_use(&s->slots[i], now_ms) == SLOT_LEASED;
    return count;
}

struct dhcp_server *dhcp_server_new(const struct dhcp_pool *pool)
{
    struct dhcp_server *s = noren_alloc(sizeof *s);
    uint32_t last = ip_number(pool->last_ip);

    s->pool = *pool;
    s->first = ip_number(pool->first_ip);
    /* nat-bridge.md 1.1: an end before the start becomes the start */
    if (last < s->first)
        last = s->first;
    s->count = last - s->first < DHCP_POOL_MAX ? last - s->first + 1 : DHCP_POOL_MAX;
    s->slots = noren_alloc_array(s->count, sizeof *s->slots);
    return s;
}

void dhcp_server_free(struct dhcp_server *s)
{
    if (s == NULL)
        return;
    free(s->slots);
    free(s);
}
