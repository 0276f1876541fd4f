/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "sdk/norenctl/exit.h"

#include <stddef.h>

#include "noren/base/alloc.h"
#include "noren/proto/handshake.h"

static const struct {
    uint32_t error;
    enum ctl_exit exit;
    const char *text;
} ERRORS[] = {
    { PROTO_E_PROTOCOL, CTL_UNREACHABLE, "the server did not understand the request" },
    { PROTO_E_HUB_NOT_FOUND, CTL_MISSING, "the hub does not exist" },
    { PROTO_E_AUTH, CTL_DENIED, "password refused" },
    { PROTO_E_HUB_OFFLINE, CTL_REFUSED, "the hub is offline" },
    { PROTO_E_ACCESS_DENIED, CTL_DENIED, "administrator password refused" },
    { PROTO_E_INTERNAL, CTL_FAILED, "the server failed; its log says more" },
    { PROTO_E_NOT_FOUND, CTL_MISSING, "no such user or session" },
    { PROTO_E_NOT_SUPPORTED, CTL_REFUSED, "the server does not have this function" },
    { PROTO_E_INVALID_PARAMETER, CTL_REFUSED, "the server refuses a name or a value" },
    { PROTO_E_NOT_CONTROLLER, CTL_REFUSED, "this is managed on the controller of the cluster" },
    { PROTO_E_EMPTY_PASSWORD, CTL_DENIED, "an empty password works on the server itself only" },
    { PROTO_E_NOT_ENOUGH_RIGHT, CTL_REFUSED, "this administrator has not the right to do it" },
    { PROTO_E_HUB_EXISTS, CTL_EXISTS, "the hub exists already" },
    { PROTO_E_TOO_MANY_HUBS, CTL_REFUSED, "the server has as many hubs as it can" },
    { PROTO_E_TOO_MANY_USERS, CTL_REFUSED, "the hub has as many users as it can" },
    { PROTO_E_USER_EXISTS, CTL_EXISTS, "the user exists already" },
    { PROTO_E_INVALID_NAME, CTL_REFUSED, "the server refuses the name" },
};

enum ctl_exit exit_from_code(enum noren_code code)
{
    switch (code) {
    case NOREN_OK:
        return CTL_DONE;
    case NOREN_E_ARGUMENT:
        return CTL_USAGE;
    case NOREN_E_TRUST:
        return CTL_UNTRUSTED;
    case NOREN_E_AUTH:
        return CTL_DENIED;
    case NOREN_E_IO:
    case NOREN_E_NOT_FOUND:
    case NOREN_E_PROTOCOL:
    case NOREN_E_TIMEOUT:
    case NOREN_E_CLOSED:
        return CTL_UNREACHABLE;
    case NOREN_E_CRYPTO:
    case NOREN_E_EXISTS:
    case NOREN_E_LIMIT:
    case NOREN_E_NOMEM:
    case NOREN_E_STATE:
        break;
    }
    return CTL_FAILED;
}

enum ctl_exit exit_from_error(uint32_t error)
{
    for (size_t i = 0; i < noren_countof(ERRORS); i++)
        if (ERRORS[i].error == error)
            return ERRORS[i].exit;
    return CTL_REFUSED;
}

const char *error_text(uint32_t error)
{
    for (size_t i = 0; i < noren_countof(ERRORS); i++)
        if (ERRORS[i].error == error)
            return ERRORS[i].text;
    return "the server refuses";
}
