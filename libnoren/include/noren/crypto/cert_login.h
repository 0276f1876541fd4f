/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "noren/base/bytes.h"
#include "noren/base/err.h"
#include "noren/crypto/password.h"

/**
 * The signature of a log-in by certificate (docs/protocol/login.md, 2.1): RSASSA-PKCS1-v1_5 with
 * SHA-1 over the 20 bytes of the server's challenge. It proves that the peer holds the key of a
 * certificate; whether that certificate may log in is another question, answered by the hub.
 *
 * SHA-1 is the wire's choice. The challenge is random and the server's, so a collision does not
 * help a forger; nothing new may be built on it.
 */

enum {
    CERT_LOGIN_BITS_MIN = 1024, /**< of the modulus; shorter ones can be factored by a peer */
    CERT_LOGIN_BITS_MAX = 4096,
    CERT_LOGIN_SIGNATURE_MAX = CERT_LOGIN_BITS_MAX / 8,
    CERT_LOGIN_DER_MAX = 16 * 1024, /**< bytes of a certificate */
};

/**
 * Whether `signature` over `challenge` is by the key of the certificate `der`.
 *
 * NOREN_E_LIMIT (certificate too large), NOREN_E_PROTOCOL (not exactly one DER certificate; PEM is
 * none), NOREN_E_AUTH (not an RSA key of a size that we take, signature not as long as the modulus,
 * or not by this key). *out_cert, unless out_cert is NULL, becomes the caller's on success.
 */
NOREN_MUST_CHECK bool cert_login_verify(struct bytes der, const uint8_t challenge[CHALLENGE_BYTES],
        struct bytes signature, X509 **out_cert, struct noren_err *err);

/**
 * Signs a challenge; *out_len becomes the length of the modulus. NOREN_E_ARGUMENT when the key is
 * not RSA of a size that peers take, NOREN_E_CRYPTO when it is no private key.
 */
NOREN_MUST_CHECK bool cert_login_sign(EVP_PKEY *key, const uint8_t challenge[CHALLENGE_BYTES],
        uint8_t out[CERT_LOGIN_SIGNATURE_MAX], size_t *out_len, struct noren_err *err);
