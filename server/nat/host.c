/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "nat/host.h"

#include <string.h>

#include "noren/packet/packet.h"

enum {
    IPV4_HEADER_BYTES = 20,
    IPV4_SRC_AT = 12,
    IPV4_ICMP = 1,
    IPV4_FRAGMENT_BITS = 0x3fff,
    ICMP_HEADER_BYTES = 8,
    ICMP_ECHO_REPLY = 0,
    ICMP_ECHO = 8,
    ECHO_TTL = 128,
    BEACON_PORT = 7,
};

static const struct mac BROADCAST = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

/* What a packet says of itself, read before anything is believed. */
struct ipv4 {
    uint32_t src, dst;
    size_t header_len, total_len;
    uint16_t fragment;
    uint8_t protocol;
};

static bool read_ipv4(struct bytes packet, struct ipv4 *out)
{
    struct reader r = reader_over(packet.data, packet.len);
    struct ipv4 ipv4 = { 0 };
    uint8_t version = reader_u8(&r);

    ipv4.header_len = (size_t)(version & 15) * 4;
    reader_skip(&r, 1);
    ipv4.total_len = reader_u16(&r);
    reader_skip(&r, 2);
    ipv4.fragment = reader_u16(&r);
    reader_skip(&r, 1);
    ipv4.protocol = reader_u8(&r);
    reader_skip(&r, 2);
    reader_copy(&r, &ipv4.src, sizeof ipv4.src);
    reader_copy(&r, &ipv4.dst, sizeof ipv4.dst);
    if (reader_failed(&r) || version >> 4 != 4 || ipv4.header_len < IPV4_HEADER_BYTES
            || ipv4.total_len < ipv4.header_len || ipv4.total_len > packet.len)
        return false;
    *out = ipv4;
    return true;
}

static bool is_on_segment(const struct host *host, uint32_t ip)
{
    return ((ip ^ host->ip) & host->mask) == 0;
}

static uint32_t broadcast_ip(const struct host *host)
{
    return host->ip | ~host->mask;
}

void host_init(struct host *host, struct mac mac, uint32_t ip, uint32_t mask)
{
    *host = (struct host){ .mac = mac, .ip = ip, .mask = mask };
}

/* ---- neighbours ---- */

static void learn(struct host *host, uint32_t ip, struct mac mac)
{
    uint32_t at = ip_number(ip) % HOST_NEIGHBOURS;

    if (!is_on_segment(host, ip) || ip == host->ip || ip == broadcast_ip(host) || mac_is_group(mac)
            || mac_is_zero(mac))
        return;
    host->neighbours[at].ip = ip;
    host->neighbours[at].mac = mac;
}

bool host_find(const struct host *host, uint32_t ip, struct mac *out)
{
    uint32_t at = ip_number(ip) % HOST_NEIGHBOURS;

    if (ip == 0 || host->neighbours[at].ip != ip)
        return false;
    *out = host->neighbours[at].mac;
    return true;
}

void host_ask(const struct host *host, uint32_t ip, struct writer *out)
{
    arp_write_frame(out, BROADCAST,
            &(struct arp_packet){
                    .op = ARP_REQUEST,
                    .sender_mac = host->mac,
                    .sender_ip = host->ip,
                    .target_ip = ip,
            });
}

void host_announce(const struct host *host, struct writer *out)
{
    host_ask(host, host->ip, out);
}

void host_beacon(const struct host *host, struct writer *out)
{
    static const char text[] = "virtual host is alive";

    udp_write_frame(out, BROADCAST, host->mac,
            &(struct udp_packet){
                    .src_ip = host->ip,
                    .dst_ip = broadcast_ip(host),
                    .src_port = BEACON_PORT,
                    .dst_port = BEACON_PORT,
                    .payload = { .data = (const uint8_t *)text, .len = sizeof text - 1 },
            });
}

/* ---- answers ---- */

static enum host_verdict receive_arp(
        struct host *host, const struct eth_frame *eth, struct writer *out)
{
    struct arp_packet arp;

    if (!arp_read(eth->payload, &arp))
        return HOST_ANSWERED;
    learn(host, arp.sender_ip, arp.sender_mac);
    if (arp.op == ARP_REQUEST && arp.target_ip == host->ip && arp.sender_ip != host->ip)
        arp_write_frame(out, arp.sender_mac,
                &(struct arp_packet){
                        .op = ARP_REPLY,
                        .sender_mac = host->mac,
                        .sender_ip = host->ip,
                        .target_mac = arp.sender_mac,
                        .target_ip = arp.sender_ip,
                });
    return HOST_ANSWERED;
}

static void put_checksum(uint8_t *at, uint16_t checksum)
{
    at[0] = (uint8_t)(checksum >> 8);
    at[1] = (uint8_t)checksum;
}

/* The packet comes back as it is, with the addresses exchanged. */
static void answer_echo(const struct host *host, const struct eth_frame *eth,
        const struct ipv4 *ipv4, struct writer *out)
{
    eth_write(out, eth->src, host->mac, ETH_TYPE_IPV4);
    size_t start = out->len;
    writer_put(out, eth->payload.data, ipv4->total_len);
    if (writer_failed(out))
        return;

    uint8_t *header = out->data + start;
    uint8_t *icmp = header + ipv4->header_len;
    header[8] = ECHO_TTL;
    memcpy(header + IPV4_SRC_AT, &host->ip, 4);
    memcpy(header + IPV4_SRC_AT + 4, &ipv4->src, 4);
    memset(header + 10, 0, 2);
    put_checksum(header + 10, inet_checksum(header, ipv4->header_len, 0));
    icmp[0] = ICMP_ECHO_REPLY;
    memset(icmp + 2, 0, 2);
    put_checksum(icmp + 2, inet_checksum(icmp, ipv4->total_len - ipv4->header_len, 0));
}

static bool is_echo(const struct ipv4 *ipv4, struct bytes packet)
{
    const uint8_t *icmp = packet.data + ipv4->header_len;
    size_t len = ipv4->total_len - ipv4->header_len;

    return ipv4->protocol == IPV4_ICMP && (ipv4->fragment & IPV4_FRAGMENT_BITS) == 0
           && len >= ICMP_HEADER_BYTES && icmp[0] == ICMP_ECHO && inet_checksum(icmp, len, 0) == 0;
}

static enum host_verdict receive_ipv4(
        struct host *host, const struct eth_frame *eth, struct writer *out)
{
    struct ipv4 ipv4;

    if (!read_ipv4(eth->payload, &ipv4))
        return HOST_ANSWERED;
    if (mac_equal(eth->dst, host->mac))
        learn(host, ipv4.src, eth->src);
    if (ipv4.dst == host->ip && ipv4.protocol == IPV4_ICMP) {
        if (is_echo(&ipv4, eth->payload) && is_on_segment(host, ipv4.src) && ipv4.src != host->ip)
            answer_echo(host, eth, &ipv4, out);
        return HOST_ANSWERED;
    }
    return HOST_PASS;
}

enum host_verdict host_receive(struct host *host, struct bytes frame, struct writer *out)
{
    struct eth_frame eth;

    if (!eth_read(frame, &eth) || mac_is_group(eth.src)
            || (!mac_equal(eth.dst, host->mac) && !mac_is_group(eth.dst)))
        return HOST_FOREIGN;
    if (eth.type == ETH_TYPE_ARP)
        return receive_arp(host, &eth, out);
    if (eth.type == ETH_TYPE_IPV4)
        return receive_ipv4(host, &eth, out);
    return HOST_FOREIGN;
}

/* Addresses that mean something only on the machine or the link that they are used on (RFC 6890). */
static bool is_public_enough(uint32_t ip)
{
    uint32_t number = ip_number(ip);
    bool this_network = number >> 24 == 0;
    bool loopback = number >> 24 == 127;
    bool link_local = number >> 16 == 0xa9fe; /* also where clouds keep the secrets of a machine */
    bool protocol_assignments = number >> 8 == 0xc00000;
    bool multicast_or_reserved = number >> 28 >= 14;

    return !this_network && !loopback && !link_local && !protocol_assignments
           && !multicast_or_reserved;
}

bool host_may_leave(const struct host *host, struct bytes frame, uint32_t *out_src_ip)
{
    struct eth_frame eth;
    struct ipv4 ipv4;

    if (!eth_read(frame, &eth) || eth.type != ETH_TYPE_IPV4 || !mac_equal(eth.dst, host->mac)
            || !read_ipv4(eth.payload, &ipv4))
        return false;
    if (!is_on_segment(host, ipv4.src) || ipv4.src == host->ip || ipv4.src == broadcast_ip(host))
        return false;
    if (ipv4.dst != host->ip && (is_on_segment(host, ipv4.dst) || !is_public_enough(ipv4.dst)))
        return false;
    *out_src_ip = ipv4.src;
    return true;
}
