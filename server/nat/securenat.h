/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/mac.h"

#include "hub/hub.h"

/**
 * SecureNAT: a virtual host on a hub that hands out addresses (DHCP) and translates to the outside
 * by libslirp, in user space and without privileges. Runs on the hub's own loop.
 */

struct securenat_options {
    struct mac mac;        /**< of the virtual host, first byte 5e */
    uint32_t own_ip, mask; /**< network byte order; defaults 192.168.30.1/24 */
    uint32_t first_ip, last_ip;
    uint32_t lease_s;
    bool use_nat, use_dhcp;
};

/** The values of nat-bridge.md 1.1. */
struct securenat_options securenat_defaults(struct mac mac);

struct securenat;
/** On the hub's loop. NOREN_E_IO when libslirp refuses. */
NOREN_MUST_CHECK struct securenat *securenat_new(struct hub *hub,
        const struct securenat_options *options, struct noren_log *log, struct noren_err *err);
/** On the hub's loop; closes its port and all translated connections. */
void securenat_free(struct securenat *nat);
