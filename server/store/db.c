/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
    BUSY_MS = 5000, /**< how long another process's write is waited for */
};

struct db {
    sqlite3 *sqlite;
    char *path;
    sqlite3_stmt *statements[DB_STATEMENT_COUNT]; /**< NULL until first used */
};

/** Turns SQLite's last failure into words. Returns false. */
static bool fail(struct db *db, struct noren_err *err)
{
    int code = sqlite3_extended_errcode(db->sqlite);
    int os_code = sqlite3_system_errno(db->sqlite);

    switch (code & 0xff) {
    case SQLITE_FULL:
        return noren_err_set_os(
                err, NOREN_E_IO, ENOSPC, "%s: free some space and try again", db->path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return noren_err_set_os(err, NOREN_E_IO, EROFS,
                "%s: the file or its folder cannot be written by this user", db->path);
    case SQLITE_BUSY:
        return noren_err_set_os(err, NOREN_E_IO, EBUSY,
                "%s: another program has been writing for %d s", db->path, BUSY_MS / 1000);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return noren_err_set(err, NOREN_E_IO,
                "%s is damaged or not a database of this server; restore it from a backup",
                db->path);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        if (os_code == ENOSPC || os_code == EDQUOT)
            return noren_err_set_os(
                    err, NOREN_E_IO, os_code, "%s: free some space and try again", db->path);
        if (os_code != 0)
            return noren_err_set_os(err, NOREN_E_IO, os_code, "%s", db->path);
        break;
    default:
        break;
    }
    return noren_err_set(err, NOREN_E_IO, "%s: %s", db->path, sqlite3_errmsg(db->sqlite));
}

/* SQLite would make the file with the umask's mode; the journals copy the mode of the file. */
static bool make_file(const char *path, struct noren_err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "make %s", path);
    close(fd);
    return true;
}

static bool set_pragmas(struct db *db, enum db_kind kind, struct noren_err *err)
{
    sqlite3_busy_timeout(db->sqlite, BUSY_MS);
    sqlite3_extended_result_codes(db->sqlite, 1);
    if (kind == DB_IN_USE && !db_exec(db, "PRAGMA journal_mode = WAL", err))
        return false;
    return db_exec(db, "PRAGMA synchronous = FULL", err)
           && db_exec(db, "PRAGMA foreign_keys = ON", err)
           && db_exec(db, "PRAGMA trusted_schema = OFF", err);
}

struct db *db_open(const char *path, enum db_kind kind, struct noren_err *err)
{
    noren_cleanup(db_closep) struct db *db = noren_alloc(sizeof *db);

    db->path = noren_strdup(path);
    if (kind == DB_FRESH && !make_file(path, err))
        return NULL;
    /* Asked of the system itself: SQLite would say that a journal "does not exist". */
    if (kind == DB_IN_USE && access(path, R_OK | W_OK) != 0) {
        noren_err_set_os(err, errno == ENOENT ? NOREN_E_NOT_FOUND : NOREN_E_IO, errno, "%s", path);
        return NULL;
    }
    if (sqlite3_open_v2(path, &db->sqlite, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)
            != SQLITE_OK) {
        fail(db, err);
        return NULL;
    }
    if (!set_pragmas(db, kind, err))
        return NULL;
    return noren_steal(&db);
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    for (size_t i = 0; i < DB_STATEMENT_COUNT; i++)
        sqlite3_finalize(db->statements[i]);
    sqlite3_close(db->sqlite);
    free(db->path);
    free(db);
}

bool db_exec(struct db *db, const char *sql, struct noren_err *err)
{
    if (sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) != SQLITE_OK)
        return fail(db, err);
    return true;
}

void db_rollback(struct db *db)
{
    if (!sqlite3_get_autocommit(db->sqlite))
        (void)sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
}

bool db_read_number(struct db *db, const char *sql, int64_t *out, struct noren_err *err)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(db->sqlite, sql, -1, &statement, NULL) != SQLITE_OK)
        return fail(db, err);
    int result = sqlite3_step(statement);
    int64_t value = result == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    bool ok = result == SQLITE_ROW || result == SQLITE_DONE || fail(db, err);
    sqlite3_finalize(statement);
    if (ok)
        *out = value;
    return ok;
}

sqlite3_stmt *db_use(struct db *db, enum db_statement which, struct noren_err *err)
{
    sqlite3_stmt **statement = &db->statements[which];

    if (*statement == NULL
            && sqlite3_prepare_v3(db->sqlite, DB_STATEMENTS[which], -1, SQLITE_PREPARE_PERSISTENT,
                       statement, NULL)
                       != SQLITE_OK) {
        fail(db, err);
        return NULL;
    }
    noren_assert(!sqlite3_stmt_busy(*statement));
    return *statement;
}

void db_release(sqlite3_stmt **statement)
{
    if (*statement == NULL)
        return;
    sqlite3_reset(*statement);
    sqlite3_clear_bindings(*statement);
}

void db_bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    noren_assert(sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC) == SQLITE_OK);
}

void db_bind_number(sqlite3_stmt *statement, int at, int64_t value)
{
    noren_assert(sqlite3_bind_int64(statement, at, value) == SQLITE_OK);
}

void db_bind_data(sqlite3_stmt *statement, int at, struct bytes data)
{
    if (data.data == NULL) {
        noren_assert(sqlite3_bind_null(statement, at) == SQLITE_OK);
        return;
    }
    noren_assert(
            sqlite3_bind_blob64(statement, at, data.data, data.len, SQLITE_STATIC) == SQLITE_OK);
}

enum db_step db_step(struct db *db, sqlite3_stmt *statement, struct noren_err *err)
{
    int result = sqlite3_step(statement);

    if (result == SQLITE_ROW)
        return DB_STEP_ROW;
    if (result == SQLITE_DONE)
        return DB_STEP_END;
    if (result == SQLITE_CONSTRAINT_UNIQUE || result == SQLITE_CONSTRAINT_PRIMARYKEY)
        return DB_STEP_TAKEN;
    fail(db, err);
    return DB_STEP_FAILED;
}

int64_t db_changes(struct db *db)
{
    return sqlite3_changes64(db->sqlite);
}

int64_t db_last_id(struct db *db)
{
    return sqlite3_last_insert_rowid(db->sqlite);
}

int64_t db_number(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_int64(statement, column);
}

bool db_flag(sqlite3_stmt *statement, int column)
{
    return sqlite3_column_int64(statement, column) != 0;
}

void db_text(sqlite3_stmt *statement, int column, char *out, size_t room)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    size_t len = text == NULL ? 0 : strnlen(text, room - 1);

    if (len > 0)
        memcpy(out, text, len);
    out[len] = '\0';
}

struct bytes db_data(sqlite3_stmt *statement, int column)
{
    const void *data = sqlite3_column_blob(statement, column);

    return (struct bytes){ .data = data, .len = (size_t)sqlite3_column_bytes(statement, column) };
}
