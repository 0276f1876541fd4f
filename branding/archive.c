/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "noren/base/log.h"
#include "noren/os/paths.h"

#include "branding/archive_private.h"

/* Reads the tar.xz. Only what the kit writes is taken: plain files of known size. */

static void free_archive(struct archive **archive)
{
    if (*archive != NULL)
        archive_read_free(*archive);
}

static bool archive_failed(struct archive *archive, struct noren_err *err)
{
    const char *reason = archive_error_string(archive);

    return noren_err_set(
            err, NOREN_E_PROTOCOL, "not a brand pack: %s", reason != NULL ? reason : "cut short");
}

static bool check_kind(struct archive_entry *entry, const char *path, struct noren_err *err)
{
    if (path == NULL || !brandpack_path_ok(path))
        return noren_err_set(err, NOREN_E_PROTOCOL, "path %s is not allowed in a pack",
                log_quote(path != NULL ? path : "").text);
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != NULL
            || archive_entry_symlink(entry) != NULL)
        return noren_err_set(err, NOREN_E_PROTOCOL, "%s is not a plain file", path);
    if (!archive_entry_size_is_set(entry) || archive_entry_size(entry) < 0)
        return noren_err_set(err, NOREN_E_PROTOCOL, "%s has no size", path);
    return true;
}

static bool read_content(struct archive *archive, uint8_t *out, size_t len, struct noren_err *err)
{
    uint8_t beyond;
    size_t have = 0;

    while (have < len) {
        la_ssize_t got = archive_read_data(archive, out + have, len - have);
        if (got <= 0)
            return archive_failed(archive, err);
        have += (size_t)got;
    }
    if (archive_read_data(archive, &beyond, 1) != 0)
        return archive_failed(archive, err);
    return true;
}

static bool read_entry(struct archive *archive, struct archive_entry *entry, struct brandpack *pack,
        struct noren_err *err)
{
    const char *path = archive_entry_pathname(entry);
    if (!check_kind(entry, path, err))
        return false;

    uint64_t size = (uint64_t)archive_entry_size(entry);
    size_t len = size > SIZE_MAX ? SIZE_MAX : (size_t)size;
    if (!brandpack_has_room(pack, path, len, err))
        return false;

    noren_cleanup(noren_freep) uint8_t *data = noren_alloc(len + 1);
    if (!read_content(archive, data, len, err))
        return noren_err_wrap(err, "%s", path);
    brandpack_add(pack, path, noren_steal(&data), len);
    return true;
}

static bool read_entries(struct archive *archive, struct brandpack *pack, struct noren_err *err)
{
    struct archive_entry *entry = NULL;

    for (;;) {
        int result = archive_read_next_header(archive, &entry);
        if (result == ARCHIVE_EOF)
            return true;
        if (result != ARCHIVE_OK)
            return archive_failed(archive, err);
        if (!read_entry(archive, entry, pack, err))
            return false;
    }
}

struct brandpack *brandpack_open_bytes(
        const void *data, size_t len, const struct brandpack_keys *keys, struct noren_err *err)
{
    noren_cleanup(brandpack_freep) struct brandpack *pack = brandpack_new();
    noren_cleanup(free_archive) struct archive *archive = archive_read_new();

    if (archive == NULL || archive_read_support_filter_xz(archive) != ARCHIVE_OK
            || archive_read_support_format_tar(archive) != ARCHIVE_OK) {
        noren_err_set(err, NOREN_E_STATE, "libarchive cannot read tar.xz");
        return NULL;
    }
    if (archive_read_open_memory(archive, data, len) != ARCHIVE_OK) {
        archive_failed(archive, err);
        return NULL;
    }
    if (!read_entries(archive, pack, err) || !brandpack_sort(pack, err)
            || !brandpack_verify(pack, keys, err))
        return NULL;
    return noren_steal(&pack);
}

struct brandpack *brandpack_open(
        const char *path, const struct brandpack_keys *keys, struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer file = { 0 };

    writer_init(&file, BRANDPACK_TOTAL_MAX_BYTES);
    if (!noren_file_read(path, BRANDPACK_TOTAL_MAX_BYTES, &file, err)) {
        noren_err_wrap(err, "brand pack %s", path);
        return NULL;
    }

    struct brandpack *pack = brandpack_open_bytes(file.data, file.len, keys, err);
    if (pack == NULL)
        noren_err_wrap(err, "brand pack %s", path);
    return pack;
}
