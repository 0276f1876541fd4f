/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/crypto/cert.h"

#include "store/files.h"
#include "store/handle.h"
#include "store/schema.h"

NOREN_DEFINE_CLEANUP(struct store, store_close)

static struct store_label format_label(const char *prefix, const char *name)
{
    struct store_label label;

    (void)snprintf(label.text, sizeof label.text, "%s%s", prefix, name);
    /* Rows are found without regard to case, so seals must not depend on it either. */
    for (char *c = label.text + strlen(prefix); *c != '\0'; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    return label;
}

struct store_label label_for_server(void)
{
    return format_label("server:", "administrator");
}

struct store_label label_for_hub(const char *name)
{
    return format_label("hub-administrator:", name);
}

struct store_label label_for_user(int64_t hub_id, const char *name)
{
    char prefix[40];

    (void)snprintf(prefix, sizeof prefix, "user:%" PRId64 "/", hub_id);
    return format_label(prefix, name);
}

void hash_seal(const uint8_t seal_key[SEAL_KEY_BYTES], const struct store_label *label,
        const struct sha0_digest *hash, struct writer *out)
{
    seal(seal_key, label->text, hash->byte, sizeof hash->byte, out);
}

bool hash_unseal(const uint8_t seal_key[SEAL_KEY_BYTES], const struct store_label *label,
        struct bytes sealed, struct sha0_digest *out, struct noren_err *err)
{
    noren_cleanup(secret_clear) struct secret plain = { 0 };

    if (!unseal(seal_key, label->text, sealed.data, sealed.len, &plain, err))
        return noren_err_wrap(
                err, "the hash of %s does not fit " STORE_SEAL_KEY " or was changed", label->text);
    if (plain.len != sizeof out->byte)
        return noren_err_set(
                err, NOREN_E_CRYPTO, "the hash of %s has %zu bytes", label->text, plain.len);
    memcpy(out->byte, plain.data, sizeof out->byte);
    return true;
}

static bool open_database(struct store *store, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *path = files_path(store->dir, STORE_DB);
    struct noren_err cause = { 0 };

    store->db = db_open(path, DB_IN_USE, &cause);
    if (store->db == NULL && cause.code == NOREN_E_NOT_FOUND)
        return noren_err_set(err, NOREN_E_NOT_FOUND,
                "%s holds no server; make one with: noren-server init --state %s "
                "--admin-password-file FILE",
                store->dir, store->dir);
    if (store->db == NULL) {
        if (err != NULL)
            *err = cause;
        return false;
    }
    return schema_upgrade(store->db, SCHEMA_STEPS, SCHEMA_STEP_COUNT, err);
}

static bool read_identity(struct store *store, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *seal_path = files_path(store->dir, STORE_SEAL_KEY);
    noren_cleanup(noren_freep) char *key_path = files_path(store->dir, STORE_SERVER_KEY);
    noren_cleanup(noren_freep) char *cert_path = files_path(store->dir, STORE_SERVER_CRT);
    struct sha0_digest probe;

    if (!files_read_seal_key(seal_path, store->seal_key, err))
        return false;
    store->key = key_read_pem(key_path, err);
    if (store->key == NULL)
        return false;
    store->cert = cert_read_pem(cert_path, err);
    if (store->cert == NULL)
        return false;
    if (X509_check_private_key(store->cert, store->key) != 1)
        return noren_err_set(
                err, NOREN_E_CRYPTO, STORE_SERVER_CRT " and " STORE_SERVER_KEY " are not a pair");
    /* Whether the seal key is the right one shows on the one hash that is always there. */
    bool ok = store_admin_hash(store, &probe, err);
    secret_wipe(&probe, sizeof probe);
    return ok;
}

struct store *store_open(const char *dir, struct noren_err *err)
{
    noren_cleanup(store_closep) struct store *store = noren_alloc(sizeof *store);

    store->lock_fd = -1;
    store->dir = noren_strdup(dir);
    if (!open_database(store, err) || !read_identity(store, err)) {
        noren_err_wrap(err, "open state %s", dir);
        return NULL;
    }
    return noren_steal(&store);
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    db_close(store->db);
    noren_closep(&store->lock_fd);
    EVP_PKEY_free(store->key);
    X509_free(store->cert);
    secret_wipe(store->seal_key, sizeof store->seal_key);
    free(store->dir);
    free(store);
}

bool store_lock(struct store *store, struct noren_err *err)
{
    noren_assert(store->lock_fd < 0);
    return files_lock(store->dir, &store->lock_fd, err);
}

EVP_PKEY *store_key(const struct store *store)
{
    return store->key;
}

X509 *store_cert(const struct store *store)
{
    return store->cert;
}

bool store_admin_hash(struct store *store, struct sha0_digest *out, struct noren_err *err)
{
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(store->db, DB_SERVER_SELECT, err);
    const struct store_label label = label_for_server();

    if (statement == NULL)
        return false;
    switch (db_step(store->db, statement, err)) {
    case DB_STEP_ROW:
        return hash_unseal(store->seal_key, &label, db_data(statement, 0), out, err);
    case DB_STEP_END:
    case DB_STEP_TAKEN:
        return noren_err_set(err, NOREN_E_IO, STORE_DB " has no administrator");
    case DB_STEP_FAILED:
        break;
    }
    return false;
}

bool store_set_admin_hash(
        struct store *store, const struct sha0_digest *hash, struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer sealed;
    const struct store_label label = label_for_server();

    writer_init(&sealed, 0);
    hash_seal(store->seal_key, &label, hash, &sealed);
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(store->db, DB_SERVER_SET_HASH, err);
    if (statement == NULL)
        return false;
    db_bind_data(statement, 1, (struct bytes){ sealed.data, sealed.len });
    return store_change(store, statement, err);
}

bool store_change(struct store *store, sqlite3_stmt *statement, struct noren_err *err)
{
    switch (db_step(store->db, statement, err)) {
    case DB_STEP_END:
        break;
    case DB_STEP_ROW:
    case DB_STEP_TAKEN:
        return noren_err_set(err, NOREN_E_EXISTS, "the name is taken");
    case DB_STEP_FAILED:
        return false;
    }
    if (db_changes(store->db) == 0)
        return noren_err_set(err, NOREN_E_NOT_FOUND, "no such row");
    return true;
}
