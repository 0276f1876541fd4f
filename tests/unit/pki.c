/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/unit/pki.h"

#include <openssl/x509v3.h>

#include "noren/base/alloc.h"
#include "noren/crypto/random.h"

static void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;

    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    noren_assert(extension != NULL && X509_add_ext(cert, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

struct pki_cert pki_make(struct pki_wish wish)
{
    struct pki_cert made = { EVP_EC_gen("P-256"), X509_new() };
    X509 *cert = made.cert;
    X509 *issuer = wish.issuer != NULL ? wish.issuer->cert : cert;
    EVP_PKEY *issuer_key = wish.issuer != NULL ? wish.issuer->key : made.key;
    bool no_time = wish.from_s == 0 && wish.until_s == 0;

    X509_set_version(cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1 + noren_random_below(1000000));
    X509_gmtime_adj(X509_getm_notBefore(cert), no_time ? -PKI_DAY : wish.from_s);
    X509_gmtime_adj(X509_getm_notAfter(cert), no_time ? PKI_DAY : wish.until_s);
    X509_set_pubkey(cert, made.key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_UTF8,
            (const unsigned char *)wish.name, -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(issuer));
    add_extension(cert, issuer, NID_basic_constraints,
            wish.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (wish.alternative != NULL)
        add_extension(cert, issuer, NID_subject_alt_name, wish.alternative);
    noren_assert(X509_sign(cert, issuer_key, EVP_sha256()) > 0);
    return made;
}

void pki_clear(struct pki_cert *cert)
{
    EVP_PKEY_free(cert->key);
    X509_free(cert->cert);
    *cert = (struct pki_cert){ NULL, NULL };
}
