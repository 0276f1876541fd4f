/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/placeholder.h"

#include <string.h>

enum { NAME_MAX_BYTES = 32 };

/* The name of the placeholder that starts at text; NULL when it is not one. *len is all of it. */
static char *name_at(const char *text, size_t *len)
{
    size_t name_len = strspn(text + 1, "abcdefghijklmnopqrstuvwxyz0123456789-");

    if (*text != '{' || name_len == 0 || name_len > NAME_MAX_BYTES || text[1 + name_len] != '}')
        return NULL;
    *len = name_len + 2;
    return g_strndup(text + 1, name_len);
}

char *placeholder_fill(const char *text, placeholder_value_fn value, void *ctx)
{
    GString *out = g_string_new(NULL);

    while (*text != '\0') {
        size_t plain = strcspn(text, "{");
        size_t len = 1;
        g_string_append_len(out, text, (gssize)plain);
        text += plain;
        if (*text == '\0')
            break;

        g_autofree char *name = name_at(text, &len);
        const char *found = name != NULL ? value(ctx, name) : NULL;
        if (found != NULL)
            g_string_append(out, found);
        else
            g_string_append_len(out, text, (gssize)len);
        text += len;
    }
    return g_string_free(out, FALSE);
}

char **placeholder_names(const char *text)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    for (const char *at = text; *at != '\0';) {
        size_t len = 0;
        at += strcspn(at, "{}");
        if (*at == '\0')
            break;

        g_autofree char *name = name_at(at, &len);
        if (name == NULL)
            return NULL;
        at += len;
        if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
            g_ptr_array_add(names, g_steal_pointer(&name));
    }
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_steal(names, NULL);
}
