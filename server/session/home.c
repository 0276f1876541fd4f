/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "session/home.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "noren/base/alloc.h"

#include "nat/securenat.h"

#define LOG_ROOM "hub"

struct home {
    struct home *next, *prev;
    struct home_list *list;
    struct loop *loop;
    struct noren_log *log;
    struct hub *hub;
    struct mac mac;        /* of the SecureNAT's virtual host */
    bool wants_nat;        /* as configured when it opens */
    struct securenat *nat; /* NULL while off */
};

struct home *home_new(const struct store_hub *hub, struct loop *loop, struct home_list *list,
        struct noren_log *log)
{
    struct home *home = noren_alloc(sizeof *home);

    home->list = list;
    home->loop = loop;
    home->log = log;
    home->hub = hub_new(hub->name, loop, log);
    home->wants_nat = hub->securenat;
    memcpy(home->mac.byte, hub->securenat_mac, sizeof home->mac.byte);
    return home;
}

struct hub *home_hub(const struct home *home)
{
    return home->hub;
}

static void set_securenat(struct home *home, bool enabled)
{
    struct noren_err err = { 0 };

    if (enabled == (home->nat != NULL))
        return;
    if (!enabled) {
        securenat_free(noren_steal(&home->nat));
        noren_log(home->log, NOREN_INFO, "SecureNAT off: hub=%s", hub_name(home->hub));
        return;
    }
    struct securenat_options options = securenat_defaults(home->mac);
    home->nat = securenat_new(home->hub, &options, home->log, &err);
    if (home->nat == NULL)
        noren_log(home->log, NOREN_ERROR, "SecureNAT cannot start: hub=%s error=\"%s\"",
                hub_name(home->hub), err.text);
}

static void open_here(struct home *home)
{
    DL_APPEND(home->list->first, home);
    noren_log(home->log, NOREN_INFO, "hub online: hub=%s", hub_name(home->hub));
    set_securenat(home, home->wants_nat);
}

static void close_here(struct home *home)
{
    DL_DELETE(home->list->first, home);
    securenat_free(noren_steal(&home->nat));
    noren_log(home->log, NOREN_INFO, "hub offline: hub=%s", hub_name(home->hub));
    hub_close(home->hub);
    free(home);
}

void home_close_all(struct home_list *list)
{
    while (list->first != NULL)
        close_here(list->first);
}

/* ---- mail ---- */

enum order_kind { ORDER_OPEN, ORDER_NAT_ON, ORDER_NAT_OFF, ORDER_CLOSE };

struct order {
    struct mail mail;
    enum order_kind kind;
    struct home *home;
};

static void obey(struct mail *mail)
{
    struct order *order = noren_container_of(mail, struct order, mail);

    switch (order->kind) {
    case ORDER_OPEN:
        open_here(order->home);
        break;
    case ORDER_NAT_ON:
        set_securenat(order->home, true);
        break;
    case ORDER_NAT_OFF:
        set_securenat(order->home, false);
        break;
    case ORDER_CLOSE:
        close_here(order->home);
        break;
    }
    free(order);
}

/* The loop ended first: a home that was never opened is in no list, so nobody else frees it. */
static void dispose_order(struct mail *mail)
{
    struct order *order = noren_container_of(mail, struct order, mail);

    if (order->kind == ORDER_OPEN) {
        hub_close(order->home->hub);
        free(order->home);
    }
    free(order);
}

static void post(struct home *home, enum order_kind kind)
{
    struct order *order = noren_alloc(sizeof *order);

    order->mail.deliver = obey;
    order->mail.dispose = dispose_order;
    order->kind = kind;
    order->home = home;
    noren_mailbox_post(home->loop, &order->mail);
}

void home_post_open(struct home *home)
{
    post(home, ORDER_OPEN);
}

void home_post_securenat(struct home *home, bool enabled)
{
    post(home, enabled ? ORDER_NAT_ON : ORDER_NAT_OFF);
}

void home_post_close(struct home *take_home)
{
    post(take_home, ORDER_CLOSE);
}
