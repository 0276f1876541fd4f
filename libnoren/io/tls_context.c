/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <openssl/err.h>

#include "noren/base/alloc.h"

#include "libnoren/crypto/openssl_err.h"
#include "libnoren/io/tls_internal.h"

NOREN_DEFINE_CLEANUP(struct tls_context, tls_context_free)

/* No tickets, no session cache: each connection stands by itself, and nothing of it stays. */
static bool set_common_options(SSL_CTX *ssl_ctx)
{
    SSL_CTX_set_options(ssl_ctx, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION
                                         | SSL_OP_CIPHER_SERVER_PREFERENCE
                                         | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(ssl_ctx, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(ssl_ctx, SSL_SESS_CACHE_OFF);
    return SSL_CTX_set_num_tickets(ssl_ctx, 0) == 1
           && SSL_CTX_set_min_proto_version(ssl_ctx, TLS1_2_VERSION) == 1
           && SSL_CTX_set_max_proto_version(ssl_ctx, TLS1_3_VERSION) == 1;
}

static struct tls_context *context_new(const SSL_METHOD *method, struct noren_err *err)
{
    noren_cleanup(tls_context_freep) struct tls_context *context = noren_alloc(sizeof *context);

    ERR_clear_error();
    atomic_init(&context->refs, 1);
    context->wire = tls_wire_method();
    context->ssl_ctx = SSL_CTX_new(method);
    if (context->ssl_ctx == NULL || !set_common_options(context->ssl_ctx)) {
        openssl_failed(err, NOREN_E_CRYPTO, "TLS settings");
        return NULL;
    }
    return noren_steal(&context);
}

struct tls_context *tls_context_server(EVP_PKEY *key, X509 *cert, struct noren_err *err)
{
    noren_cleanup(tls_context_freep) struct tls_context *context =
            context_new(TLS_server_method(), err);

    if (context == NULL)
        return NULL;
    if (SSL_CTX_use_certificate(context->ssl_ctx, cert) != 1
            || SSL_CTX_use_PrivateKey(context->ssl_ctx, key) != 1
            || SSL_CTX_check_private_key(context->ssl_ctx) != 1) {
        openssl_failed(err, NOREN_E_CRYPTO, "server certificate and key");
        return NULL;
    }
    return noren_steal(&context);
}

struct tls_context *tls_context_client(const struct tls_trust *trust, struct noren_err *err)
{
    noren_cleanup(tls_context_freep) struct tls_context *context =
            context_new(TLS_client_method(), err);

    if (context == NULL || !tls_trust_install(context, trust, err))
        return NULL;
    return noren_steal(&context);
}

struct tls_context *tls_context_ref(struct tls_context *context)
{
    atomic_fetch_add(&context->refs, 1);
    return context;
}

void tls_context_free(struct tls_context *context)
{
    if (context == NULL || atomic_fetch_sub(&context->refs, 1) > 1)
        return;

    SSL_CTX_free(context->ssl_ctx);
    BIO_meth_free(context->wire);
    for (size_t i = 0; i < context->ca_count; i++)
        X509_free(context->cas[i]);
    free(context->cas);
    free(context->pins);
    free(context);
}
