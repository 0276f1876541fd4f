/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "noren/base/err.h"
#include "noren/base/mac.h"

/**
 * Addresses, routes, link state and DNS of this machine, by netlink and never by running programs.
 * IPv4 addresses in network byte order. Every call is idempotent: adding what is there and
 * removing what is not there succeed. Blocking for some milliseconds at most. os/linux/.
 */

struct net_route {
    uint32_t network, gateway; /**< gateway 0: on link */
    uint8_t prefix;
    char dev[16];
    uint32_t metric;
};

NOREN_MUST_CHECK bool net_link_up(const char *dev, uint16_t mtu, struct noren_err *err);
NOREN_MUST_CHECK bool net_link_delete(const char *dev, struct noren_err *err);
NOREN_MUST_CHECK bool net_address_add(
        const char *dev, uint32_t ip, uint8_t prefix, struct noren_err *err);
NOREN_MUST_CHECK bool net_address_remove(
        const char *dev, uint32_t ip, uint8_t prefix, struct noren_err *err);
/** Takes the place of a route of the same destination and metric, whoever made it: choose a metric. */
NOREN_MUST_CHECK bool net_route_add(const struct net_route *route, struct noren_err *err);
NOREN_MUST_CHECK bool net_route_remove(const struct net_route *route, struct noren_err *err);
/** The route by which the system reaches ip now. NOREN_E_NOT_FOUND: unreachable. */
NOREN_MUST_CHECK bool net_route_get(uint32_t ip, struct net_route *out, struct noren_err *err);

/**
 * DNS of the system for the time of the connection: /etc/resolv.conf is replaced and its former
 * content (or link target) kept in `backup_path`, durably and first. systemd-resolved takes its
 * servers from the file as soon as that is not its own any more (resolved.conf(5)). `dev` is the
 * interface that the servers are reached by. `domain` NULL or "": none.
 * NOREN_E_ARGUMENT: `domain` holds something that no name holds.
 *
 * net_dns_restore() puts the former state back, unless somebody else has written the file meanwhile;
 * fine when there is no backup.
 */
NOREN_MUST_CHECK bool net_dns_set(const char *dev, const uint32_t *servers, uint8_t count,
        const char *domain, const char *backup_path, struct noren_err *err);
NOREN_MUST_CHECK bool net_dns_restore(const char *backup_path, struct noren_err *err);
