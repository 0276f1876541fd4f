/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/crypto/cert.h"

#include <openssl/err.h>
#include <string.h>

#include "noren/crypto/random.h"

#include "libnoren/crypto/openssl_err.h"

enum {
    SERIAL_BYTES = 16,
    COMMON_NAME_MAX = 64, /* RFC 5280, appendix A.1: ub-common-name */
    DAY_SECONDS = 24 * 60 * 60,
    VALID_DAYS = 20 * 365 + 5,
};

void sha1(const void *data, size_t len, uint8_t out[20])
{
    noren_assert(EVP_Digest(data, len, out, NULL, EVP_sha1(), NULL) == 1);
}

void sha256(const void *data, size_t len, uint8_t out[32])
{
    noren_assert(EVP_Digest(data, len, out, NULL, EVP_sha256(), NULL) == 1);
}

bool cert_pin(const X509 *cert, char out[PIN_TEXT_BYTES], struct noren_err *err)
{
    uint8_t digest[32];
    unsigned char *der = NULL;

    ERR_clear_error();
    int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
    if (len <= 0)
        return openssl_failed(err, NOREN_E_CRYPTO, "public key of the certificate");

    sha256(der, (size_t)len, digest);
    OPENSSL_free(der);
    EVP_EncodeBlock((unsigned char *)out, digest, sizeof digest);
    return true;
}

bool pin_is_valid(const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";

    return strspn(text, digits) == PIN_TEXT_BYTES - 2
           && strcmp(text + PIN_TEXT_BYTES - 2, "=") == 0;
}

static bool add_extension(X509 *cert, int nid, const char *value)
{
    X509V3_CTX context;

    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, cert, cert, NULL, NULL, 0);
    noren_cleanup(X509_EXTENSION_freep) X509_EXTENSION *extension =
            X509V3_EXT_conf_nid(NULL, &context, nid, value);
    return extension != NULL && X509_add_ext(cert, extension, -1) == 1;
}

/* Built as a value, not from text: a name with a comma must not become two names. */
static bool add_alternative_name(X509 *cert, const char *name)
{
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    GENERAL_NAME *general = GENERAL_NAME_new();
    ASN1_STRING *value = a2i_IPADDRESS(name);
    int type = value != NULL ? GEN_IPADD : GEN_DNS;

    if (value == NULL) {
        ERR_clear_error();
        value = ASN1_IA5STRING_new();
        noren_assert(value != NULL && ASN1_STRING_set(value, name, -1) == 1);
    }
    noren_assert(names != NULL && general != NULL);
    GENERAL_NAME_set0_value(general, type, value);
    noren_assert(sk_GENERAL_NAME_push(names, general) > 0);

    bool added = X509_add1_ext_i2d(cert, NID_subject_alt_name, names, 0, 0) == 1;
    GENERAL_NAMES_free(names);
    return added;
}

static bool set_serial(X509 *cert)
{
    uint8_t bytes[SERIAL_BYTES];

    noren_random(bytes, sizeof bytes);
    bytes[0] = (uint8_t)((bytes[0] & 0x7f) | 0x40); /* positive, and of full length */
    noren_cleanup(BN_freep) BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    return number != NULL && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL;
}

static bool set_names(X509 *cert, const char *common_name)
{
    X509_NAME *name = X509_get_subject_name(cert);

    return X509_NAME_add_entry_by_txt(
                   name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0)
                   == 1
           && X509_set_issuer_name(cert, name) == 1;
}

static bool fill_cert(X509 *cert, EVP_PKEY *key, const char *common_name)
{
    return X509_set_version(cert, X509_VERSION_3) == 1 && set_serial(cert)
           && X509_gmtime_adj(X509_getm_notBefore(cert), -(long)DAY_SECONDS) != NULL
           && X509_time_adj_ex(X509_getm_notAfter(cert), VALID_DAYS - 1, 0, NULL) != NULL
           && X509_set_pubkey(cert, key) == 1 && set_names(cert, common_name)
           && add_extension(cert, NID_basic_constraints, "critical,CA:FALSE")
           && add_extension(cert, NID_key_usage, "critical,digitalSignature")
           && add_extension(cert, NID_ext_key_usage, "serverAuth")
           && add_extension(cert, NID_subject_key_identifier, "hash")
           && add_alternative_name(cert, common_name) && X509_sign(cert, key, EVP_sha256()) > 0;
}

bool cert_make_self_signed(
        const char *common_name, EVP_PKEY **out_key, X509 **out_cert, struct noren_err *err)
{
    if (common_name[0] == '\0' || strlen(common_name) > COMMON_NAME_MAX)
        return noren_err_set(
                err, NOREN_E_ARGUMENT, "common name of %zu bytes", strlen(common_name));

    ERR_clear_error();
    noren_cleanup(EVP_PKEY_freep) EVP_PKEY *key = EVP_EC_gen("P-256");
    noren_cleanup(X509_freep) X509 *cert = X509_new();
    if (key == NULL || cert == NULL || !fill_cert(cert, key, common_name))
        return openssl_failed(err, NOREN_E_CRYPTO, "self-signed certificate");

    *out_key = noren_steal(&key);
    *out_cert = noren_steal(&cert);
    return true;
}

EVP_PKEY *ed25519_make_key(struct noren_err *err)
{
    ERR_clear_error();

    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    if (key == NULL)
        openssl_failed(err, NOREN_E_CRYPTO, "Ed25519 key");
    return key;
}

bool ed25519_sign(EVP_PKEY *key, const void *data, size_t len, uint8_t out[ED25519_SIGNATURE_BYTES],
        struct noren_err *err)
{
    if (!EVP_PKEY_is_a(key, "ED25519"))
        return noren_err_set(err, NOREN_E_ARGUMENT, "key is not an Ed25519 key");

    ERR_clear_error();
    uint8_t signature[ED25519_SIGNATURE_BYTES];
    size_t signature_len = sizeof signature;
    noren_cleanup(EVP_MD_CTX_freep) EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL || EVP_DigestSignInit(context, NULL, NULL, NULL, key) != 1
            || EVP_DigestSign(context, signature, &signature_len, data, len) != 1)
        return openssl_failed(err, NOREN_E_CRYPTO, "Ed25519 signature");

    memcpy(out, signature, sizeof signature);
    return true;
}

bool ed25519_verify(const uint8_t key[ED25519_KEY_BYTES], const void *data, size_t len,
        const uint8_t signature[ED25519_SIGNATURE_BYTES], struct noren_err *err)
{
    ERR_clear_error();

    noren_cleanup(EVP_PKEY_freep) EVP_PKEY *public_key =
            EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, key, ED25519_KEY_BYTES);
    noren_cleanup(EVP_MD_CTX_freep) EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (public_key == NULL || context == NULL
            || EVP_DigestVerifyInit(context, NULL, NULL, NULL, public_key) != 1)
        return openssl_failed(err, NOREN_E_CRYPTO, "Ed25519 public key");
    if (EVP_DigestVerify(context, signature, ED25519_SIGNATURE_BYTES, data, len) != 1) {
        ERR_clear_error();
        return noren_err_set(err, NOREN_E_CRYPTO, "signature does not match");
    }
    return true;
}

bool ed25519_public(const EVP_PKEY *key, uint8_t out[ED25519_KEY_BYTES], struct noren_err *err)
{
    uint8_t raw[ED25519_KEY_BYTES];
    size_t len = sizeof raw;

    if (!EVP_PKEY_is_a(key, "ED25519"))
        return noren_err_set(err, NOREN_E_ARGUMENT, "key is not an Ed25519 key");

    ERR_clear_error();
    if (EVP_PKEY_get_raw_public_key(key, raw, &len) != 1 || len != sizeof raw)
        return openssl_failed(err, NOREN_E_CRYPTO, "raw public key");
    memcpy(out, raw, sizeof raw);
    return true;
}
