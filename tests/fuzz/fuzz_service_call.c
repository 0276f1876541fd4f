/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"

#include "service/call.h"
#include "service/control.h"
#include "service/log_tail.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Both ends of the service socket, and the redaction of what is shown. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct service_call call;
    struct control_status status;
    struct noren_err err = { 0 };
    char line[1024];

    if (service_call_parse((const char *)data, len, &call, &err)) {
        noren_assert(call.kind != CALL_CONNECT || *call.profile != '\0');
        noren_assert(strchr(call.profile, '/') == NULL);
        service_call_clear(&call);
    } else {
        noren_assert(err.code != NOREN_OK && !secret_is_set(&call.password));
    }

    noren_cleanup(noren_freep) char *text = noren_strndup(len == 0 ? "" : (const char *)data, len);
    if (control_read_status(text, &status)) {
        control_format(&status, line);
        noren_assert(strlen(line) < sizeof line);
    }
    size_t before = strlen(text);
    log_redact(text);
    noren_assert(strlen(text) == before);
    return 0;
}
