/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "branding/check_private.h"

/* ui/: style sheets (E405). */

/* Nothing is loaded by a style sheet: pictures have slots, and a pack has no address of its own. */
static void check_css(struct check *c, const struct brandpack_file *file)
{
    static const char *const FORBIDDEN[] = { "@import", "url(" };
    const char *text = (const char *)file->data;

    for (gsize i = 0; file->len > 0 && i < G_N_ELEMENTS(FORBIDDEN); i++) {
        const char *at = g_strstr_len(text, (gssize)file->len, FORBIDDEN[i]);
        for (; at != NULL; at = g_strstr_len(at + 1, (text + file->len) - (at + 1), FORBIDDEN[i]))
            findings_add(c->findings, file->path, check_line_of(file, at), "E405",
                    "take it out; pictures go into image slots",
                    "%s would load something from outside the sheet", FORBIDDEN[i]);
    }
}

void check_pages(struct check *c)
{
    const struct brandpack_file *css = brandpack_find(c->pack, "ui/theme.css");

    if (css != NULL)
        check_css(c, css);
}
