/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/base/log.h"

#include "store/handle.h"
#include "store/name.h"

static bool fail_missing(const char *name, struct noren_err *err)
{
    return noren_err_set(err, NOREN_E_NOT_FOUND, "user %s does not exist", log_quote(name).text);
}

static struct bytes seal_hash(const struct store *store, int64_t hub_id, const char *name,
        const struct sha0_digest *hash, struct writer *out)
{
    const struct store_label label = label_for_user(hub_id, name);

    if (hash == NULL)
        return (struct bytes){ 0 };
    hash_seal(store->seal_key, &label, hash, out);
    return (struct bytes){ out->data, out->len };
}

static bool check_user(const struct store_user *user, struct noren_err *err)
{
    return name_check_user(user->name, err) && name_check_text("real name", user->real_name, err)
           && name_check_text("note", user->note, err);
}

/** The hub may have been deleted meanwhile; its number alone says little to a reader. */
static bool check_hub(struct store *store, int64_t hub_id, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *sql =
            noren_asprintf("SELECT count(*) FROM hub WHERE id = %" PRId64, hub_id);
    int64_t count;

    if (!db_read_number(store->db, sql, &count, err))
        return false;
    if (count == 0)
        return noren_err_set(err, NOREN_E_NOT_FOUND, "there is no hub number %" PRId64, hub_id);
    return true;
}

/* ?1 to ?5 of the statements that write a whole user; `sealed` must outlive the step. */
static void bind_user(const struct store *store, sqlite3_stmt *statement,
        const struct store_user *user, struct writer *sealed)
{
    const struct sha0_digest *hash = user->has_password ? &user->hash : NULL;

    db_bind_number(statement, 1, user->hub_id);
    db_bind_text(statement, 2, user->name);
    db_bind_text(statement, 3, user->real_name);
    db_bind_text(statement, 4, user->note);
    db_bind_data(statement, 5, seal_hash(store, user->hub_id, user->name, hash, sealed));
}

bool store_user_create(struct store *store, const struct store_user *user, struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer sealed;

    writer_init(&sealed, 0);
    if (!check_user(user, err) || !check_hub(store, user->hub_id, err))
        return false;
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(store->db, DB_USER_INSERT, err);
    if (statement == NULL)
        return false;

    bind_user(store, statement, user, &sealed);
    db_bind_number(statement, 6, user->created_ms != 0 ? user->created_ms : noren_wall_ms());
    db_bind_number(statement, 7, user->expires_ms);
    db_bind_number(statement, 8, STORE_USERS_MAX);

    switch (db_step(store->db, statement, err)) {
    case DB_STEP_TAKEN:
        return noren_err_set(err, NOREN_E_EXISTS, "user \"%s\" exists already", user->name);
    case DB_STEP_FAILED:
        return false;
    case DB_STEP_ROW:
    case DB_STEP_END:
        break;
    }
    if (db_changes(store->db) == 0)
        return noren_err_set(
                err, NOREN_E_LIMIT, "the hub has %d users, which is the most", STORE_USERS_MAX);
    return true;
}

static bool read_user(
        struct store *store, sqlite3_stmt *row, struct store_user *out, struct noren_err *err)
{
    struct store_user user = { .hub_id = db_number(row, 0) };
    struct bytes sealed = db_data(row, 4);

    db_text(row, 1, user.name, sizeof user.name);
    db_text(row, 2, user.real_name, sizeof user.real_name);
    db_text(row, 3, user.note, sizeof user.note);
    user.created_ms = db_number(row, 5);
    user.expires_ms = db_number(row, 6);
    user.logins = (uint64_t)db_number(row, 7);
    user.last_login_ms = db_number(row, 8);
    user.has_password = sealed.data != NULL;
    if (user.has_password) {
        const struct store_label label = label_for_user(user.hub_id, user.name);
        if (!hash_unseal(store->seal_key, &label, sealed, &user.hash, err))
            return false;
    }
    *out = user;
    return true;
}

bool store_user_find(struct store *store, int64_t hub_id, const char *name, struct store_user *out,
        struct noren_err *err)
{
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(store->db, DB_USER_BY_NAME, err);

    if (statement == NULL)
        return false;
    db_bind_number(statement, 1, hub_id);
    db_bind_text(statement, 2, name);
    switch (db_step(store->db, statement, err)) {
    case DB_STEP_ROW:
        return read_user(store, statement, out, err);
    case DB_STEP_END:
    case DB_STEP_TAKEN:
        return fail_missing(name, err);
    case DB_STEP_FAILED:
        break;
    }
    return false;
}

static bool change_user(
        struct store *store, sqlite3_stmt *statement, const char *name, struct noren_err *err)
{
    struct noren_err cause = { 0 };

    if (store_change(store, statement, &cause))
        return true;
    if (cause.code == NOREN_E_NOT_FOUND)
        return fail_missing(name, err);
    if (err != NULL)
        *err = cause;
    return false;
}

bool store_user_update(struct store *store, const struct store_user *user, struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer sealed;

    writer_init(&sealed, 0);
    if (!check_user(user, err))
        return false;
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(store->db, DB_USER_UPDATE, err);
    if (statement == NULL)
        return false;
    bind_user(store, statement, user, &sealed);
    db_bind_number(statement, 6, user->expires_ms);
    return change_user(store, statement, user->name, err);
}

bool store_user_set_hash(struct store *store, int64_t hub_id, const char *name,
        const struct sha0_digest *hash, struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer sealed;

    writer_init(&sealed, 0);
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(store->db, DB_USER_SET_HASH, err);
    if (statement == NULL)
        return false;
    db_bind_number(statement, 1, hub_id);
    db_bind_text(statement, 2, name);
    db_bind_data(statement, 3, seal_hash(store, hub_id, name, hash, &sealed));
    return change_user(store, statement, name, err);
}

static bool note_login(struct store *store, int64_t hub_id, const char *name, int64_t wall_ms,
        struct noren_err *err)
{
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(store->db, DB_USER_NOTE_LOGIN, err);

    if (statement == NULL)
        return false;
    db_bind_number(statement, 1, hub_id);
    db_bind_text(statement, 2, name);
    db_bind_number(statement, 3, wall_ms);
    return change_user(store, statement, name, err);
}

bool store_user_note_login(struct store *store, int64_t hub_id, const char *name, int64_t wall_ms,
        struct noren_err *err)
{
    if (!db_exec(store->db, "PRAGMA synchronous = NORMAL", err))
        return false;
    bool ok = note_login(store, hub_id, name, wall_ms, err);
    return db_exec(store->db, "PRAGMA synchronous = FULL", err) && ok;
}

bool store_user_delete(struct store *store, int64_t hub_id, const char *name, struct noren_err *err)
{
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(store->db, DB_USER_DELETE, err);

    if (statement == NULL)
        return false;
    db_bind_number(statement, 1, hub_id);
    db_bind_text(statement, 2, name);
    return change_user(store, statement, name, err);
}

bool store_user_each(
        struct store *store, int64_t hub_id, store_user_fn fn, void *ctx, struct noren_err *err)
{
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(store->db, DB_USER_ALL, err);
    struct store_user user;

    if (statement == NULL)
        return false;
    db_bind_number(statement, 1, hub_id);
    enum db_step step = db_step(store->db, statement, err);
    for (; step == DB_STEP_ROW; step = db_step(store->db, statement, err)) {
        if (!read_user(store, statement, &user, err))
            return false;
        if (!fn(ctx, &user))
            return true;
    }
    return step == DB_STEP_END;
}

bool store_user_count(struct store *store, int64_t hub_id, uint32_t *out, struct noren_err *err)
{
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(store->db, DB_USER_COUNT, err);

    if (statement == NULL)
        return false;
    db_bind_number(statement, 1, hub_id);
    if (db_step(store->db, statement, err) != DB_STEP_ROW)
        return false;
    *out = (uint32_t)db_number(statement, 0);
    return true;
}
