/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <gtk/gtk.h>
#include <locale.h>
#include <unistd.h>

#include "branding/archive.h"
#include "ui/app.h"
#include "ui/texts.h"

/* docs/man/noren-connect.1 */
enum { EXIT_BRAND = 1, EXIT_USAGE = 2, EXIT_ROOT = 3, EXIT_DISPLAY = 4 };

struct options {
    char *brand;
    char *brand_keys;
    char *run_dir;
    char *language;
    gboolean dark;
    gboolean light;
};

static gboolean parse(struct options *options, int *argc, char ***argv)
{
    const GOptionEntry entries[] = {
        { "brand", 0, 0, G_OPTION_ARG_FILENAME, &options->brand,
                "Pack or folder to show instead of the installed pack", "FILE" },
        { "brand-keys", 0, 0, G_OPTION_ARG_FILENAME, &options->brand_keys,
                "Public keys of which one must have signed the pack", "FILE" },
        { "run-dir", 0, 0, G_OPTION_ARG_FILENAME, &options->run_dir,
                "Folder of the service's socket", "DIR" },
        { "lang", 0, 0, G_OPTION_ARG_STRING, &options->language, "Language of the window", "TAG" },
        { "dark", 0, 0, G_OPTION_ARG_NONE, &options->dark, "Dark colours", NULL },
        { "light", 0, 0, G_OPTION_ARG_NONE, &options->light, "Light colours", NULL },
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    if (g_option_context_parse(context, argc, argv, &error) && *argc == 1
            && !(options->dark && options->light))
        return TRUE;
    g_printerr("%s: %s\n", g_get_prgname(), error ? error->message : "see --help");
    return FALSE;
}

static void options_clear(struct options *options)
{
    g_free(options->brand);
    g_free(options->brand_keys);
    g_free(options->run_dir);
    g_free(options->language);
}

/** ../share/brand.brandpack, seen from the program; docs/installed-layout.md. */
static char *installed_pack(void)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *bin = g_path_get_dirname(program ? program : ".");
    g_autofree char *top = g_path_get_dirname(bin);

    return g_build_filename(top, "share", "brand.brandpack", NULL);
}

static char *keys_beside(const char *pack)
{
    g_autofree char *folder = g_path_get_dirname(pack);

    return g_build_filename(folder, "brand.pub", NULL);
}

static struct brand *load_pack(const char *path, const char *keys_path, struct noren_err *err)
{
    struct brandpack_keys known;

    if (!brandpack_keys_read(keys_path, &known, err)) {
        noren_err_wrap(err, "read %s", keys_path);
        return NULL;
    }
    const struct brand_keys keys = { .keys = (const uint8_t(*)[BRANDPACK_KEY_BYTES])known.key,
        .count = known.count };
    return brand_load(path, &keys, err);
}

/** A folder only when the user names it: what is installed is always a signed pack. */
static struct brand *load_brand(const struct options *options, struct noren_err *err)
{
    g_autofree char *path = options->brand ? g_strdup(options->brand) : installed_pack();
    g_autofree char *keys = options->brand_keys ? g_strdup(options->brand_keys) : keys_beside(path);

    if (options->brand && g_file_test(path, G_FILE_TEST_IS_DIR))
        return brand_load_folder(path, err);
    return load_pack(path, keys, err);
}

/** Names that the desktop shows: of the process, the window's class and the task bar. */
static void take_names(const struct brand *brand)
{
    const char *product = brand_value(brand, "brand", "product", NULL);

    g_set_prgname(brand_id(brand));
    g_set_application_name(product ? product : brand_id(brand));
}

static void say(const struct brand *brand, const char *language, const char *id)
{
    g_autofree char *spoken = texts_language(brand, language);
    g_autofree char *text = brand_text(brand, spoken, id);

    g_printerr("%s\n", text);
}

static int run(const struct brand *brand, const struct options *options)
{
    g_autofree char *socket =
            options->run_dir ? g_build_filename(options->run_dir, "service.sock", NULL) : NULL;
    const struct ui_app_options app_options = {
        .socket = socket,
        .language = options->language,
        .shade = options->dark    ? STYLE_DARK
                 : options->light ? STYLE_LIGHT
                                  : STYLE_FOLLOW_DESKTOP,
    };
    struct noren_err err;

    if (geteuid() == 0) {
        say(brand, options->language, "app.root");
        return EXIT_ROOT;
    }
    if (!gtk_init_check(NULL, NULL)) {
        say(brand, options->language, "app.no-display");
        return EXIT_DISPLAY;
    }
    gdk_set_program_class(brand_id(brand)); /* GDK would make it "Acme" when it starts */
    g_autoptr(UiApp) app = ui_app_new(brand, &app_options, &err);
    if (!app) {
        g_printerr("%s: %s\n", g_get_prgname(), err.text);
        return EXIT_BRAND;
    }
    return g_application_run(G_APPLICATION(app), 0, NULL);
}

int main(int argc, char **argv)
{
    noren_cleanup(options_clear) struct options options = { 0 };
    struct noren_err err;
    g_autofree char *name = g_path_get_basename(argv[0]);

    setlocale(LC_ALL, "");
    g_set_prgname(name);
    if (!parse(&options, &argc, &argv))
        return EXIT_USAGE;
    struct brand *brand = load_brand(&options, &err);
    if (!brand) {
        g_printerr("%s: %s\n", name, err.text);
        return EXIT_BRAND;
    }
    take_names(brand);
    int status = run(brand, &options);
    brand_free(brand);
    return status;
}
