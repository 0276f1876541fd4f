/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "installer-kit/payload.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"

/* A Debian desktop has these and all that they need; the installer asks for them by package name. */
static const char *const DESKTOP_LIBRARIES[] = { "libgtk-3.so.0", "libssl.so.3", "librsvg-2.so.2",
    NULL };

static void free_library(void *data)
{
    struct payload_library *library = data;

    g_free(library->name);
    g_free(library->path);
    g_free(library->notice);
    g_free(library);
}

void payload_clear(struct payload *payload)
{
    g_free(payload->window);
    g_free(payload->service);
    g_clear_pointer(&payload->libraries, g_ptr_array_unref);
    *payload = (struct payload){ 0 };
}

/* What a program prints; NULL when it cannot be started or fails. */
static char *output_of(const char *const *argv)
{
    g_autoptr(GSubprocess) child = g_subprocess_newv(
            argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, NULL);
    g_autofree char *out = NULL;

    if (child == NULL || !g_subprocess_communicate_utf8(child, NULL, NULL, &out, NULL, NULL)
            || !g_subprocess_get_successful(child))
        return NULL;
    return g_steal_pointer(&out);
}

/* Adds "name" -> "path" for everything the loader would load. Only our own programs and the
 * system's libraries are asked: ldd(1) may run what it looks at. */
static bool add_needed(const char *path, GHashTable *needed, struct noren_err *err)
{
    const char *const argv[] = { "ldd", path, NULL };
    g_autofree char *text = output_of(argv);
    if (text == NULL)
        return noren_err_set(err, NOREN_E_IO, "ldd %s refused", path);

    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) parts = g_strsplit(g_strstrip(*line), " ", -1);
        if (g_strv_length(parts) < 3 || strcmp(parts[1], "=>") != 0)
            continue;
        if (parts[2][0] != '/')
            return noren_err_set(
                    err, NOREN_E_NOT_FOUND, "%s needs %s, which is not here", path, parts[0]);
        g_hash_table_replace(needed, g_strdup(parts[0]), g_strdup(parts[2]));
    }
    return true;
}

/* The library's path: from the programs' own list, else beside their libc. */
static char *path_of_library(GHashTable *needed, const char *name)
{
    const char *known = g_hash_table_lookup(needed, name);
    const char *libc = g_hash_table_lookup(needed, "libc.so.6");
    static const char *const FOLDERS[] = { "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu" };

    if (known != NULL || libc == NULL)
        return g_strdup(known);
    for (gsize i = 0; i < G_N_ELEMENTS(FOLDERS); i++) {
        g_autofree char *path = g_build_filename(FOLDERS[i], name, NULL);
        if (g_file_test(path, G_FILE_TEST_EXISTS))
            return g_steal_pointer(&path);
    }
    return NULL;
}

/* Debian keeps a licence for each package; another system's libraries come without. */
static char *notice_of(const char *path)
{
    g_autofree char *real = realpath(path, NULL);
    const char *const argv[] = { "dpkg-query", "-S", real != NULL ? real : path, NULL };
    g_autofree char *text = output_of(argv);
    if (text == NULL)
        return NULL;

    g_autofree char *package = g_strndup(text, strcspn(text, ":,\n"));
    g_autofree char *notice = g_build_filename("/usr/share/doc", package, "copyright", NULL);
    return g_file_test(notice, G_FILE_TEST_EXISTS) ? g_steal_pointer(&notice) : NULL;
}

static int compare_names(const void *a, const void *b)
{
    const struct payload_library *left = *(const struct payload_library *const *)a;
    const struct payload_library *right = *(const struct payload_library *const *)b;

    return strcmp(left->name, right->name);
}

static bool find_libraries(struct payload *payload, struct noren_err *err)
{
    g_autoptr(GHashTable) needed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(GHashTable) desktop = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    GHashTableIter iter;
    gpointer name, path;

    if (!add_needed(payload->window, needed, err) || !add_needed(payload->service, needed, err))
        return false;
    for (gsize i = 0; DESKTOP_LIBRARIES[i] != NULL; i++) {
        g_autofree char *library = path_of_library(needed, DESKTOP_LIBRARIES[i]);
        if (library == NULL)
            continue;
        if (!add_needed(library, desktop, err))
            return false;
        g_hash_table_replace(desktop, g_strdup(DESKTOP_LIBRARIES[i]), g_steal_pointer(&library));
    }

    payload->libraries = g_ptr_array_new_with_free_func(free_library);
    g_hash_table_iter_init(&iter, needed);
    while (g_hash_table_iter_next(&iter, &name, &path)) {
        if (g_hash_table_contains(desktop, name))
            continue;
        struct payload_library *library = g_new(struct payload_library, 1);
        *library = (struct payload_library){ g_strdup(name), g_strdup(path), notice_of(path) };
        g_ptr_array_add(payload->libraries, library);
    }
    g_ptr_array_sort(payload->libraries, compare_names);
    return true;
}

static char *program_in(const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);

    return g_file_test(path, G_FILE_TEST_IS_EXECUTABLE) ? g_steal_pointer(&path) : NULL;
}

static gboolean find_programs(const char *dir, struct payload *payload)
{
    payload->window = program_in(dir, "noren-connect");
    payload->service = program_in(dir, "noren-client");
    if (payload->window != NULL && payload->service != NULL)
        return TRUE;
    g_clear_pointer(&payload->window, g_free);
    g_clear_pointer(&payload->service, g_free);
    return FALSE;
}

bool payload_find(const char *dir, struct payload *out, struct noren_err *err)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *here = g_path_get_dirname(self != NULL ? self : "/");
    g_autofree char *build = g_build_filename(here, "..", "client", NULL);
    g_autofree char *moved = g_build_filename(here, "..", "libexec", "noren", "payload", NULL);
    const char *const places[] = { build, moved, PAYLOAD_DIR };
    struct payload payload = { 0 };
    gboolean found = FALSE;

    if (dir != NULL)
        found = find_programs(dir, &payload);
    for (gsize i = 0; dir == NULL && !found && i < G_N_ELEMENTS(places); i++)
        found = find_programs(places[i], &payload);
    if (!found)
        return noren_err_set(err, NOREN_E_NOT_FOUND,
                "noren-connect and noren-client are not in %s: name their folder by --payload",
                dir != NULL ? dir : PAYLOAD_DIR);
    if (!find_libraries(&payload, err)) {
        payload_clear(&payload);
        return false;
    }
    *out = payload;
    return true;
}

GBytes *payload_stripped(const char *path, struct noren_err *err)
{
    g_autofree char *strip = g_find_program_in_path("strip");
    g_autofree char *copy = NULL;
    g_autoptr(GError) error = NULL;
    char *data = NULL;
    gsize len = 0;
    int fd = g_file_open_tmp("kit-XXXXXX", &copy, NULL);

    if (fd >= 0)
        g_close(fd, NULL);
    const char *const argv[] = { "strip", "--strip-all", "-o", copy, path, NULL };
    g_autofree char *said = strip != NULL && copy != NULL ? output_of(argv) : NULL;
    bool read = g_file_get_contents(said != NULL ? copy : path, &data, &len, &error);
    if (copy != NULL)
        g_unlink(copy);
    if (!read) {
        noren_err_set(err, NOREN_E_IO, "read program: %s", error->message);
        return NULL;
    }
    return g_bytes_new_take(data, len);
}
