/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "engine/verdict.h"

#include "noren/base/alloc.h"
#include "noren/proto/handshake.h"

const char *engine_error_name(enum engine_error error)
{
    static const char *const names[] = { "", "auth", "trust", "unreachable", "name", "no-address",
        "hub", "limit", "denied", "not-vpn", "device", "profile", "internal" };

    return names[error];
}

struct verdict verdict_of_link(enum noren_code code, bool was_connected)
{
    switch (code) {
    case NOREN_E_TRUST:
        return (struct verdict){ ENGINE_E_TRUST, VERDICT_RETRY_SLOW };
    case NOREN_E_NOT_FOUND:
        return (struct verdict){ ENGINE_E_NAME, VERDICT_RETRY };
    case NOREN_E_PROTOCOL:
    case NOREN_E_LIMIT:
        /* a session that ran was with a VPN server: something on the way broke it */
        if (!was_connected)
            return (struct verdict){ ENGINE_E_NOT_VPN, VERDICT_RETRY };
        return (struct verdict){ ENGINE_E_UNREACHABLE, VERDICT_RETRY };
    case NOREN_OK:
    case NOREN_E_IO:
    case NOREN_E_TIMEOUT:
    case NOREN_E_CLOSED:
        return (struct verdict){ ENGINE_E_UNREACHABLE, VERDICT_RETRY };
    case NOREN_E_ARGUMENT:
    case NOREN_E_AUTH:
    case NOREN_E_CRYPTO:
    case NOREN_E_EXISTS:
    case NOREN_E_NOMEM:
    case NOREN_E_STATE:
        break;
    }
    return (struct verdict){ ENGINE_E_INTERNAL, VERDICT_RETRY };
}

/* Numbers without a name in enum proto_error: docs/protocol/login.md, 4. */
static const struct {
    uint32_t proto_error;
    struct verdict verdict;
} REFUSALS[] = {
    { PROTO_E_CONNECTION_LOST, { ENGINE_E_UNREACHABLE, VERDICT_RETRY } },
    { PROTO_E_AUTH_TYPE, { ENGINE_E_DENIED, VERDICT_STOP } },
    { PROTO_E_HUB_NOT_FOUND, { ENGINE_E_HUB, VERDICT_RETRY_FEW } },
    { PROTO_E_AUTH, { ENGINE_E_AUTH, VERDICT_STOP } },
    { PROTO_E_HUB_OFFLINE, { ENGINE_E_HUB, VERDICT_RETRY_SLOW } },
    { PROTO_E_SESSION_REMOVED, { ENGINE_E_DENIED, VERDICT_RETRY_SLOW } },
    { PROTO_E_ACCESS_DENIED, { ENGINE_E_DENIED, VERDICT_STOP } },
    { PROTO_E_TOO_MANY_CONNECTIONS, { ENGINE_E_LIMIT, VERDICT_RETRY_SLOW } },
    { PROTO_E_TOO_MANY_SESSIONS, { ENGINE_E_LIMIT, VERDICT_RETRY_SLOW } },
    { 20 /* of this user */, { ENGINE_E_LIMIT, VERDICT_RETRY_SLOW } },
    { 21 /* licence */, { ENGINE_E_LIMIT, VERDICT_RETRY_SLOW } },
    { PROTO_E_EMPTY_PASSWORD, { ENGINE_E_AUTH, VERDICT_STOP } },
    { PROTO_E_NOT_ENOUGH_RIGHT, { ENGINE_E_DENIED, VERDICT_STOP } },
    { 87 /* client too old */, { ENGINE_E_DENIED, VERDICT_STOP } },
    { 106 /* certificate of the user expired */, { ENGINE_E_DENIED, VERDICT_STOP } },
    { PROTO_E_MONITOR_DENIED, { ENGINE_E_DENIED, VERDICT_STOP } },
    { PROTO_E_BRIDGE_DENIED, { ENGINE_E_DENIED, VERDICT_STOP } },
    { 109 /* source address */, { ENGINE_E_DENIED, VERDICT_STOP } },
    { 126 /* automatic disconnection */, { ENGINE_E_DENIED, VERDICT_STOP } },
    { 127 /* client id */, { ENGINE_E_DENIED, VERDICT_STOP } },
};

struct verdict verdict_of_refusal(uint32_t proto_error)
{
    for (size_t i = 0; i < noren_countof(REFUSALS); i++)
        if (REFUSALS[i].proto_error == proto_error)
            return REFUSALS[i].verdict;
    return (struct verdict){ ENGINE_E_INTERNAL, VERDICT_RETRY };
}

/* Higher is more worth telling. */
static int rank(enum engine_error error)
{
    switch (error) {
    case ENGINE_OK:
        return 0;
    case ENGINE_E_UNREACHABLE:
        return 1;
    case ENGINE_E_NAME:
        return 2;
    case ENGINE_E_INTERNAL:
    case ENGINE_E_NOT_VPN:
        return 3;
    case ENGINE_E_NO_ADDRESS:
    case ENGINE_E_HUB:
    case ENGINE_E_LIMIT:
    case ENGINE_E_DENIED:
    case ENGINE_E_DEVICE:
    case ENGINE_E_PROFILE:
        return 4;
    case ENGINE_E_AUTH:
        return 5;
    case ENGINE_E_TRUST:
        return 6;
    }
    return 0;
}

struct verdict verdict_worse(struct verdict a, struct verdict b)
{
    return rank(b.error) > rank(a.error) ? b : a;
}
