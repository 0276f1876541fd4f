/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "installer-kit/kit.h"

/** A small brand in a temporary folder, as noren-kit makes it, to be changed and judged by tests. */

static inline char *brand_folder_new(void)
{
    char *top = g_dir_make_tmp("brand-XXXXXX", NULL);
    g_autofree char *dir = g_build_filename(top, "acme", NULL);
    const struct kit_new_options options = {
        .dir = dir,
        .id = "acme",
        .product = "Acme Link",
        .company = "Acme Net",
        .color = "#1f5fbf",
    };
    struct noren_err err = { 0 };
    bool example = false;

    if (!kit_write_brand(&options, &example, &err))
        g_error("%s", err.text);
    g_free(top);
    return g_steal_pointer(&dir);
}

static inline void brand_folder_remove_tree(const char *path)
{
    g_autoptr(GDir) dir =
            g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);

    for (const char *name = dir != NULL ? g_dir_read_name(dir) : NULL; name != NULL;
            name = g_dir_read_name(dir)) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        brand_folder_remove_tree(inner);
    }
    g_remove(path);
}

/** Removes the folder, what lies beside it, and the string. */
static inline void brand_folder_free(char *dir)
{
    g_autofree char *top = g_path_get_dirname(dir);

    brand_folder_remove_tree(top);
    g_free(dir);
}

static inline void brand_folder_write(
        const char *dir, const char *path, const void *data, gsize len)
{
    g_autofree char *full = g_build_filename(dir, path, NULL);
    g_autofree char *parent = g_path_get_dirname(full);

    g_mkdir_with_parents(parent, 0700);
    if (!g_file_set_contents(full, data, (gssize)len, NULL))
        g_error("write %s", full);
}

static inline char *brand_folder_read(const char *dir, const char *path)
{
    g_autofree char *full = g_build_filename(dir, path, NULL);
    char *text = NULL;

    if (!g_file_get_contents(full, &text, NULL, NULL))
        g_error("read %s", full);
    return text;
}

/** Puts `put` in place of `find`, which must be there once. */
static inline void brand_folder_replace(
        const char *dir, const char *path, const char *find, const char *put)
{
    g_autofree char *text = brand_folder_read(dir, path);
    g_auto(GStrv) parts = g_strsplit(text, find, -1);
    g_autofree char *changed = g_strjoinv(put, parts);

    if (g_strv_length(parts) != 2)
        g_error("%s holds \"%s\" %u times", path, find, g_strv_length(parts) - 1);
    brand_folder_write(dir, path, changed, strlen(changed));
}

static inline void brand_folder_delete(const char *dir, const char *path)
{
    g_autofree char *full = g_build_filename(dir, path, NULL);

    if (g_remove(full) != 0)
        g_error("remove %s", full);
}
