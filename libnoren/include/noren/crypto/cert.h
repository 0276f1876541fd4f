/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "noren/base/err.h"

/**
 * Certificates, pins and Ed25519 signatures over OpenSSL.
 *
 * A pin is the base64 text of SHA-256 over the DER public key info, 44 characters, as in HTTP
 * public key pinning (RFC 7469, 2.4). It names a key, not a certificate.
 */

enum {
    PIN_TEXT_BYTES = 45, /**< with the NUL */
    ED25519_SIGNATURE_BYTES = 64,
    ED25519_KEY_BYTES = 32,
};

/**
 * A new ECDSA P-256 key and a self-signed certificate for it, valid 20 years from yesterday, with
 * `common_name` as CN and DNS (or IP) subject alternative name. Both outputs are the caller's.
 */
NOREN_MUST_CHECK bool cert_make_self_signed(
        const char *common_name, EVP_PKEY **out_key, X509 **out_cert, struct noren_err *err);

/** The pin of a certificate's key. */
NOREN_MUST_CHECK bool cert_pin(const X509 *cert, char out[PIN_TEXT_BYTES], struct noren_err *err);
/** Whether text has the shape of a pin: 43 base64 characters and '='. */
bool pin_is_valid(const char *text);

NOREN_MUST_CHECK bool cert_write_pem(const char *path, const X509 *cert, struct noren_err *err);
/** Mode 0600, synced to disk before it returns. */
NOREN_MUST_CHECK bool key_write_pem(const char *path, EVP_PKEY *key, struct noren_err *err);
NOREN_MUST_CHECK X509 *cert_read_pem(const char *path, struct noren_err *err);
NOREN_MUST_CHECK EVP_PKEY *key_read_pem(const char *path, struct noren_err *err);

/** Ed25519, for signing brand packs. Deterministic: equal input gives an equal signature. */
NOREN_MUST_CHECK EVP_PKEY *ed25519_make_key(struct noren_err *err);
NOREN_MUST_CHECK bool ed25519_sign(EVP_PKEY *key, const void *data, size_t len,
        uint8_t out[ED25519_SIGNATURE_BYTES], struct noren_err *err);
/** NOREN_E_CRYPTO when the signature is not by the raw public key `key`. */
NOREN_MUST_CHECK bool ed25519_verify(const uint8_t key[ED25519_KEY_BYTES], const void *data,
        size_t len, const uint8_t signature[ED25519_SIGNATURE_BYTES], struct noren_err *err);
/** The raw public key of a private or public key. */
NOREN_MUST_CHECK bool ed25519_public(
        const EVP_PKEY *key, uint8_t out[ED25519_KEY_BYTES], struct noren_err *err);

/** SHA-1 of a buffer: for version 5 UUIDs (RFC 4122) and old peers' UDP packets only, never for
 * security of our own. */
void sha1(const void *data, size_t len, uint8_t out[20]);
/** SHA-256 of a buffer. */
void sha256(const void *data, size_t len, uint8_t out[32]);
