/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "branding/check_private.h"
#include "branding/netvalue.h"

/* Profiles: their table, whom they trust (E501), what contradicts itself (E506). */

enum { ROUTES_MAX = 64 };

static const char *plain_text(const struct keyscan *scan, const char *key)
{
    const struct keyscan_item *item = keyscan_find(scan, "profile", key);

    return item != NULL ? item->text : NULL;
}

static int line_of(const struct keyscan *scan, const char *key)
{
    const struct keyscan_item *item = keyscan_find(scan, "profile", key);

    return item != NULL ? item->line : keyscan_group_line(scan, "profile");
}

static void check_trust_names(struct check *c, const char *path, const struct keyscan *scan)
{
    const char *text = plain_text(scan, "trust");
    g_auto(GStrv) names = keyscan_list(text != NULL ? text : "");

    if (names[0] == NULL)
        findings_add(c->findings, path, line_of(scan, "trust"), "E501",
                "put the server's CA into trust/ and name it: trust=NAME.pem",
                "no CA or pin; anyone on the path could pose as the server");
    for (char **name = names; *name != NULL; name++) {
        g_autofree char *file = g_strdup_printf("trust/%s", *name);
        if (strcmp(*name, "system") != 0 && brandpack_find(c->pack, file) == NULL)
            findings_add(c->findings, path, line_of(scan, "trust"), "E501",
                    "put the file there, or correct the name", "%s is not in the pack", file);
    }
}

static guint parse_routes(const struct keyscan *scan, struct netvalue_route out[ROUTES_MAX])
{
    const char *text = plain_text(scan, "routes");
    g_auto(GStrv) items = keyscan_list(text != NULL ? text : "");
    guint count = 0;

    for (char **item = items; *item != NULL && count < ROUTES_MAX; item++) {
        if (netvalue_parse_route(*item, &out[count]))
            count++;
    }
    return count;
}

/* Of two equal routes the later lies inside the earlier. */
static gboolean lies_inside(const struct netvalue_route *routes, guint inner, guint outer)
{
    if (inner == outer || !netvalue_route_holds(&routes[outer], routes[inner].network))
        return FALSE;
    return routes[outer].prefix < routes[inner].prefix
           || (routes[outer].prefix == routes[inner].prefix && outer < inner);
}

static void check_overlap(struct check *c, const char *path, const struct keyscan *scan,
        const struct netvalue_route *routes, guint count)
{
    for (guint inner = 0; inner < count; inner++) {
        for (guint outer = 0; outer < count; outer++) {
            if (!lies_inside(routes, inner, outer))
                continue;
            findings_add(c->findings, path, line_of(scan, "routes"), "E506", "keep the larger one",
                    "route %u lies inside route %u", inner + 1, outer + 1);
            break;
        }
    }
}

static void check_dns(struct check *c, const char *path, const struct keyscan *scan,
        const struct netvalue_route *routes, guint count)
{
    const char *text = plain_text(scan, "dns");
    g_auto(GStrv) items = keyscan_list(text != NULL ? text : "");

    for (char **item = items; *item != NULL; item++) {
        gboolean inside = FALSE;
        guint32 address;
        if (!netvalue_parse_address(*item, &address))
            continue;
        for (guint i = 0; i < count; i++)
            inside |= netvalue_route_holds(&routes[i], address);
        if (!inside)
            findings_add(c->findings, path, line_of(scan, "dns"), "E506",
                    "add a route to it, or take it out", "dns %s is not inside any route", *item);
    }
}

static void check_network(struct check *c, const char *path, const struct keyscan *scan)
{
    struct netvalue_route routes[ROUTES_MAX];
    guint count = parse_routes(scan, routes);
    const char *gateway = plain_text(scan, "default-gateway");

    check_overlap(c, path, scan, routes, count);
    if (count > 0 && g_strcmp0(gateway, "true") != 0)
        check_dns(c, path, scan, routes, count);
}

void check_profiles(struct check *c)
{
    guint count = 0;

    for (size_t i = 0; i < brandpack_count(c->pack); i++) {
        const struct brandpack_file *file = brandpack_at(c->pack, i);
        if (!check_path_is(file->path, "profiles/", ".conf"))
            continue;
        noren_cleanup(keyscan_freep) struct keyscan *scan = check_keyfile(c, file, &SCHEMA_PROFILE);
        check_trust_names(c, file->path, scan);
        check_network(c, file->path, scan);
        count++;
    }
    if (count == 0)
        findings_add(c->findings, "profiles/10-main.conf", 1, "E104", "write one profile",
                "the pack has no profile: there is nothing to connect to");
}
