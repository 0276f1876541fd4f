/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "installer-kit/run_files.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

#include "noren/base/bytes.h"

#include "branding/tarball.h"
#include "installer-kit/kit-resources.h"

#define DESKTOP "Desktop Entry"

enum { ICON_SIDE = 256 };

static void add_text(GPtrArray *files, const char *path, char *take_text, guint mode)
{
    tarball_add(files, path, g_bytes_new_take(take_text, strlen(take_text)), mode);
}

/* "root" before a path that starts with '/': where setup.sh finds it. */
static void add_installed(GPtrArray *files, GBytes *take_content, guint mode, const char *format,
        ...) G_GNUC_PRINTF(4, 5);
static void add_installed(
        GPtrArray *files, GBytes *take_content, guint mode, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_autofree char *path = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *staged = g_strconcat("root", path, NULL);
    tarball_add(files, staged, take_content, mode);
}

static GBytes *text_bytes(char *take_text)
{
    return g_bytes_new_take(take_text, strlen(take_text));
}

char *run_replace(char *take_text, const char *key, const char *value)
{
    g_autofree char *mark = g_strdup_printf("@%s@", key);
    g_autofree char *text = take_text;
    g_auto(GStrv) parts = g_strsplit(text, mark, -1);

    return g_strjoinv(value, parts);
}

char *run_template(const char *name, const struct brand *brand)
{
    g_autofree char *path = g_strconcat("/noren/kit/run/", name, NULL);
    g_autoptr(GBytes) bytes =
            g_resource_lookup_data(kit_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    const char *product = brand_value(brand, "brand", "product", NULL);
    g_autofree char *quoted = g_shell_quote(product);
    g_auto(GStrv) percents = g_strsplit(product, "%", -1);
    g_autofree char *unit = g_strjoinv("%%", percents);
    gsize len = 0;
    const char *data = g_bytes_get_data(bytes, &len);

    char *text = run_replace(g_strndup(data, len), "ID", brand_id(brand));
    text = run_replace(text, "PRODUCT_COMMENT", product);
    text = run_replace(text, "PRODUCT_UNIT", unit);
    return run_replace(text, "PRODUCT", quoted);
}

static GKeyFile *linux_metadata(const struct brand *brand)
{
    GKeyFile *file = g_key_file_new();
    GBytes *bytes = brand_file(brand, "linux/metadata.conf");

    if (bytes != NULL)
        g_key_file_load_from_bytes(file, bytes, G_KEY_FILE_KEEP_TRANSLATIONS, NULL);
    return file;
}

/* One text of the menu entry for a language: the brand's own in linux/metadata.conf, else a string. */
static void set_text(GKeyFile *desktop, GKeyFile *metadata, const struct brand *brand,
        const char *key, const char *own_key, const char *id, const char *language)
{
    g_autofree char *own = g_key_file_get_locale_string(metadata, "linux", own_key, language, NULL);
    g_autofree char *text = own != NULL ? g_steal_pointer(&own) : brand_text(brand, language, id);

    g_key_file_set_locale_string(desktop, DESKTOP, key, language, text);
    if (strcmp(language, brand_languages(brand)[0]) == 0)
        g_key_file_set_string(desktop, DESKTOP, key, text);
}

static char *desktop_entry(const struct run_parts *parts)
{
    const struct brand *brand = parts->brand;
    g_autoptr(GKeyFile) desktop = g_key_file_new();
    g_autoptr(GKeyFile) metadata = linux_metadata(brand);
    g_autofree char *categories = g_key_file_get_string(metadata, "linux", "categories", NULL);
    g_autofree char *exec =
            g_strdup_printf("%s/bin/%s", parts->names->install_dir, parts->names->program);

    g_key_file_set_string(desktop, DESKTOP, "Type", "Application");
    g_key_file_set_string(desktop, DESKTOP, "Name", brand_value(brand, "brand", "product", NULL));
    for (const char *const *tag = brand_languages(brand); *tag != NULL; tag++) {
        g_autofree char *language = g_strdelimit(g_strdup(*tag), "-", '_');
        g_key_file_set_locale_string(desktop, DESKTOP, "Name", language,
                brand_value(brand, "brand", "product", language));
        set_text(desktop, metadata, brand, "Comment", "description", "desktop.comment", language);
        set_text(desktop, metadata, brand, "Keywords", "keywords", "desktop.keywords", language);
    }
    g_key_file_set_string(desktop, DESKTOP, "Exec", exec);
    g_key_file_set_string(desktop, DESKTOP, "Icon", parts->names->program);
    g_key_file_set_string(
            desktop, DESKTOP, "Categories", categories != NULL ? categories : "Network;");
    g_key_file_set_string(desktop, DESKTOP, "StartupWMClass", parts->names->program);
    g_key_file_set_boolean(desktop, DESKTOP, "StartupNotify", TRUE);
    return g_key_file_to_data(desktop, NULL, NULL);
}

/* A PNG is brought to the one size that every desktop scales from. */
static GBytes *png_icon(GBytes *image)
{
    g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_bytes(image);
    g_autoptr(GdkPixbuf) pixbuf =
            gdk_pixbuf_new_from_stream_at_scale(stream, ICON_SIDE, ICON_SIDE, TRUE, NULL, NULL);
    char *data = NULL;
    gsize len = 0;

    if (pixbuf == NULL || !gdk_pixbuf_save_to_buffer(pixbuf, &data, &len, "png", NULL, NULL))
        return NULL;
    return g_bytes_new_take(data, len);
}

static bool add_icon(const struct run_parts *parts, GPtrArray *files, struct noren_err *err)
{
    GBytes *svg = brand_file(parts->brand, "images/app-icon.svg");
    GBytes *png = brand_file(parts->brand, "images/app-icon.png");
    const char *name = parts->names->program;

    if (svg != NULL) {
        add_installed(files, g_bytes_ref(svg), 0644,
                "/usr/share/icons/hicolor/scalable/apps/%s.svg", name);
        return true;
    }
    GBytes *icon = png != NULL ? png_icon(png) : NULL;
    if (icon == NULL)
        return noren_err_set(err, NOREN_E_IO, "images/app-icon cannot be drawn");
    add_installed(files, icon, 0644, "/usr/share/icons/hicolor/256x256/apps/%s.png", name);
    return true;
}

static bool add_program(GPtrArray *files, const char *from, const char *dir, const char *name,
        struct noren_err *err)
{
    GBytes *program = payload_stripped(from, err);

    if (program == NULL)
        return noren_err_wrap(err, "%s", from);
    add_installed(files, program, 0755, "%s/bin/%s", dir, name);
    return true;
}

static bool add_library(GPtrArray *files, const struct payload_library *library, const char *dir,
        struct noren_err *err)
{
    g_autoptr(GError) error = NULL;
    char *data = NULL;
    gsize len = 0;

    if (!g_file_get_contents(library->path, &data, &len, &error))
        return noren_err_set(err, NOREN_E_IO, "read library: %s", error->message);
    add_installed(files, g_bytes_new_take(data, len), 0644, "%s/lib/%s", dir, library->name);
    if (library->notice == NULL)
        return true;
    if (!g_file_get_contents(library->notice, &data, &len, &error))
        return noren_err_set(err, NOREN_E_IO, "read licence: %s", error->message);
    add_installed(
            files, g_bytes_new_take(data, len), 0644, "%s/share/legal/%s.txt", dir, library->name);
    return true;
}

static bool add_programs(const struct run_parts *parts, GPtrArray *files, struct noren_err *err)
{
    const struct payload *payload = parts->payload;
    const char *dir = parts->names->install_dir;

    if (!add_program(files, payload->window, dir, parts->names->program, err)
            || !add_program(files, payload->service, dir, parts->names->service_program, err))
        return false;
    for (guint i = 0; i < payload->libraries->len; i++) {
        if (!add_library(files, g_ptr_array_index(payload->libraries, i), dir, err))
            return false;
    }
    return true;
}

static void add_legal(const struct run_parts *parts, GPtrArray *files)
{
    static const char *const KINDS[] = { "eula", "notice", "privacy" };
    const char *dir = parts->names->install_dir;
    GBytes *third = brand_file(parts->brand, "legal/thirdparty.txt");

    if (third != NULL)
        add_installed(files, g_bytes_ref(third), 0644, "%s/share/legal/thirdparty.txt", dir);
    for (gsize i = 0; i < G_N_ELEMENTS(KINDS); i++) {
        for (const char *const *tag = brand_languages(parts->brand); *tag != NULL; tag++) {
            g_autofree char *path = g_strdup_printf("legal/%s.%s.txt", KINDS[i], *tag);
            GBytes *text = brand_file(parts->brand, path);
            if (text != NULL)
                add_installed(files, g_bytes_ref(text), 0644, "%s/share/%s", dir, path);
        }
    }
}

static int compare_paths(const void *a, const void *b)
{
    const char *left = *(const char *const *)a;
    const char *right = *(const char *const *)b;

    return strcmp(left, right);
}

/* The one list that installing and uninstalling share; it names itself too. */
static void add_list(const struct run_parts *parts, GPtrArray *files)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    GString *list = g_string_new(NULL);

    for (guint i = 0; i < files->len; i++) {
        const struct tarball_file *file = g_ptr_array_index(files, i);
        if (g_str_has_prefix(file->path, "root/"))
            g_ptr_array_add(paths, g_strdup(file->path + strlen("root")));
    }
    g_ptr_array_add(paths, g_strdup_printf("%s/share/installed-files", parts->names->install_dir));
    g_ptr_array_sort(paths, compare_paths);
    for (guint i = 0; i < paths->len; i++)
        g_string_append_printf(list, "%s\n", (char *)g_ptr_array_index(paths, i));
    add_installed(files, g_string_free_to_bytes(list), 0644, "%s/share/installed-files",
            parts->names->install_dir);
}

bool run_files_add(const struct run_parts *parts, GPtrArray *files, struct noren_err *err)
{
    const struct brand_names *names = parts->names;
    const char *dir = names->install_dir;
    char digits[65];

    noren_hex(parts->key, 32, digits);
    if (!add_programs(parts, files, err) || !add_icon(parts, files, err))
        return false;
    add_legal(parts, files);
    add_installed(files, g_bytes_ref(parts->pack), 0644, "%s/share/brand.brandpack", dir);
    add_installed(
            files, text_bytes(g_strdup_printf("%s\n", digits)), 0644, "%s/share/brand.pub", dir);
    add_installed(files, text_bytes(g_strdup_printf("%d\n", brand_serial(parts->brand))), 0644,
            "%s/share/serial", dir);
    add_installed(files, text_bytes(run_template("uninstall.sh", parts->brand)), 0755,
            "%s/bin/%s-uninstall", dir, names->id);
    add_installed(files, text_bytes(run_template("service.unit", parts->brand)), 0644,
            "/etc/systemd/system/%s", names->unit);
    add_installed(files, text_bytes(desktop_entry(parts)), 0644,
            "/usr/share/applications/%s.desktop", names->program);
    add_list(parts, files);
    add_text(files, "setup.sh", run_template("setup.sh", parts->brand), 0644);
    add_text(files, "window.sh", run_template("window.sh", parts->brand), 0644);
    if (parts->credentials != NULL)
        add_text(files, "credentials.conf", g_strdup(parts->credentials), 0600);
    return true;
}
