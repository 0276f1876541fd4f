/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * The password formulas of the reference protocol (docs/protocol/login.md, 2). SHA-0 is needed on
 * the wire only; nothing new may be built on it.
 */

enum {
    SHA0_BYTES = 20,
    CHALLENGE_BYTES = 20,
};

struct sha0_digest {
    uint8_t byte[SHA0_BYTES];
};

struct sha0_digest sha0(const void *data, size_t len);

/** SHA0(password || UPPER(user)): what a server compares for a user. Password-equivalent. */
struct sha0_digest password_hash_user(const char *password, const char *user);
/** SHA0(password): what a server compares for management log-ins. Password-equivalent. */
struct sha0_digest password_hash_admin(const char *password);
/** SHA0(hash || challenge): what goes over the wire. */
struct sha0_digest password_answer(
        const struct sha0_digest *hash, const uint8_t challenge[CHALLENGE_BYTES]);
