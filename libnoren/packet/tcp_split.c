/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "noren/packet/packet.h"
#include "noren/packet/segment.h"

#include "libnoren/packet/tcp_fields.h"

enum { VLAN_TAG_BYTES = 4, VLAN_TAGS_MAX = 2, ETH_TYPE_VLAN = 0x8100, ETH_TYPE_SERVICE = 0x88a8 };

/* The type of the packet and where it begins, behind any VLAN tags. */
static bool find_ip(struct bytes frame, size_t *ip_at, uint16_t *type)
{
    size_t at = ETH_HEADER_BYTES;

    for (int tags = 0; tags <= VLAN_TAGS_MAX && at <= frame.len; tags++) {
        *type = field_u16(frame.data + at - 2);
        if (*type != ETH_TYPE_VLAN && *type != ETH_TYPE_SERVICE) {
            *ip_at = at;
            return *type == ETH_TYPE_IPV4 || *type == ETH_TYPE_IPV6;
        }
        at += VLAN_TAG_BYTES;
    }
    return false;
}

/* IPv6 may have further headers before TCP; they are repeated in each segment as they are. */
static bool ip_header_fits(struct bytes frame, size_t ip_at, bool is_v6, size_t tcp_at)
{
    if (is_v6)
        return tcp_at >= ip_at + IPV6_HEADER_BYTES;
    return tcp_at >= ip_at + IPV4_HEADER_LEAST
           && tcp_at == ip_at + (size_t)(frame.data[ip_at] & 15) * 4;
}

/* The sum over the pseudo header without the length: each segment adds its own. */
static uint32_t pseudo_sum(struct bytes frame, size_t tcp_at)
{
    uint32_t len = (uint32_t)(frame.len - tcp_at);

    return field_u16(frame.data + tcp_at + TCP_CHECKSUM_AT) + (0xffff - len);
}

bool tcp_split_begin(
        struct tcp_split *split, struct bytes frame, size_t tcp_at, size_t segment_bytes)
{
    struct tcp_split s = { .from = { .frame = frame } };
    uint16_t type;

    if (frame.len < ETH_HEADER_BYTES || frame.len > LARGE_FRAME_MAX || segment_bytes == 0
            || !find_ip(frame, &s.ip_at, &type))
        return false;
    s.from.is_v6 = type == ETH_TYPE_IPV6;
    if (tcp_at + TCP_HEADER_LEAST > frame.len || frame.len - tcp_at > 0xffff
            || !ip_header_fits(frame, s.ip_at, s.from.is_v6, tcp_at))
        return false;
    size_t tcp_header = (size_t)(frame.data[tcp_at + TCP_OFFSET_AT] >> 4) * 4;
    size_t payload_at = tcp_at + tcp_header;
    if (tcp_header < TCP_HEADER_LEAST || payload_at > frame.len || segment_bytes > SEGMENT_FRAME_MAX
            || payload_at > SEGMENT_FRAME_MAX - segment_bytes)
        return false;

    s.from.tcp_at = (uint16_t)tcp_at;
    s.from.payload_at = (uint16_t)payload_at;
    s.from.segment_bytes = (uint16_t)segment_bytes;
    s.pseudo_sum = pseudo_sum(frame, tcp_at);
    s.id = s.from.is_v6 ? 0 : field_u16(frame.data + s.ip_at + IPV4_ID_AT);
    s.seq = field_u32(frame.data + tcp_at + TCP_SEQ_AT);
    *split = s;
    return true;
}

static void write_ip(struct tcp_split *s, uint8_t *ip, size_t len)
{
    size_t header = s->from.tcp_at - s->ip_at;

    if (s->from.is_v6) {
        field_put_u16(ip + IPV6_LENGTH_AT, (uint16_t)(len - IPV6_HEADER_BYTES));
        return;
    }
    field_put_u16(ip + IPV4_LENGTH_AT, (uint16_t)len);
    field_put_u16(ip + IPV4_ID_AT, s->id++);
    field_put_u16(ip + IPV4_CHECKSUM_AT, 0);
    field_put_u16(ip + IPV4_CHECKSUM_AT, inet_checksum(ip, header, 0));
}

/* PSH and FIN belong to the last byte, CWR is said once. */
static void write_tcp(const struct tcp_split *s, uint8_t *tcp, size_t len, bool is_last)
{
    uint8_t clear = 0;

    if (!is_last)
        clear |= TCP_FIN | TCP_PSH;
    if (s->done > 0)
        clear |= TCP_CWR;
    tcp[TCP_FLAGS_AT] &= (uint8_t)~clear;
    field_put_u32(tcp + TCP_SEQ_AT, s->seq + (uint32_t)s->done);
    field_put_u16(tcp + TCP_CHECKSUM_AT, 0);
    field_put_u16(tcp + TCP_CHECKSUM_AT, inet_checksum(tcp, len, s->pseudo_sum + (uint32_t)len));
}

size_t tcp_split_next(struct tcp_split *split, uint8_t *out)
{
    const struct large_frame *from = &split->from;
    size_t left = from->frame.len - from->payload_at - split->done;
    size_t part = left < from->segment_bytes ? left : from->segment_bytes;
    size_t len = from->payload_at + part;

    if (left == 0)
        return 0;
    memcpy(out, from->frame.data, from->payload_at);
    memcpy(out + from->payload_at, from->frame.data + from->payload_at + split->done, part);
    write_ip(split, out + split->ip_at, len - split->ip_at);
    write_tcp(split, out + from->tcp_at, len - from->tcp_at, part == left);
    split->done += part;
    return len;
}
