/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "noren/base/alloc.h"
#include "noren/crypto/cert_login.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The challenge of tests/vectors/cert_login.json, whose log-in is in the corpus. */
static const uint8_t CHALLENGE[CHALLENGE_BYTES] = { 0xda, 0xe0, 0xfc, 0x7d, 0x32, 0xd0, 0xea, 0xba,
    0xc4, 0xb6, 0x8d, 0xb7, 0x47, 0x2a, 0xa9, 0x87, 0x61, 0x94, 0x74, 0x24 };

/* u16 length, certificate; the rest is the signature. What is accepted has one signature only. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct reader r = reader_over(data, len);
    struct bytes der = { .len = reader_u16(&r) };
    X509 *cert = NULL;

    der.data = reader_take(&r, der.len);
    if (reader_failed(&r))
        return 0;

    struct bytes signature = { r.at, r.left };
    if (!cert_login_verify(der, CHALLENGE, signature, &cert, NULL))
        return 0;
    noren_assert(cert != NULL);
    X509_free(cert);

    noren_cleanup(noren_freep) uint8_t *other = noren_alloc(signature.len);
    memcpy(other, signature.data, signature.len);
    other[signature.len - 1] ^= 1;
    noren_assert(
            !cert_login_verify(der, CHALLENGE, (struct bytes){ other, signature.len }, NULL, NULL));
    return 0;
}
