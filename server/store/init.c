/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/crypto/cert.h"
#include "noren/crypto/random.h"

#include "store/files.h"
#include "store/handle.h"
#include "store/schema.h"

/*
 * Making a state folder. The database gets its name last, by a rename, so its presence is the one
 * sign of a finished init: whatever came before may lie there half done and is made anew.
 */

static bool refuse_finished(const char *dir, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *path = files_path(dir, STORE_DB);

    if (access(path, F_OK) == 0)
        return noren_err_set(
                err, NOREN_E_EXISTS, "%s holds a server already; nothing was changed", dir);
    if (errno != ENOENT && errno != ENOTDIR)
        return noren_err_set_os(err, NOREN_E_IO, errno, "%s", path);
    return true;
}

static bool make_seal_key(const char *dir, uint8_t out[SEAL_KEY_BYTES], struct noren_err *err)
{
    noren_cleanup(noren_freep) char *path = files_path(dir, STORE_SEAL_KEY);

    noren_random(out, SEAL_KEY_BYTES);
    return files_write_seal_key(path, out, err);
}

static bool write_identity(
        const char *dir, EVP_PKEY *key, const X509 *cert, char pin[45], struct noren_err *err)
{
    noren_cleanup(noren_freep) char *key_path = files_path(dir, STORE_SERVER_KEY);
    noren_cleanup(noren_freep) char *cert_path = files_path(dir, STORE_SERVER_CRT);

    (void)unlink(key_path);
    (void)unlink(cert_path);
    if (!key_write_pem(key_path, key, err) || !cert_write_pem(cert_path, cert, err))
        return false;
    /* The certificate is for handing out, whatever the umask. */
    if (chmod(cert_path, 0644) != 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "open %s to readers", cert_path);
    return cert_pin(cert, pin, err);
}

static bool make_identity(const char *dir, char pin[45], struct noren_err *err)
{
    char host[64] = "";
    EVP_PKEY *key = NULL;
    X509 *cert = NULL;

    /* 64 bytes is the most that a common name may have (RFC 5280, ub-common-name). */
    if (gethostname(host, sizeof host - 1) != 0 || host[0] == '\0')
        (void)snprintf(host, sizeof host, "localhost");
    if (!cert_make_self_signed(host, &key, &cert, err))
        return false;
    bool ok = write_identity(dir, key, cert, pin, err);
    EVP_PKEY_free(key);
    X509_free(cert);
    return ok;
}

static bool write_administrator(struct db *db, const uint8_t seal_key[SEAL_KEY_BYTES],
        const char *admin_password, struct noren_err *err)
{
    const struct store_label label = label_for_server();
    struct sha0_digest hash = password_hash_admin(admin_password);
    noren_cleanup(writer_clear) struct writer sealed;

    writer_init(&sealed, 0);
    hash_seal(seal_key, &label, &hash, &sealed);
    secret_wipe(&hash, sizeof hash);
    noren_cleanup(db_release) sqlite3_stmt *statement = db_use(db, DB_SERVER_INSERT, err);
    if (statement == NULL)
        return false;
    db_bind_data(statement, 1, (struct bytes){ sealed.data, sealed.len });
    db_bind_number(statement, 2, noren_wall_ms());
    return db_step(db, statement, err) == DB_STEP_END;
}

static bool make_database(const char *path, const uint8_t seal_key[SEAL_KEY_BYTES],
        const char *admin_password, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *journal = noren_asprintf("%s-journal", path);

    (void)unlink(path);
    (void)unlink(journal);
    noren_cleanup(db_closep) struct db *db = db_open(path, DB_FRESH, err);
    return db != NULL && schema_upgrade(db, SCHEMA_STEPS, SCHEMA_STEP_COUNT, err)
           && write_administrator(db, seal_key, admin_password, err);
}

static bool finish(const char *dir, const char *new_path, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *path = files_path(dir, STORE_DB);

    /* Keys first on disk, then the name that makes them count. */
    if (!files_sync_dir(dir, err))
        return false;
    if (rename(new_path, path) != 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "name %s", path);
    return files_sync_dir(dir, err);
}

static bool fill(const char *dir, const char *admin_password, char pin[45], struct noren_err *err)
{
    noren_cleanup(noren_freep) char *new_path = files_path(dir, STORE_DB_NEW);
    uint8_t seal_key[SEAL_KEY_BYTES];

    bool ok = make_seal_key(dir, seal_key, err) && make_identity(dir, pin, err)
              && make_database(new_path, seal_key, admin_password, err)
              && finish(dir, new_path, err);
    secret_wipe(seal_key, sizeof seal_key);
    return ok;
}

bool store_init(const char *dir, const char *admin_password, char pin[45], struct noren_err *err)
{
    noren_cleanup(noren_closep) int lock_fd = -1;
    char made_pin[45];

    if (admin_password[0] == '\0')
        return noren_err_set(err, NOREN_E_ARGUMENT, "the administrator password is empty");
    if (!refuse_finished(dir, err) || !files_make_dir(dir, err) || !files_lock(dir, &lock_fd, err))
        return false;
    /* Again under the lock: another init may have finished meanwhile. */
    if (!refuse_finished(dir, err) || !fill(dir, admin_password, made_pin, err))
        return false;
    memcpy(pin, made_pin, sizeof made_pin);
    return true;
}
