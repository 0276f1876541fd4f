/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "engine/network.h"

#include <arpa/inet.h>
#include <string.h>

#include "noren/base/alloc.h"

#include "engine/text.h"

#define LOG_ROOM "network"

enum { MTU_DEFAULT = 1500, MTU_MIN = 576, LEASE_PREFIX_MIN = 8 };

/* Goes into resolv.conf or onto a bus, and came from whoever answered in the network. */
static bool domain_is_clean(const char *domain)
{
    if (*domain == '\0' || *domain == '.' || *domain == '-' || strlen(domain) > 253)
        return false;
    for (const char *c = domain; *c != '\0'; c++) {
        bool letter =
                (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
        if (!letter && *c != '.' && *c != '-')
            return false;
    }
    return true;
}

static bool is_host_address(uint32_t ip, uint8_t prefix)
{
    uint32_t host = ntohl(ip);
    uint32_t host_bits = ntohl(~ipv4_mask(prefix));

    if (host >> 24 == 0 || host >> 24 == 127 || host >> 28 >= 0xe)
        return false;
    /* network and broadcast address, where the prefix has them */
    return prefix >= 31 || ((host & host_bits) != 0 && (host & host_bits) != host_bits);
}

static void fill_dns(struct net_setup *out, const struct profile *profile, const uint32_t *offered,
        uint8_t offered_count)
{
    const uint32_t *from = profile->dns_mode == PROFILE_DNS_LIST ? profile->dns : offered;
    uint8_t count = profile->dns_mode == PROFILE_DNS_LIST ? profile->dns_count : offered_count;

    if (profile->dns_mode == PROFILE_DNS_NONE)
        return;
    for (uint8_t i = 0; i < count && out->dns_count < DHCP_DNS_MAX; i++)
        if (is_host_address(from[i], 32))
            out->dns[out->dns_count++] = from[i];
}

bool net_setup_from_lease(const struct profile *profile, const struct dhcp_lease *lease,
        struct net_setup *out, struct noren_err *err)
{
    uint8_t prefix = 0;

    if (!ipv4_prefix_of(lease->mask, &prefix) || prefix < LEASE_PREFIX_MIN)
        return noren_err_set(err, NOREN_E_PROTOCOL,
                "the network offers the mask %s, which is "
                "refused",
                text_ipv4(lease->mask).text);
    if (!is_host_address(lease->ip, prefix))
        return noren_err_set(err, NOREN_E_PROTOCOL,
                "the network offers the address %s/%u, which "
                "is no host's",
                text_ipv4(lease->ip).text, prefix);

    memset(out, 0, sizeof *out);
    out->ip = lease->ip;
    out->prefix = prefix;
    out->router = lease->router;
    out->mtu = profile->mtu != 0 ? profile->mtu : MTU_DEFAULT;
    if (lease->mtu >= MTU_MIN && lease->mtu < out->mtu)
        out->mtu = lease->mtu;
    for (; out->pushed_count < lease->route_count; out->pushed_count++) {
        const struct dhcp_route *route = &lease->routes[out->pushed_count];
        struct route_wanted *to = &out->pushed[out->pushed_count];
        to->network = route->network;
        to->gateway = route->gateway;
        to->prefix = route->prefix;
    }
    fill_dns(out, profile, lease->dns, lease->dns_count);
    if (out->dns_count > 0 && domain_is_clean(lease->domain))
        memcpy(out->domain, lease->domain, strlen(lease->domain));
    return true;
}

void net_setup_from_profile(const struct profile *profile, struct net_setup *out)
{
    memset(out, 0, sizeof *out);
    out->ip = profile->address;
    out->prefix = profile->address_prefix;
    out->router = profile->gateway;
    out->mtu = profile->mtu != 0 ? profile->mtu : MTU_DEFAULT;
    fill_dns(out, profile, NULL, 0);
}

bool network_start(struct network *network, struct noren_err *err)
{
    uint16_t mtu = network->profile->mtu != 0 ? network->profile->mtu : MTU_DEFAULT;

    return net_link_up(network->dev, mtu, err) || noren_err_wrap(err, "bring %s up", network->dev);
}

static void tell_refused(const struct network *network, const struct route_plan *plan)
{
    for (uint32_t i = 0; i < plan->refused_count; i++)
        noren_log(network->log, NOREN_WARN,
                "route of the network refused: route=%s/%u gateway=%s why=\"%s\"",
                text_ipv4(plan->refused[i].route.network).text, plan->refused[i].route.prefix,
                text_ipv4(plan->refused[i].route.gateway).text,
                route_refusal_text(plan->refused[i].why));
}

static bool add_routes(
        struct network *network, const struct route_plan *plan, struct noren_err *err)
{
    struct noren_err why = { 0 };
    bool asked_for = network->profile->default_gateway
                     || network->profile->routes_mode == PROFILE_ROUTES_LIST;

    for (uint32_t i = 0; i < plan->count; i++) {
        if (machine_add_route(network->machine, &plan->routes[i], &why))
            continue;
        if (asked_for) {
            *err = why;
            return false;
        }
        /* one that the network pushed and the kernel refuses is no reason to stay outside */
        noren_log(
                network->log, NOREN_WARN, "route of the network not usable: why=\"%s\"", why.text);
    }
    return true;
}

/* The way to the server as it is without us; our own routes are not in place at this time. */
static void plan_routes(struct network *network, const struct net_setup *setup, uint32_t server_ip,
        struct route_plan *plan)
{
    struct net_route path;
    bool is_known = server_ip != 0 && net_route_get(server_ip, &path, NULL);
    struct route_input in = {
        .profile = network->profile,
        .dev = network->dev,
        .own_ip = setup->ip,
        .own_prefix = setup->prefix,
        .router = setup->router,
        .pushed = setup->pushed,
        .pushed_count = setup->pushed_count,
        .server_ip = server_ip,
        .server_path = is_known ? &path : NULL,
    };

    route_plan_make(&in, plan);
}

static bool set_all(struct network *network, const struct net_setup *setup, uint32_t server_ip,
        struct noren_err *err)
{
    struct route_plan plan;

    plan_routes(network, setup, server_ip, &plan);
    if (plan.lacks_router)
        return noren_err_set(err, NOREN_E_STATE,
                "all traffic shall go through the tunnel, but the network names no gateway");
    tell_refused(network, &plan);
    /* the address brings its own on-link route: the server's own route has to stand before it */
    bool guards =
            plan.count > 0 && plan.routes[0].prefix == 32 && plan.routes[0].network == server_ip;
    if (guards && !machine_add_route(network->machine, &plan.routes[0], err))
        return false;
    if (guards)
        memmove(&plan.routes[0], &plan.routes[1], --plan.count * sizeof plan.routes[0]);
    network->has_paths = true;
    if (!net_link_up(network->dev, setup->mtu, err))
        return false;
    if (!network->has_address
            && !machine_add_address(network->machine, network->dev, setup->ip, setup->prefix, err))
        return false;
    network->has_address = true;
    return add_routes(network, &plan, err)
           && (setup->dns_count == 0
                   || machine_set_dns(network->machine, network->dev, setup->dns, setup->dns_count,
                           setup->domain, err));
}

bool network_apply(struct network *network, const struct net_setup *setup, uint32_t server_ip,
        struct noren_err *err)
{
    bool is_same = network->has_address && memcmp(setup, &network->setup, sizeof *setup) == 0;

    if (is_same && network->has_paths && server_ip == network->server_ip)
        return true;
    bool same_address = network->has_address && setup->ip == network->setup.ip
                        && setup->prefix == network->setup.prefix;
    if (same_address)
        machine_undo_paths(network->machine);
    else
        network_clear(network);
    if (!set_all(network, setup, server_ip, err)) {
        network_clear(network);
        return noren_err_wrap(err, "set up the network");
    }
    network->setup = *setup;
    network->server_ip = server_ip;
    return true;
}

static void drop_paths(struct network *network)
{
    machine_undo_paths(network->machine);
    network->has_paths = false;
}

void network_lost(struct network *network, bool keep_paths)
{
    struct net_route path;

    if (!network->has_paths)
        return;
    /* the link below went away and took the server's own route with it */
    bool into_itself = network->server_ip != 0
                       && (!net_route_get(network->server_ip, &path, NULL)
                               || strcmp(path.dev, network->dev) == 0);
    if (!keep_paths || into_itself)
        drop_paths(network);
}

void network_clear(struct network *network)
{
    if (network->machine != NULL)
        machine_undo_all(network->machine);
    network->has_address = false;
    network->has_paths = false;
    memset(&network->setup, 0, sizeof network->setup);
    network->server_ip = 0;
}
