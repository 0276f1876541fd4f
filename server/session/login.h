/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "noren/base/secret.h"
#include "noren/crypto/password.h"
#include "noren/proto/handshake.h"

#include "store/store.h"

/** Who somebody is: credentials against the store. Runs on a clerk's thread; touches no loop. */

enum login_kind { LOGIN_USER, LOGIN_ADMIN };

/** A copy of what the peer sent, as it crosses to another thread. */
struct login_claim {
    enum login_kind kind;
    char hub[STORE_NAME_MAX + 1]; /**< ADMIN: "" for the whole server */
    char user[STORE_NAME_MAX + 1];
    uint32_t auth_type;
    bool has_answer;
    uint8_t answer[SHA0_BYTES];
    uint8_t challenge[CHALLENGE_BYTES];
    struct secret plain;
};

void login_claim_init(
        struct login_claim *claim, enum login_kind kind, const struct server_login *login);
void login_claim_clear(struct login_claim *claim);

struct login_verdict {
    enum proto_error error;        /**< PROTO_OK: let in */
    const char *why;               /**< for the log: more than the peer is told */
    int64_t hub_id;                /**< LOGIN_USER */
    char hub[STORE_NAME_MAX + 1];  /**< as stored */
    char user[STORE_NAME_MAX + 1]; /**< as stored */
};

/** `wall_ms` decides about expiry. An unknown user costs the same work as a wrong password. */
void login_check(struct store *store, const struct login_claim *claim, int64_t wall_ms,
        struct login_verdict *out);
