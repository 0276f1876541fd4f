/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/io/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "noren/base/alloc.h"

#include "libnoren/crypto/openssl_err.h"
#include "libnoren/io/tls_internal.h"

enum {
    RECORD_BYTES = 16 * 1024, /* RFC 8446, 5.1: plain bytes of one record */
};

/* ---- the wire: OpenSSL reads from tls->in and writes to tls->out, without copies between ---- */

static int wire_read(BIO *bio, char *out, size_t len, size_t *done)
{
    struct tls *tls = BIO_get_data(bio);
    size_t take = len < reader_left(&tls->in) ? len : reader_left(&tls->in);

    BIO_clear_retry_flags(bio);
    if (take == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    reader_copy(&tls->in, out, take);
    *done = take;
    return 1;
}

static int wire_write(BIO *bio, const char *bytes, size_t len, size_t *done)
{
    struct tls *tls = BIO_get_data(bio);

    BIO_clear_retry_flags(bio);
    if (tls->out == NULL)
        return 0;
    writer_put(tls->out, bytes, len);
    if (writer_failed(tls->out))
        return 0;
    *done = len;
    return 1;
}

static long wire_ctrl(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

static int wire_create(BIO *bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

BIO_METHOD *tls_wire_method(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "wire");

    noren_assert(method != NULL);
    BIO_meth_set_read_ex(method, wire_read);
    BIO_meth_set_write_ex(method, wire_write);
    BIO_meth_set_ctrl(method, wire_ctrl);
    BIO_meth_set_create(method, wire_create);
    return method;
}

/* ---- life ---- */

static struct tls *tls_new(struct tls_context *context)
{
    struct tls *tls = noren_alloc(sizeof *tls);

    ERR_clear_error();
    tls->context = tls_context_ref(context);
    tls->state = TLS_HANDSHAKING;
    tls->ssl = SSL_new(context->ssl_ctx);

    BIO *wire = BIO_new(context->wire);
    noren_assert(tls->ssl != NULL && wire != NULL);
    BIO_set_data(wire, tls);
    SSL_set_bio(tls->ssl, wire, wire);
    SSL_set_app_data(tls->ssl, tls);
    return tls;
}

struct tls *tls_new_server(struct tls_context *context)
{
    struct tls *tls = tls_new(context);

    SSL_set_accept_state(tls->ssl);
    return tls;
}

static bool is_address(const char *host)
{
    struct in6_addr ignored;

    return inet_pton(AF_INET, host, &ignored) == 1 || inet_pton(AF_INET6, host, &ignored) == 1;
}

/* The name that the certificate must carry, and SNI, which takes names only (RFC 6066, 3). */
static void set_host(struct tls *tls, const char *host)
{
    size_t len = strlen(host);

    tls->host = noren_strndup(host, len > 1 && host[len - 1] == '.' ? len - 1 : len);
    if (is_address(tls->host)) {
        noren_assert(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls->ssl), tls->host) == 1);
        return;
    }
    noren_assert(SSL_set1_host(tls->ssl, tls->host) == 1);
    SSL_set_tlsext_host_name(tls->ssl, tls->host); /* refuses more than 255 bytes: sent without */
}

struct tls *tls_new_client(struct tls_context *context, const char *host)
{
    struct tls *tls = tls_new(context);

    SSL_set_connect_state(tls->ssl);
    set_host(tls, host);
    return tls;
}

void tls_free(struct tls *tls)
{
    if (tls == NULL)
        return;
    SSL_free(tls->ssl);
    tls_context_free(tls->context);
    free(tls->host);
    free(tls);
}

enum tls_state tls_get_state(const struct tls *tls)
{
    return tls->state;
}

X509 *tls_peer_cert(const struct tls *tls)
{
    return SSL_get1_peer_certificate(tls->ssl);
}

/* ---- bytes ---- */

/* What OpenSSL may use during one call. */
static void lend(struct tls *tls, const uint8_t *bytes, size_t len, struct writer *out)
{
    ERR_clear_error();
    tls->in = reader_over(bytes, len);
    tls->out = out;
}

static void take_back(struct tls *tls)
{
    ERR_clear_error();
    tls->in = reader_over(NULL, 0);
    tls->out = NULL;
}

static bool failed(struct tls *tls, const char *task, struct noren_err *err)
{
    tls->broken = true;
    if (tls->distrust.code != NOREN_OK) {
        if (err != NULL)
            *err = tls->distrust;
        return false;
    }
    if (tls->out != NULL && writer_failed(tls->out))
        return noren_err_set(err, NOREN_E_LIMIT, "%s: more output than is allowed", task);
    return openssl_failed(err, NOREN_E_PROTOCOL, task);
}

/* False: failed, with err. True with state TLS_HANDSHAKING: wants more input. */
static bool shake_hands(struct tls *tls, struct noren_err *err)
{
    int result = SSL_do_handshake(tls->ssl);

    if (result == 1) {
        tls->state = TLS_OPEN;
        return true;
    }
    if (SSL_get_error(tls->ssl, result) == SSL_ERROR_WANT_READ)
        return true;
    return failed(tls, "TLS handshake", err);
}

/* Decrypts into the room that `plain` has; *got 0 when it has none, or the input is used up. */
static int read_record(struct tls *tls, struct writer *plain, size_t *got)
{
    size_t room = plain->max - plain->len;
    uint8_t probe;

    *got = 0;
    if (room == 0) {
        int result = SSL_peek_ex(tls->ssl, &probe, sizeof probe, got);
        plain->failed = plain->failed || result == 1;
        *got = 0;
        return result;
    }

    size_t len = room < RECORD_BYTES ? room : RECORD_BYTES;
    uint8_t *at = writer_extend(plain, len);
    if (at == NULL)
        return 0;
    int result = SSL_read_ex(tls->ssl, at, len, got);
    if (result != 1)
        *got = 0;
    plain->len -= len - *got;
    return result;
}

static bool read_records(struct tls *tls, struct writer *plain, struct noren_err *err)
{
    for (;;) {
        size_t got;
        int result = read_record(tls, plain, &got);
        if (writer_failed(plain)) {
            tls->broken = true;
            return noren_err_set(err, NOREN_E_LIMIT, "more plain bytes than %zu", plain->max);
        }
        if (result == 1)
            continue;

        int reason = SSL_get_error(tls->ssl, result);
        if (reason == SSL_ERROR_WANT_READ)
            return true;
        if (reason != SSL_ERROR_ZERO_RETURN)
            return failed(tls, "TLS record", err);
        tls->state = TLS_PEER_CLOSED;
        return true;
    }
}

bool tls_receive(struct tls *tls, const uint8_t *bytes, size_t len, struct writer *plain,
        struct writer *out, struct noren_err *err)
{
    if (tls->broken)
        return noren_err_set(err, NOREN_E_STATE, "TLS failed before");
    if (tls->state == TLS_PEER_CLOSED)
        return true; /* what follows close_notify does not count (RFC 8446, 6.1) */

    lend(tls, bytes, len, out);
    bool fine = tls->state == TLS_OPEN || shake_hands(tls, err);
    if (fine && tls->state == TLS_OPEN)
        fine = read_records(tls, plain, err);
    take_back(tls);
    return fine;
}

bool tls_start(struct tls *tls, struct writer *out, struct noren_err *err)
{
    if (tls->broken || tls->state != TLS_HANDSHAKING)
        return noren_err_set(err, NOREN_E_STATE, "TLS was started before");

    lend(tls, NULL, 0, out);
    bool fine = shake_hands(tls, err);
    take_back(tls);
    return fine;
}

bool tls_send(struct tls *tls, const uint8_t *bytes, size_t len, struct writer *out,
        struct noren_err *err)
{
    if (tls->broken || tls->state != TLS_OPEN)
        return noren_err_set(err, NOREN_E_STATE, "TLS is not open");

    struct reader rest = reader_over(bytes, len);
    bool fine = true;
    lend(tls, NULL, 0, out);
    while (fine && reader_left(&rest) > 0) {
        size_t piece = reader_left(&rest) < RECORD_BYTES ? reader_left(&rest) : RECORD_BYTES;
        size_t done;
        if (SSL_write_ex(tls->ssl, reader_take(&rest, piece), piece, &done) != 1)
            fine = failed(tls, "TLS output", err);
    }
    take_back(tls);
    return fine;
}

void tls_shut(struct tls *tls, struct writer *out)
{
    if (tls->broken || tls->state == TLS_HANDSHAKING)
        return;
    lend(tls, NULL, 0, out);
    (void)SSL_shutdown(tls->ssl); /* 0: sent, the peer's is not here yet */
    take_back(tls);
}
