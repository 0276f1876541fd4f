/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "store/schema.h"

#include <inttypes.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"

/* NOCASE folds ASCII only, which is what the name rules and the protocol ask for. */
const char *const SCHEMA_STEPS[] = {
    "CREATE TABLE server ("
    " id INTEGER PRIMARY KEY CHECK (id = 1),"
    " admin_hash BLOB NOT NULL,"
    " created_ms INTEGER NOT NULL) STRICT;"
    "CREATE TABLE hub ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT," /* never given twice: seals are bound to it */
    " name TEXT NOT NULL COLLATE NOCASE UNIQUE,"
    " online INTEGER NOT NULL,"
    " securenat INTEGER NOT NULL,"
    " securenat_mac BLOB NOT NULL,"
    " admin_hash BLOB,"
    " created_ms INTEGER NOT NULL) STRICT;"
    "CREATE TABLE user ("
    " hub_id INTEGER NOT NULL REFERENCES hub (id) ON DELETE CASCADE,"
    " name TEXT NOT NULL COLLATE NOCASE,"
    " real_name TEXT NOT NULL,"
    " note TEXT NOT NULL,"
    " hash BLOB,"
    " created_ms INTEGER NOT NULL,"
    " expires_ms INTEGER NOT NULL,"
    " logins INTEGER NOT NULL,"
    " last_login_ms INTEGER NOT NULL,"
    " PRIMARY KEY (hub_id, name)) STRICT, WITHOUT ROWID;",
};
const size_t SCHEMA_STEP_COUNT = noren_countof(SCHEMA_STEPS);

static bool read_version(struct db *db, int64_t *out, struct noren_err *err)
{
    int64_t is_there;

    if (!db_read_number(db, "SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'",
                &is_there, err))
        return false;
    if (is_there == 0) {
        *out = 0;
        return true;
    }
    return db_read_number(db, "SELECT max(version) FROM schema_version", out, err);
}

static bool run_steps(struct db *db, const char *const *steps, size_t count, struct noren_err *err)
{
    int64_t version;

    /* Read again inside the transaction: another process may have upgraded meanwhile. */
    if (!read_version(db, &version, err)
            || !db_exec(db,
                    "CREATE TABLE IF NOT EXISTS schema_version ("
                    " version INTEGER PRIMARY KEY, applied_ms INTEGER NOT NULL) STRICT",
                    err))
        return false;
    for (size_t i = (size_t)version; i < count; i++) {
        noren_cleanup(noren_freep) char *note = noren_asprintf(
                "INSERT INTO schema_version VALUES (%zu, %" PRId64 ")", i + 1, noren_wall_ms());
        if (!db_exec(db, steps[i], err) || !db_exec(db, note, err))
            return noren_err_wrap(err, "upgrade to version %zu", i + 1);
    }
    return db_exec(db, "COMMIT", err);
}

bool schema_upgrade(struct db *db, const char *const *steps, size_t count, struct noren_err *err)
{
    int64_t version;

    if (!read_version(db, &version, err))
        return false;
    if (version > (int64_t)count)
        return noren_err_set(err, NOREN_E_STATE,
                "the database has version %" PRId64
                " and this program knows %zu; install a newer one",
                version, count);
    if (version == (int64_t)count)
        return true;
    if (!db_exec(db, "BEGIN IMMEDIATE", err))
        return false;
    if (!run_steps(db, steps, count, err)) {
        db_rollback(db);
        return false;
    }
    return true;
}
