/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Small pure helpers for text of profiles and of the command line. */

/** Bytes of the UTF-8 character at the start (1..4); 0 when it is not valid UTF-8. */
size_t text_utf8_step(const char *text, size_t len);

/** No control characters (C0, DEL) and valid UTF-8. */
bool text_is_plain(const char *text);

/** Dotted quad, nothing else; network byte order. */
bool text_parse_ipv4(const char *text, uint32_t *out);
/** "192.0.2.0/24"; host bits must be zero unless `host_bits_ok`. */
bool text_parse_network(const char *text, bool host_bits_ok, uint32_t *network, uint8_t *prefix);

struct ipv4_text {
    char text[16];
};
struct ipv4_text text_ipv4(uint32_t ip);
/** The mask of a prefix in network byte order; 0 gives 0. */
uint32_t ipv4_mask(uint8_t prefix);
/** The prefix of a mask in network byte order; false when it has holes. */
bool ipv4_prefix_of(uint32_t mask, uint8_t *out);

/** The word of `words` (NULL-terminated) nearest to `given` by edits; NULL when none is near. */
const char *text_nearest(const char *given, const char *const *words);
