/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/base/log.h"
#include "noren/base/mac.h"
#include "noren/crypto/random.h"

#include "store/handle.h"
#include "store/name.h"

static bool fail_missing(int64_t hub_id, struct noren_err *err)
{
    return noren_err_set(err, NOREN_E_NOT_FOUND, "there is no hub number %" PRId64, hub_id);
}

/* The first byte is what the reference's SecureNAT has too: locally administered, not a group. */
static void make_securenat_mac(uint8_t out[6])
{
    out[0] = 0x5e;
    noren_random(out + 1, 5);
}

static struct bytes seal_admin(
        const struct store *store, const struct store_hub *hub, struct writer *out)
{
    const struct store_label label = label_for_hub(hub->name);

    if (!hub->has_admin)
        return (struct bytes){ 0 };
    hash_seal(store->seal_key, &label, &hub->admin_hash, out);
    return (struct bytes){ out->data, out->len };
}

static bool insert_hub(struct store *store, struct store_hub *hub, struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer sealed;
    writer_init(&sealed, 0);
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(store->db, DB_HUB_INSERT, err);
    if (statement == NULL)
        return false;

    db_bind_text(statement, 1, hub->name);
    db_bind_number(statement, 2, hub->online);
    db_bind_number(statement, 3, hub->securenat);
    db_bind_data(statement, 4, (struct bytes){ hub->securenat_mac, sizeof hub->securenat_mac });
    db_bind_data(statement, 5, seal_admin(store, hub, &sealed));
    db_bind_number(statement, 6, hub->created_ms);
    db_bind_number(statement, 7, STORE_HUBS_MAX);

    switch (db_step(store->db, statement, err)) {
    case DB_STEP_TAKEN:
        return noren_err_set(err, NOREN_E_EXISTS, "hub \"%s\" exists already", hub->name);
    case DB_STEP_FAILED:
        return false;
    case DB_STEP_ROW:
    case DB_STEP_END:
        break;
    }
    if (db_changes(store->db) == 0)
        return noren_err_set(
                err, NOREN_E_LIMIT, "the server has %d hubs, which is the most", STORE_HUBS_MAX);
    hub->id = db_last_id(store->db);
    return true;
}

bool store_hub_create(struct store *store, struct store_hub *hub, struct noren_err *err)
{
    struct store_hub made = *hub;
    struct mac mac;

    if (!name_check_hub(hub->name, err))
        return false;
    if (made.created_ms == 0)
        made.created_ms = noren_wall_ms();
    memcpy(mac.byte, made.securenat_mac, sizeof mac.byte);
    if (mac_is_zero(mac))
        make_securenat_mac(made.securenat_mac);
    if (!insert_hub(store, &made, err))
        return false;
    *hub = made;
    return true;
}

static bool read_hub(
        struct store *store, sqlite3_stmt *row, struct store_hub *out, struct noren_err *err)
{
    struct store_hub hub = { .id = db_number(row, 0), .online = db_flag(row, 2) };
    struct bytes mac = db_data(row, 4);
    struct bytes sealed = db_data(row, 5);

    db_text(row, 1, hub.name, sizeof hub.name);
    hub.securenat = db_flag(row, 3);
    if (mac.len == sizeof hub.securenat_mac)
        memcpy(hub.securenat_mac, mac.data, mac.len);
    hub.created_ms = db_number(row, 6);
    hub.has_admin = sealed.data != NULL;
    if (hub.has_admin) {
        const struct store_label label = label_for_hub(hub.name);
        if (!hash_unseal(store->seal_key, &label, sealed, &hub.admin_hash, err))
            return false;
    }
    *out = hub;
    return true;
}

bool store_hub_find(
        struct store *store, const char *name, struct store_hub *out, struct noren_err *err)
{
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(store->db, DB_HUB_BY_NAME, err);

    if (statement == NULL)
        return false;
    db_bind_text(statement, 1, name);
    switch (db_step(store->db, statement, err)) {
    case DB_STEP_ROW:
        return read_hub(store, statement, out, err);
    case DB_STEP_END:
    case DB_STEP_TAKEN:
        return noren_err_set(err, NOREN_E_NOT_FOUND, "hub %s does not exist", log_quote(name).text);
    case DB_STEP_FAILED:
        break;
    }
    return false;
}

/** Changes one thing of one hub, or deletes it: ?1 is the id, ?2 the value if there is one. */
static bool change_hub(struct store *store, enum db_statement which, int64_t hub_id,
        const int64_t *value, struct noren_err *err)
{
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(store->db, which, err);
    struct noren_err cause = { 0 };

    if (statement == NULL)
        return false;
    db_bind_number(statement, 1, hub_id);
    if (value != NULL)
        db_bind_number(statement, 2, *value);
    if (store_change(store, statement, &cause))
        return true;
    if (cause.code == NOREN_E_NOT_FOUND)
        return fail_missing(hub_id, err);
    if (err != NULL)
        *err = cause;
    return false;
}

bool store_hub_set_securenat(
        struct store *store, int64_t hub_id, bool enabled, struct noren_err *err)
{
    return change_hub(store, DB_HUB_SET_SECURENAT, hub_id, &(int64_t){ enabled }, err);
}

bool store_hub_set_online(struct store *store, int64_t hub_id, bool online, struct noren_err *err)
{
    return change_hub(store, DB_HUB_SET_ONLINE, hub_id, &(int64_t){ online }, err);
}

bool store_hub_delete(struct store *store, int64_t hub_id, struct noren_err *err)
{
    return change_hub(store, DB_HUB_DELETE, hub_id, NULL, err);
}

bool store_hub_set_admin_hash(struct store *store, const struct store_hub *hub,
        const struct sha0_digest *hash, struct noren_err *err)
{
    struct store_hub changed = *hub;
    noren_cleanup(writer_clear) struct writer sealed;

    changed.has_admin = hash != NULL;
    if (hash != NULL)
        changed.admin_hash = *hash;
    writer_init(&sealed, 0);
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(store->db, DB_HUB_SET_HASH, err);
    if (statement == NULL)
        return false;
    db_bind_number(statement, 1, hub->id);
    db_bind_data(statement, 2, seal_admin(store, &changed, &sealed));
    if (!store_change(store, statement, err))
        return noren_err_wrap(err, "hub \"%s\"", hub->name);
    return true;
}

bool store_hub_each(struct store *store, store_hub_fn fn, void *ctx, struct noren_err *err)
{
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(store->db, DB_HUB_ALL, err);
    struct store_hub hub;

    if (statement == NULL)
        return false;
    enum db_step step = db_step(store->db, statement, err);
    for (; step == DB_STEP_ROW; step = db_step(store->db, statement, err)) {
        if (!read_hub(store, statement, &hub, err))
            return false;
        if (!fn(ctx, &hub))
            return true;
    }
    return step == DB_STEP_END;
}

bool store_hub_count(struct store *store, uint32_t *out, struct noren_err *err)
{
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(store->db, DB_HUB_COUNT, err);

    if (statement == NULL || db_step(store->db, statement, err) != DB_STEP_ROW)
        return false;
    *out = (uint32_t)db_number(statement, 0);
    return true;
}
