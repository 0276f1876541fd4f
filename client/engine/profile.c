/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "engine/profile.h"

#include <string.h>

#include "noren/base/alloc.h"
#include "noren/proto/handshake.h"

#include "engine/keyfile.h"
#include "engine/profile_value.h"
#include "engine/text.h"

/* The keys of a profile: one table, one small reader for each kind of value. */

void profile_clear(struct profile *profile)
{
    free(profile->name);
    secret_clear(&profile->password);
    for (uint32_t i = 0; i < profile->trust_count; i++)
        free(profile->trust[i]);
    memset(profile, 0, sizeof *profile);
}

static bool read_name(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    free(noren_steal(&p->name));
    return keyfile_text(e, &p->name, err);
}

static bool read_servers(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    return keyfile_list(e, profile_add_server, p, err);
}

static bool read_hub(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    if (*p->hub != '\0')
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: hub and realm are the same: keep one of them", e->line);
    return profile_read_printable(e, p->hub, sizeof p->hub, err);
}

static bool read_auth(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    static const char *const words[] = { "anonymous", "password", "plain", "claim", "certificate",
        NULL };
    static const enum proto_auth_type types[] = { PROTO_AUTH_ANONYMOUS, PROTO_AUTH_PASSWORD,
        PROTO_AUTH_PLAIN, PROTO_AUTH_PASSWORD };
    unsigned word = 0;

    if (!profile_read_word(e, words, &word, err))
        return false;
    if (word >= noren_countof(types))
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: auth=certificate is not in this version: use password", e->line);
    p->auth = types[word];
    p->auth_claim = strcmp(words[word], "claim") == 0;
    return true;
}

static bool read_username(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    return profile_read_printable(e, p->username, sizeof p->username, err);
}

static bool read_password(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    char text[256];

    if (!keyfile_text_into(e, text, sizeof text, err))
        return false;
    secret_set(&p->password, text, strlen(text));
    secret_wipe(text, sizeof text);
    return true;
}

static bool read_trust(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    return keyfile_list(e, profile_add_trust, p, err);
}

static bool read_address(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    return profile_read_address(e, p, err);
}

static bool read_gateway(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    if (text_parse_ipv4(e->value, &p->gateway) && p->gateway != 0)
        return true;
    return noren_err_set(err, NOREN_E_ARGUMENT,
            "line %u: gateway is not an IPv4 address: write one such as 10.0.0.1", e->line);
}

static bool read_routes(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    if (strcmp(e->value, "server") == 0 || strcmp(e->value, "none") == 0) {
        p->routes_mode = *e->value == 's' ? PROFILE_ROUTES_SERVER : PROFILE_ROUTES_NONE;
        return true;
    }
    p->routes_mode = PROFILE_ROUTES_LIST;
    return keyfile_list(e, profile_add_route, p, err);
}

static bool read_dns(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    if (strcmp(e->value, "server") == 0 || strcmp(e->value, "none") == 0) {
        p->dns_mode = *e->value == 's' ? PROFILE_DNS_SERVER : PROFILE_DNS_NONE;
        return true;
    }
    p->dns_mode = PROFILE_DNS_LIST;
    return keyfile_list(e, profile_add_dns, p, err);
}

static bool read_default_gateway(
        const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    return keyfile_bool(e, &p->default_gateway, err);
}

static bool read_auto_connect(
        const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    return keyfile_bool(e, &p->auto_connect, err);
}

static bool read_reconnect(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    return keyfile_bool(e, &p->reconnect, err);
}

static bool read_mtu(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    uint32_t mtu = 0;

    if (!keyfile_number(e, 576, 1500, &mtu, err))
        return false;
    p->mtu = (uint16_t)mtu;
    return true;
}

static bool read_netdev(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    if (profile_netdev_is_valid(e->value)) {
        memcpy(p->netdev, e->value, strlen(e->value) + 1);
        return true;
    }
    return noren_err_set(err, NOREN_E_ARGUMENT,
            "line %u: netdev is not an interface name: at most 15 letters, digits, '-', '_'",
            e->line);
}

/* Shown by other programs; here only checked to be there as text. */
static bool read_any(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *text = NULL;

    (void)p;
    return keyfile_text(e, &text, err);
}

/* Settings of which this version knows one way only: a value that asks for another is refused, so
 * that nobody believes to have what is not there. */
static bool read_fixed(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    static const struct {
        const char *key, *good[4];
    } fixed[] = {
        { "ipv6", { "auto", "off" } },
        { "kill-switch", { "off" } },
        { "nat-traversal", { "auto", "off", "false" } },
        { "protocol", { "tcp", "auto" } },
        { "proxy", { "none" } },
        { "tcp-fallback", { "true", "auto" } },
        { "udp", { "off", "auto", "false" } },
    };

    (void)p;
    for (size_t i = 0; i < noren_countof(fixed); i++)
        for (size_t j = 0; strcmp(fixed[i].key, e->key) == 0 && fixed[i].good[j] != NULL; j++) {
            if (strcmp(fixed[i].good[j], e->value) == 0)
                return true;
            if (fixed[i].good[j + 1] == NULL)
                return noren_err_set(err, NOREN_E_ARGUMENT,
                        "line %u: %s=%.32s is not in this version: write %s", e->line, e->key,
                        e->value, fixed[i].good[0]);
        }
    return noren_err_set(err, NOREN_E_ARGUMENT, "line %u: %s is not in this version: take it out",
            e->line, e->key);
}

static const struct {
    const char *name;
    bool (*read)(const struct keyfile_entry *e, struct profile *p, struct noren_err *err);
} KEYS[] = {
    { "address", read_address },
    { "auth", read_auth },
    { "auto-connect", read_auto_connect },
    { "client-cert", read_fixed },
    { "client-key", read_fixed },
    { "default-gateway", read_default_gateway },
    { "dns", read_dns },
    { "gateway", read_gateway },
    { "hub", read_hub },
    { "ipv6", read_fixed },
    { "kill-switch", read_fixed },
    { "mtu", read_mtu },
    { "name", read_name },
    { "nat-traversal", read_fixed },
    { "netdev", read_netdev },
    { "order", read_any },
    { "password", read_password },
    { "protocol", read_fixed },
    { "proxy", read_fixed },
    { "realm", read_hub },
    { "reconnect", read_reconnect },
    { "region", read_any },
    { "routes", read_routes },
    { "servers", read_servers },
    { "tcp-fallback", read_fixed },
    { "trust", read_trust },
    { "udp", read_fixed },
    { "username", read_username },
};

static bool unknown_key(const struct keyfile_entry *e, struct noren_err *err)
{
    const char *names[noren_countof(KEYS) + 1] = { NULL };

    for (size_t i = 0; i < noren_countof(KEYS); i++)
        names[i] = KEYS[i].name;
    const char *near = text_nearest(e->key, names);
    if (near != NULL)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: unknown key \"%.64s\": did you mean \"%s\"?", e->line, e->key, near);
    return noren_err_set(
            err, NOREN_E_ARGUMENT, "line %u: unknown key \"%.64s\": take it out", e->line, e->key);
}

static bool read_entry(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    if (strcmp(e->group, "profile") != 0)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: key in group [%.64s]: profiles have [profile] only", e->line, e->group);
    for (size_t i = 0; i < noren_countof(KEYS); i++) {
        if (strcmp(KEYS[i].name, e->key) != 0)
            continue;
        if (*e->language == '\0')
            return KEYS[i].read(e, p, err);
        if (KEYS[i].read == read_name || KEYS[i].read == read_any)
            return read_any(e, p, err);
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: \"%s\" cannot differ by language: take [%.32s] off", e->line, e->key,
                e->language);
    }
    return unknown_key(e, err);
}

/* What only the whole can tell. */
static bool check_whole(const struct profile *p, const struct keyfile *file, struct noren_err *err)
{
    const char *lacks = !keyfile_has_group(file, "profile")       ? "no [profile] group"
                        : p->server_count == 0                    ? "no servers"
                        : *p->hub == '\0'                         ? "no hub"
                        : p->trust_count == 0 && !p->trust_system ? "no trust"
                                                                  : NULL;
    if (lacks != NULL)
        return noren_err_set(
                err, NOREN_E_ARGUMENT, "line 1: %s: servers, hub and trust are needed", lacks);
    if (p->default_gateway && p->address_mode == PROFILE_ADDRESS_NONE)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: default-gateway needs an address: write address=dhcp",
                keyfile_find(file, "profile", "default-gateway")->line);
    if (p->default_gateway && p->address_mode == PROFILE_ADDRESS_FIXED && p->gateway == 0)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: default-gateway with a fixed address: add gateway=A.B.C.D",
                keyfile_find(file, "profile", "default-gateway")->line);
    if (p->gateway != 0 && p->address_mode != PROFILE_ADDRESS_FIXED)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: gateway goes with a fixed address only: take it out",
                keyfile_find(file, "profile", "gateway")->line);
    return true;
}

bool profile_parse(const char *text, size_t len, struct profile *out, struct noren_err *err)
{
    noren_cleanup(keyfile_freep) struct keyfile *file = keyfile_parse(text, len, err);
    noren_cleanup(
            profile_clear) struct profile p = { .auth = PROTO_AUTH_PASSWORD, .reconnect = true };

    if (file == NULL)
        return false;
    for (size_t i = 0; i < keyfile_count(file); i++)
        if (!read_entry(keyfile_at(file, i), &p, err))
            return false;
    if (!check_whole(&p, file, err))
        return false;
    *out = p;
    memset(&p, 0, sizeof p);
    return true;
}
