/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "branding/check_private.h"
#include "resources/resources.h"

/* Contrast (E404), by WCAG 2.1: 4.5:1 for text, 3:1 for what is drawn. */

static const struct {
    const char *front, *back;
    double least;
} PAIRS[] = {
    { "text", "background", 4.5 },
    { "text", "surface", 4.5 },
    { "muted", "background", 4.5 },
    { "on-accent", "accent", 4.5 },
    { "accent", "background", 3.0 },
    { "ok", "background", 3.0 },
    { "warn", "background", 3.0 },
    { "error", "background", 3.0 },
};

static double channel(guint64 value)
{
    double part = (double)(value & 0xff) / 255.0;

    return part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
}

static double luminance(const char *color)
{
    guint64 rgb = g_ascii_strtoull(color + 1, NULL, 16);

    return 0.2126 * channel(rgb >> 16) + 0.7152 * channel(rgb >> 8) + 0.0722 * channel(rgb);
}

static double contrast(const char *a, const char *b)
{
    double left = luminance(a);
    double right = luminance(b);

    return (MAX(left, right) + 0.05) / (MIN(left, right) + 0.05);
}

static char *color_of(const struct check *c, GKeyFile *base, const char *token)
{
    const struct keyscan_item *own = keyscan_find(c->conf, "colors", token);

    return own != NULL ? g_strdup(own->text) : g_key_file_get_string(base, "colors", token, NULL);
}

static gboolean is_color(const char *text)
{
    return text != NULL && g_regex_match_simple("^#[0-9a-fA-F]{6}$", text, 0, 0);
}

static int line_of(const struct check *c, const char *front, const char *back)
{
    const struct keyscan_item *item = keyscan_find(c->conf, "colors", front);

    if (item == NULL)
        item = keyscan_find(c->conf, "colors", back);
    return item != NULL ? item->line : 0;
}

static void check_pair(struct check *c, GKeyFile *base, gsize pair, const char *variant)
{
    g_autofree char *front_token = g_strconcat(PAIRS[pair].front, variant, NULL);
    g_autofree char *back_token = g_strconcat(PAIRS[pair].back, variant, NULL);
    g_autofree char *front = color_of(c, base, front_token);
    g_autofree char *back = color_of(c, base, back_token);
    int line = line_of(c, front_token, back_token);

    /* line 0: both are the base's, which has a test of its own */
    if (line == 0 || !is_color(front) || !is_color(back))
        return;
    double ratio = contrast(front, back);
    if (ratio < PAIRS[pair].least)
        findings_add(c->findings, "brand.conf", line, "E404", "make one darker or lighter",
                "%s %s on %s %s is %.1f:1; %.1f:1 needed", front_token, front, back_token, back,
                floor(ratio * 10) / 10, PAIRS[pair].least);
}

void check_colors(struct check *c)
{
    g_autoptr(GBytes) bytes = resources_file("colors.conf");
    g_autoptr(GKeyFile) base = g_key_file_new();

    if (bytes != NULL)
        g_key_file_load_from_bytes(base, bytes, G_KEY_FILE_NONE, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(PAIRS); i++) {
        check_pair(c, base, i, "");
        check_pair(c, base, i, "-dark");
    }
}
