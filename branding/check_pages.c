/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "branding/check_private.h"
#include "branding/page.h"
#include "branding/po.h"
#include "resources/resources.h"

/* ui/: pages under their contract (E401 to E403), style sheets (E405). */

struct page_place {
    struct check *check;
    const char *path;
    const struct po *base;
};

static void on_finding(const struct page_finding *finding, gpointer user_data)
{
    const struct page_place *place = user_data;

    findings_add(place->check->findings, place->path, finding->line, finding->code, finding->remedy,
            "%s", finding->text);
}

static gboolean is_string(const char *id, gpointer user_data)
{
    const struct page_place *place = user_data;

    return place->base == NULL || po_find(place->base, id) != NULL;
}

static void check_page(struct check *c, const struct brandpack_file *file, const struct po *base)
{
    struct page_place place = { c, file->path, base };
    g_autofree char *page = check_path_stem(file->path, "ui/", ".ui");
    g_autoptr(GBytes) bytes = g_bytes_new_static(file->data, file->len);

    page_check(bytes, page, is_string, on_finding, &place);
}

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
    g_autoptr(GBytes) bytes = resources_file("strings/en.po");
    gsize len = 0;
    const char *data = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
    noren_cleanup(po_freep) struct po *base = data != NULL ? po_parse(data, len, NULL, NULL) : NULL;

    if (css != NULL)
        check_css(c, css);
    for (size_t i = 0; i < brandpack_count(c->pack); i++) {
        const struct brandpack_file *file = brandpack_at(c->pack, i);
        if (check_path_is(file->path, "ui/", ".ui"))
            check_page(c, file, base);
    }
}
