/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/bytes.h"
#include "noren/base/secret.h"

/**
 * Authenticated encryption of values at rest: AES-256-GCM with a random nonce.
 * Sealed form: version 1 byte (1) | nonce 12 | ciphertext | tag 16.
 */

enum {
    SEAL_KEY_BYTES = 32,
    SEAL_OVERHEAD = 1 + 12 + 16,
};

/** `label` binds the value to its place ("user:HUB/NAME"), so that rows cannot be swapped. */
void seal(const uint8_t key[SEAL_KEY_BYTES], const char *label, const void *data, size_t len,
        struct writer *out);
/** NOREN_E_CRYPTO when key, label or bytes do not match. */
NOREN_MUST_CHECK bool unseal(const uint8_t key[SEAL_KEY_BYTES], const char *label,
        const void *sealed, size_t len, struct secret *out, struct noren_err *err);
