/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include "noren/base/bytes.h"
#include "noren/crypto/cert.h"
#include "noren/os/paths.h"

#include "libnoren/crypto/openssl_err.h"

enum {
    PEM_FILE_MAX = 64 * 1024,
};

/* PEM functions ask on the terminal when the file is encrypted; a daemon must not. */
static int refuse_passphrase(char *buffer, int size, int writing, void *ctx)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)ctx;
    return -1;
}

static bool replace_with_bio(const char *path, BIO *bio, mode_t mode, struct noren_err *err)
{
    char *text;
    long len = BIO_get_mem_data(bio, &text);

    if (len <= 0)
        return noren_err_set(err, NOREN_E_CRYPTO, "empty PEM text");
    return noren_file_replace(path, text, (size_t)len, mode, err);
}

bool cert_write_pem(const char *path, const X509 *cert, struct noren_err *err)
{
    ERR_clear_error();

    noren_cleanup(BIO_free_allp) BIO *bio = BIO_new(BIO_s_mem());
    if (bio == NULL || PEM_write_bio_X509(bio, cert) != 1)
        return openssl_failed(err, NOREN_E_CRYPTO, "certificate to PEM");
    return replace_with_bio(path, bio, 0644, err);
}

bool key_write_pem(const char *path, EVP_PKEY *key, struct noren_err *err)
{
    ERR_clear_error();

    /* secmem: the memory is wiped when the BIO goes. */
    noren_cleanup(BIO_free_allp) BIO *bio = BIO_new(BIO_s_secmem());
    if (bio == NULL || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) != 1)
        return openssl_failed(err, NOREN_E_CRYPTO, "private key to PEM");
    return replace_with_bio(path, bio, 0600, err);
}

/* Reads over `text`, which holds the file from then on and outlives the BIO. */
static BIO *open_pem(const char *path, struct writer *text, struct noren_err *err)
{
    writer_init_secret(text, PEM_FILE_MAX);
    if (!noren_file_read(path, PEM_FILE_MAX, text, err))
        return NULL;

    ERR_clear_error();
    BIO *bio = BIO_new_mem_buf(text->data, (int)text->len);
    if (bio == NULL)
        openssl_failed(err, NOREN_E_CRYPTO, path);
    return bio;
}

static void refuse_pem(const char *path, const char *what, struct noren_err *err)
{
    openssl_failed(err, NOREN_E_CRYPTO, what);
    noren_err_wrap(err, "%s", path);
}

X509 *cert_read_pem(const char *path, struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer text;
    noren_cleanup(BIO_free_allp) BIO *bio = open_pem(path, &text, err);
    if (bio == NULL)
        return NULL;

    X509 *cert = PEM_read_bio_X509(bio, NULL, refuse_passphrase, NULL);
    if (cert == NULL)
        refuse_pem(path, "no certificate in PEM form", err);
    return cert;
}

EVP_PKEY *key_read_pem(const char *path, struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer text;
    noren_cleanup(BIO_free_allp) BIO *bio = open_pem(path, &text, err);
    if (bio == NULL)
        return NULL;

    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, refuse_passphrase, NULL);
    if (key == NULL)
        refuse_pem(path, "no usable private key in PEM form", err);
    return key;
}
