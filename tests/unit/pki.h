/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>

/** Certificates for tests: keys and certificates made on the spot, nothing that can expire in git. */

enum { PKI_DAY = 24 * 60 * 60 };

struct pki_cert {
    EVP_PKEY *key;
    X509 *cert;
};

/** What to put in; seconds count from now. */
struct pki_wish {
    const char *name;        /**< CN */
    const char *alternative; /**< as in openssl.cnf, "DNS:a.example,IP:192.0.2.1"; NULL: none */
    const struct pki_cert *issuer; /**< NULL: self-signed */
    bool is_ca;
    long from_s, until_s; /**< both 0: from yesterday until tomorrow */
};

struct pki_cert pki_make(struct pki_wish wish);
void pki_clear(struct pki_cert *cert);
