/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "noren/packet/packet.h"

uint32_t ip_number(uint32_t ip)
{
    struct reader r = reader_over(&ip, sizeof ip);

    return reader_u32(&r);
}

uint32_t ip_from_number(uint32_t number)
{
    const uint8_t bytes[4] = { (uint8_t)(number >> 24), (uint8_t)(number >> 16),
        (uint8_t)(number >> 8), (uint8_t)number };
    uint32_t ip;

    memcpy(&ip, bytes, sizeof ip);
    return ip;
}

struct ip_text ip_format(uint32_t ip)
{
    uint32_t number = ip_number(ip);
    struct ip_text out;

    snprintf(out.text, sizeof out.text, "%u.%u.%u.%u", number >> 24, number >> 16 & 255,
            number >> 8 & 255, number & 255);
    return out;
}

bool ip_parse(const char *text, uint32_t *out)
{
    uint32_t number = 0;

    for (int part = 0; part < 4; part++) {
        uint32_t value = 0;
        int digits = 0;
        while (*text >= '0' && *text <= '9' && digits < 4) {
            value = value * 10 + (uint32_t)(*text++ - '0');
            digits++;
        }
        if (digits == 0 || digits > 3 || value > 255 || *text != (part < 3 ? '.' : '\0'))
            return false;
        text++;
        number = number << 8 | value;
    }
    *out = ip_from_number(number);
    return true;
}

uint32_t ip_mask_of_prefix(uint8_t prefix)
{
    return ip_from_number(prefix == 0 ? 0 : UINT32_MAX << (32 - prefix));
}

bool ip_prefix_of_mask(uint32_t mask, uint8_t *out)
{
    uint32_t inverse = ~ip_number(mask);

    if ((inverse & (inverse + 1)) != 0)
        return false;
    *out = (uint8_t)(inverse == 0 ? 32 : __builtin_clz(inverse));
    return true;
}
