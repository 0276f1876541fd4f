/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/** Addresses and ports as they are written in profiles. Pure: nothing is resolved. */

struct netvalue_route {
    guint32 network; /**< host byte order */
    guint prefix;
};

/** "vpn.example.net:443", "203.0.113.1:443", "[2001:db8::1]:443" */
gboolean netvalue_is_server(const char *text);
/** "10.1.0.0/16" with no bit set behind the prefix. */
gboolean netvalue_is_route(const char *text);
gboolean netvalue_is_address(const char *text);
gboolean netvalue_parse_route(const char *text, struct netvalue_route *out);
/** Host byte order. */
gboolean netvalue_parse_address(const char *text, guint32 *out);
gboolean netvalue_route_holds(const struct netvalue_route *route, guint32 address);
