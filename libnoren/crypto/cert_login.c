/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/crypto/cert_login.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <string.h>

#include "libnoren/crypto/openssl_err.h"

static X509 *read_der(struct bytes der, struct noren_err *err)
{
    if (der.len == 0 || der.len > CERT_LOGIN_DER_MAX) {
        noren_err_set(err, NOREN_E_LIMIT, "certificate of %zu bytes", der.len);
        return NULL;
    }

    ERR_clear_error();
    const unsigned char *at = der.data;
    noren_cleanup(X509_freep) X509 *cert = d2i_X509(NULL, &at, (long)der.len);
    if (cert == NULL) {
        openssl_failed(err, NOREN_E_PROTOCOL, "certificate is not DER");
        return NULL;
    }
    if (at != der.data + der.len) {
        noren_err_set(err, NOREN_E_PROTOCOL, "bytes behind the certificate");
        return NULL;
    }
    return noren_steal(&cert);
}

/* "RSA" is what certificates say; a key bound to PSS has another name and may not sign this way. */
static bool check_key(const EVP_PKEY *key, enum noren_code code, struct noren_err *err)
{
    if (!EVP_PKEY_is_a(key, "RSA"))
        return noren_err_set(err, code, "key is not an RSA key");

    int bits = EVP_PKEY_get_bits(key);
    if (bits < CERT_LOGIN_BITS_MIN || bits > CERT_LOGIN_BITS_MAX)
        return noren_err_set(err, code, "RSA key of %d bits", bits);
    return true;
}

static EVP_PKEY *login_key(const X509 *cert, struct noren_err *err)
{
    ERR_clear_error();
    EVP_PKEY *key = X509_get0_pubkey(cert);
    if (key == NULL) {
        openssl_failed(err, NOREN_E_AUTH, "public key of the certificate");
        return NULL;
    }
    return check_key(key, NOREN_E_AUTH, err) ? key : NULL;
}

/* OpenSSL builds the one DigestInfo that fits and compares it whole, so no lax encoding passes. The
 * security level is about TLS and chains: it does not touch this SHA-1. */
static bool signature_matches(
        EVP_PKEY *key, const uint8_t challenge[CHALLENGE_BYTES], struct bytes signature)
{
    EVP_PKEY_CTX *padding; /* belongs to the context */
    noren_cleanup(EVP_MD_CTX_freep) EVP_MD_CTX *context = EVP_MD_CTX_new();

    bool matches =
            context != NULL && EVP_DigestVerifyInit(context, &padding, EVP_sha1(), NULL, key) == 1
            && EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PADDING) == 1
            && EVP_DigestVerify(context, signature.data, signature.len, challenge, CHALLENGE_BYTES)
                       == 1;
    ERR_clear_error();
    return matches;
}

bool cert_login_verify(struct bytes der, const uint8_t challenge[CHALLENGE_BYTES],
        struct bytes signature, X509 **out_cert, struct noren_err *err)
{
    noren_cleanup(X509_freep) X509 *cert = read_der(der, err);
    if (cert == NULL)
        return false;
    EVP_PKEY *key = login_key(cert, err); /* borrowed from cert */
    if (key == NULL)
        return false;

    if (signature.len != (size_t)EVP_PKEY_get_size(key))
        return noren_err_set(err, NOREN_E_AUTH, "signature of %zu bytes", signature.len);
    if (!signature_matches(key, challenge, signature))
        return noren_err_set(err, NOREN_E_AUTH, "signature is not by the certificate's key");
    if (out_cert != NULL)
        *out_cert = noren_steal(&cert);
    return true;
}

bool cert_login_sign(EVP_PKEY *key, const uint8_t challenge[CHALLENGE_BYTES],
        uint8_t out[CERT_LOGIN_SIGNATURE_MAX], size_t *out_len, struct noren_err *err)
{
    if (!check_key(key, NOREN_E_ARGUMENT, err))
        return false;

    ERR_clear_error();
    uint8_t signature[CERT_LOGIN_SIGNATURE_MAX];
    size_t len = sizeof signature;
    EVP_PKEY_CTX *padding; /* belongs to the context */
    noren_cleanup(EVP_MD_CTX_freep) EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL || EVP_DigestSignInit(context, &padding, EVP_sha1(), NULL, key) != 1
            || EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PADDING) != 1
            || EVP_DigestSign(context, signature, &len, challenge, CHALLENGE_BYTES) != 1)
        return openssl_failed(err, NOREN_E_CRYPTO, "log-in signature");

    memcpy(out, signature, len);
    *out_len = len;
    return true;
}
