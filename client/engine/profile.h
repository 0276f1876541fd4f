/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "noren/base/err.h"
#include "noren/base/secret.h"

/**
 * A connection profile: one file in GKeyFile form, group [profile] (docs/profile.md). Read without
 * GLib by client/engine/keyfile.c, which accepts the same dialect.
 */

enum {
    PROFILE_SERVERS_MAX = 16,
    PROFILE_ROUTES_MAX = 64,
    PROFILE_TRUST_MAX = 16,
    PROFILE_DNS_MAX = 4
};

struct profile_server {
    char host[256];
    uint16_t port;
};

struct profile_route {
    uint32_t network; /**< network byte order */
    uint8_t prefix;
};

enum profile_routes { PROFILE_ROUTES_SERVER, PROFILE_ROUTES_NONE, PROFILE_ROUTES_LIST };
enum profile_dns { PROFILE_DNS_SERVER, PROFILE_DNS_NONE, PROFILE_DNS_LIST };

struct profile {
    char id[64];                                        /**< file name without folder and ".conf" */
    char *name;                                         /**< shown; owned */
    struct profile_server servers[PROFILE_SERVERS_MAX]; /**< tried in order */
    uint32_t server_count;
    char hub[256];
    uint32_t auth; /**< enum proto_auth_type */
    bool auth_claim;
    char username[256];
    struct secret password;
    char *trust[PROFILE_TRUST_MAX]; /**< absolute file names, *.pem or *.pin; owned */
    uint32_t trust_count;
    bool trust_system;
    enum profile_routes routes_mode;
    struct profile_route routes[PROFILE_ROUTES_MAX];
    uint32_t route_count;
    bool default_gateway;
    enum profile_dns dns_mode;
    uint32_t dns[PROFILE_DNS_MAX];
    uint8_t dns_count;
    uint16_t mtu; /**< 0: 1500 */
    bool auto_connect;
    bool reconnect;
    char netdev[16]; /**< interface name; derived from the brand when not given */
};

/** `trust` names are looked for beside the profile's folder: ../trust/NAME. Secrets need a file
 * that others cannot read (mode 0600), else NOREN_E_ARGUMENT. Text is "line N: what: remedy". */
NOREN_MUST_CHECK bool profile_load(const char *path, struct profile *out, struct noren_err *err);
void profile_clear(struct profile *profile);
