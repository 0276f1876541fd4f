/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/os/netconf.h"

#include "engine/profile.h"

/**
 * Which routes a connection sets. Pure: profile, lease and the present path to the server in,
 * routes and refusals out. The rules and their reasons: docs/profile.md, "Routes".
 */

enum {
    ROUTE_PLAN_MAX = 72, /* 64 pushed or listed, two halves, the server, with room to spare */
    ROUTE_METRIC = 5, /**< beats what a desktop gives its own links, differs from the kernel's 0 */
    ROUTE_PUSHED_PREFIX_MIN = 8,
};

struct route_wanted {
    uint32_t network, gateway; /**< network byte order */
    uint8_t prefix;
};

struct route_input {
    const struct profile *profile;
    const char *dev;                     /**< our interface */
    uint32_t own_ip;                     /**< the address that the interface gets */
    uint8_t own_prefix;                  /**< 0: none */
    uint32_t router;                     /**< of the virtual network; 0: none known */
    const struct route_wanted *pushed;   /**< by the network's DHCP server */
    uint32_t pushed_count;               /**< at most 64 */
    uint32_t server_ip;                  /**< 0: reached by IPv6 */
    const struct net_route *server_path; /**< how it is reached now; NULL: not known */
};

enum route_refusal {
    ROUTE_FINE,
    ROUTE_TOO_WIDE, /**< wider than /8: takes the whole traffic without being asked to */
    ROUTE_SPECIAL,  /**< loopback, link-local, multicast, this-network */
    ROUTE_SERVER,   /**< a part of the network chosen around the VPN server's own address */
    ROUTE_LOCAL,    /**< this machine's own local network */
};
const char *route_refusal_text(enum route_refusal refusal);

struct route_plan {
    struct net_route routes[ROUTE_PLAN_MAX]; /**< in the order in which to add them */
    uint32_t count;
    struct {
        struct route_wanted route;
        enum route_refusal why;
    } refused[64];
    uint32_t refused_count;
    bool lacks_router; /**< default-gateway is wanted and the network names none */
};

void route_plan_make(const struct route_input *in, struct route_plan *out);
/** The rule for one pushed route. */
enum route_refusal route_pushed_check(
        const struct route_wanted *route, uint32_t server_ip, uint32_t local_gateway);
