/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "engine/profile_value.h"

#include <string.h>

#include "noren/base/alloc.h"

#include "engine/text.h"

static bool read_port(const char *text, uint16_t *out)
{
    unsigned number = 0;

    if (*text == '\0' || strlen(text) > 5)
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        number = number * 10 + (unsigned)(*text - '0');
    }
    if (number == 0 || number > 65535)
        return false;
    *out = (uint16_t)number;
    return true;
}

static bool host_is_valid(const char *host, size_t len, bool in_brackets)
{
    if (len == 0 || len > 253)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = host[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && c != '.' && c != '-' && !(in_brackets && (c == ':' || c == '%')))
            return false;
    }
    return true;
}

/* host:port, a.b.c.d:port or [v6]:port */
static bool split_server(const char *item, struct profile_server *out)
{
    bool in_brackets = *item == '[';
    const char *host = item + in_brackets;
    const char *end = in_brackets ? strchr(host, ']') : strrchr(host, ':');

    if (end == NULL || !host_is_valid(host, (size_t)(end - host), in_brackets))
        return false;
    const char *port = in_brackets ? end + 2 : end + 1;
    if (in_brackets && end[1] != ':')
        return false;
    if (!read_port(port, &out->port))
        return false;
    memcpy(out->host, host, (size_t)(end - host));
    out->host[end - host] = '\0';
    return true;
}

bool profile_add_server(void *ctx, const char *item, struct noren_err *err)
{
    struct profile *p = ctx;
    struct profile_server server = { .port = 0 };

    if (!split_server(item, &server))
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "server \"%.64s\" is not host:port: write vpn.example.net:443", item);
    if (p->server_count == PROFILE_SERVERS_MAX)
        return noren_err_set(
                err, NOREN_E_LIMIT, "more than %d servers: take some out", PROFILE_SERVERS_MAX);
    p->servers[p->server_count++] = server;
    return true;
}

static bool ends_in(const char *text, const char *tail)
{
    size_t len = strlen(text);
    size_t tail_len = strlen(tail);

    return len > tail_len && strcmp(text + len - tail_len, tail) == 0;
}

bool profile_add_trust(void *ctx, const char *item, struct noren_err *err)
{
    struct profile *p = ctx;

    if (strcmp(item, "system") == 0) {
        p->trust_system = true;
        return true;
    }
    if (!ends_in(item, ".pem") && !ends_in(item, ".pin"))
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "trust \"%.64s\" is neither *.pem, *.pin nor system: name such a file", item);
    if ((*item != '/' && strchr(item, '/') != NULL) || *item == '.')
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "trust \"%.64s\" leaves the trust folder: give the bare file name", item);
    if (p->trust_count == PROFILE_TRUST_MAX)
        return noren_err_set(
                err, NOREN_E_LIMIT, "more than %d trust files: take some out", PROFILE_TRUST_MAX);
    p->trust[p->trust_count++] = noren_strdup(item);
    return true;
}

bool profile_add_route(void *ctx, const char *item, struct noren_err *err)
{
    struct profile *p = ctx;
    struct profile_route route;

    if (!text_parse_network(item, false, &route.network, &route.prefix))
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "route \"%.64s\" is not a network: write server, none or such as 10.8.0.0/16",
                item);
    if (route.prefix == 0)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "route \"%.64s\" is everything: write default-gateway=true instead", item);
    if (p->route_count == PROFILE_ROUTES_MAX)
        return noren_err_set(
                err, NOREN_E_LIMIT, "more than %d routes: take some out", PROFILE_ROUTES_MAX);
    p->routes[p->route_count++] = route;
    return true;
}

bool profile_add_dns(void *ctx, const char *item, struct noren_err *err)
{
    struct profile *p = ctx;
    uint32_t ip = 0;

    if (!text_parse_ipv4(item, &ip) || ip == 0)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "dns \"%.64s\" is not an IPv4 address: write server, none or addresses", item);
    if (p->dns_count == PROFILE_DNS_MAX)
        return noren_err_set(
                err, NOREN_E_LIMIT, "more than %d dns servers: take some out", PROFILE_DNS_MAX);
    p->dns[p->dns_count++] = ip;
    return true;
}

bool profile_read_address(const struct keyfile_entry *e, struct profile *p, struct noren_err *err)
{
    if (strcmp(e->value, "dhcp") == 0 || strcmp(e->value, "none") == 0) {
        p->address_mode = *e->value == 'd' ? PROFILE_ADDRESS_DHCP : PROFILE_ADDRESS_NONE;
        return true;
    }
    if (strchr(e->value, '/') == NULL
            || !text_parse_network(e->value, true, &p->address, &p->address_prefix)
            || p->address == 0 || p->address_prefix == 0)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: address is not dhcp, none or such as 10.8.0.2/24: write one of them",
                e->line);
    p->address_mode = PROFILE_ADDRESS_FIXED;
    return true;
}

bool profile_read_word(const struct keyfile_entry *e, const char *const *words, unsigned *out,
        struct noren_err *err)
{
    char list[96] = "";
    size_t used = 0;

    for (unsigned i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], e->value) == 0) {
            *out = i;
            return true;
        }
        size_t len = strlen(words[i]);
        if (used + len + 3 <= sizeof list) {
            memcpy(list + used, " ", 1);
            memcpy(list + used + 1, words[i], len + 1);
            used += len + 1;
        }
    }
    return noren_err_set(err, NOREN_E_ARGUMENT, "line %u: %s=%.32s is unknown: write one of%s",
            e->line, e->key, e->value, list);
}

bool profile_read_printable(
        const struct keyfile_entry *e, char *out, size_t size, struct noren_err *err)
{
    if (!keyfile_text_into(e, out, size, err))
        return false;
    if (*out != '\0' && text_is_plain(out))
        return true;
    *out = '\0';
    return noren_err_set(err, NOREN_E_ARGUMENT,
            "line %u: \"%.64s\" is empty or has control characters: give plain text", e->line,
            e->key);
}

bool profile_netdev_is_valid(const char *name)
{
    size_t len = strlen(name);

    if (len == 0 || len > 15)
        return false;
    for (const char *c = name; *c != '\0'; c++) {
        bool letter =
                (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
        if (!letter && (c == name || (*c != '-' && *c != '_')))
            return false;
    }
    return true;
}
