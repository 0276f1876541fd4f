/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "branding/archive_private.h"

/* The list of files that a pack is, and what a path may look like. */

struct brandpack *brandpack_new(void)
{
    return noren_alloc(sizeof(struct brandpack));
}

void brandpack_free(struct brandpack *pack)
{
    if (pack == NULL)
        return;

    for (size_t i = 0; i < pack->count; i++) {
        free(pack->files[i].path);
        free(pack->files[i].data);
    }
    free(pack->files);
    free(pack);
}

bool brandpack_has_room(
        const struct brandpack *pack, const char *path, size_t len, struct noren_err *err)
{
    if (len > BRANDPACK_FILE_MAX_BYTES)
        return noren_err_set(
                err, NOREN_E_LIMIT, "%s: larger than %d bytes", path, BRANDPACK_FILE_MAX_BYTES);
    if (pack->count >= BRANDPACK_FILES_MAX)
        return noren_err_set(err, NOREN_E_LIMIT, "more than %d files", BRANDPACK_FILES_MAX);
    if (len > BRANDPACK_TOTAL_MAX_BYTES - pack->total_bytes)
        return noren_err_set(
                err, NOREN_E_LIMIT, "more than %d bytes in all", BRANDPACK_TOTAL_MAX_BYTES);
    return true;
}

void brandpack_add(struct brandpack *pack, const char *path, uint8_t *take_data, size_t len)
{
    if (pack->count == pack->room) {
        pack->room = pack->room == 0 ? 64 : pack->room * 2;
        pack->files = noren_realloc_array(pack->files, pack->room, sizeof *pack->files);
    }
    pack->files[pack->count++] = (struct brandpack_file){
        .path = noren_strdup(path),
        .data = take_data,
        .len = len,
    };
    pack->total_bytes += len;
}

static int compare_paths(const void *a, const void *b)
{
    const struct brandpack_file *left = a;
    const struct brandpack_file *right = b;

    return strcmp(left->path, right->path);
}

bool brandpack_sort(struct brandpack *pack, struct noren_err *err)
{
    if (pack->count == 0)
        return true;

    qsort(pack->files, pack->count, sizeof *pack->files, compare_paths);
    for (size_t i = 1; i < pack->count; i++) {
        if (strcmp(pack->files[i - 1].path, pack->files[i].path) == 0)
            return noren_err_set(
                    err, NOREN_E_PROTOCOL, "%s is in the pack twice", pack->files[i].path);
    }
    return true;
}

size_t brandpack_count(const struct brandpack *pack)
{
    return pack->count;
}

const struct brandpack_file *brandpack_at(const struct brandpack *pack, size_t index)
{
    noren_assert(index < pack->count);
    return &pack->files[index];
}

static int compare_with_key(const void *key, const void *item)
{
    const struct brandpack_file *file = item;

    return strcmp(key, file->path);
}

const struct brandpack_file *brandpack_find(const struct brandpack *pack, const char *path)
{
    if (pack->count == 0)
        return NULL;
    return bsearch(path, pack->files, pack->count, sizeof *pack->files, compare_with_key);
}

static bool is_path_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
           || (c != '\0' && strchr("._+@-", c) != NULL);
}

bool brandpack_path_ok(const char *path)
{
    bool at_start = true;

    if (path[0] == '\0' || strlen(path) > BRANDPACK_PATH_MAX_BYTES)
        return false;
    for (const char *c = path; *c != '\0'; c++) {
        if (*c == '/') {
            if (at_start)
                return false;
            at_start = true;
            continue;
        }
        /* a first dot covers "." and ".." and hidden files */
        if (!is_path_character(*c) || (at_start && *c == '.'))
            return false;
        at_start = false;
    }
    return !at_start;
}
