/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "noren/packet/packet.h"
#include "noren/packet/segment.h"

#include "libnoren/packet/tcp_fields.h"

/* What may differ between segments that are joined: lengths, identification, sequence, checksums,
 * PSH. All else, options included, must be equal byte for byte, because only one header is kept. */

enum { IP_AT = ETH_HEADER_BYTES };

/* Don't fragment is set, and it is no fragment: the identification means nothing (RFC 6864). */
static const uint16_t IPV4_WHOLE = 0x4000;

struct segment {
    struct bytes frame;
    bool is_v6;
    size_t tcp_at;
    size_t payload_at;
};

static bool read_ipv4(struct bytes frame, size_t *tcp_at)
{
    const uint8_t *ip = frame.data + IP_AT;

    *tcp_at = IP_AT + IPV4_HEADER_LEAST;
    return frame.len >= *tcp_at && ip[0] == 0x45 && ip[9] == IP_PROTOCOL_TCP
           && field_u16(ip + 6) == IPV4_WHOLE && field_u16(ip + IPV4_LENGTH_AT) == frame.len - IP_AT
           && inet_checksum(ip, IPV4_HEADER_LEAST, 0) == 0;
}

static bool read_ipv6(struct bytes frame, size_t *tcp_at)
{
    const uint8_t *ip = frame.data + IP_AT;

    *tcp_at = IP_AT + IPV6_HEADER_BYTES;
    return frame.len >= *tcp_at && ip[0] >> 4 == 6 && ip[6] == IP_PROTOCOL_TCP
           && field_u16(ip + IPV6_LENGTH_AT) == frame.len - *tcp_at;
}

/* Both addresses, the protocol, the length. */
static uint32_t pseudo_sum(const uint8_t *ip, bool is_v6, size_t tcp_len)
{
    const uint8_t *addresses = ip + (is_v6 ? IPV6_SOURCE_AT : IPV4_SOURCE_AT);
    uint16_t sum = (uint16_t)~inet_checksum(addresses, is_v6 ? 32 : 8, 0);

    return (uint32_t)sum + IP_PROTOCOL_TCP + (uint32_t)tcp_len;
}

/* A whole data segment without anything special and with the right checksums. */
static bool read_segment(struct bytes frame, struct segment *out)
{
    struct segment s = { .frame = frame };

    if (frame.len < ETH_HEADER_BYTES || frame.len > SEGMENT_FRAME_MAX)
        return false;
    uint16_t type = field_u16(frame.data + ETH_HEADER_BYTES - 2);
    s.is_v6 = type == ETH_TYPE_IPV6;
    if (!(s.is_v6 ? read_ipv6(frame, &s.tcp_at)
                  : type == ETH_TYPE_IPV4 && read_ipv4(frame, &s.tcp_at)))
        return false;
    if (frame.len < s.tcp_at + TCP_HEADER_LEAST)
        return false;
    const uint8_t *tcp = frame.data + s.tcp_at;
    size_t tcp_header = (size_t)(tcp[TCP_OFFSET_AT] >> 4) * 4;
    s.payload_at = s.tcp_at + tcp_header;
    if (tcp_header < TCP_HEADER_LEAST || frame.len <= s.payload_at
            || (tcp[TCP_FLAGS_AT] & ~TCP_PSH) != TCP_ACK || (tcp[TCP_OFFSET_AT] & 15) != 0)
        return false;
    size_t tcp_len = frame.len - s.tcp_at;
    *out = s;
    return inet_checksum(tcp, tcp_len, pseudo_sum(frame.data + IP_AT, s.is_v6, tcp_len)) == 0;
}

static bool equal(const uint8_t *a, const uint8_t *b, size_t from, size_t to)
{
    return memcmp(a + from, b + from, to - from) == 0;
}

static bool same_ip(const uint8_t *a, const uint8_t *b, bool is_v6)
{
    if (is_v6)
        return equal(a, b, 0, IPV6_LENGTH_AT) && equal(a, b, IPV6_LENGTH_AT + 2, IPV6_HEADER_BYTES);
    return equal(a, b, 0, IPV4_LENGTH_AT) && equal(a, b, IPV4_ID_AT + 2, IPV4_CHECKSUM_AT)
           && equal(a, b, IPV4_SOURCE_AT, IPV4_HEADER_LEAST);
}

static bool same_tcp(const uint8_t *a, const uint8_t *b, size_t header)
{
    return equal(a, b, 0, TCP_SEQ_AT) && equal(a, b, TCP_ACK_AT, TCP_OFFSET_AT + 1)
           && equal(a, b, TCP_WINDOW_AT, TCP_CHECKSUM_AT)
           && equal(a, b, TCP_CHECKSUM_AT + 2, header);
}

static bool continues(const struct tcp_merge *merge, const struct segment *next)
{
    const struct large_frame *joined = &merge->joined;
    const uint8_t *a = merge->buffer, *b = next->frame.data;
    size_t payload = next->frame.len - next->payload_at;

    return !merge->is_complete && next->is_v6 == joined->is_v6 && next->tcp_at == joined->tcp_at
           && next->payload_at == joined->payload_at && payload <= joined->segment_bytes
           && merge->len + payload <= IP_AT + 0xffff
           && field_u32(b + next->tcp_at + TCP_SEQ_AT) == merge->next_seq
           && equal(a, b, 0, ETH_HEADER_BYTES) && same_ip(a + IP_AT, b + IP_AT, joined->is_v6)
           && same_tcp(a + next->tcp_at, b + next->tcp_at, next->payload_at - next->tcp_at);
}

static void begin(struct tcp_merge *merge, const struct segment *first)
{
    merge->joined = (struct large_frame){
        .is_v6 = first->is_v6,
        .tcp_at = (uint16_t)first->tcp_at,
        .payload_at = (uint16_t)first->payload_at,
        .segment_bytes = (uint16_t)(first->frame.len - first->payload_at),
    };
    memcpy(merge->buffer, first->frame.data, first->payload_at);
    merge->len = first->payload_at;
    merge->next_seq = field_u32(first->frame.data + first->tcp_at + TCP_SEQ_AT);
    merge->is_complete = false;
}

static void append(struct tcp_merge *merge, const struct segment *next)
{
    size_t payload = next->frame.len - next->payload_at;
    uint8_t pushed = next->frame.data[next->tcp_at + TCP_FLAGS_AT] & TCP_PSH;

    memcpy(merge->buffer + merge->len, next->frame.data + next->payload_at, payload);
    merge->buffer[next->tcp_at + TCP_FLAGS_AT] |= pushed;
    merge->len += payload;
    merge->next_seq += (uint32_t)payload;
    merge->is_complete = pushed != 0 || payload < merge->joined.segment_bytes;
    merge->count++;
}

bool tcp_merge_add(struct tcp_merge *merge, struct bytes frame)
{
    struct segment segment;

    if (!read_segment(frame, &segment) || (merge->count > 0 && !continues(merge, &segment)))
        return false;
    if (merge->count == 0)
        begin(merge, &segment);
    append(merge, &segment);
    return true;
}

static void write_headers(struct tcp_merge *merge)
{
    uint8_t *ip = merge->buffer + IP_AT;
    size_t tcp_len = merge->len - merge->joined.tcp_at;

    if (merge->joined.is_v6) {
        field_put_u16(ip + IPV6_LENGTH_AT, (uint16_t)tcp_len);
    } else {
        field_put_u16(ip + IPV4_LENGTH_AT, (uint16_t)(merge->len - IP_AT));
        field_put_u16(ip + IPV4_CHECKSUM_AT, 0);
        field_put_u16(ip + IPV4_CHECKSUM_AT, inet_checksum(ip, IPV4_HEADER_LEAST, 0));
    }
    uint16_t sum = (uint16_t)~inet_checksum("", 0, pseudo_sum(ip, merge->joined.is_v6, tcp_len));
    field_put_u16(merge->buffer + merge->joined.tcp_at + TCP_CHECKSUM_AT, sum);
}

bool tcp_merge_take(struct tcp_merge *merge, struct large_frame *out)
{
    if (merge->count == 0)
        return false;
    if (merge->count == 1)
        merge->joined.segment_bytes = 0; /* its checksums are still right */
    else
        write_headers(merge);
    *out = merge->joined;
    out->frame = (struct bytes){ .data = merge->buffer, .len = merge->len };
    merge->count = 0;
    return true;
}
