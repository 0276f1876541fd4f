/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/image_info.h"

#include <string.h>

#include "noren/base/bytes.h"

enum { SIDE_MAX = 1 << 20, JPEG_SOI = 0xffd8, PNG_CHUNK_HEAD = 8 };

static const guint8 PNG_HEAD[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

static gboolean is_chunk(const guint8 *type, const char *name)
{
    return type != NULL && memcmp(type, name, 4) == 0;
}

/* Chunks before the first IDAT: tRNS gives a palette transparency, acTL is animation. */
static void read_chunks(struct reader *r, struct image_info *out)
{
    while (!reader_failed(r) && reader_left(r) >= PNG_CHUNK_HEAD) {
        guint32 len = reader_u32(r);
        const guint8 *type = reader_take(r, 4);
        if (is_chunk(type, "IDAT"))
            return;
        out->alpha |= is_chunk(type, "tRNS");
        out->animated |= is_chunk(type, "acTL");
        reader_skip(r, len);
        reader_skip(r, 4);
    }
}

gboolean image_info_png(const void *data, gsize len, struct image_info *out)
{
    struct reader r = reader_over(data, len);
    const guint8 *head = reader_take(&r, sizeof PNG_HEAD);
    struct image_info info = { 0 };

    guint32 head_len = reader_u32(&r);
    const guint8 *type = reader_take(&r, 4);
    guint32 width = reader_u32(&r);
    guint32 height = reader_u32(&r);
    reader_skip(&r, 1);
    guint8 color = reader_u8(&r);
    reader_skip(&r, 3 + 4);
    if (reader_failed(&r) || memcmp(head, PNG_HEAD, sizeof PNG_HEAD) != 0 || head_len != 13
            || !is_chunk(type, "IHDR") || width == 0 || height == 0 || width > SIDE_MAX
            || height > SIDE_MAX)
        return FALSE;
    info.width = (int)width;
    info.height = (int)height;
    info.alpha = (color & 4) != 0;
    read_chunks(&r, &info);
    *out = info;
    return TRUE;
}

static gboolean is_frame_head(guint8 marker)
{
    /* C4, C8 and CC are tables and extensions among the SOFn markers */
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

gboolean image_info_jpeg(const void *data, gsize len, struct image_info *out)
{
    struct reader r = reader_over(data, len);

    if (reader_u16(&r) != JPEG_SOI)
        return FALSE;
    for (;;) {
        if (reader_u8(&r) != 0xff || reader_failed(&r))
            return FALSE;
        guint8 marker = reader_u8(&r);
        guint16 segment = reader_u16(&r);
        if (segment < 2)
            return FALSE;
        if (!is_frame_head(marker)) {
            reader_skip(&r, segment - 2U);
            continue;
        }
        reader_skip(&r, 1);
        struct image_info info = { 0 };
        info.height = reader_u16(&r);
        info.width = reader_u16(&r);
        info.cmyk = reader_u8(&r) == 4;
        if (reader_failed(&r) || info.width == 0 || info.height == 0)
            return FALSE;
        *out = info;
        return TRUE;
    }
}

/* SVG */

struct svg {
    struct image_info info;
    image_svg_fn on_problem;
    void *ctx;
    GMarkupParseContext *markup;
    gboolean is_svg;
    gboolean in_style;
};

static void tell(struct svg *svg, const char *text, const char *remedy)
{
    int line = 1;

    g_markup_parse_context_get_position(svg->markup, &line, NULL);
    svg->on_problem(svg->ctx, line, text, remedy);
}

static const char *local_name(const char *name)
{
    const char *colon = strchr(name, ':');

    return colon != NULL ? colon + 1 : name;
}

/* "#id" stays inside the file; "data:image/..." brings its bytes along. */
static gboolean is_internal(const char *reference)
{
    reference += strspn(reference, " '\"");
    return *reference == '#' || *reference == '\0' || g_str_has_prefix(reference, "data:image/");
}

static void check_urls(struct svg *svg, const char *written)
{
    g_autofree char *text = g_ascii_strdown(written, -1);

    for (const char *at = strstr(text, "url("); at != NULL; at = strstr(at, "url(")) {
        at += strlen("url(");
        if (!is_internal(at)) {
            g_autofree char *shown = g_strndup(at, MIN(strcspn(at, ")"), 80));
            g_autofree char *what = g_strdup_printf("external reference \"%s\"", shown);
            tell(svg, what, "draw it in the file itself");
        }
    }
    if (strstr(text, "@import") != NULL)
        tell(svg, "@import in a style", "write the style in the file itself");
}

static void read_view_box(struct svg *svg, const char *value)
{
    g_auto(GStrv) parts = g_strsplit_set(value, " ,", -1);
    double number[4] = { 0 };
    int count = 0;

    for (char **part = parts; *part != NULL && count < 4; part++) {
        if (**part != '\0')
            number[count++] = g_ascii_strtod(*part, NULL);
    }
    if (count == 4 && number[2] > 0 && number[3] > 0 && number[2] < SIDE_MAX
            && number[3] < SIDE_MAX) {
        svg->info.width = (int)(number[2] + 0.5);
        svg->info.height = (int)(number[3] + 0.5);
    }
}

static void check_attribute(struct svg *svg, const char *name, const char *value)
{
    const char *local = local_name(name);

    if (g_str_has_prefix(local, "on"))
        tell(svg, "an event handler", "take it out: a picture does nothing");
    if (strcmp(local, "href") == 0 && !is_internal(value)) {
        g_autofree char *what = g_strdup_printf("external reference \"%.80s\"", value);
        tell(svg, what, "draw it in the file itself");
    }
    check_urls(svg, value);
}

static void on_start(GMarkupParseContext *markup, const char *element, const char **names,
        const char **values, void *data, GError **error)
{
    static const char *const FORBIDDEN[] = { "script", "foreignObject", "iframe", "animate",
        "animateMotion", "animateTransform", "set", "a", NULL };
    static const char *const TEXT[] = { "text", "tspan", "font", "font-face", NULL };
    struct svg *svg = data;
    const char *local = local_name(element);

    (void)markup;
    (void)error;
    if (strcmp(local, "svg") == 0 && g_markup_parse_context_get_element_stack(markup)->next == NULL)
        svg->is_svg = TRUE;
    svg->in_style = strcmp(local, "style") == 0;
    if (g_strv_contains(FORBIDDEN, local)) {
        g_autofree char *what = g_strdup_printf("element <%s>", local);
        tell(svg, what, "take it out: a picture only shows");
    }
    if (g_strv_contains(TEXT, local))
        tell(svg, "text that needs a font", "turn the text into paths");
    for (gsize i = 0; names[i] != NULL; i++) {
        if (strcmp(local, "svg") == 0 && strcmp(names[i], "viewBox") == 0 && svg->info.width == 0)
            read_view_box(svg, values[i]);
        check_attribute(svg, names[i], values[i]);
    }
}

static void on_end(GMarkupParseContext *markup, const char *element, void *data, GError **error)
{
    struct svg *svg = data;

    (void)markup;
    (void)element;
    (void)error;
    svg->in_style = FALSE;
}

static void on_text(
        GMarkupParseContext *markup, const char *text, gsize len, void *data, GError **error)
{
    struct svg *svg = data;

    (void)markup;
    (void)error;
    if (svg->in_style) {
        g_autofree char *style = g_strndup(text, len);
        check_urls(svg, style);
    }
}

/* Comments, declarations, instructions and CDATA. A document type could define entities. */
static void on_other(
        GMarkupParseContext *markup, const char *text, gsize len, void *data, GError **error)
{
    struct svg *svg = data;

    (void)markup;
    (void)error;
    if (len > 9 && g_ascii_strncasecmp(text, "<!DOCTYPE", 9) == 0)
        tell(svg, "a document type", "take the <!DOCTYPE ...> out");
    if (len > 16 && g_ascii_strncasecmp(text, "<?xml-stylesheet", 16) == 0)
        tell(svg, "a style sheet in another file", "write the style in the file itself");
    if (svg->in_style)
        on_text(markup, text, len, data, error);
}

gboolean image_info_svg(
        const char *data, gsize len, image_svg_fn on_problem, void *ctx, struct image_info *out)
{
    static const GMarkupParser PARSER = { on_start, on_end, on_text, on_other, NULL };
    struct svg svg = { .on_problem = on_problem, .ctx = ctx };
    g_autoptr(GError) error = NULL;

    svg.markup = g_markup_parse_context_new(&PARSER, 0, &svg, NULL);
    if (!g_utf8_validate_len(data, len, NULL)) {
        tell(&svg, "the file is not UTF-8", "save it as plain SVG");
        g_markup_parse_context_free(svg.markup);
        return FALSE;
    }

    gboolean read = g_markup_parse_context_parse(svg.markup, data, (gssize)len, &error)
                    && g_markup_parse_context_end_parse(svg.markup, &error);
    if (!read)
        tell(&svg, error->message, "save it as plain SVG");
    else if (!svg.is_svg)
        tell(&svg, "the file is not SVG", "save it as plain SVG");
    g_markup_parse_context_free(svg.markup);
    if (!read || !svg.is_svg)
        return FALSE;
    *out = svg.info;
    out->alpha = TRUE;
    return TRUE;
}
