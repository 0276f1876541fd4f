/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** Where the fields are that tcp_split.c and tcp_merge.c change, from the start of their header. */
enum {
    IPV4_HEADER_LEAST = 20,
    IPV4_LENGTH_AT = 2,
    IPV4_ID_AT = 4,
    IPV4_CHECKSUM_AT = 10,
    IPV4_SOURCE_AT = 12,
    IPV6_HEADER_BYTES = 40,
    IPV6_LENGTH_AT = 4,
    IPV6_SOURCE_AT = 8,
    IP_PROTOCOL_TCP = 6,
    TCP_HEADER_LEAST = 20,
    TCP_SEQ_AT = 4,
    TCP_ACK_AT = 8,
    TCP_OFFSET_AT = 12,
    TCP_FLAGS_AT = 13,
    TCP_WINDOW_AT = 14,
    TCP_CHECKSUM_AT = 16,
    TCP_FIN = 0x01,
    TCP_PSH = 0x08,
    TCP_ACK = 0x10,
    TCP_CWR = 0x80,
};

static inline uint16_t field_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t field_u32(const uint8_t *at)
{
    return (uint32_t)field_u16(at) << 16 | field_u16(at + 2);
}

static inline void field_put_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static inline void field_put_u32(uint8_t *at, uint32_t value)
{
    field_put_u16(at, (uint16_t)(value >> 16));
    field_put_u16(at + 2, (uint16_t)value);
}
