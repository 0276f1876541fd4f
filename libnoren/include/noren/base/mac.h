/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/** An Ethernet address, by value. */
struct mac {
    uint8_t byte[6];
};

struct mac_text {
    char text[18]; /**< "5e:00:00:00:00:01" */
};

static inline bool mac_is_group(struct mac mac)
{
    return mac.byte[0] & 1;
}

static inline bool mac_is_zero(struct mac mac)
{
    static const struct mac zero;
    return memcmp(&mac, &zero, sizeof mac) == 0;
}

static inline bool mac_equal(struct mac a, struct mac b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/** The 48 bits as a number, for hashing and for use as a key. */
static inline uint64_t mac_bits(struct mac mac)
{
    uint64_t bits = 0;
    memcpy((uint8_t *)&bits + 2, mac.byte, 6);
    return bits;
}

struct mac_text mac_format(struct mac mac);
/** "5e:00:00:00:00:01", with '-' as well; false and out untouched otherwise. */
bool mac_parse(const char *text, struct mac *out);
