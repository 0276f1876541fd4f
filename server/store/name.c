/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "store/name.h"

#include <string.h>
#include <strings.h>

#include "noren/base/alloc.h"
#include "noren/base/log.h"

#include "store/store.h"

/* What the server calls its own sessions; a user of that name could be taken for one of them. */
static const char *const RESERVED[] = {
    "administrator",
    "cascade",
    "link",
    "local bridge",
    "localbridge",
    "securenat",
};

static const char RESERVED_PREFIX[] = "L3SW_";

static bool char_is_safe(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
           || (c != '\0' && strchr(" ()-_#%&.", c) != NULL);
}

static bool char_is_edge(char c)
{
    return c != ' ' && c != '.';
}

static bool check_name(const char *what, const char *name, char also, struct noren_err *err)
{
    size_t len = strlen(name);

    if (len == 0)
        return noren_err_set(err, NOREN_E_ARGUMENT, "%s name is empty", what);
    if (len > STORE_NAME_MAX)
        return noren_err_set(err, NOREN_E_ARGUMENT, "%s name of %zu bytes; at most %d", what, len,
                STORE_NAME_MAX);
    for (size_t i = 0; i < len; i++)
        if (!char_is_safe(name[i]) && (also == '\0' || name[i] != also))
            return noren_err_set(err, NOREN_E_ARGUMENT,
                    "%s name %s has a character other than letters, digits, blank and "
                    "( ) - _ # %% & .%s",
                    what, log_quote(name).text, also == '@' ? " @" : "");
    if (!char_is_edge(name[0]) || !char_is_edge(name[len - 1]))
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "%s name \"%s\" begins or ends with a blank or a dot", what, name);
    return true;
}

bool name_check_hub(const char *name, struct noren_err *err)
{
    return check_name("hub", name, '\0', err);
}

static bool user_is_reserved(const char *name)
{
    for (size_t i = 0; i < noren_countof(RESERVED); i++)
        if (strcasecmp(name, RESERVED[i]) == 0)
            return true;
    return strncasecmp(name, RESERVED_PREFIX, strlen(RESERVED_PREFIX)) == 0;
}

bool name_check_user(const char *name, struct noren_err *err)
{
    if (!check_name("user", name, '@', err))
        return false;
    if (user_is_reserved(name))
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "user name \"%s\" is kept for the server's own sessions", name);
    return true;
}

/** Length of the UTF-8 character at text, 0 when it is none; text is terminated. */
static size_t utf8_len(const unsigned char *text)
{
    static const struct {
        unsigned char mask, lead;
        size_t len;
    } FORMS[] = { { 0x80, 0x00, 1 }, { 0xe0, 0xc0, 2 }, { 0xf0, 0xe0, 3 }, { 0xf8, 0xf0, 4 } };

    for (size_t i = 0; i < noren_countof(FORMS); i++) {
        if ((text[0] & FORMS[i].mask) != FORMS[i].lead)
            continue;
        for (size_t k = 1; k < FORMS[i].len; k++)
            if ((text[k] & 0xc0) != 0x80)
                return 0;
        /* Overlong forms, surrogates and beyond U+10FFFF (RFC 3629, 4). */
        if (text[0] == 0xc0 || text[0] == 0xc1 || text[0] > 0xf4
                || (text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] > 0x9f)
                || (text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] > 0x8f))
            return 0;
        return FORMS[i].len;
    }
    return 0;
}

bool name_check_text(const char *what, const char *text, struct noren_err *err)
{
    const unsigned char *at = (const unsigned char *)text;

    while (*at != '\0') {
        size_t len = utf8_len(at);
        if (len == 0)
            return noren_err_set(err, NOREN_E_ARGUMENT, "%s is not UTF-8 text", what);
        /* Those of Latin-1, U+0080 to U+009F, steer terminals too. */
        if (*at < 0x20 || *at == 0x7f || (*at == 0xc2 && at[1] < 0xa0))
            return noren_err_set(err, NOREN_E_ARGUMENT, "%s has a control character", what);
        at += len;
    }
    return true;
}
