/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "libnoren/proto/messages.h"

/* The server's answer to the signature (docs/protocol/login.md, 2). */

struct pack *hello_build(const char *product, const uint8_t challenge[CHALLENGE_BYTES])
{
    struct pack *pack = pack_new();

    pack_add_int(pack, "build", PROTO_BUILD);
    pack_add_str(pack, "hello", product);
    pack_add_data(pack, "random", challenge, CHALLENGE_BYTES);
    pack_add_int(pack, "version", PROTO_VERSION);
    return pack;
}

bool hello_read(const struct pack *pack, uint8_t challenge[CHALLENGE_BYTES], struct noren_err *err)
{
    struct bytes random = pack_data(pack, "random");

    if (pack_text(pack, "hello")[0] == '\0' || random.len != CHALLENGE_BYTES)
        return noren_err_set(err, NOREN_E_PROTOCOL, "not a VPN server: no hello");
    memcpy(challenge, random.data, CHALLENGE_BYTES);
    return true;
}
