/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/netvalue.h"

#include <gio/gio.h>
#include <string.h>

enum { PORT_MAX = 65535, HOST_MAX_BYTES = 253, LABEL_MAX_BYTES = 63 };

static gboolean is_port(const char *text)
{
    guint64 port;

    return g_ascii_isdigit(*text) && g_ascii_string_to_unsigned(text, 10, 1, PORT_MAX, &port, NULL);
}

/* RFC 1123 host names; an IPv4 literal passes as one. */
static gboolean is_host(const char *text)
{
    g_auto(GStrv) labels = g_strsplit(text, ".", -1);

    if (*text == '\0' || strlen(text) > HOST_MAX_BYTES)
        return FALSE;
    for (char **label = labels; *label != NULL; label++) {
        size_t len = strlen(*label);
        if (len == 0 || len > LABEL_MAX_BYTES || (*label)[0] == '-' || (*label)[len - 1] == '-')
            return FALSE;
        for (const char *c = *label; *c != '\0'; c++) {
            if (!g_ascii_isalnum(*c) && *c != '-')
                return FALSE;
        }
    }
    return TRUE;
}

gboolean netvalue_is_server(const char *text)
{
    const char *colon = strrchr(text, ':');
    if (colon == NULL || !is_port(colon + 1))
        return FALSE;

    g_autofree char *host = g_strndup(text, (gsize)(colon - text));
    size_t len = strlen(host);
    if (host[0] != '[')
        return is_host(host);
    if (host[len - 1] != ']')
        return FALSE;
    host[len - 1] = '\0';

    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(host + 1);
    return address != NULL && g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6;
}

gboolean netvalue_parse_address(const char *text, guint32 *out)
{
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);

    if (address == NULL || g_inet_address_get_family(address) != G_SOCKET_FAMILY_IPV4)
        return FALSE;
    const guint8 *bytes = g_inet_address_to_bytes(address);
    *out = (guint32)bytes[0] << 24 | (guint32)bytes[1] << 16 | (guint32)bytes[2] << 8 | bytes[3];
    return TRUE;
}

static guint32 mask_of(guint prefix)
{
    return prefix == 0 ? 0 : G_MAXUINT32 << (32 - prefix);
}

gboolean netvalue_parse_route(const char *text, struct netvalue_route *out)
{
    const char *slash = strchr(text, '/');
    guint64 prefix;
    guint32 network;
    if (slash == NULL || !g_ascii_isdigit(slash[1])
            || !g_ascii_string_to_unsigned(slash + 1, 10, 0, 32, &prefix, NULL))
        return FALSE;

    g_autofree char *address = g_strndup(text, (gsize)(slash - text));
    if (!netvalue_parse_address(address, &network) || (network & ~mask_of((guint)prefix)) != 0)
        return FALSE;
    *out = (struct netvalue_route){ .network = network, .prefix = (guint)prefix };
    return TRUE;
}

gboolean netvalue_is_route(const char *text)
{
    struct netvalue_route route;

    return netvalue_parse_route(text, &route);
}

gboolean netvalue_is_address(const char *text)
{
    guint32 address;

    return netvalue_parse_address(text, &address);
}

gboolean netvalue_route_holds(const struct netvalue_route *route, guint32 address)
{
    return (address & mask_of(route->prefix)) == route->network;
}
