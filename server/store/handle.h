/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/crypto/seal.h"

#include "store/db.h"
#include "store/store.h"

/** What the files of this room share. */

#define STORE_DB         "noren.db"
#define STORE_DB_NEW     "noren.db.new" /**< while init builds it */
#define STORE_LOCK       "lock"
#define STORE_SEAL_KEY   "seal.key"
#define STORE_SERVER_CRT "server.crt"
#define STORE_SERVER_KEY "server.key"

struct store {
    char *dir;
    struct db *db;
    int lock_fd; /**< -1 unless store_lock() succeeded */
    EVP_PKEY *key;
    X509 *cert;
    uint8_t seal_key[SEAL_KEY_BYTES];
};

/** What a sealed hash is bound to, so that a row cannot be given the hash of another. */
struct store_label {
    char text[2 * STORE_NAME_MAX];
};
struct store_label label_for_server(void);
struct store_label label_for_hub(const char *name);
struct store_label label_for_user(int64_t hub_id, const char *name);

/** Appends the sealed hash to out. */
void hash_seal(const uint8_t seal_key[SEAL_KEY_BYTES], const struct store_label *label,
        const struct sha0_digest *hash, struct writer *out);
/** NOREN_E_CRYPTO with a text that says what does not fit. */
NOREN_MUST_CHECK bool hash_unseal(const uint8_t seal_key[SEAL_KEY_BYTES],
        const struct store_label *label, struct bytes sealed, struct sha0_digest *out,
        struct noren_err *err);

/** Runs a statement that gives no rows. NOREN_E_NOT_FOUND (code only) when it touched none. */
NOREN_MUST_CHECK bool store_change(
        struct store *store, sqlite3_stmt *statement, struct noren_err *err);
