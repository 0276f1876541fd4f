/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

#include "branding/check_private.h"
#include "branding/image_info.h"
#include "branding/slots.h"

/* Image slots: E301 to E306. */

enum {
    SIDE_MAX = 4096,
    TRAY_SIDE = 16,            /**< pixels at which tray icons are compared */
    TRAY_LEAST_PER_MILLE = 40, /**< mean difference of coverage that still is seen */
};

struct svg_place {
    struct check *check;
    const char *path;
};

static void on_svg_problem(void *ctx, int line, const char *text, const char *remedy)
{
    const struct svg_place *place = ctx;

    findings_add(place->check->findings, place->path, line, "E304", remedy, "%s", text);
}

static gboolean is_filled(const struct check *c, const char *slot)
{
    static const char *const ENDINGS[] = { "svg", "png", "jpg", "jpeg" };

    for (gsize i = 0; i < G_N_ELEMENTS(ENDINGS); i++) {
        g_autofree char *path = g_strdup_printf("images/%s.%s", slot, ENDINGS[i]);
        if (brandpack_find(c->pack, path) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* Width and height in pixels, -1 for the picture's own; NULL with `error` when it cannot be drawn. */
static GdkPixbuf *draw(const struct brandpack_file *file, int width, int height, GError **error)
{
    g_autoptr(GInputStream) stream =
            g_memory_input_stream_new_from_data(file->data, (gssize)file->len, NULL);

    return gdk_pixbuf_new_from_stream_at_scale(stream, width, height, FALSE, NULL, error);
}

/* The last question: only what has a sane size and shape is worth decoding. */
static void check_drawable(struct check *c, const struct brandpack_file *file, gboolean svg)
{
    g_autoptr(GError) error = NULL;

    if (findings_concern(c->findings, file->path))
        return;
    g_autoptr(GdkPixbuf) drawn =
            svg ? draw(file, TRAY_SIDE, TRAY_SIDE, &error) : draw(file, -1, -1, &error);
    if (drawn == NULL)
        findings_add(c->findings, file->path, 1, svg ? "E304" : "E302",
                svg ? "open it in a drawing program and save it as plain SVG"
                    : "the file is damaged: save it again",
                "cannot be drawn: %s", error->message);
}

static void check_svg(struct check *c, const struct brandpack_file *file, const struct slot *slot)
{
    struct svg_place place = { c, file->path };
    struct image_info info;

    if (!check_is_text(file)
            || !image_info_svg((const char *)file->data, file->len, on_svg_problem, &place, &info))
        return;
    if (info.width == 0)
        findings_add(c->findings, file->path, 1, "E302", "add viewBox=\"0 0 W H\" to <svg>",
                "the drawing has no viewBox, so its shape is unknown");
    else if (slot->square && info.width != info.height)
        findings_add(c->findings, file->path, 1, "E302", "make the viewBox square",
                "the drawing is %dx%d, needs to be square", info.width, info.height);
}

static void check_size(
        struct check *c, const char *path, const struct slot *slot, const struct image_info *info)
{
    g_autofree char *remedy = g_strdup_printf("give %s%dx%d",
            (slot->formats & SLOT_SVG) != 0 ? "SVG or " : "", slot->best_width, slot->best_height);

    if (slot->square && info->width != info->height)
        findings_add(c->findings, path, 1, "E302", remedy, "is %dx%d, needs to be square",
                info->width, info->height);
    else if (info->width > SIDE_MAX || info->height > SIDE_MAX)
        findings_add(c->findings, path, 1, "E302", remedy, "is %dx%d, at most %d a side",
                info->width, info->height, SIDE_MAX);
    else if (slot->square && info->width < slot->min_width)
        findings_add(c->findings, path, 1, "E303", remedy, "is %dx%d; %d would be blurred",
                info->width, info->height, slot->min_width);
    else if (info->width < slot->min_width || info->height < slot->min_height)
        findings_add(c->findings, path, 1, "E302", remedy, "is %dx%d, needs at least %dx%d",
                info->width, info->height, slot->min_width, slot->min_height);
}

static void check_raster(
        struct check *c, const struct brandpack_file *file, const struct slot *slot)
{
    gboolean png = g_str_has_suffix(file->path, ".png");
    struct image_info info;

    if (png ? !image_info_png(file->data, file->len, &info)
            : !image_info_jpeg(file->data, file->len, &info)) {
        findings_add(c->findings, file->path, 1, "E302", "save it again in that format",
                "is not a %s picture", png ? "PNG" : "JPEG");
        return;
    }
    check_size(c, file->path, slot, &info);
    if (slot->max_bytes != 0 && file->len > slot->max_bytes)
        findings_add(c->findings, file->path, 1, "E302", "compress it more",
                "is %zu bytes, at most %zu", file->len, slot->max_bytes);
    if (slot->alpha && !info.alpha)
        findings_add(c->findings, file->path, 1, "E306", "save it with an alpha channel",
                "has no transparency");
    if (info.cmyk)
        findings_add(c->findings, file->path, 1, "E306", "save it as sRGB", "is in print colours");
    if (info.animated)
        findings_add(c->findings, file->path, 1, "E302", "save one picture", "is animated");
}

void check_images(struct check *c)
{
    for (const struct slot *slot = slots_all(); slot->name != NULL; slot++) {
        if (!slot->required || is_filled(c, slot->name))
            continue;
        g_autofree char *path = g_strdup_printf("images/%s.svg", slot->name);
        g_autofree char *remedy = g_strdup_printf("draw images/%s.svg, or a PNG of %dx%d",
                slot->name, slot->best_width, slot->best_height);
        findings_add(
                c->findings, path, 1, "E301", remedy, "%s is missing; %s", slot->name, slot->why);
    }
    for (size_t i = 0; i < brandpack_count(c->pack); i++) {
        const struct brandpack_file *file = brandpack_at(c->pack, i);
        const struct slot *slot = slot_of_path(file->path);
        gboolean svg = g_str_has_suffix(file->path, ".svg");
        if (slot == NULL)
            continue;
        if (svg)
            check_svg(c, file, slot);
        else
            check_raster(c, file, slot);
        check_drawable(c, file, svg);
    }
}

/* The drawing at tray size; NULL when it cannot be drawn (told by another finding). */
static GdkPixbuf *tray_picture(const struct check *c, const char *state)
{
    static const char *const ENDINGS[] = { "svg", "png" };

    for (gsize i = 0; i < G_N_ELEMENTS(ENDINGS); i++) {
        g_autofree char *path = g_strdup_printf("images/tray-%s.%s", state, ENDINGS[i]);
        const struct brandpack_file *file = brandpack_find(c->pack, path);
        if (file == NULL)
            continue;
        if (findings_concern(c->findings, path))
            return NULL;
        g_autoptr(GdkPixbuf) drawn = draw(file, TRAY_SIDE, TRAY_SIDE, NULL);
        return drawn != NULL ? gdk_pixbuf_add_alpha(drawn, FALSE, 0, 0, 0) : NULL;
    }
    return NULL;
}

/* Mean difference of what is covered, in thousandths: colour does not count, shape does. */
static int shape_difference(const GdkPixbuf *a, const GdkPixbuf *b)
{
    const guint8 *left = gdk_pixbuf_read_pixels(a);
    const guint8 *right = gdk_pixbuf_read_pixels(b);
    int sum = 0;

    for (int y = 0; y < TRAY_SIDE; y++) {
        for (int x = 0; x < TRAY_SIDE; x++)
            sum += ABS(left[y * gdk_pixbuf_get_rowstride(a) + x * 4 + 3]
                       - right[y * gdk_pixbuf_get_rowstride(b) + x * 4 + 3]);
    }
    return sum * 1000 / (TRAY_SIDE * TRAY_SIDE * 255);
}

void check_tray_shapes(struct check *c)
{
    static const char *const STATES[] = { "off", "connecting", "on", "error" };
    GdkPixbuf *drawn[G_N_ELEMENTS(STATES)];

    for (gsize i = 0; i < G_N_ELEMENTS(STATES); i++)
        drawn[i] = tray_picture(c, STATES[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(STATES); i++) {
        for (gsize j = i + 1; j < G_N_ELEMENTS(STATES); j++) {
            if (drawn[i] == NULL || drawn[j] == NULL
                    || shape_difference(drawn[i], drawn[j]) >= TRAY_LEAST_PER_MILLE)
                continue;
            g_autofree char *path = g_strdup_printf("images/tray-%s.svg", STATES[j]);
            if (brandpack_find(c->pack, path) == NULL)
                memcpy(path + strlen(path) - 3, "png", 3);
            findings_add(c->findings, path, 1, "E305", "change the shape, not the colour only",
                    "tray-%s and tray-%s differ too little at %d px", STATES[j], STATES[i],
                    TRAY_SIDE);
        }
    }
    for (gsize i = 0; i < G_N_ELEMENTS(STATES); i++)
        g_clear_object(&drawn[i]);
}
