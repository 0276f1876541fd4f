/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/bytes.h"
#include "noren/crypto/cert.h"
#include "noren/os/paths.h"

#include "tests/unit/test.h"

struct made {
    EVP_PKEY *key;
    X509 *cert;
};

static struct made make(const char *name)
{
    struct made made = { NULL, NULL };
    struct noren_err err;

    assert_true(cert_make_self_signed(name, &made.key, &made.cert, &err));
    return made;
}

static void unmake(struct made *made)
{
    EVP_PKEY_free(made->key);
    X509_free(made->cert);
}

static int make_folder(void **state)
{
    char *folder = noren_strdup("/tmp/noren-test-cert-XXXXXX");

    *state = mkdtemp(folder);
    return *state != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    rmdir(*state);
    free(*state);
    return 0;
}

static void test_self_signed_certificate_is_signed_by_its_own_key(void **state)
{
    (void)state;
    noren_cleanup(unmake) struct made made = make("vpn.example.net");

    assert_int_equal(X509_verify(made.cert, made.key), 1);
    assert_int_equal(X509_check_private_key(made.cert, made.key), 1);
    assert_true(EVP_PKEY_is_a(made.key, "EC"));
    assert_int_equal(EVP_PKEY_get_bits(made.key), 256);
}

static void test_self_signed_certificate_carries_the_name_for_checks(void **state)
{
    (void)state;
    noren_cleanup(unmake) struct made by_name = make("vpn.example.net");
    noren_cleanup(unmake) struct made by_v4 = make("192.0.2.1");
    noren_cleanup(unmake) struct made by_v6 = make("2001:db8::1");
    noren_cleanup(unmake) struct made tricky = make("a.example,DNS:b.example");
    unsigned never_cn = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;

    assert_int_equal(X509_check_host(by_name.cert, "vpn.example.net", 0, never_cn, NULL), 1);
    assert_int_equal(X509_check_host(by_name.cert, "www.example.net", 0, never_cn, NULL), 0);
    assert_int_equal(X509_check_ip_asc(by_v4.cert, "192.0.2.1", 0), 1);
    assert_int_equal(X509_check_ip_asc(by_v6.cert, "2001:db8::1", 0), 1);
    assert_int_equal(X509_check_host(tricky.cert, "b.example", 0, 0, NULL), 0);
}

static void test_self_signed_certificate_is_valid_for_twenty_years_from_yesterday(void **state)
{
    (void)state;
    noren_cleanup(unmake) struct made made = make("main");
    time_t now = time(NULL);
    time_t nineteen_years = now + 19 * (time_t)31557600;
    time_t twenty_one_years = now + 21 * (time_t)31557600;
    time_t two_days_ago = now - 2 * (time_t)86400;

    assert_true(X509_cmp_time(X509_get0_notBefore(made.cert), &now) < 0);
    assert_true(X509_cmp_time(X509_get0_notBefore(made.cert), &two_days_ago) > 0);
    assert_true(X509_cmp_time(X509_get0_notAfter(made.cert), &nineteen_years) > 0);
    assert_true(X509_cmp_time(X509_get0_notAfter(made.cert), &twenty_one_years) < 0);
}

static void test_two_certificates_differ_in_key_and_serial(void **state)
{
    (void)state;
    noren_cleanup(unmake) struct made one = make("main");
    noren_cleanup(unmake) struct made two = make("main");

    assert_int_not_equal(EVP_PKEY_eq(one.key, two.key), 1);
    assert_int_not_equal(
            ASN1_INTEGER_cmp(X509_get0_serialNumber(one.cert), X509_get0_serialNumber(two.cert)),
            0);
}

static void test_names_that_no_certificate_can_carry_are_refused(void **state)
{
    (void)state;
    char long_name[66];
    EVP_PKEY *key = NULL;
    X509 *cert = NULL;
    struct noren_err err;

    memset(long_name, 'a', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    assert_false(cert_make_self_signed("", &key, &cert, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
    assert_false(cert_make_self_signed(long_name, &key, &cert, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
    assert_null(key);
    assert_null(cert);
}

/* Made with: openssl req -x509 ..., and its pin with openssl pkey -pubin -outform der | openssl
 * dgst -sha256 -binary | openssl base64. */
static const char KNOWN_CERT[] =
        "-----BEGIN CERTIFICATE-----\n"
        "MIIBhDCCASugAwIBAgIUQqqA6AnZIqYXrCa5IQgEDu4XGsUwCgYIKoZIzj0EAwIw\n"
        "GDEWMBQGA1UEAwwNa25vd24uZXhhbXBsZTAeFw0yNjExMjMxMzEzNTlaFw0zNjEx\n"
        "MjAxMzEzNTlaMBgxFjAUBgNVBAMMDWtub3duLmV4YW1wbGUwWTATBgcqhkjOPQIB\n"
        "BggqhkjOPQMBBwNCAAQszrg+qLNdsMebcfOGIPG/AHqBzwFT1bhVr6Xjl40qLXCI\n"
        "Q47F9ul4Q2jGBzXPqpJwfQ8npSd10LJIggeeXxcZo1MwUTAdBgNVHQ4EFgQUS7vo\n"
        "FeM2oXtjCpN9hZ/RuqbdTdYwHwYDVR0jBBgwFoAUS7voFeM2oXtjCpN9hZ/Ruqbd\n"
        "TdYwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAv/v35Jpm+DRrA\n"
        "cu3US97B9oydZshLqfdArdnb/bM0bAIgauNCgV6f99qqvebJCU/E6sKIek9+0FKY\n"
        "zga0pp0aTEs=\n"
        "-----END CERTIFICATE-----\n";
static const char KNOWN_PIN[] = "Vy2aJH1L60hvAH7MadpmPW2jjqrvlWdU2FNI0R/fU5k=";

static void test_pin_is_the_one_that_openssl_computes(void **state)
{
    (void)state;
    BIO *bio = BIO_new_mem_buf(KNOWN_CERT, -1);
    X509 *cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    char pin[PIN_TEXT_BYTES];

    assert_non_null(cert);
    assert_true(cert_pin(cert, pin, NULL));
    assert_string_equal(pin, KNOWN_PIN);
    assert_true(pin_is_valid(pin));
    X509_free(cert);
    BIO_free(bio);
}

static void test_what_is_not_a_pin_is_recognised(void **state)
{
    (void)state;

    for (size_t len = 0; len < sizeof KNOWN_PIN - 1; len++) {
        char cut[PIN_TEXT_BYTES] = { 0 };
        memcpy(cut, KNOWN_PIN, len);
        assert_false(pin_is_valid(cut));
    }
    assert_false(pin_is_valid("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    assert_false(pin_is_valid("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="));
    assert_false(pin_is_valid("AAAAAAAAAAAAAAAAAAAAA-AAAAAAAAAAAAAAAAAAAAA="));
    assert_true(pin_is_valid("AAAAAAAAAAAAAAAAAAAAA+/AAAAAAAAAAAAAAAAAAAA="));
}

static void test_key_and_certificate_survive_the_disk(void **state)
{
    noren_cleanup(unmake) struct made made = make("main");
    noren_cleanup(noren_freep) char *key_path = noren_asprintf("%s/key", (char *)*state);
    noren_cleanup(noren_freep) char *cert_path = noren_asprintf("%s/cert", (char *)*state);
    struct noren_err err;
    struct stat st;

    assert_true(key_write_pem(key_path, made.key, &err));
    assert_true(cert_write_pem(cert_path, made.cert, &err));
    assert_int_equal(stat(key_path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);

    noren_cleanup(unmake) struct made read = { key_read_pem(key_path, &err),
        cert_read_pem(cert_path, &err) };
    assert_non_null(read.key);
    assert_non_null(read.cert);
    assert_int_equal(EVP_PKEY_eq(read.key, made.key), 1);
    assert_int_equal(X509_cmp(read.cert, made.cert), 0);
    unlink(key_path);
    unlink(cert_path);
}

static void test_files_that_are_no_pem_are_refused(void **state)
{
    noren_cleanup(noren_freep) char *path = noren_asprintf("%s/file", (char *)*state);
    struct noren_err err;

    assert_null(cert_read_pem(path, &err));
    assert_int_equal(err.code, NOREN_E_NOT_FOUND);
    assert_true(noren_file_replace(path, "garbage\n", 8, 0600, &err));
    assert_null(cert_read_pem(path, &err));
    assert_int_equal(err.code, NOREN_E_CRYPTO);
    assert_null(key_read_pem(path, &err));
    assert_int_equal(err.code, NOREN_E_CRYPTO);
    assert_non_null(strstr(err.text, path));
    unlink(path);
}

static void test_encrypted_key_is_refused_without_asking(void **state)
{
    noren_cleanup(unmake) struct made made = make("main");
    noren_cleanup(noren_freep) char *path = noren_asprintf("%s/key", (char *)*state);
    unsigned char passphrase[] = "secret";
    struct noren_err err;
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(PEM_write_PKCS8PrivateKey(
                             file, made.key, EVP_aes_128_cbc(), (char *)passphrase, 6, NULL, NULL),
            1);
    fclose(file);
    assert_null(key_read_pem(path, &err));
    assert_int_equal(err.code, NOREN_E_CRYPTO);
    unlink(path);
}

/* RFC 8032, 7.1, test 3. */
static void test_ed25519_signs_as_in_the_rfc(void **state)
{
    (void)state;
    uint8_t secret[32], public_key[ED25519_KEY_BYTES], expected[ED25519_SIGNATURE_BYTES];
    uint8_t got_public[ED25519_KEY_BYTES], got[ED25519_SIGNATURE_BYTES];
    static const uint8_t message[] = { 0xaf, 0x82 };

    noren_unhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", secret, 32);
    noren_unhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", public_key, 32);
    noren_unhex("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            expected, 64);
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key_ex(NULL, "ED25519", NULL, secret, 32);

    assert_true(ed25519_public(key, got_public, NULL));
    assert_memory_equal(got_public, public_key, sizeof public_key);
    assert_true(ed25519_sign(key, message, sizeof message, got, NULL));
    assert_memory_equal(got, expected, sizeof expected);
    assert_true(ed25519_verify(public_key, message, sizeof message, got, NULL));
    EVP_PKEY_free(key);
}

static void test_ed25519_refuses_other_data_signature_or_key(void **state)
{
    (void)state;
    struct noren_err err;
    EVP_PKEY *key = ed25519_make_key(&err);
    uint8_t public_key[ED25519_KEY_BYTES], signature[ED25519_SIGNATURE_BYTES];

    assert_non_null(key);
    assert_true(ed25519_public(key, public_key, &err));
    assert_true(ed25519_sign(key, "pack", 4, signature, &err));
    assert_true(ed25519_verify(public_key, "pack", 4, signature, &err));
    assert_false(ed25519_verify(public_key, "pack", 3, signature, &err));
    assert_int_equal(err.code, NOREN_E_CRYPTO);
    for (size_t i = 0; i < sizeof signature; i++) {
        signature[i] ^= 1;
        assert_false(ed25519_verify(public_key, "pack", 4, signature, NULL));
        signature[i] ^= 1;
    }
    public_key[5] ^= 1;
    assert_false(ed25519_verify(public_key, "pack", 4, signature, &err));
    EVP_PKEY_free(key);
}

static void test_ed25519_refuses_a_key_of_another_kind(void **state)
{
    (void)state;
    noren_cleanup(unmake) struct made made = make("main");
    uint8_t out[ED25519_SIGNATURE_BYTES];
    struct noren_err err;

    assert_false(ed25519_sign(made.key, "x", 1, out, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
    assert_false(ed25519_public(made.key, out, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
}

static void test_sha256_of_abc(void **state)
{
    (void)state;
    uint8_t digest[32];
    char text[65];

    sha256("abc", 3, digest);
    noren_hex(digest, sizeof digest, text);
    assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_self_signed_certificate_is_signed_by_its_own_key),
        cmocka_unit_test(test_self_signed_certificate_carries_the_name_for_checks),
        cmocka_unit_test(test_self_signed_certificate_is_valid_for_twenty_years_from_yesterday),
        cmocka_unit_test(test_two_certificates_differ_in_key_and_serial),
        cmocka_unit_test(test_names_that_no_certificate_can_carry_are_refused),
        cmocka_unit_test(test_pin_is_the_one_that_openssl_computes),
        cmocka_unit_test(test_what_is_not_a_pin_is_recognised),
        cmocka_unit_test(test_key_and_certificate_survive_the_disk),
        cmocka_unit_test(test_files_that_are_no_pem_are_refused),
        cmocka_unit_test(test_encrypted_key_is_refused_without_asking),
        cmocka_unit_test(test_ed25519_signs_as_in_the_rfc),
        cmocka_unit_test(test_ed25519_refuses_other_data_signature_or_key),
        cmocka_unit_test(test_ed25519_refuses_a_key_of_another_kind),
        cmocka_unit_test(test_sha256_of_abc),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
