/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/schema.h"

/* The tables of branding-anchors 2.4, 2.8 and 2.9, as far as format version 1 uses them. */

#define NAME_FORBIDDEN "<>:\"/\\|?*"
#define MAIL_FORM      "^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+$"
#define VERSION_FORM   "^[0-9]{1,5}(\\.[0-9]{1,5}){1,3}$"
#define COLOR(token, need, what)                                                 \
    { "colors", token, SCHEMA_COLOR, .required = (need), .help = (what) },       \
    {                                                                            \
        "colors", token "-dark", SCHEMA_COLOR, .help = what " on a dark desktop" \
    }
#define FEATURE(name, what)                           \
    {                                                 \
        "features", name, SCHEMA_BOOL, .help = (what) \
    }
#define LINK(name, need, what)                                                    \
    {                                                                             \
        "links", name, SCHEMA_URL, .max = 300, .required = (need), .help = (what) \
    }

static const struct schema_key BRAND_KEYS[] = {
    { "pack", "format", SCHEMA_INT, 1, 1, .required = TRUE, .help = "version of this format" },
    { "pack", "id", SCHEMA_PATTERN, 3, 20, "^[a-z][a-z0-9]{2,19}$", .required = TRUE,
            .help = "every name on the user's machine is made from it; never change it" },
    { "pack", "serial", SCHEMA_INT, 1, 2000000000, .required = TRUE,
            .help = "grows with each release; an older one is not installed over a newer" },
    { "pack", "base-min", SCHEMA_PATTERN, 3, 23, VERSION_FORM, .required = TRUE,
            .help = "oldest client version the pack works with" },
    { "pack", "base-max", SCHEMA_PATTERN, 3, 23, VERSION_FORM,
            .help = "newest client version the pack works with" },
    { "pack", "languages", SCHEMA_LANGUAGES, 1, 60, .required = TRUE,
            .help = "language tags; the first is the default" },
    { "brand", "product", SCHEMA_TEXT, 2, 40, NAME_FORBIDDEN, TRUE, TRUE,
            .help = "it is the name of the program, shown everywhere" },
    { "brand", "short", SCHEMA_TEXT, 2, 14, NAME_FORBIDDEN, TRUE, TRUE,
            .help = "it stands where there is little room: tray, menus" },
    { "brand", "company", SCHEMA_TEXT, 2, 64, NAME_FORBIDDEN, TRUE, TRUE,
            .help = "it is shown as publisher" },
    { "brand", "copyright", SCHEMA_TEXT, 2, 120, NULL, TRUE, TRUE,
            .help = "it is shown in the about page" },
    { "brand", "tagline", SCHEMA_TEXT, 2, 80, NULL, FALSE, TRUE, .help = "welcome, menu entry" },
    LINK("home", FALSE, "the provider's site"),
    LINK("support", TRUE, "error pages lead the user there"),
    LINK("terms", FALSE, "terms of use"),
    LINK("privacy", TRUE, "the about page must say what happens to data"),
    LINK("account", FALSE, "the user's account"),
    LINK("status", FALSE, "the service's state"),
    { "contact", "email", SCHEMA_PATTERN, 5, 120, MAIL_FORM, .help = "error pages" },
    { "contact", "phone", SCHEMA_PATTERN, 3, 40, "^[0-9+(). /-]+$", .help = "error pages" },
    COLOR("accent", TRUE, "buttons and what is active"),
    COLOR("on-accent", FALSE, "text on the accent colour"),
    COLOR("background", TRUE, "the window"),
    COLOR("surface", FALSE, "cards, lists and entries"),
    COLOR("text", TRUE, "text"),
    COLOR("muted", FALSE, "text of less weight"),
    COLOR("ok", FALSE, "the state connected"),
    COLOR("warn", FALSE, "the state connecting"),
    COLOR("error", FALSE, "the state error"),
    FEATURE("donate", "a link for donations"),
    FEATURE("server-list", "the list of places, when there is more than one"),
    FEATURE("speed-graph", "a graph of the traffic"),
    FEATURE("expert-mode", "a switch for the expert's view"),
    FEATURE("manual-profile", "profiles made by the user"),
    FEATURE("logs-upload", "sending a report to the provider"),
    { "first-run", "auto-connect", SCHEMA_BOOL,
            .help = "connect by itself when credentials are there" },
    { "first-run", "ask-credentials", SCHEMA_BOOL,
            .help = "ask for what is missing at first start" },
    { "first-run", "show-notice", SCHEMA_BOOL, .help = "show legal/notice at first start" },
    { "first-run", "open-url", SCHEMA_URL, .max = 300,
            .help = "page to offer after first connect" },
    { "notify", "default-level", SCHEMA_INT, 0, 2, .help = "0 none, 1 problems, 2 all changes" },
};

static const struct schema_key PROFILE_KEYS[] = {
    { "profile", "name", SCHEMA_TEXT, 1, 60, NULL, TRUE, TRUE,
            .help = "it is shown in the list of places" },
    { "profile", "order", SCHEMA_INT, 0, 9999, .help = "place in the list" },
    { "profile", "region", SCHEMA_TEXT, 1, 60, NULL, FALSE, TRUE, .help = "shown beside the name" },
    { "profile", "servers", SCHEMA_SERVERS, 1, 16, .required = TRUE,
            .help = "host:port, tried in order" },
    { "profile", "hub", SCHEMA_TEXT, 1, 255, NULL, .required = TRUE,
            .help = "name of the virtual hub" },
    { "profile", "auth", SCHEMA_WORD, .form = "anonymous|password|plain|claim",
            .help = "how the user logs in" },
    { "profile", "username", SCHEMA_SECRET, .help = "comes from the user or beside the pack" },
    { "profile", "password", SCHEMA_SECRET, .help = "comes from the user or beside the pack" },
    { "profile", "client-cert", SCHEMA_SECRET, .help = "comes from the user or beside the pack" },
    { "profile", "client-key", SCHEMA_SECRET, .help = "comes from the user or beside the pack" },
    { "profile", "trust", SCHEMA_FILES, 1, 16, .help = "files in trust/, or the word system" },
    { "profile", "address", SCHEMA_PATTERN, 4, 18, "^(dhcp|none|[0-9.]{7,15}/[0-9]{1,2})$",
            .code = "E506", .help = "how the machine gets its address" },
    { "profile", "gateway", SCHEMA_ADDRESSES, .help = "with a fixed address" },
    { "profile", "routes", SCHEMA_ROUTES, 1, 64, "server|none",
            .help = "what goes through the tunnel" },
    { "profile", "default-gateway", SCHEMA_BOOL, .help = "all traffic goes through the tunnel" },
    { "profile", "dns", SCHEMA_ADDRESSES, 1, 4, "server|none",
            .help = "name servers while connected" },
    { "profile", "mtu", SCHEMA_INT, 576, 1500, .help = "largest packet, bytes" },
    { "profile", "auto-connect", SCHEMA_BOOL, .help = "connect by itself" },
    { "profile", "reconnect", SCHEMA_BOOL, .help = "connect again when the path is lost" },
    { "profile", "netdev", SCHEMA_PATTERN, 1, 15, "^[A-Za-z0-9_-]+$", .help = "interface name" },
    { "profile", "ipv6", SCHEMA_WORD, .form = "auto|off", .help = "reserved for a later version" },
    { "profile", "kill-switch", SCHEMA_WORD, .form = "off",
            .help = "reserved for a later version" },
    { "profile", "proxy", SCHEMA_WORD, .form = "none", .help = "reserved for a later version" },
    { "profile", "protocol", SCHEMA_WORD, .form = "tcp|auto",
            .help = "reserved for a later version" },
    { "profile", "udp", SCHEMA_WORD, .form = "off|auto", .help = "reserved for a later version" },
    { "profile", "nat-traversal", SCHEMA_WORD, .form = "auto|off",
            .help = "reserved for a later version" },
    { "profile", "tcp-fallback", SCHEMA_WORD, .form = "auto|true",
            .help = "reserved for a later version" },
};

#define LOCK_FORM "free|default|locked|hidden"
#define LOCK(name, what)                                              \
    {                                                                 \
        "locks", name, SCHEMA_WORD, .form = LOCK_FORM, .help = (what) \
    }
#define LOCK_NEVER(name, what)                                                     \
    {                                                                              \
        "locks", name, SCHEMA_WORD, .form = "free", .code = "E601", .help = (what) \
    }

static const struct schema_key LOCK_KEYS[] = {
    LOCK("server-list", "choosing a place"),
    LOCK("profiles", "adding and removing profiles"),
    LOCK("trust", "changing whom to trust"),
    LOCK("proxy", "proxy settings"),
    LOCK("save-credentials", "keeping the password"),
    LOCK("auto-connect", "connecting by itself"),
    LOCK("autostart", "starting with the session"),
    LOCK("kill-switch", "blocking other traffic"),
    LOCK("routes", "what goes through the tunnel"),
    LOCK("dns", "name servers"),
    LOCK("log-level", "how much is logged"),
    LOCK("language", "the language"),
    LOCK("updates", "the update channel"),
    LOCK_NEVER("uninstall", "taking the program away"),
    LOCK_NEVER("disconnect", "ending the connection"),
};

#define LINUX_NAME(name, form_, what)                                               \
    {                                                                               \
        "linux", name, SCHEMA_PATTERN, 2, 64, form_, .code = "E702", .help = (what) \
    }

static const struct schema_key LINUX_KEYS[] = {
    LINUX_NAME("package", "^[a-z0-9][a-z0-9+.-]+$",
            "name of the .deb (a later target): only a-z 0-9 + - ."),
    LINUX_NAME("unit", "^[a-z0-9][a-z0-9-]*$",
            "name of the unit in the .deb (a later target): only a-z 0-9 -"),
    LINUX_NAME("vendor", "^[a-z][a-z0-9-]*(\\.[a-z][a-z0-9-]*)+$",
            "prefix of bus and polkit names (a later target), such as org.example"),
    LINUX_NAME("section", "^[a-z]+(/[a-z]+)?$", "section of the .deb (a later target)"),
    { "linux", "maintainer", SCHEMA_TEXT, 3, 120,
            .help = "maintainer of the .deb (a later target)" },
    { "linux", "description", SCHEMA_TEXT, 3, 80, NULL, FALSE, TRUE, .help = "menu and package" },
    { "linux", "categories", SCHEMA_PATTERN, 2, 120, "^([A-Z][A-Za-z]+;)+$",
            .help = "desktop categories, each ended by ';'" },
    { "linux", "keywords", SCHEMA_TEXT, 2, 200, NULL, FALSE, TRUE,
            .help = "desktop search words, each ended by ';'" },
};

const struct schema SCHEMA_BRAND = { "brand.conf", BRAND_KEYS, G_N_ELEMENTS(BRAND_KEYS) };
const struct schema SCHEMA_PROFILE = { "profiles/NN-name.conf", PROFILE_KEYS,
    G_N_ELEMENTS(PROFILE_KEYS) };
const struct schema SCHEMA_LOCKS = { "policy/locks.conf", LOCK_KEYS, G_N_ELEMENTS(LOCK_KEYS) };
const struct schema SCHEMA_LINUX = { "linux/metadata.conf", LINUX_KEYS, G_N_ELEMENTS(LINUX_KEYS) };
