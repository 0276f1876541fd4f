/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A text that filled its room may end within a character of UTF-8: that one goes too. */
static void drop_cut_character(struct noren_err *err)
{
    size_t len = strlen(err->text);
    size_t start = len;

    if (len + 1 < sizeof err->text)
        return;
    while (start > 0 && ((unsigned char)err->text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0)
        return;

    unsigned char lead = (unsigned char)err->text[start - 1];
    size_t wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (len - (start - 1) < wanted)
        err->text[start - 1] = '\0';
}

static void NOREN_PRINTF(2, 0) format_text(struct noren_err *err, const char *format, va_list args)
{
    if (vsnprintf(err->text, sizeof err->text, format, args) < 0)
        err->text[0] = '\0';
    drop_cut_character(err);
}

static void append_text(struct noren_err *err, const char *text)
{
    size_t len = strlen(err->text);

    snprintf(err->text + len, sizeof err->text - len, ": %s", text);
    drop_cut_character(err);
}

bool noren_err_set(struct noren_err *err, enum noren_code code, const char *format, ...)
{
    if (err == NULL)
        return false;

    va_list args;
    va_start(args, format);
    format_text(err, format, args);
    va_end(args);
    err->code = code;
    err->os_code = 0;
    return false;
}

bool noren_err_set_os(
        struct noren_err *err, enum noren_code code, int os_code, const char *format, ...)
{
    if (err == NULL)
        return false;

    char reason[80];
    va_list args;
    va_start(args, format);
    format_text(err, format, args);
    va_end(args);
    append_text(err, strerror_r(os_code, reason, sizeof reason));
    err->code = code;
    err->os_code = os_code;
    return false;
}

bool noren_err_wrap(struct noren_err *err, const char *format, ...)
{
    if (err == NULL)
        return false;

    char inner[sizeof err->text];
    memcpy(inner, err->text, sizeof inner);

    va_list args;
    va_start(args, format);
    format_text(err, format, args);
    va_end(args);
    append_text(err, inner);
    return false;
}

const char *noren_code_name(enum noren_code code)
{
    switch (code) {
    case NOREN_OK:
        return "ok";
    case NOREN_E_ARGUMENT:
        return "argument";
    case NOREN_E_AUTH:
        return "auth";
    case NOREN_E_CRYPTO:
        return "crypto";
    case NOREN_E_EXISTS:
        return "exists";
    case NOREN_E_IO:
        return "io";
    case NOREN_E_LIMIT:
        return "limit";
    case NOREN_E_NOMEM:
        return "no-memory";
    case NOREN_E_NOT_FOUND:
        return "not-found";
    case NOREN_E_PROTOCOL:
        return "protocol";
    case NOREN_E_STATE:
        return "state";
    case NOREN_E_TIMEOUT:
        return "timeout";
    case NOREN_E_TRUST:
        return "trust";
    case NOREN_E_CLOSED:
        return "closed";
    }
    return "unknown";
}
