/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "noren/base/bytes.h"
#include "noren/base/mac.h"

/**
 * The virtual host on a segment: its address, whom it knows there, and what it answers by itself
 * (ARP and echo). Pure: frames in, frames out. Addresses in network byte order.
 */

enum { HOST_NEIGHBOURS = 1024 /**< a later one may push an earlier one out */ };

struct host {
    struct mac mac;
    uint32_t ip, mask;
    struct {
        uint32_t ip; /**< 0: empty */
        struct mac mac;
    } neighbours[HOST_NEIGHBOURS];
};

void host_init(struct host *host, struct mac mac, uint32_t ip, uint32_t mask);

enum host_verdict {
    HOST_FOREIGN,  /**< for another station */
    HOST_ANSWERED, /**< done, with or without an answer */
    HOST_PASS,     /**< for this station or for all, and not answered here */
};
/** Learns the sender, answers what the host answers: at most one frame is appended to `out`. */
enum host_verdict host_receive(struct host *host, struct bytes frame, struct writer *out);

/**
 * Whether a frame may go out through this host: IPv4 for this station, from its segment, to an
 * address that is neither of the segment (but for the host's own), nor local, link-local, multicast or
 * reserved.
 */
bool host_may_leave(const struct host *host, struct bytes frame, uint32_t *out_src_ip);

bool host_find(const struct host *host, uint32_t ip, struct mac *out);
/** An ARP request for ip. */
void host_ask(const struct host *host, uint32_t ip, struct writer *out);
/** A gratuitous ARP: keeps the switch and the neighbours informed (nat-bridge.md 1.2). */
void host_announce(const struct host *host, struct writer *out);
/** A datagram to the whole segment, port 7 to 7 (the same). */
void host_beacon(const struct host *host, struct writer *out);
