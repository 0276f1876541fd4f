/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "engine/route_plan.h"

#include <arpa/inet.h>
#include <string.h>

#include "noren/base/alloc.h"

#include "engine/text.h"

static bool contains(uint32_t network, uint8_t prefix, uint32_t ip)
{
    return ((network ^ ip) & ipv4_mask(prefix)) == 0;
}

static bool overlaps(const struct route_wanted *route, uint32_t network, uint8_t prefix)
{
    uint8_t shorter = route->prefix < prefix ? route->prefix : prefix;

    return ((route->network ^ network) & ipv4_mask(shorter)) == 0;
}

const char *route_refusal_text(enum route_refusal refusal)
{
    static const char *const texts[] = { "fine", "wider than /8", "special addresses",
        "the VPN server's own address", "this machine's local network" };

    return texts[refusal];
}

static bool is_special(const struct route_wanted *route)
{
    static const struct {
        uint32_t network;
        uint8_t prefix;
    } special[] = { { 0x00000000, 8 }, { 0x7f000000, 8 }, { 0xa9fe0000, 16 }, { 0xe0000000, 3 } };

    for (size_t i = 0; i < noren_countof(special); i++)
        if (overlaps(route, htonl(special[i].network), special[i].prefix))
            return true;
    return false;
}

enum route_refusal route_pushed_check(
        const struct route_wanted *route, uint32_t server_ip, uint32_t local_gateway)
{
    enum { LOCAL_PREFIX = 24 };

    if (route->prefix < ROUTE_PUSHED_PREFIX_MIN)
        return ROUTE_TOO_WIDE;
    if (is_special(route))
        return ROUTE_SPECIAL;
    /* a wide network that happens to hold them is lawful: the more specific ones win over it */
    if (server_ip != 0 && route->prefix >= LOCAL_PREFIX
            && contains(route->network, route->prefix, server_ip))
        return ROUTE_SERVER;
    if (local_gateway != 0 && route->prefix >= LOCAL_PREFIX
            && contains(route->network, route->prefix, local_gateway))
        return ROUTE_LOCAL;
    return ROUTE_FINE;
}

static void add(struct route_plan *plan, struct net_route route)
{
    noren_assert(plan->count < ROUTE_PLAN_MAX);
    route.metric = ROUTE_METRIC;
    plan->routes[plan->count++] = route;
}

static void add_tunnel(struct route_plan *plan, const struct route_input *in, uint32_t network,
        uint8_t prefix, uint32_t gateway)
{
    struct net_route route = {
        .network = network & ipv4_mask(prefix), .prefix = prefix, .gateway = gateway
    };

    memcpy(route.dev, in->dev, strnlen(in->dev, sizeof route.dev - 1));
    add(plan, route);
}

static bool covers_server(const struct route_plan *plan, const struct route_input *in)
{
    uint32_t server_ip = in->server_ip;

    if (in->own_prefix != 0 && contains(in->own_ip, in->own_prefix, server_ip))
        return true;
    for (uint32_t i = 0; i < plan->count; i++)
        if (contains(plan->routes[i].network, plan->routes[i].prefix, server_ip))
            return true;
    return false;
}

/* The packets of the connection itself must not go into the tunnel: a route for the server alone,
 * by the way it is reached now, is put in front of all others. */
static void keep_server_outside(struct route_plan *plan, const struct route_input *in)
{
    if (in->server_ip == 0 || in->server_path == NULL || !covers_server(plan, in))
        return;
    if (strcmp(in->server_path->dev, "lo") == 0 || strcmp(in->server_path->dev, in->dev) == 0)
        return;

    memmove(&plan->routes[1], &plan->routes[0], plan->count * sizeof plan->routes[0]);
    plan->routes[0] = *in->server_path;
    plan->routes[0].network = in->server_ip;
    plan->routes[0].prefix = 32;
    plan->routes[0].metric = ROUTE_METRIC;
    plan->count++;
}

static void add_pushed(struct route_plan *plan, const struct route_input *in)
{
    uint32_t local_gateway = in->server_path == NULL ? 0 : in->server_path->gateway;

    for (uint32_t i = 0; i < in->pushed_count && i < 64; i++) {
        const struct route_wanted *route = &in->pushed[i];
        enum route_refusal why = route_pushed_check(route, in->server_ip, local_gateway);
        if (why == ROUTE_FINE) {
            add_tunnel(plan, in, route->network, route->prefix, route->gateway);
            continue;
        }
        /* option 121 repeats the default route (RFC 3442): the profile has decided about that */
        if (route->prefix == 0)
            continue;
        plan->refused[plan->refused_count].route = *route;
        plan->refused[plan->refused_count++].why = why;
    }
}

static uint32_t router_of(const struct route_input *in)
{
    if (in->router != 0)
        return in->router;
    for (uint32_t i = 0; i < in->pushed_count; i++)
        if (in->pushed[i].prefix == 0)
            return in->pushed[i].gateway;
    return 0;
}

void route_plan_make(const struct route_input *in, struct route_plan *out)
{
    const struct profile *profile = in->profile;
    uint32_t router = router_of(in);

    *out = (struct route_plan){ .count = 0 };
    if (profile->routes_mode == PROFILE_ROUTES_SERVER)
        add_pushed(out, in);
    if (profile->routes_mode == PROFILE_ROUTES_LIST)
        for (uint32_t i = 0; i < profile->route_count; i++)
            add_tunnel(out, in, profile->routes[i].network, profile->routes[i].prefix, router);
    out->lacks_router = profile->default_gateway && router == 0;
    if (profile->default_gateway && router != 0) {
        /* two halves win over the default route without touching it: nothing to put back */
        add_tunnel(out, in, 0, 1, router);
        add_tunnel(out, in, htonl(0x80000000), 1, router);
    }
    keep_server_outside(out, in);
}
