/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "noren/base/bytes.h"
#include "noren/base/mac.h"

/**
 * Ethernet, ARP, IPv4, UDP: the little that a virtual host needs. Pure: bytes in, values out.
 * IPv4 addresses are in network byte order everywhere; ports and lengths in host order.
 */

/* ---- addresses ---- */

/** The address as a number that can be counted and compared. */
uint32_t ip_number(uint32_t ip);
uint32_t ip_from_number(uint32_t number);

struct ip_text {
    char text[16]; /**< "192.168.30.10" */
};
struct ip_text ip_format(uint32_t ip);
/** Four decimal numbers, nothing else; false and out untouched otherwise. */
bool ip_parse(const char *text, uint32_t *out);
/** prefix 0..32. */
uint32_t ip_mask_of_prefix(uint8_t prefix);
/** False when the bits of the mask are not contiguous. */
bool ip_prefix_of_mask(uint32_t mask, uint8_t *out);

/* ---- frames ---- */

enum {
    ETH_HEADER_BYTES = 14,
    ETH_TYPE_IPV4 = 0x0800,
    ETH_TYPE_ARP = 0x0806,
    ETH_TYPE_IPV6 = 0x86dd,
    ARP_REQUEST = 1,
    ARP_REPLY = 2,
};

struct eth_frame {
    struct mac dst, src;
    uint16_t type;
    struct bytes payload; /**< borrowed */
};
bool eth_read(struct bytes frame, struct eth_frame *out);
void eth_write(struct writer *w, struct mac dst, struct mac src, uint16_t type);

struct arp_packet {
    uint16_t op;
    struct mac sender_mac, target_mac;
    uint32_t sender_ip, target_ip;
};
/** Ethernet/IPv4 ARP only. */
bool arp_read(struct bytes payload, struct arp_packet *out);
/** A whole frame of 60 bytes. */
void arp_write_frame(struct writer *w, struct mac dst, const struct arp_packet *arp);

struct udp_packet {
    uint32_t src_ip, dst_ip;
    uint16_t src_port, dst_port;
    struct bytes payload;
};
/** An unfragmented IPv4 UDP packet; checks header checksum, lengths and UDP checksum. */
bool udp_read(struct bytes ipv4, struct udp_packet *out);
/** A whole Ethernet frame; the payload has at most 65507 bytes. */
void udp_write_frame(
        struct writer *w, struct mac dst, struct mac src, const struct udp_packet *udp);

/** RFC 1071, in host order; `start` is a sum of 16-bit words that belongs to it. 0 over a good header. */
uint16_t inet_checksum(const void *data, size_t len, uint32_t start);
