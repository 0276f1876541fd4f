/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/crypto/cert_login.h"

#include "tests/unit/test.h"
#include "tests/unit/vectors.h"

/* A log-in with a key made here. */
struct login {
    struct vector_bytes der, challenge, signature;
};

static void unload(struct login *login)
{
    free(login->der.data);
    free(login->challenge.data);
    free(login->signature.data);
}

/* NOREN_OK or why not. */
static enum noren_code verify(const struct login *login)
{
    struct noren_err err = { .code = NOREN_OK };
    bool verified = cert_login_verify((struct bytes){ login->der.data, login->der.len },
            login->challenge.data, (struct bytes){ login->signature.data, login->signature.len },
            NULL, &err);

    assert_int_equal(verified, err.code == NOREN_OK);
    return err.code;
}

static EVP_PKEY *rsa_key(unsigned bits)
{
    EVP_PKEY *key = EVP_RSA_gen(bits);

    assert_non_null(key);
    return key;
}

/* A public key of that size made of nothing: an odd modulus with the highest bit set. */
static EVP_PKEY *hollow_rsa_key(int bits)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    EVP_PKEY *key = NULL;
    BIGNUM *modulus = BN_new();

    BN_set_bit(modulus, bits - 1);
    BN_set_bit(modulus, 0);
    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus);
    OSSL_PARAM_BLD_push_uint(build, OSSL_PKEY_PARAM_RSA_E, 65537);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
    assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
    OSSL_PARAM_free(params);
    BN_free(modulus);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_BLD_free(build);
    return key;
}

static struct vector_bytes make_der(EVP_PKEY *key, EVP_PKEY *signer)
{
    X509 *cert = X509_new();
    unsigned char *der = NULL;

    assert_int_equal(X509_set_pubkey(cert, key), 1);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), 0);
    X509_gmtime_adj(X509_getm_notAfter(cert), 60);
    assert_true(X509_sign(cert, signer, EVP_sha256()) > 0);
    int len = i2d_X509(cert, &der);
    assert_true(len > 0);

    struct vector_bytes copy = { noren_alloc((size_t)len), (size_t)len };
    memcpy(copy.data, der, copy.len);
    OPENSSL_free(der);
    X509_free(cert);
    return copy;
}

/* A log-in with this key, signed by plain OpenSSL with this digest. */
static struct login make_login(EVP_PKEY *key, const EVP_MD *digest)
{
    struct login login = { .der = make_der(key, key) };
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    login.challenge = vectors_unhex("000102030405060708090a0b0c0d0e0f10111213");
    login.signature.len = (size_t)EVP_PKEY_get_size(key);
    login.signature.data = noren_alloc(login.signature.len);
    assert_int_equal(EVP_DigestSignInit(context, NULL, digest, NULL, key), 1);
    assert_int_equal(EVP_DigestSign(context, login.signature.data, &login.signature.len,
                             login.challenge.data, CHALLENGE_BYTES),
            1);
    EVP_MD_CTX_free(context);
    return login;
}

static enum noren_code verdict_on(unsigned bits, const EVP_MD *digest)
{
    EVP_PKEY *key = rsa_key(bits);
    noren_cleanup(unload) struct login login = make_login(key, digest);

    EVP_PKEY_free(key);
    return verify(&login);
}

static void test_only_sha1_is_taken(void **state)
{
    (void)state;
    assert_int_equal(verdict_on(2048, EVP_sha1()), NOREN_OK);
    assert_int_equal(verdict_on(2048, EVP_sha256()), NOREN_E_AUTH);
}

static void test_only_usual_sizes_of_rsa_are_taken(void **state)
{
    (void)state;
    assert_int_equal(verdict_on(1024, EVP_sha1()), NOREN_OK);
    assert_int_equal(verdict_on(512, EVP_sha1()), NOREN_E_AUTH);
}

/* What a certificate for a hollow key of that size is refused for. */
static void assert_refused_for(int bits, const char *why)
{
    static const uint8_t zeros[CERT_LOGIN_SIGNATURE_MAX + 1];
    struct noren_err err;
    EVP_PKEY *signer = EVP_EC_gen("P-256");
    EVP_PKEY *key = hollow_rsa_key(bits);
    struct vector_bytes der = make_der(key, signer);

    assert_false(cert_login_verify((struct bytes){ der.data, der.len }, zeros,
            (struct bytes){ zeros, (size_t)EVP_PKEY_get_size(key) }, NULL, &err));
    assert_int_equal(err.code, NOREN_E_AUTH);
    assert_string_equal(err.text, why);
    free(der.data);
    EVP_PKEY_free(key);
    EVP_PKEY_free(signer);
}

static void test_modulus_is_bounded(void **state)
{
    (void)state;
    assert_refused_for(1023, "RSA key of 1023 bits");
    assert_refused_for(1024, "signature is not by the certificate's key");
    assert_refused_for(4096, "signature is not by the certificate's key");
    assert_refused_for(4097, "RSA key of 4097 bits");
}

static EVP_PKEY *pss_key(void)
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);
    EVP_PKEY *key = NULL;

    assert_int_equal(EVP_PKEY_keygen_init(context), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048), 1);
    assert_int_equal(EVP_PKEY_generate(context, &key), 1);
    EVP_PKEY_CTX_free(context);
    return key;
}

static void assert_kind_is_refused(EVP_PKEY *take_key)
{
    struct noren_err err;
    uint8_t out[CERT_LOGIN_SIGNATURE_MAX];
    size_t len;
    noren_cleanup(unload) struct login login = make_login(take_key, EVP_sha1());

    assert_false(
            cert_login_verify((struct bytes){ login.der.data, login.der.len }, login.challenge.data,
                    (struct bytes){ login.signature.data, login.signature.len }, NULL, &err));
    assert_int_equal(err.code, NOREN_E_AUTH);
    assert_string_equal(err.text, "key is not an RSA key");
    assert_false(cert_login_sign(take_key, login.challenge.data, out, &len, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
    EVP_PKEY_free(take_key);
}

static void test_other_kinds_of_keys_are_refused(void **state)
{
    (void)state;
    assert_kind_is_refused(EVP_EC_gen("P-256"));
    assert_kind_is_refused(pss_key());
}

/* PKCS #1 version 1.5 has one signature for a key and a text, so equal bytes are the proof. */
static void test_own_signature_equals_openssls_and_is_verified(void **state)
{
    (void)state;
    EVP_PKEY *key = rsa_key(2048);
    noren_cleanup(unload) struct login login = make_login(key, EVP_sha1());
    uint8_t own[CERT_LOGIN_SIGNATURE_MAX];
    size_t len = 0;

    assert_true(cert_login_sign(key, login.challenge.data, own, &len, NULL));
    assert_int_equal(len, login.signature.len);
    assert_memory_equal(own, login.signature.data, len);
    assert_int_equal(verify(&login), NOREN_OK);
    EVP_PKEY_free(key);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_sha1_is_taken),
        cmocka_unit_test(test_only_usual_sizes_of_rsa_are_taken),
        cmocka_unit_test(test_modulus_is_bounded),
        cmocka_unit_test(test_other_kinds_of_keys_are_refused),
        cmocka_unit_test(test_own_signature_equals_openssls_and_is_verified),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
