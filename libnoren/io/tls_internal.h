/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <openssl/ssl.h>
#include <stdatomic.h>

#include "noren/crypto/cert.h"
#include "noren/io/tls.h"

/** What tls_context.c, tls_trust.c and tls.c share. */

struct pin {
    char text[PIN_TEXT_BYTES];
};

struct tls_context {
    atomic_uint refs; /**< shared: a tls may outlive its listener or profile */
    SSL_CTX *ssl_ctx;
    BIO_METHOD *wire; /**< how OpenSSL reads and writes: the functions in tls.c */
    struct pin *pins;
    size_t pin_count;
    X509 **cas; /**< references of our own */
    size_t ca_count;
    bool trusts_issuers; /**< there is a CA or the system's store to check against */
};

struct tls {
    struct tls_context *context;
    SSL *ssl;
    enum tls_state state;
    bool broken;               /**< a fatal error happened: nothing more may be asked of ssl */
    char *host;                /**< whom a client wants; NULL on a server */
    struct noren_err distrust; /**< why the server was refused; code NOREN_OK while it was not */
    struct reader in;          /**< what OpenSSL may read now; borrowed during one call */
    struct writer *out;        /**< where OpenSSL writes now; NULL between calls */
};

struct tls_context *tls_context_ref(struct tls_context *context);

/** The reading and writing side of a tls as a BIO; data is the tls. */
BIO_METHOD *tls_wire_method(void);

/** Adds trust to a client's context. */
bool tls_trust_install(
        struct tls_context *context, const struct tls_trust *trust, struct noren_err *err);
