/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/tarball.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#include "noren/base/alloc.h"

enum { DEFAULT_TIME_S = 1577836800 };

static void free_file(void *data)
{
    struct tarball_file *file = data;

    g_free(file->path);
    g_bytes_unref(file->content);
    g_free(file);
}

GPtrArray *tarball_new(void)
{
    return g_ptr_array_new_with_free_func(free_file);
}

void tarball_add(GPtrArray *files, const char *path, GBytes *take_content, guint mode)
{
    struct tarball_file *file = g_new(struct tarball_file, 1);

    *file = (struct tarball_file){ g_strdup(path), take_content, mode };
    g_ptr_array_add(files, file);
}

gint64 tarball_time(void)
{
    const char *text = g_getenv("SOURCE_DATE_EPOCH");
    gint64 time_s = DEFAULT_TIME_S;

    if (text != NULL)
        g_ascii_string_to_signed(text, 10, 0, G_MAXINT32, &time_s, NULL);
    return time_s;
}

static int compare_paths(const void *a, const void *b)
{
    const struct tarball_file *left = *(const struct tarball_file *const *)a;
    const struct tarball_file *right = *(const struct tarball_file *const *)b;

    return strcmp(left->path, right->path);
}

static void free_archive(struct archive **archive)
{
    if (*archive != NULL)
        archive_write_free(*archive);
}

static void free_entry(struct archive_entry **entry)
{
    archive_entry_free(*entry);
}

static la_ssize_t on_write(struct archive *archive, void *data, const void *bytes, size_t len)
{
    struct writer *out = data;

    writer_put(out, bytes, len);
    if (!writer_failed(out))
        return (la_ssize_t)len;
    archive_set_error(archive, EFBIG, "the archive grows too large");
    return -1;
}

static bool write_file(struct archive *archive, const struct tarball_file *file, gint64 time_s)
{
    noren_cleanup(free_entry) struct archive_entry *entry = archive_entry_new();
    gsize len = 0;
    const void *data = g_bytes_get_data(file->content, &len);

    archive_entry_set_pathname(entry, file->path);
    archive_entry_set_size(entry, (la_int64_t)len);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, file->mode);
    archive_entry_set_mtime(entry, (time_t)time_s, 0);
    archive_entry_set_uid(entry, 0);
    archive_entry_set_gid(entry, 0);
    archive_entry_set_uname(entry, "root");
    archive_entry_set_gname(entry, "root");
    if (archive_write_header(archive, entry) != ARCHIVE_OK)
        return false;
    return len == 0 || archive_write_data(archive, data, len) == (la_ssize_t)len;
}

bool tarball_write(GPtrArray *files, gint64 time_s, struct writer *out, struct noren_err *err)
{
    noren_cleanup(free_archive) struct archive *archive = archive_write_new();

    g_ptr_array_sort(files, compare_paths);
    /* one thread: the cut into blocks must not depend on the machine */
    bool written = archive_write_add_filter_xz(archive) == ARCHIVE_OK
                   && archive_write_set_filter_option(archive, "xz", "threads", "1") == ARCHIVE_OK
                   && archive_write_set_format_pax_restricted(archive) == ARCHIVE_OK
                   && archive_write_set_bytes_in_last_block(archive, 1) == ARCHIVE_OK
                   && archive_write_open(archive, out, NULL, on_write, NULL) == ARCHIVE_OK;
    for (guint i = 0; written && i < files->len; i++)
        written = write_file(archive, g_ptr_array_index(files, i), time_s);
    if (!written || archive_write_close(archive) != ARCHIVE_OK)
        return noren_err_set(err, NOREN_E_IO, "write archive: %s", archive_error_string(archive));
    return true;
}
