/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "noren/base/alloc.h"
#include "noren/base/err.h"

/** Inside libnoren only: OpenSSL's error queue as a noren_err, and cleanup of OpenSSL's types. */

/**
 * Sets `code` and "<what>: <OpenSSL's reason>" and empties the error queue. Returns false. Rooms
 * call ERR_clear_error() before the operation, so that the reason is of this one.
 */
bool openssl_failed(struct noren_err *err, enum noren_code code, const char *what);

NOREN_DEFINE_CLEANUP(BIO, BIO_free_all)
NOREN_DEFINE_CLEANUP(BIGNUM, BN_free)
NOREN_DEFINE_CLEANUP(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)
NOREN_DEFINE_CLEANUP(EVP_MD_CTX, EVP_MD_CTX_free)
NOREN_DEFINE_CLEANUP(EVP_PKEY, EVP_PKEY_free)
NOREN_DEFINE_CLEANUP(X509, X509_free)
NOREN_DEFINE_CLEANUP(X509_EXTENSION, X509_EXTENSION_free)
