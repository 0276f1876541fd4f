/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libnoren/crypto/openssl_err.h"

#include <openssl/err.h>

bool openssl_failed(struct noren_err *err, enum noren_code code, const char *what)
{
    unsigned long first = ERR_get_error();
    const char *reason = first != 0 ? ERR_reason_error_string(first) : NULL;

    ERR_clear_error();
    if (reason == NULL)
        return noren_err_set(err, code, "%s", what);
    return noren_err_set(err, code, "%s: %s", what, reason);
}
