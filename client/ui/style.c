/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "ui/style.h"

#include <string.h>

#include "resources/resources.h"

static const char *const TOKENS[] = { "accent", "on-accent", "background", "surface", "text",
    "muted", "ok", "warn", "error" };

const char *style_color(const struct ui_context *context, const char *token)
{
    g_autofree char *dark = g_strconcat(token, "-dark", NULL);

    return brand_color(context->brand, context->dark ? dark : token);
}

static gboolean portal_schema_says_dark(void)
{
    static const char SCHEMA[] = "org.gnome.desktop.interface";
    GSettingsSchemaSource *source = g_settings_schema_source_get_default();
    g_autoptr(GSettingsSchema) schema =
            source ? g_settings_schema_source_lookup(source, SCHEMA, TRUE) : NULL;

    if (!schema || !g_settings_schema_has_key(schema, "color-scheme"))
        return FALSE;
    g_autoptr(GSettings) settings = g_settings_new(SCHEMA);
    g_autofree char *scheme = g_settings_get_string(settings, "color-scheme");
    return g_str_equal(scheme, "prefer-dark");
}

static char *theme_name(GdkScreen *screen)
{
    char *name = NULL;

    g_object_get(gtk_settings_get_for_screen(screen), "gtk-theme-name", &name, NULL);
    return name ? name : g_strdup("");
}

gboolean style_desktop_is_dark(GdkScreen *screen)
{
    g_autofree char *name = theme_name(screen);
    const char *forced = g_getenv("GTK_THEME");
    gboolean prefer_dark = FALSE;

    g_object_get(gtk_settings_get_for_screen(screen), "gtk-application-prefer-dark-theme",
            &prefer_dark, NULL);
    return prefer_dark || g_str_has_suffix(name, "-dark") || g_str_has_suffix(name, "Inverse")
           || (forced && g_str_has_suffix(forced, ":dark")) || portal_schema_says_dark();
}

static char *base_css(const struct ui_context *context)
{
    GString *css = g_string_new(NULL);
    g_autoptr(GBytes) theme = resources_file("css/theme.css");
    gsize len;
    const char *text = g_bytes_get_data(theme, &len);

    for (size_t i = 0; i < G_N_ELEMENTS(TOKENS); i++)
        g_string_append_printf(
                css, "@define-color %s %s;\n", TOKENS[i], style_color(context, TOKENS[i]));
    g_string_append_len(css, text, (gssize)len);
    return g_string_free(css, FALSE);
}

/** The pack's own rules; none when they would reach outside the pack. */
static char *brand_css(const struct ui_context *context)
{
    GBytes *file = brand_file(context->brand, "ui/theme.css");
    gsize len;
    const char *text = file ? g_bytes_get_data(file, &len) : NULL;

    if (!text)
        return g_strdup("");
    if (g_strstr_len(text, (gssize)len, "url(") || g_strstr_len(text, (gssize)len, "@import")) {
        g_warning("ui/theme.css of the pack is left out: it loads other files");
        return g_strdup("");
    }
    return g_strndup(text, len);
}

static void load(GtkCssProvider *provider, const char *css)
{
    g_autoptr(GError) error = NULL;

    if (!gtk_css_provider_load_from_data(provider, css, -1, &error))
        g_warning("a style rule is left out: %s", error->message);
}

void style_apply(const struct ui_context *context, GdkScreen *screen, GtkCssProvider *base,
        GtkCssProvider *brand)
{
    g_autofree char *name = theme_name(screen);
    gboolean contrast = g_str_has_prefix(name, "HighContrast");
    g_autofree char *base_text = contrast ? g_strdup("") : base_css(context);
    g_autofree char *brand_text = contrast ? g_strdup("") : brand_css(context);

    load(base, base_text);
    load(brand, brand_text);
    gtk_style_context_add_provider_for_screen(
            screen, GTK_STYLE_PROVIDER(base), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    gtk_style_context_add_provider_for_screen(
            screen, GTK_STYLE_PROVIDER(brand), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
}
