/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/crypto/seal.h"

#include <limits.h>
#include <openssl/err.h>
#include <string.h>

#include "noren/crypto/random.h"

#include "libnoren/crypto/openssl_err.h"

enum {
    SEAL_VERSION = 1,
    NONCE_BYTES = 12,
    TAG_BYTES = 16,
};

enum direction { DECRYPT, ENCRYPT };

/* Key, nonce, and what is authenticated besides the content: the version and the label. */
static EVP_CIPHER_CTX *start(const uint8_t key[SEAL_KEY_BYTES], const uint8_t nonce[NONCE_BYTES],
        const char *label, enum direction direction)
{
    static const uint8_t version = SEAL_VERSION;
    EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
    int len;

    ERR_clear_error();
    noren_assert(cipher != NULL);
    noren_assert(strlen(label) <= INT_MAX);
    noren_assert(EVP_CipherInit_ex2(cipher, EVP_aes_256_gcm(), key, nonce, direction, NULL) == 1);
    noren_assert(EVP_CipherUpdate(cipher, NULL, &len, &version, sizeof version) == 1);
    noren_assert(
            EVP_CipherUpdate(cipher, NULL, &len, (const uint8_t *)label, (int)strlen(label)) == 1);
    return cipher;
}

void seal(const uint8_t key[SEAL_KEY_BYTES], const char *label, const void *data, size_t len,
        struct writer *out)
{
    noren_assert(len <= INT_MAX - SEAL_OVERHEAD);

    uint8_t *at = writer_extend(out, len + SEAL_OVERHEAD);
    if (at == NULL)
        return;

    uint8_t *nonce = at + 1;
    uint8_t *content = nonce + NONCE_BYTES;
    int done;
    *at = SEAL_VERSION;
    noren_random(nonce, NONCE_BYTES);

    noren_cleanup(EVP_CIPHER_CTX_freep) EVP_CIPHER_CTX *cipher = start(key, nonce, label, ENCRYPT);
    if (len > 0)
        noren_assert(EVP_CipherUpdate(cipher, content, &done, data, (int)len) == 1);
    noren_assert(EVP_CipherFinal_ex(cipher, content + len, &done) == 1);
    noren_assert(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, content + len) == 1);
}

/* Decrypts into plain, which is wiped by the caller whatever the verdict. */
static bool open_content(EVP_CIPHER_CTX *cipher, const uint8_t *content, size_t len,
        const uint8_t tag[TAG_BYTES], uint8_t *plain)
{
    uint8_t expected[TAG_BYTES];
    int done;

    memcpy(expected, tag, sizeof expected);
    if (EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, expected) != 1)
        return false;
    if (len > 0 && EVP_CipherUpdate(cipher, plain, &done, content, (int)len) != 1)
        return false;
    return EVP_CipherFinal_ex(cipher, plain + len, &done) == 1;
}

bool unseal(const uint8_t key[SEAL_KEY_BYTES], const char *label, const void *sealed, size_t len,
        struct secret *out, struct noren_err *err)
{
    struct reader r = reader_over(sealed, len);
    uint8_t plain[SECRET_MAX];

    if (len < SEAL_OVERHEAD || len - SEAL_OVERHEAD > sizeof plain)
        return noren_err_set(err, NOREN_E_CRYPTO, "sealed value of %zu bytes", len);
    if (reader_u8(&r) != SEAL_VERSION)
        return noren_err_set(err, NOREN_E_CRYPTO, "sealed value of an unknown version");

    size_t content_len = len - SEAL_OVERHEAD;
    const uint8_t *nonce = reader_take(&r, NONCE_BYTES);
    const uint8_t *content = reader_take(&r, content_len);
    const uint8_t *tag = reader_take(&r, TAG_BYTES);
    noren_cleanup(EVP_CIPHER_CTX_freep) EVP_CIPHER_CTX *cipher = start(key, nonce, label, DECRYPT);

    bool matches = open_content(cipher, content, content_len, tag, plain);
    if (matches)
        secret_set(out, plain, content_len);
    secret_wipe(plain, sizeof plain);
    ERR_clear_error();
    if (!matches)
        return noren_err_set(err, NOREN_E_CRYPTO, "seal does not match");
    return true;
}
