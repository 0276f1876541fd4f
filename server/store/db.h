/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/alloc.h"
#include "noren/base/bytes.h"
#include "noren/base/err.h"

/**
 * One connection to the database, with its statements prepared once and kept. Knows SQLite, knows
 * nothing of hubs. Belongs to one thread.
 *
 * Every failure says what an operator can do: a full disk and a read-only one have their own words.
 */

struct db;

enum db_kind {
    DB_FRESH,  /**< the file is made (mode 0600); a rollback journal, as it will be renamed */
    DB_IN_USE, /**< the file must be there; WAL, every commit on disk before it returns */
};

/** All SQL that runs after the schema is there; texts in db_statements.c. */
enum db_statement {
    DB_SERVER_INSERT,
    DB_SERVER_SELECT,
    DB_SERVER_SET_HASH,
    DB_HUB_INSERT,
    DB_HUB_BY_NAME,
    DB_HUB_ALL,
    DB_HUB_SET_SECURENAT,
    DB_HUB_SET_ONLINE,
    DB_HUB_SET_HASH,
    DB_HUB_DELETE,
    DB_HUB_COUNT,
    DB_USER_INSERT,
    DB_USER_BY_NAME,
    DB_USER_ALL,
    DB_USER_UPDATE,
    DB_USER_SET_HASH,
    DB_USER_NOTE_LOGIN,
    DB_USER_DELETE,
    DB_USER_COUNT,
    DB_STATEMENT_COUNT,
};
extern const char *const DB_STATEMENTS[DB_STATEMENT_COUNT];

/** NOREN_E_IO, NOREN_E_NOT_FOUND (no such file, with DB_IN_USE). */
NOREN_MUST_CHECK struct db *db_open(const char *path, enum db_kind kind, struct noren_err *err);
void db_close(struct db *db);
NOREN_DEFINE_CLEANUP(struct db, db_close)

/** Runs statements without parameters and results. NOREN_E_IO. */
NOREN_MUST_CHECK bool db_exec(struct db *db, const char *sql, struct noren_err *err);
/** Undoes what is open; when SQLite did so already, nothing happens. */
void db_rollback(struct db *db);
/** The first column of the first row of `sql`; 0 when there is no row. */
NOREN_MUST_CHECK bool db_read_number(
        struct db *db, const char *sql, int64_t *out, struct noren_err *err);

/**
 * A statement ready for its parameters; NULL with err set when it cannot be prepared. Hold it in
 * `noren_cleanup(db_release) sqlite3_stmt *`: it is borrowed and must be released before the same
 * statement is used again (asserted).
 */
sqlite3_stmt *db_use(struct db *db, enum db_statement which, struct noren_err *err);
void db_release(sqlite3_stmt **statement);

/* Parameters count from 1; text and data are borrowed until the statement is released. */
void db_bind_text(sqlite3_stmt *statement, int at, const char *text);
void db_bind_number(sqlite3_stmt *statement, int at, int64_t value);
/** .data NULL binds NULL. */
void db_bind_data(sqlite3_stmt *statement, int at, struct bytes data);

enum db_step {
    DB_STEP_ROW,
    DB_STEP_END,
    DB_STEP_TAKEN, /**< the row would break a unique constraint; err is not set */
    DB_STEP_FAILED,
};
enum db_step db_step(struct db *db, sqlite3_stmt *statement, struct noren_err *err);
/** Rows that the last insert, update or delete touched. */
int64_t db_changes(struct db *db);
int64_t db_last_id(struct db *db);

/* Columns count from 0; what they give is borrowed until the next step. */
int64_t db_number(sqlite3_stmt *statement, int column);
bool db_flag(sqlite3_stmt *statement, int column);
/** Copies at most room - 1 bytes and a NUL. */
void db_text(sqlite3_stmt *statement, int column, char *out, size_t room);
/** .data NULL for NULL. */
struct bytes db_data(sqlite3_stmt *statement, int column);
