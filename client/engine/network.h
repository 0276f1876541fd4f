/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/packet/dhcp.h"

#include "engine/machine.h"
#include "engine/profile.h"
#include "engine/route_plan.h"

/**
 * What this machine is set to while connected: address, routes, DNS and MTU of the interface.
 * net_setup_* decide and are pure; network_* carry it out through the machine (and its journal).
 */

/** Everything that lease and profile ask for. Compared as bytes, so always made from zero. */
struct net_setup {
    uint32_t ip, router; /**< network byte order, as all addresses here */
    uint8_t prefix;
    uint16_t mtu;
    struct route_wanted pushed[DHCP_ROUTES_MAX];
    uint32_t pushed_count;
    uint32_t dns[DHCP_DNS_MAX];
    uint8_t dns_count;
    char domain[256];
};

/**
 * From a lease. NOREN_E_PROTOCOL for what must not be used: an address that is no host's, a mask
 * with holes or wider than /8 (it would take the whole traffic without being asked to).
 */
NOREN_MUST_CHECK bool net_setup_from_lease(const struct profile *profile,
        const struct dhcp_lease *lease, struct net_setup *out, struct noren_err *err);
/** From a profile with a fixed address. */
void net_setup_from_profile(const struct profile *profile, struct net_setup *out);

struct network {
    struct machine *machine; /**< borrowed */
    struct noren_log *log;
    const struct profile *profile; /**< borrowed */
    const char *dev;               /**< borrowed */
    struct net_setup setup;        /**< what is in place */
    uint32_t server_ip;            /**< outside of the tunnel; 0: IPv6 or not known */
    bool has_address;
    bool has_paths; /**< routes and DNS */
};

/** Brings the interface up, without an address. */
NOREN_MUST_CHECK bool network_start(struct network *network, struct noren_err *err);
/**
 * Makes the machine as `setup` says, touching only what differs. NOREN_E_STATE when default-gateway
 * is wanted and the network names no gateway; NOREN_E_IO.
 */
NOREN_MUST_CHECK bool network_apply(struct network *network, const struct net_setup *setup,
        uint32_t server_ip, struct noren_err *err);
/** The connection is lost: takes routes and DNS back if with them it could not return. */
void network_lost(struct network *network, bool keep_paths);
/** Takes everything back. */
void network_clear(struct network *network);
