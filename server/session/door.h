/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/**
 * Who may stand before the log-in: counts connections that have not logged in, in all and for each
 * source. A source is one IPv4 address or one IPv6 /64, as that is what one subscriber gets.
 *
 * Shared by all workers, under a lock that is taken when a connection comes and when it has logged in
 * or gone.
 */

struct door;

struct door_source {
    uint8_t byte[16]; /**< IPv4 as ::ffff:a.b.c.d; of IPv6 the first 8 bytes, the rest zero */
};

struct door_source door_source_of(const struct sockaddr *address);

struct door_source_text {
    char text[64]; /**< "192.0.2.1" or "2001:db8::/64" */
};
struct door_source_text door_source_format(const struct door_source *source);

struct door *door_new(uint32_t max, uint32_t source_max);
void door_free(struct door *door);

enum door_verdict { DOOR_OPEN, DOOR_FULL, DOOR_SOURCE_FULL };
/** DOOR_OPEN is answered by one door_leave() later. */
enum door_verdict door_enter(struct door *door, const struct door_source *source);
void door_leave(struct door *door, const struct door_source *source);
/** How many stand before the log-in now. */
uint32_t door_count(struct door *door);
