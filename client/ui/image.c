/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/image.h"

#include "resources/resources.h"
#include "ui/style.h"

enum { WIDTH_PER_HEIGHT_MAX = 5, FALLBACK_HEIGHT = 48 };

struct box {
    int width;
    int height;
};

static GBytes *find_bytes(const struct ui_context *context, const char *slot)
{
    g_autofree char *base = g_strdup_printf("images/%s.svg", slot);
    GBytes *own = brand_image(context->brand, slot, context->dark);

    return own ? g_bytes_ref(own) : resources_file(base);
}

/** Text of a drawing with the colour put in; NULL when it is not such a drawing. */
static char *tint(GBytes *bytes, const char *color)
{
    gsize len;
    const char *data = g_bytes_get_data(bytes, &len);

    if (!data || !g_strstr_len(data, (gssize)len, "currentColor"))
        return NULL;
    g_autofree char *text = g_strndup(data, len);
    g_auto(GStrv) parts = g_strsplit(text, "currentColor", -1);
    return g_strjoinv(color, parts);
}

/** Scales while decoding, so that drawings stay sharp at every size. */
static void on_size(GdkPixbufLoader *loader, int width, int height, gpointer data)
{
    const struct box *box = data;
    double scale = (double)box->height / MAX(height, 1);

    if (width * scale > box->width)
        scale = (double)box->width / MAX(width, 1);
    gdk_pixbuf_loader_set_size(
            loader, MAX((int)(width * scale + 0.5), 1), MAX((int)(height * scale + 0.5), 1));
}

static GdkPixbuf *decode(const guchar *data, gsize len, struct box box)
{
    g_autoptr(GdkPixbufLoader) loader = gdk_pixbuf_loader_new();
    g_autoptr(GError) error = NULL;

    g_signal_connect(loader, "size-prepared", G_CALLBACK(on_size), &box);
    gboolean ok = gdk_pixbuf_loader_write(loader, data, len, &error);
    if (!gdk_pixbuf_loader_close(loader, ok ? &error : NULL) || !ok) {
        g_warning(
                "a picture of the pack cannot be shown: %s", error ? error->message : "cut short");
        return NULL;
    }
    GdkPixbuf *picture = gdk_pixbuf_loader_get_pixbuf(loader);
    return picture ? g_object_ref(picture) : NULL;
}

static GdkPixbuf *load_pixbuf(
        const struct ui_context *context, const char *slot, const char *token, struct box box)
{
    g_autoptr(GBytes) bytes = find_bytes(context, slot);

    if (!bytes)
        return NULL;
    g_autofree char *tinted = tint(bytes, style_color(context, token));
    if (tinted)
        return decode((const guchar *)tinted, strlen(tinted), box);
    gsize len;
    const guchar *data = g_bytes_get_data(bytes, &len);
    return decode(data, len, box);
}

cairo_surface_t *image_load(const struct ui_context *context, const char *slot, const char *token,
        int height, int scale)
{
    struct box box = { height * scale * WIDTH_PER_HEIGHT_MAX, height * scale };
    g_autoptr(GdkPixbuf) picture = load_pixbuf(context, slot, token, box);

    return picture ? gdk_cairo_surface_create_from_pixbuf(picture, scale, NULL) : NULL;
}

void image_fill(
        GtkImage *image, const struct ui_context *context, const char *slot, const char *token)
{
    int height = gtk_image_get_pixel_size(image);
    cairo_surface_t *surface = image_load(context, slot, token,
            height > 0 ? height : FALLBACK_HEIGHT, gtk_widget_get_scale_factor(GTK_WIDGET(image)));

    gtk_image_set_from_surface(image, surface);
    gtk_widget_set_visible(GTK_WIDGET(image), surface != NULL);
    g_clear_pointer(&surface, cairo_surface_destroy);
}

GList *image_icon_list(const struct ui_context *context)
{
    static const int SIZES[] = { 16, 24, 32, 48, 64, 128 };
    GList *icons = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(SIZES); i++) {
        GdkPixbuf *icon =
                load_pixbuf(context, "app-icon", "accent", (struct box){ SIZES[i], SIZES[i] });
        if (icon)
            icons = g_list_prepend(icons, icon);
    }
    return icons;
}
