/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#include "noren/crypto/cert.h"

#include "branding/check_private.h"

/* Files in trust/: certificates (E502), keys that must not be there (E503), pins. */

enum { RSA_MIN_BITS = 2048, EC_MIN_BITS = 224, SOON_S = 90 * 24 * 3600 };

static void free_bio(BIO **bio)
{
    BIO_free(*bio);
}

static void free_cert(X509 **cert)
{
    X509_free(*cert);
}

static void date_text(const ASN1_TIME *time, char out[11])
{
    struct tm parts = { 0 };

    if (ASN1_TIME_to_tm(time, &parts) == 1)
        strftime(out, 11, "%Y-%m-%d", &parts);
    else
        memcpy(out, "(unknown)", 10);
}

static void check_dates(struct check *c, const char *path, int line, const X509 *cert)
{
    time_t now = (time_t)c->options->now;
    time_t soon = now + SOON_S;
    const ASN1_TIME *start = X509_get0_notBefore(cert);
    const ASN1_TIME *end = X509_get0_notAfter(cert);
    char date[11];

    if (X509_cmp_time(start, &now) > 0) {
        date_text(start, date);
        findings_add(c->findings, path, line, "W502", "keep the present CA beside it until then",
                "the certificate begins %s", date);
        return;
    }

    date_text(end, date);
    if (X509_cmp_time(end, &now) <= 0)
        findings_add(c->findings, path, line, "E502", "put the server's present CA there",
                "the certificate ended %s", date);
    else if (X509_cmp_time(end, &soon) <= 0)
        findings_add(c->findings, path, line, "W502", "add the next CA beside it",
                "the certificate ends %s", date);
}

static void check_strength(struct check *c, const char *path, int line, const X509 *cert)
{
    const EVP_PKEY *key = X509_get0_pubkey(cert);
    int bits = key != NULL ? EVP_PKEY_get_bits(key) : 0;
    int least =
            key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA ? RSA_MIN_BITS : EC_MIN_BITS;

    if (bits < least)
        findings_add(c->findings, path, line, "E502",
                "make a new one: ECDSA P-256, or RSA of 2048 bits or more",
                "the certificate's key of %d bits is weak, %d needed", bits, least);
}

static int line_of_certificate(const struct brandpack_file *file, int number)
{
    const char *at = (const char *)file->data;
    const char *end = at + file->len;

    for (; number >= 0 && at < end; number--) {
        const char *found = g_strstr_len(at, end - at, "-----BEGIN CERTIFICATE");
        if (found == NULL)
            return 1;
        if (number == 0)
            return check_line_of(file, found);
        at = found + 1;
    }
    return 1;
}

/* NULL at the end of the file (*out_whole TRUE) and where a certificate cannot be read. */
static X509 *read_certificate(BIO *bio, gboolean *out_whole)
{
    ERR_clear_error();
    X509 *cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);

    *out_whole = cert != NULL || ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    return cert;
}

static void check_pem(struct check *c, const struct brandpack_file *file, gboolean holds_key)
{
    noren_cleanup(free_bio) BIO *bio = BIO_new_mem_buf(file->data, (int)file->len);
    int count = 0;
    gboolean whole;

    for (;; count++) {
        noren_cleanup(free_cert) X509 *cert = read_certificate(bio, &whole);
        if (cert == NULL)
            break;
        int line = line_of_certificate(file, count);
        check_dates(c, file->path, line, cert);
        check_strength(c, file->path, line, cert);
    }
    if (holds_key)
        return;
    if (!whole)
        findings_add(c->findings, file->path, line_of_certificate(file, count), "E502",
                "copy the certificate again", "this certificate cannot be read");
    else if (count == 0)
        findings_add(c->findings, file->path, 1, "E502", "put a PEM certificate there",
                "holds no certificate that can be read");
}

static void check_pin(struct check *c, const struct brandpack_file *file)
{
    g_autofree char *text = g_strndup((const char *)file->data, file->len);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    int pins = 0;

    for (int i = 0; lines[i] != NULL; i++) {
        g_strstrip(lines[i]);
        if (*lines[i] == '\0' || *lines[i] == '#')
            continue;
        pins++;
        if (!pin_is_valid(lines[i]))
            findings_add(c->findings, file->path, i + 1, "E103",
                    "write the base64 SHA-256 of the public key, 44 characters",
                    "\"%.60s\" is not a pin", lines[i]);
    }
    if (pins == 0)
        findings_add(c->findings, file->path, 1, "E103", "write one pin a line", "holds no pin");
}

void check_trust(struct check *c)
{
    for (size_t i = 0; i < brandpack_count(c->pack); i++) {
        const struct brandpack_file *file = brandpack_at(c->pack, i);
        const char *secret = file->len > 0 ? g_strstr_len((const char *)file->data,
                                     (gssize)file->len, "PRIVATE KEY-----")
                                           : NULL;

        if (secret != NULL)
            findings_add(c->findings, file->path, check_line_of(file, secret),
                    g_str_has_prefix(file->path, "trust/") ? "E503" : "E504",
                    "remove it now and replace that key", "contains a PRIVATE KEY");
        if (check_path_is(file->path, "trust/", ".pem"))
            check_pem(c, file, secret != NULL);
        if (check_path_is(file->path, "trust/", ".pin"))
            check_pin(c, file);
    }
}
