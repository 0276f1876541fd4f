/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/page_text.h"

#include <string.h>

#include "ui/texts.h"

struct fill {
    const struct ui_context *context;
    GString *out;
    GString *id;           /* content of the open translatable element */
    gboolean translatable; /* inside one */
};

static void on_start(GMarkupParseContext *markup, const char *name, const char **names,
        const char **values, gpointer data, GError **error)
{
    struct fill *fill = data;

    (void)markup, (void)error;
    fill->translatable = FALSE;
    g_string_append_printf(fill->out, "<%s", name);
    for (size_t i = 0; names[i]; i++) {
        g_autofree char *value = g_markup_escape_text(values[i], -1);

        if (g_str_equal(names[i], "translatable"))
            fill->translatable = g_ascii_tolower(values[i][0]) == 'y';
        else
            g_string_append_printf(fill->out, " %s=\"%s\"", names[i], value);
    }
    g_string_append_c(fill->out, '>');
    g_string_truncate(fill->id, 0);
}

static void on_end(GMarkupParseContext *markup, const char *name, gpointer data, GError **error)
{
    struct fill *fill = data;

    (void)markup, (void)error;
    if (fill->translatable && fill->id->len) {
        g_autofree char *text = texts_get(fill->context, g_strstrip(fill->id->str));
        g_autofree char *escaped = g_markup_escape_text(text, -1);

        g_string_append(fill->out, escaped);
    }
    fill->translatable = FALSE;
    g_string_append_printf(fill->out, "</%s>", name);
}

static void on_text(
        GMarkupParseContext *markup, const char *text, gsize len, gpointer data, GError **error)
{
    struct fill *fill = data;
    g_autofree char *escaped = g_markup_escape_text(text, (gssize)len);

    (void)markup, (void)error;
    if (fill->translatable)
        g_string_append_len(fill->id, text, (gssize)len);
    else
        g_string_append(fill->out, escaped);
}

char *page_text_fill(const struct ui_context *context, GBytes *file, GError **error)
{
    static const GMarkupParser PARSER = {
        .start_element = on_start, .end_element = on_end, .text = on_text
    };
    struct fill fill = { .context = context, .out = g_string_new(NULL), .id = g_string_new(NULL) };
    g_autoptr(GMarkupParseContext) markup =
            g_markup_parse_context_new(&PARSER, G_MARKUP_TREAT_CDATA_AS_TEXT, &fill, NULL);
    gsize len;
    const char *text = g_bytes_get_data(file, &len);
    gboolean ok = g_markup_parse_context_parse(markup, text, (gssize)len, error)
                  && g_markup_parse_context_end_parse(markup, error);

    g_string_free(fill.id, TRUE);
    return g_string_free(fill.out, !ok);
}
