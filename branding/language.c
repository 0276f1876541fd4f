/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/language.h"

#include <string.h>

enum { TAG_MAX_BYTES = 35, SUBTAG_MAX_BYTES = 8 };

char *language_normal(const char *tag)
{
    if (tag == NULL || *tag == '\0' || strcmp(tag, "C") == 0 || strcmp(tag, "POSIX") == 0
            || g_str_has_prefix(tag, "C."))
        return g_strdup("en");

    char *normal = g_strndup(tag, strcspn(tag, ".@"));
    return g_strdelimit(normal, "-", '_');
}

char **language_chain(const char *tag)
{
    GPtrArray *chain = g_ptr_array_new();
    g_autofree char *normal = language_normal(tag);

    for (;;) {
        g_ptr_array_add(chain, g_strdup(normal));
        char *last = strrchr(normal, '_');
        if (last == NULL)
            break;
        *last = '\0';
    }
    g_ptr_array_add(chain, NULL);
    return (char **)g_ptr_array_free(chain, FALSE);
}

gboolean language_has_form(const char *tag)
{
    size_t part = 0;
    size_t parts = 1;

    if (strlen(tag) > TAG_MAX_BYTES)
        return FALSE;
    for (const char *c = tag; *c != '\0'; c++) {
        if (*c == '-') {
            if (part < 2)
                return FALSE;
            part = 0;
            parts++;
        } else if (!g_ascii_isalnum(*c) || (parts == 1 && !g_ascii_islower(*c))
                   || ++part > SUBTAG_MAX_BYTES) {
            return FALSE;
        }
    }
    return part >= 2;
}
