/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
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
enum profile_address { PROFILE_ADDRESS_DHCP, PROFILE_ADDRESS_NONE, PROFILE_ADDRESS_FIXED };

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
    enum profile_address address_mode;
    uint32_t address; /**< FIXED; network byte order, as is gateway */
    uint8_t address_prefix;
    uint32_t gateway; /**< FIXED; 0: none */
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

/**
 * Reads and checks a profile. `trust` names are looked for beside the profile's folder, ../trust/NAME,
 * then beside the file itself; absolute names are taken as they are. Secrets need a file that others
 * cannot read (mode 0600), else NOREN_E_ARGUMENT. Text is "FILE: line N: what: remedy".
 */
NOREN_MUST_CHECK bool profile_load(const char *path, struct profile *out, struct noren_err *err);

/** The pure half: text in, profile out; `trust` holds the names as written. For tests and fuzzing. */
NOREN_MUST_CHECK bool profile_parse(
        const char *text, size_t len, struct profile *out, struct noren_err *err);
/** Wipes the secrets. Fine on a zeroed struct. */
void profile_clear(struct profile *profile);
/** "10-main" from "/x/10-main.conf"; NOREN_E_ARGUMENT when it is empty or too long. */
NOREN_MUST_CHECK bool profile_id_of(const char *path, char out[64], struct noren_err *err);
