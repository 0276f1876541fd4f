/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/os/netconf.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "noren/base/alloc.h"
#include "noren/packet/packet.h"

#include "libnoren/os/linux/netlink.h"

/* Turns the kernel's verdict into ours; `fine` is the errno that means "is so already", or 0. */
static bool ask(struct netlink_request *request, int fine, struct noren_err *err)
{
    struct netlink_answer answer;

    if (!netlink_ask(request, &answer, err))
        return false;
    if (answer.os_code != 0 && answer.os_code != fine)
        return noren_err_set_os(err, NOREN_E_IO, answer.os_code, "refused by the kernel");
    return true;
}

static bool find_device(const char *dev, uint32_t *out, struct noren_err *err)
{
    unsigned index = if_nametoindex(dev);

    if (index == 0)
        return noren_err_set_os(err, NOREN_E_NOT_FOUND, errno, "interface %s", dev);
    *out = index;
    return true;
}

bool net_link_up(const char *dev, uint16_t mtu, struct noren_err *err)
{
    struct ifinfomsg body = { .ifi_family = AF_UNSPEC, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
    struct netlink_request request;
    uint32_t index;

    if (!find_device(dev, &index, err))
        return false;
    body.ifi_index = (int)index;
    netlink_begin(&request, RTM_NEWLINK, 0, &body, sizeof body);
    if (mtu != 0) {
        uint32_t wide = mtu;
        netlink_put(&request, IFLA_MTU, &wide, sizeof wide);
    }
    return ask(&request, 0, err) || noren_err_wrap(err, "set %s up", dev);
}

bool net_link_delete(const char *dev, struct noren_err *err)
{
    struct ifinfomsg body = { .ifi_family = AF_UNSPEC };
    struct netlink_request request;

    body.ifi_index = (int)if_nametoindex(dev);
    if (body.ifi_index == 0)
        return true;
    netlink_begin(&request, RTM_DELLINK, 0, &body, sizeof body);
    return ask(&request, ENODEV, err) || noren_err_wrap(err, "delete %s", dev);
}

static void begin_address(struct netlink_request *request, uint16_t type, uint16_t flags,
        uint32_t index, uint32_t ip, uint8_t prefix)
{
    struct ifaddrmsg body = {
        .ifa_family = AF_INET,
        .ifa_prefixlen = prefix,
        .ifa_index = index,
    };

    netlink_begin(request, type, flags, &body, sizeof body);
    netlink_put(request, IFA_LOCAL, &ip, sizeof ip);
    netlink_put(request, IFA_ADDRESS, &ip, sizeof ip);
}

bool net_address_add(const char *dev, uint32_t ip, uint8_t prefix, struct noren_err *err)
{
    uint32_t broadcast = ip | ~ip_mask_of_prefix(prefix);
    struct netlink_request request;
    uint32_t index;

    if (!find_device(dev, &index, err))
        return false;
    begin_address(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, index, ip, prefix);
    if (prefix < 31)
        netlink_put(&request, IFA_BROADCAST, &broadcast, sizeof broadcast);
    return ask(&request, EEXIST, err)
           || noren_err_wrap(err, "add address %s/%u to %s", ip_format(ip).text, prefix, dev);
}

bool net_address_remove(const char *dev, uint32_t ip, uint8_t prefix, struct noren_err *err)
{
    struct netlink_request request;
    uint32_t index = if_nametoindex(dev);

    if (index == 0)
        return true;
    begin_address(&request, RTM_DELADDR, 0, index, ip, prefix);
    return ask(&request, EADDRNOTAVAIL, err)
           || noren_err_wrap(err, "remove address %s/%u from %s", ip_format(ip).text, prefix, dev);
}

static void begin_route(struct netlink_request *request, uint16_t type, uint16_t flags,
        const struct net_route *route, uint32_t index)
{
    /* a removal has to match any scope */
    uint8_t on_link_scope = type == RTM_DELROUTE ? RT_SCOPE_NOWHERE : RT_SCOPE_LINK;
    struct rtmsg body = {
        .rtm_family = AF_INET,
        .rtm_dst_len = route->prefix,
        .rtm_table = RT_TABLE_MAIN,
        .rtm_protocol = type == RTM_DELROUTE ? RTPROT_UNSPEC : RTPROT_STATIC,
        .rtm_scope = route->gateway != 0 ? RT_SCOPE_UNIVERSE : on_link_scope,
        .rtm_type = type == RTM_DELROUTE ? RTN_UNSPEC : RTN_UNICAST,
    };

    netlink_begin(request, type, flags, &body, sizeof body);
    if (route->prefix > 0)
        netlink_put(request, RTA_DST, &route->network, sizeof route->network);
    if (route->gateway != 0)
        netlink_put(request, RTA_GATEWAY, &route->gateway, sizeof route->gateway);
    if (route->metric != 0)
        netlink_put(request, RTA_PRIORITY, &route->metric, sizeof route->metric);
    if (index != 0)
        netlink_put(request, RTA_OIF, &index, sizeof index);
}

static bool wrap_route(const struct net_route *route, const char *verb, struct noren_err *err)
{
    return noren_err_wrap(err, "%s route %s/%u via %s dev %s", verb, ip_format(route->network).text,
            route->prefix, ip_format(route->gateway).text, route->dev);
}

bool net_route_add(const struct net_route *route, struct noren_err *err)
{
    struct netlink_request request;
    uint32_t index = 0;

    if (route->dev[0] != '\0' && !find_device(route->dev, &index, err))
        return wrap_route(route, "add", err);
    /* replace: of the same destination and metric, so that a second run changes nothing */
    begin_route(&request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, route, index);
    return ask(&request, EEXIST, err) || wrap_route(route, "add", err);
}

bool net_route_remove(const struct net_route *route, struct noren_err *err)
{
    struct netlink_request request;
    uint32_t index = 0;

    if (route->dev[0] != '\0') {
        index = if_nametoindex(route->dev);
        if (index == 0)
            return true; /* routes go with their interface */
    }
    begin_route(&request, RTM_DELROUTE, 0, route, index);
    return ask(&request, ESRCH, err) || wrap_route(route, "remove", err);
}

static bool is_unreachable(int os_code)
{
    return os_code == ENETUNREACH || os_code == EHOSTUNREACH || os_code == EINVAL
           || os_code == EACCES || os_code == ESRCH;
}

static bool read_route(const struct netlink_answer *answer, uint32_t ip, struct net_route *out)
{
    struct net_route route = { .network = ip, .prefix = 32 };
    char name[IF_NAMESIZE] = "";
    uint32_t index;

    if (answer->len == 0 || answer->head.nlmsg_type != RTM_NEWROUTE
            || !netlink_find(answer, sizeof(struct rtmsg), RTA_OIF, &index, sizeof index)
            || if_indextoname(index, name) == NULL)
        return false;
    /* absent: on link */
    netlink_find(answer, sizeof(struct rtmsg), RTA_GATEWAY, &route.gateway, sizeof route.gateway);
    netlink_find(answer, sizeof(struct rtmsg), RTA_PRIORITY, &route.metric, sizeof route.metric);
    memcpy(route.dev, name, sizeof route.dev);
    *out = route;
    return true;
}

bool net_route_get(uint32_t ip, struct net_route *out, struct noren_err *err)
{
    struct rtmsg body = { .rtm_family = AF_INET, .rtm_dst_len = 32 };
    struct netlink_request request;
    struct netlink_answer answer;

    netlink_begin(&request, RTM_GETROUTE, 0, &body, sizeof body);
    netlink_put(&request, RTA_DST, &ip, sizeof ip);
    if (!netlink_ask(&request, &answer, err))
        return noren_err_wrap(err, "look up route to %s", ip_format(ip).text);
    if (is_unreachable(answer.os_code))
        return noren_err_set_os(
                err, NOREN_E_NOT_FOUND, answer.os_code, "no route to %s", ip_format(ip).text);
    if (answer.os_code != 0 || !read_route(&answer, ip, out))
        return noren_err_set_os(
                err, NOREN_E_IO, answer.os_code, "look up route to %s", ip_format(ip).text);
    return true;
}
