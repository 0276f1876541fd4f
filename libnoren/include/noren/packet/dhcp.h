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
    char host_name[64];
    char domain[256];
    struct dhcp_route routes[DHCP_ROUTES_MAX]; /**< option 121, else 249 */
    uint8_t route_count;
};

/** NOREN_E_PROTOCOL with the thing that is wrong. */
NOREN_MUST_CHECK bool dhcp_read(
        struct bytes payload, struct dhcp_message *out, struct noren_err *err);
/** The UDP payload. */
void dhcp_write(struct writer *w, const struct dhcp_message *message);

/* ---- client ---- */

/** What the interface is to use. */
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

struct dhcp_server;
struct dhcp_server *dhcp_server_new(const struct dhcp_pool *pool);
void dhcp_server_free(struct dhcp_server *s);
/** Looks at a frame; true when it was a DHCP request (answered, or deliberately not, via `out`). */
bool dhcp_server_receive(
        struct dhcp_server *s, struct bytes frame, struct writer *out, int64_t now_ms);
/** Leases in use, for status and tests. */
size_t dhcp_server_lease_count(const struct dhcp_server *s, int64_t now_ms);
