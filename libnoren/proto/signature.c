/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <openssl/sha.h>
#include <string.h>

#include "libnoren/proto/messages.h"

/* The first request of a client says that it speaks this protocol (docs/protocol/login.md, 1). */

static const char SHORT_FORM[] = "VPNCONNECT";

/* The legacy form begins with a picture that we neither have nor need: its digest tells it. */
/* clang-format off */
const uint8_t SIGNATURE_LEGACY_DIGEST[SIGNATURE_DIGEST_BYTES] = {
    0x96, 0xa7, 0x06, 0xbb, 0xab, 0x37, 0x8e, 0xc3, 0x7d, 0xfe, 0xf2, 0x1e, 0x02, 0xb1, 0xa3, 0xc1,
    0x77, 0xfb, 0xeb, 0xef, 0xfa, 0x03, 0x9e, 0xb0, 0xef, 0xac, 0x91, 0x86, 0x30, 0xdf, 0x12, 0xa0,
};
/* clang-format on */

struct bytes signature_short(void)
{
    return (struct bytes){ .data = (const uint8_t *)SHORT_FORM, .len = SIGNATURE_SHORT_BYTES };
}

bool signature_fits(uint32_t len)
{
    return len == SIGNATURE_SHORT_BYTES
           || (len >= SIGNATURE_LEGACY_MIN && len <= SIGNATURE_LEGACY_MAX);
}

bool signature_check_against(struct bytes body, const uint8_t legacy_digest[SIGNATURE_DIGEST_BYTES])
{
    uint8_t digest[SHA256_DIGEST_LENGTH];

    if (body.len == SIGNATURE_SHORT_BYTES)
        return memcmp(body.data, SHORT_FORM, SIGNATURE_SHORT_BYTES) == 0;
    if (body.len < SIGNATURE_LEGACY_MIN || body.len > SIGNATURE_LEGACY_MAX)
        return false;
    SHA256(body.data, SIGNATURE_LEGACY_MIN, digest);
    return memcmp(digest, legacy_digest, sizeof digest) == 0;
}

bool signature_check(struct bytes body)
{
    return signature_check_against(body, SIGNATURE_LEGACY_DIGEST);
}
