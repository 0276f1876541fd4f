/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/packet/packet.h"

#include <string.h>

#include "noren/base/alloc.h"

enum {
    ARP_BYTES = 28,
    ARP_HARDWARE_ETHERNET = 1,
    ETH_MIN_BYTES = 60, /**< without the frame check sequence */
    IPV4_HEADER_BYTES = 20,
    IPV4_TTL = 128, /**< nat-bridge.md 1.2 */
    IPV4_UDP = 17,
    IPV4_DONT_FRAGMENT = 0x4000,
    IPV4_FRAGMENT_BITS = 0x3fff, /**< more-fragments flag and offset */
    UDP_HEADER_BYTES = 8,
};

static struct mac read_mac(struct reader *r)
{
    struct mac mac;

    reader_copy(r, mac.byte, sizeof mac.byte);
    return mac;
}

/* Addresses stay in network byte order: they are copied, not converted. */
static uint32_t read_ip(struct reader *r)
{
    uint32_t ip;

    reader_copy(r, &ip, sizeof ip);
    return ip;
}

static void write_ip(struct writer *w, uint32_t ip)
{
    writer_put(w, &ip, sizeof ip);
}

static void write_zeros(struct writer *w, size_t len)
{
    uint8_t *at = writer_extend(w, len);

    if (at != NULL)
        memset(at, 0, len);
}

/* The sum as the machine reads words, eight bytes at a time: swapping the bytes of all words swaps
 * those of the sum (RFC 1071, 2B). Wraps only beyond 16 GiB. */
static uint64_t sum_words(const uint8_t *bytes, size_t len)
{
    uint64_t sum = 0, word;

    for (; len >= sizeof word; bytes += sizeof word, len -= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        sum += (word & 0xffffffff) + (word >> 32);
    }
    word = 0;
    if (len > 0) /* a pointer to nothing may be NULL */
        memcpy(&word, bytes, len);
    return sum + (word & 0xffffffff) + (word >> 32);
}

static uint16_t fold(uint64_t sum)
{
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

uint16_t inet_checksum(const void *data, size_t len, uint32_t start)
{
    uint16_t sum = fold(sum_words(data, len));
    uint8_t bytes[2];

    memcpy(bytes, &sum, sizeof bytes);
    return (uint16_t)~fold((uint64_t)start + (uint64_t)(bytes[0] << 8 | bytes[1]));
}

bool eth_read(struct bytes frame, struct eth_frame *out)
{
    struct reader r = reader_over(frame.data, frame.len);
    struct eth_frame eth = { 0 };

    eth.dst = read_mac(&r);
    eth.src = read_mac(&r);
    eth.type = reader_u16(&r);
    if (reader_failed(&r))
        return false;
    eth.payload = (struct bytes){ .data = r.at, .len = reader_left(&r) };
    *out = eth;
    return true;
}

void eth_write(struct writer *w, struct mac dst, struct mac src, uint16_t type)
{
    writer_put(w, dst.byte, sizeof dst.byte);
    writer_put(w, src.byte, sizeof src.byte);
    writer_u16(w, type);
}

bool arp_read(struct bytes payload, struct arp_packet *out)
{
    struct reader r = reader_over(payload.data, payload.len);
    struct arp_packet arp = { 0 };
    uint16_t hardware = reader_u16(&r);
    uint16_t protocol = reader_u16(&r);
    uint8_t hardware_len = reader_u8(&r);
    uint8_t protocol_len = reader_u8(&r);

    arp.op = reader_u16(&r);
    arp.sender_mac = read_mac(&r);
    arp.sender_ip = read_ip(&r);
    arp.target_mac = read_mac(&r);
    arp.target_ip = read_ip(&r);
    if (reader_failed(&r) || hardware != ARP_HARDWARE_ETHERNET || protocol != ETH_TYPE_IPV4
            || hardware_len != 6 || protocol_len != 4)
        return false;
    *out = arp;
    return true;
}

void arp_write_frame(struct writer *w, struct mac dst, const struct arp_packet *arp)
{
    eth_write(w, dst, arp->sender_mac, ETH_TYPE_ARP);
    writer_u16(w, ARP_HARDWARE_ETHERNET);
    writer_u16(w, ETH_TYPE_IPV4);
    writer_u8(w, 6);
    writer_u8(w, 4);
    writer_u16(w, arp->op);
    writer_put(w, arp->sender_mac.byte, sizeof arp->sender_mac.byte);
    write_ip(w, arp->sender_ip);
    writer_put(w, arp->target_mac.byte, sizeof arp->target_mac.byte);
    write_ip(w, arp->target_ip);
    write_zeros(w, ETH_MIN_BYTES - ETH_HEADER_BYTES - ARP_BYTES);
}

/* Sum of the pseudo header that UDP's checksum covers (RFC 768). */
static uint32_t sum_pseudo_header(uint32_t src_ip, uint32_t dst_ip, uint16_t udp_len)
{
    const uint32_t addresses[2] = { src_ip, dst_ip };
    uint16_t sum = (uint16_t)~inet_checksum(addresses, sizeof addresses, 0);

    return (uint32_t)sum + IPV4_UDP + udp_len;
}

/* Leaves *r at the IPv4 payload, cut to the packet's own length: Ethernet pads short frames. */
static bool read_ipv4_udp_header(struct bytes ipv4, struct udp_packet *udp, struct reader *out)
{
    struct reader r = reader_over(ipv4.data, ipv4.len);
    uint8_t version = reader_u8(&r);
    size_t header_len = (size_t)(version & 15) * 4;

    reader_skip(&r, 1);
    uint16_t total_len = reader_u16(&r);
    reader_skip(&r, 2);
    uint16_t fragment = reader_u16(&r);
    reader_skip(&r, 1);
    uint8_t protocol = reader_u8(&r);
    reader_skip(&r, 2);
    udp->src_ip = read_ip(&r);
    udp->dst_ip = read_ip(&r);

    if (reader_failed(&r) || version >> 4 != 4 || header_len < IPV4_HEADER_BYTES
            || total_len < header_len || total_len > ipv4.len || protocol != IPV4_UDP
            || (fragment & IPV4_FRAGMENT_BITS) != 0)
        return false;
    if (inet_checksum(ipv4.data, header_len, 0) != 0)
        return false;
    *out = reader_over(ipv4.data + header_len, total_len - header_len);
    return true;
}

bool udp_read(struct bytes ipv4, struct udp_packet *out)
{
    struct udp_packet udp = { 0 };
    struct reader r;

    if (!read_ipv4_udp_header(ipv4, &udp, &r))
        return false;

    const uint8_t *datagram = r.at;
    size_t room = reader_left(&r);
    udp.src_port = reader_u16(&r);
    udp.dst_port = reader_u16(&r);
    uint16_t udp_len = reader_u16(&r);
    uint16_t checksum = reader_u16(&r);

    if (reader_failed(&r) || udp_len < UDP_HEADER_BYTES || udp_len > room)
        return false;
    /* zero: the sender computed none */
    if (checksum != 0
            && inet_checksum(datagram, udp_len, sum_pseudo_header(udp.src_ip, udp.dst_ip, udp_len))
                       != 0)
        return false;
    udp.payload = (struct bytes){ .data = r.at, .len = udp_len - UDP_HEADER_BYTES };
    *out = udp;
    return true;
}

static void write_ipv4_header(struct writer *w, const struct udp_packet *udp, uint16_t total_len)
{
    size_t start = w->len;

    writer_u16(w, 0x4500);
    writer_u16(w, total_len);
    writer_u16(w, 0); /* an identification means nothing on a packet that is not fragmented */
    writer_u16(w, IPV4_DONT_FRAGMENT);
    writer_u8(w, IPV4_TTL);
    writer_u8(w, IPV4_UDP);
    size_t checksum_at = w->len;
    writer_u16(w, 0);
    write_ip(w, udp->src_ip);
    write_ip(w, udp->dst_ip);
    if (writer_failed(w))
        return;

    uint16_t checksum = inet_checksum(w->data + start, IPV4_HEADER_BYTES, 0);
    w->data[checksum_at] = (uint8_t)(checksum >> 8);
    w->data[checksum_at + 1] = (uint8_t)checksum;
}

void udp_write_frame(struct writer *w, struct mac dst, struct mac src, const struct udp_packet *udp)
{
    size_t udp_len = UDP_HEADER_BYTES + udp->payload.len;

    noren_assert(udp_len <= UINT16_MAX - IPV4_HEADER_BYTES);
    eth_write(w, dst, src, ETH_TYPE_IPV4);
    write_ipv4_header(w, udp, (uint16_t)(IPV4_HEADER_BYTES + udp_len));
    size_t start = w->len;
    writer_u16(w, udp->src_port);
    writer_u16(w, udp->dst_port);
    writer_u16(w, (uint16_t)udp_len);
    size_t checksum_at = w->len;
    writer_u16(w, 0);
    writer_put(w, udp->payload.data, udp->payload.len);
    if (writer_failed(w))
        return;

    uint32_t pseudo = sum_pseudo_header(udp->src_ip, udp->dst_ip, (uint16_t)udp_len);
    uint16_t checksum = inet_checksum(w->data + start, udp_len, pseudo);
    if (checksum == 0)
        checksum = 0xffff; /* RFC 768: zero would mean "none" */
    w->data[checksum_at] = (uint8_t)(checksum >> 8);
    w->data[checksum_at + 1] = (uint8_t)checksum;
}
