/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

#include "noren/base/err.h"
#include "noren/crypto/password.h"

/**
 * The server's state on disk: identity, administrator, hubs, users. SQLite (WAL, synchronous FULL)
 * in DIR/noren.db; password hashes sealed with DIR/seal.key; identity in DIR/server.key and
 * DIR/server.crt. A change that returned true is on disk.
 *
 * A store handle belongs to one thread. Several handles on one folder may be open (other threads).
 * Names compare without regard to ASCII case and keep the case they were made with.
 */

enum { STORE_NAME_MAX = 255, STORE_HUBS_MAX = 100000, STORE_USERS_MAX = 10000 };

struct store;

/** Makes DIR (0700), identity and administrator password hash. NOREN_E_EXISTS when already made. */
NOREN_MUST_CHECK bool store_init(
        const char *dir, const char *admin_password, char pin[45], struct noren_err *err);
/** NOREN_E_NOT_FOUND ("run noren-server init"), NOREN_E_IO, NOREN_E_CRYPTO (seal key does not fit). */
NOREN_MUST_CHECK struct store *store_open(const char *dir, struct noren_err *err);
void store_close(struct store *store);

/** One process at a time runs on DIR: a lock held until close. NOREN_E_STATE with the holder's pid. */
NOREN_MUST_CHECK bool store_lock(struct store *store, struct noren_err *err);

EVP_PKEY *store_key(const struct store *store); /**< borrowed */
X509 *store_cert(const struct store *store);    /**< borrowed */
NOREN_MUST_CHECK bool store_admin_hash(
        struct store *store, struct sha0_digest *out, struct noren_err *err);
NOREN_MUST_CHECK bool store_set_admin_hash(
        struct store *store, const struct sha0_digest *hash, struct noren_err *err);

struct store_hub {
    int64_t id;
    char name[STORE_NAME_MAX + 1];
    bool online;
    bool securenat;
    uint8_t securenat_mac[6];
    bool has_admin;                /**< has an administrator password of its own */
    struct sha0_digest admin_hash; /**< for management; valid when has_admin */
    int64_t created_ms;            /**< wall clock */
};
/**
 * Checks the name (store/name.h) and fills in id, created_ms and securenat_mac where they are zero.
 * NOREN_E_ARGUMENT, NOREN_E_EXISTS, NOREN_E_LIMIT, NOREN_E_IO (disk).
 */
NOREN_MUST_CHECK bool store_hub_create(
        struct store *store, struct store_hub *hub, struct noren_err *err);
NOREN_MUST_CHECK bool store_hub_find(
        struct store *store, const char *name, struct store_hub *out, struct noren_err *err);
NOREN_MUST_CHECK bool store_hub_set_securenat(
        struct store *store, int64_t hub_id, bool enabled, struct noren_err *err);
NOREN_MUST_CHECK bool store_hub_set_online(
        struct store *store, int64_t hub_id, bool online, struct noren_err *err);
/** `hash` NULL takes the password away. */
NOREN_MUST_CHECK bool store_hub_set_admin_hash(struct store *store, const struct store_hub *hub,
        const struct sha0_digest *hash, struct noren_err *err);
/** Its users go with it. */
NOREN_MUST_CHECK bool store_hub_delete(struct store *store, int64_t hub_id, struct noren_err *err);
typedef bool (*store_hub_fn)(void *ctx, const struct store_hub *hub);
/**
 * In order of name; the callback returns false to stop. It may use the store, but not begin this
 * walk again.
 */
NOREN_MUST_CHECK bool store_hub_each(
        struct store *store, store_hub_fn fn, void *ctx, struct noren_err *err);
NOREN_MUST_CHECK bool store_hub_count(struct store *store, uint32_t *out, struct noren_err *err);

struct store_user {
    int64_t hub_id;
    char name[STORE_NAME_MAX + 1];
    char real_name[STORE_NAME_MAX + 1];
    char note[STORE_NAME_MAX + 1];
    bool has_password;              /**< without one there is no log-in */
    struct sha0_digest hash;        /**< password_hash_user() */
    int64_t created_ms, expires_ms; /**< wall clock; expires 0: never */
    uint64_t logins;
    int64_t last_login_ms;
};
/** created_ms 0 is now. NOREN_E_ARGUMENT, NOREN_E_EXISTS, NOREN_E_LIMIT, NOREN_E_NOT_FOUND (hub). */
NOREN_MUST_CHECK bool store_user_create(
        struct store *store, const struct store_user *user, struct noren_err *err);
NOREN_MUST_CHECK bool store_user_find(struct store *store, int64_t hub_id, const char *name,
        struct store_user *out, struct noren_err *err);
/** Replaces real name, note, password and expiry. NOREN_E_NOT_FOUND, NOREN_E_ARGUMENT. */
NOREN_MUST_CHECK bool store_user_update(
        struct store *store, const struct store_user *user, struct noren_err *err);
NOREN_MUST_CHECK bool store_user_set_hash(struct store *store, int64_t hub_id, const char *name,
        const struct sha0_digest *hash, struct noren_err *err);
/**
 * Counts a log-in. Nobody is told about it, so it does not wait for the disk: a power cut may lose
 * the last counts, and a storm of log-ins costs no syncs.
 */
NOREN_MUST_CHECK bool store_user_note_login(struct store *store, int64_t hub_id, const char *name,
        int64_t wall_ms, struct noren_err *err);
NOREN_MUST_CHECK bool store_user_delete(
        struct store *store, int64_t hub_id, const char *name, struct noren_err *err);
/** As store_hub_each(). */
typedef bool (*store_user_fn)(void *ctx, const struct store_user *user);
NOREN_MUST_CHECK bool store_user_each(
        struct store *store, int64_t hub_id, store_user_fn fn, void *ctx, struct noren_err *err);
NOREN_MUST_CHECK bool store_user_count(
        struct store *store, int64_t hub_id, uint32_t *out, struct noren_err *err);
