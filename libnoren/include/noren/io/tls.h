/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/bytes.h"
#include "noren/base/err.h"

/**
 * TLS 1.2 and 1.3 over memory BIOs: encrypted bytes in, plain bytes out, and the other way.
 *
 * A tls_context is shared by the connections of one listener or one profile and may be used from
 * every thread. A tls belongs to one loop. No session tickets, no renegotiation, no resumption.
 */

struct tls_context;

/** Takes references on key and certificate. */
NOREN_MUST_CHECK struct tls_context *tls_context_server(
        EVP_PKEY *key, X509 *cert, struct noren_err *err);

/**
 * Whom a client trusts. At least one CA or pin, or use_system. A matching pin on the leaf key is
 * enough by itself (self-signed servers). With CAs the chain must end in one of them, and the host
 * name (or address) must match the certificate unless the leaf itself is one of the given CAs.
 * Expired and not-yet-valid certificates are refused in either case.
 */
struct tls_trust {
    X509 *const *cas;
    size_t ca_count;
    const char *const *pins; /**< 44 characters each */
    size_t pin_count;
    bool use_system;
};
NOREN_MUST_CHECK struct tls_context *tls_context_client(
        const struct tls_trust *trust, struct noren_err *err);
void tls_context_free(struct tls_context *context);

struct tls;

struct tls *tls_new_server(struct tls_context *context);
/** `host` goes into SNI and is checked as described above. */
struct tls *tls_new_client(struct tls_context *context, const char *host);
void tls_free(struct tls *tls);

enum tls_state { TLS_HANDSHAKING, TLS_OPEN, TLS_PEER_CLOSED };

/**
 * Takes encrypted bytes. Plain bytes are appended to `plain`, encrypted ones to be sent to `out`
 * (also on failure: an alert). NOREN_E_PROTOCOL, NOREN_E_TRUST (err tells what does not match),
 * NOREN_E_LIMIT (`plain` is full).
 */
NOREN_MUST_CHECK bool tls_receive(struct tls *tls, const uint8_t *bytes, size_t len,
        struct writer *plain, struct writer *out, struct noren_err *err);
/** Starts the client's handshake: first bytes go to `out`. */
NOREN_MUST_CHECK bool tls_start(struct tls *tls, struct writer *out, struct noren_err *err);
/** Encrypts; records of up to 16 KiB. Only in TLS_OPEN. */
NOREN_MUST_CHECK bool tls_send(struct tls *tls, const uint8_t *bytes, size_t len,
        struct writer *out, struct noren_err *err);
/** close_notify to `out`. */
void tls_shut(struct tls *tls, struct writer *out);
enum tls_state tls_get_state(const struct tls *tls);
/** The peer's leaf, or NULL; the caller frees with X509_free. */
X509 *tls_peer_cert(const struct tls *tls);
