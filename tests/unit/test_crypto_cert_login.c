/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <openssl/pem.h>
#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/crypto/cert_login.h"

#include "tests/unit/test.h"
#include "tests/unit/vectors.h"

/* The captured log-in, and room to spoil it in. */
struct login {
    struct vector_bytes der, challenge, signature;
};

static struct login load(void)
{
    json_t *root = vectors_load("cert_login.json");
    struct login login = {
        .der = vectors_bytes(root, "cert_der_hex"),
        .challenge = vectors_bytes(root, "random_hex"),
        .signature = vectors_bytes(root, "sign_hex"),
    };

    json_decref(root);
    assert_int_equal(login.challenge.len, CHALLENGE_BYTES);
    return login;
}

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

static void test_captured_log_in_is_verified(void **state)
{
    (void)state;
    noren_cleanup(unload) struct login login = load();
    X509 *cert = NULL;

    assert_true(
            cert_login_verify((struct bytes){ login.der.data, login.der.len }, login.challenge.data,
                    (struct bytes){ login.signature.data, login.signature.len }, &cert, NULL));
    char name[32];
    X509_NAME_get_text_by_NID(X509_get_subject_name(cert), NID_commonName, name, sizeof name);
    assert_string_equal(name, "certuser");
    X509_free(cert);
}

static void test_any_flipped_bit_of_the_signature_is_refused(void **state)
{
    (void)state;
    noren_cleanup(unload) struct login login = load();

    for (size_t bit = 0; bit < login.signature.len * 8; bit++) {
        login.signature.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(verify(&login), NOREN_E_AUTH);
        login.signature.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(verify(&login), NOREN_OK);
}

static void test_another_challenge_is_refused(void **state)
{
    (void)state;
    noren_cleanup(unload) struct login login = load();

    login.challenge.data[CHALLENGE_BYTES - 1] ^= 1;
    assert_int_equal(verify(&login), NOREN_E_AUTH);
}

static void test_signature_is_as_long_as_the_modulus(void **state)
{
    (void)state;
    noren_cleanup(unload) struct login login = load();
    uint8_t longer[CERT_LOGIN_SIGNATURE_MAX + 1] = { 0 };
    uint8_t *own = login.signature.data;
    size_t len = login.signature.len;

    for (login.signature.len = 0; login.signature.len < len; login.signature.len++)
        assert_int_equal(verify(&login), NOREN_E_AUTH);

    /* the same number with a leading zero, then with zeros behind it */
    memcpy(longer + 1, own, len);
    login.signature = (struct vector_bytes){ longer, len + 1 };
    assert_int_equal(verify(&login), NOREN_E_AUTH);
    memcpy(longer, own, len);
    longer[len] = 0;
    assert_int_equal(verify(&login), NOREN_E_AUTH);
    login.signature.len = sizeof longer;
    assert_int_equal(verify(&login), NOREN_E_AUTH);
    login.signature = (struct vector_bytes){ own, len };
}

static void test_every_prefix_of_the_certificate_is_refused(void **state)
{
    (void)state;
    noren_cleanup(unload) struct login login = load();
    struct vector_bytes whole = login.der;

    for (size_t len = 0; len < whole.len; len++) {
        login.der = (struct vector_bytes){ noren_alloc(len), len };
        memcpy(login.der.data, whole.data, len);
        assert_int_equal(verify(&login), len == 0 ? NOREN_E_LIMIT : NOREN_E_PROTOCOL);
        free(login.der.data);
    }
    login.der = whole;
}

static void test_bytes_behind_the_certificate_are_refused(void **state)
{
    (void)state;
    noren_cleanup(unload) struct login login = load();
    struct vector_bytes whole = login.der;

    login.der = (struct vector_bytes){ noren_alloc(CERT_LOGIN_DER_MAX + 1), whole.len + 1 };
    memcpy(login.der.data, whole.data, whole.len);
    assert_int_equal(verify(&login), NOREN_E_PROTOCOL);
    login.der.len = CERT_LOGIN_DER_MAX;
    assert_int_equal(verify(&login), NOREN_E_PROTOCOL);
    login.der.len = CERT_LOGIN_DER_MAX + 1;
    assert_int_equal(verify(&login), NOREN_E_LIMIT);
    free(whole.data);
}

static void test_pem_is_refused(void **state)
{
    (void)state;
    noren_cleanup(unload) struct login login = load();
    const unsigned char *at = login.der.data;
    X509 *cert = d2i_X509(NULL, &at, (long)login.der.len);
    BIO *pem = BIO_new(BIO_s_mem());
    char *text;

    assert_int_equal(PEM_write_bio_X509(pem, cert), 1);
    size_t len = (size_t)BIO_get_mem_data(pem, &text);
    free(login.der.data);
    login.der = (struct vector_bytes){ noren_alloc(len), len };
    memcpy(login.der.data, text, len);
    assert_int_equal(verify(&login), NOREN_E_PROTOCOL);
    BIO_free(pem);
    X509_free(cert);
}

static void test_public_key_does_not_sign(void **state)
{
    (void)state;
    noren_cleanup(unload) struct login login = load();
    const unsigned char *at = login.der.data;
    X509 *cert = d2i_X509(NULL, &at, (long)login.der.len);
    uint8_t out[CERT_LOGIN_SIGNATURE_MAX];
    size_t len = 4711;
    struct noren_err err;

    assert_false(cert_login_sign(X509_get0_pubkey(cert), login.challenge.data, out, &len, &err));
    assert_int_equal(err.code, NOREN_E_CRYPTO);
    assert_int_equal(len, 4711);
    X509_free(cert);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_captured_log_in_is_verified),
        cmocka_unit_test(test_any_flipped_bit_of_the_signature_is_refused),
        cmocka_unit_test(test_another_challenge_is_refused),
        cmocka_unit_test(test_signature_is_as_long_as_the_modulus),
        cmocka_unit_test(test_every_prefix_of_the_certificate_is_refused),
        cmocka_unit_test(test_bytes_behind_the_certificate_are_refused),
        cmocka_unit_test(test_pem_is_refused),
        cmocka_unit_test(test_public_key_does_not_sign),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
