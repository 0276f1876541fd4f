/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "noren/base/alloc.h"

#include "libnoren/crypto/openssl_err.h"
#include "libnoren/io/tls_internal.h"

/*
 * The order of the questions, each of which can end it:
 *   the certificate's time · a pin of its key · is it one of the given certificates itself ·
 *   chain to a given CA or the system's, with the host's name.
 */

struct day_text {
    char text[32];
};

static struct day_text day_of(const ASN1_TIME *when)
{
    struct day_text day = { "an unreadable date" };
    struct tm tm;

    if (ASN1_TIME_to_tm(when, &tm) == 1)
        strftime(day.text, sizeof day.text, "%Y-%m-%d", &tm);
    return day;
}

/* X509_V_OK or the reason; a date that cannot be read is never valid. */
static int check_time(const X509 *leaf)
{
    int from = X509_cmp_current_time(X509_get0_notBefore(leaf));
    int until = X509_cmp_current_time(X509_get0_notAfter(leaf));

    if (from == 0)
        return X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD;
    if (until == 0)
        return X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD;
    if (from > 0)
        return X509_V_ERR_CERT_NOT_YET_VALID;
    return until < 0 ? X509_V_ERR_CERT_HAS_EXPIRED : X509_V_OK;
}

static bool pin_matches(const struct tls_context *context, const X509 *leaf)
{
    char pin[PIN_TEXT_BYTES];

    if (context->pin_count == 0 || !cert_pin(leaf, pin, NULL))
        return false;
    for (size_t i = 0; i < context->pin_count; i++) {
        if (strcmp(context->pins[i].text, pin) == 0)
            return true;
    }
    return false;
}

static bool is_given_cert(const struct tls_context *context, const X509 *leaf)
{
    for (size_t i = 0; i < context->ca_count; i++) {
        if (X509_cmp(context->cas[i], leaf) == 0)
            return true;
    }
    return false;
}

/* In words for the log and the user's "details". `cert` is the one that is wrong. */
static void explain(struct tls *tls, int reason, const X509 *cert)
{
    struct noren_err *why = &tls->distrust;

    switch (reason) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        noren_err_set(why, NOREN_E_TRUST, "the server's certificate expired on %s",
                day_of(X509_get0_notAfter(cert)).text);
        break;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        noren_err_set(why, NOREN_E_TRUST, "the server's certificate is not yet valid, only from %s",
                day_of(X509_get0_notBefore(cert)).text);
        break;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        noren_err_set(why, NOREN_E_TRUST,
                "the server's certificate is for another host than %.100s", tls->host);
        break;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        noren_err_set(why, NOREN_E_TRUST, "the issuer of the server's certificate is unknown");
        break;
    case X509_V_ERR_APPLICATION_VERIFICATION:
        noren_err_set(why, NOREN_E_TRUST, "the pin does not match the server's key");
        break;
    default:
        noren_err_set(why, NOREN_E_TRUST, "the server's certificate is refused: %s",
                X509_verify_cert_error_string(reason));
        break;
    }
}

static int refuse(struct tls *tls, X509_STORE_CTX *store_ctx, int reason, const X509 *cert)
{
    explain(tls, reason, cert);
    X509_STORE_CTX_set_error(store_ctx, reason); /* chooses the alert that the server gets */
    return 0;
}

/* OpenSSL's verify callback: the whole judgement on the server. 1 trusts. */
static int judge(X509_STORE_CTX *store_ctx, void *ctx)
{
    struct tls_context *context = ctx;
    SSL *ssl = X509_STORE_CTX_get_ex_data(store_ctx, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls *tls = SSL_get_app_data(ssl);
    X509 *leaf = X509_STORE_CTX_get0_cert(store_ctx);

    int time_error = check_time(leaf);
    if (time_error != X509_V_OK)
        return refuse(tls, store_ctx, time_error, leaf);
    if (pin_matches(context, leaf) || is_given_cert(context, leaf)) {
        X509_STORE_CTX_set_error(store_ctx, X509_V_OK);
        return 1;
    }
    if (!context->trusts_issuers)
        return refuse(tls, store_ctx, X509_V_ERR_APPLICATION_VERIFICATION, leaf);
    if (tls->host[0] == '\0') /* OpenSSL would take it for "any host" */
        return refuse(tls, store_ctx, X509_V_ERR_HOSTNAME_MISMATCH, leaf);
    if (X509_verify_cert(store_ctx) == 1)
        return 1;

    int reason = X509_STORE_CTX_get_error(store_ctx);
    const X509 *wrong = X509_STORE_CTX_get_current_cert(store_ctx);
    if (reason == X509_V_OK)
        reason = X509_V_ERR_UNSPECIFIED; /* out of memory and the like */
    return refuse(tls, store_ctx, reason, wrong != NULL ? wrong : leaf);
}

static bool take_pins(
        struct tls_context *context, const struct tls_trust *trust, struct noren_err *err)
{
    context->pins = noren_alloc_array(trust->pin_count, sizeof *context->pins);
    for (size_t i = 0; i < trust->pin_count; i++) {
        if (!pin_is_valid(trust->pins[i]))
            return noren_err_set(err, NOREN_E_ARGUMENT, "not a pin: %.60s", trust->pins[i]);
        memcpy(context->pins[i].text, trust->pins[i], PIN_TEXT_BYTES);
    }
    context->pin_count = trust->pin_count;
    return true;
}

static bool take_cas(
        struct tls_context *context, const struct tls_trust *trust, struct noren_err *err)
{
    X509_STORE *store = SSL_CTX_get_cert_store(context->ssl_ctx);

    context->cas = noren_alloc_array(trust->ca_count, sizeof(X509 *));
    for (size_t i = 0; i < trust->ca_count; i++) {
        if (X509_STORE_add_cert(store, trust->cas[i]) != 1)
            return openssl_failed(err, NOREN_E_CRYPTO, "CA certificate");
        X509_up_ref(trust->cas[i]);
        context->cas[context->ca_count++] = trust->cas[i];
    }
    if (trust->use_system && X509_STORE_set_default_paths(store) != 1)
        return openssl_failed(err, NOREN_E_CRYPTO, "the system's CA certificates");
    return true;
}

bool tls_trust_install(
        struct tls_context *context, const struct tls_trust *trust, struct noren_err *err)
{
    if (trust->ca_count == 0 && trust->pin_count == 0 && !trust->use_system)
        return noren_err_set(err, NOREN_E_ARGUMENT, "neither a CA nor a pin to trust");

    ERR_clear_error();
    if (!take_pins(context, trust, err) || !take_cas(context, trust, err))
        return false;

    /* A given CA may be an intermediate: the chain ends there. */
    X509_VERIFY_PARAM *param = SSL_CTX_get0_param(context->ssl_ctx);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    context->trusts_issuers = trust->ca_count > 0 || trust->use_system;
    SSL_CTX_set_verify(context->ssl_ctx, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(context->ssl_ctx, judge, context);
    return true;
}
