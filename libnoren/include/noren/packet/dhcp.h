/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "noren/base/bytes.h"
#include "noren/base/err.h"
#include "noren/base/mac.h"

/**
 * DHCPv4 messages and both roles of the protocol (RFC 2131, 2132, 3442), without I/O.
 * IPv4 addresses in network byte order, times in seconds as in the messages.
 */

enum dhcp_kind {
    DHCP_DISCOVER = 1,
    DHCP_OFFER,
    DHCP_REQUEST,
    DHCP_DECLINE,
    DHCP_ACK,
    DHCP_NAK,
    DHCP_RELEASE,
    DHCP_INFORM,
};

enum { DHCP_DNS_MAX = 4, DHCP_ROUTES_MAX = 64, DHCP_CLIENT_PORT = 68, DHCP_SERVER_PORT = 67 };

struct dhcp_route {
    uint32_t network, gateway;
    uint8_t prefix;
};

struct dhcp_message {
    enum dhcp_kind kind;
    uint32_t xid;
    uint16_t flags; /**< 0x8000: answer by broadcast */
    struct mac chaddr;
    uint32_t ciaddr, yiaddr, siaddr, giaddr;
    uint32_t requested_ip, server_id, mask, router, lease_s, renew_s, rebind_s;
    uint32_t dns[DHCP_DNS_MAX];
    uint8_t dns_count;
    uint16_t mtu;
    char host_name[64]; /**< letters, digits, "-._"; a name with anything else reads as "" */
    char domain[256];   /**< the same */
    struct dhcp_route routes[DHCP_ROUTES_MAX]; /**< option 121, else 249 */
    uint8_t route_count;
};

/**
 * Reads a UDP payload. Overloaded options (52) are read, split ones joined (RFC 3396).
 * NOREN_E_PROTOCOL with the thing that is wrong; NOREN_E_LIMIT: more than DHCP_ROUTES_MAX routes.
 */
NOREN_MUST_CHECK bool dhcp_read(
        struct bytes payload, struct dhcp_message *out, struct noren_err *err);
/** The UDP payload. */
void dhcp_write(struct writer *w, const struct dhcp_message *message);

/* ---- client ---- */

/**
 * What the interface is to use. When the server gave classless routes they are all the routes there
 * are (RFC 3442), and `router` is the gateway of the default route among them, or 0.
 */
struct dhcp_lease {
    uint32_t ip, mask, router, server_id;
    uint32_t dns[DHCP_DNS_MAX];
    uint8_t dns_count;
    uint16_t mtu; /**< 0: not told */
    char domain[256];
    struct dhcp_route routes[DHCP_ROUTES_MAX];
    uint8_t route_count;
    uint32_t lease_s;
};

enum dhcp_client_event {
    DHCP_CLIENT_NONE,
    DHCP_CLIENT_BOUND,     /**< lease obtained, or renewed with changes */
    DHCP_CLIENT_LOST,      /**< expired or refused: take the address away; it keeps trying */
    DHCP_CLIENT_NO_ANSWER, /**< nothing heard for 10 s since start; told once; it keeps trying */
};

struct dhcp_client;
/** `seed` drives transaction ids and jitter. `want_ip` 0, or the address of the last lease. */
struct dhcp_client *dhcp_client_new(
        struct mac mac, const char *host_name, uint32_t want_ip, uint64_t seed, int64_t now_ms);
void dhcp_client_free(struct dhcp_client *c);
/** Looks at any frame of the interface; true when it was a DHCP answer to us (do not pass it on). */
bool dhcp_client_receive(struct dhcp_client *c, struct bytes frame, int64_t now_ms);
void dhcp_client_tick(struct dhcp_client *c, int64_t now_ms);
int64_t dhcp_client_deadline_ms(const struct dhcp_client *c);
/** Appends the next frame to be sent; false when there is none. */
bool dhcp_client_next_frame(struct dhcp_client *c, struct writer *out);
enum dhcp_client_event dhcp_client_next_event(struct dhcp_client *c, struct dhcp_lease *out);
/** Queues a RELEASE of the present lease. */
void dhcp_client_release(struct dhcp_client *c);

/* ---- server ---- */

struct dhcp_pool {
    uint32_t own_ip; /**< server id */
    struct mac own_mac;
    uint32_t first_ip, last_ip, mask, router; /**< router 0: not sent */
    uint32_t dns[DHCP_DNS_MAX];
    uint8_t dns_count;
    uint32_t lease_s;
    char domain[256];
};

enum { DHCP_POOL_MAX = 65536 /**< addresses; a longer range is cut */ };

struct dhcp_server;
struct dhcp_server *dhcp_server_new(const struct dhcp_pool *pool);
void dhcp_server_free(struct dhcp_server *s);
/**
 * Looks at a frame; true when it was one for a DHCP server: nobody else is to see it. At most one
 * frame is appended to `out`. An offer is kept for 5 s, a declined address rests for 10 minutes.
 */
bool dhcp_server_receive(
        struct dhcp_server *s, struct bytes frame, struct writer *out, int64_t now_ms);
/** A lease that was given or renewed, for the log. */
struct dhcp_grant {
    uint32_t ip, lease_s;
    struct mac mac;
    char host_name[64];
    bool is_new; /**< false: the same client renewed it */
};
/** What the last dhcp_server_receive() granted; false when nothing. Told once. */
bool dhcp_server_next_grant(struct dhcp_server *s, struct dhcp_grant *out);
/** Leases in use, for status and tests. */
size_t dhcp_server_lease_count(const struct dhcp_server *s, int64_t now_ms);
