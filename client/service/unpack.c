/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "service/unpack.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/os/paths.h"

static void dir_closep(DIR **dir)
{
    if (*dir != NULL)
        closedir(*dir);
}

static bool empty_folder(const char *path, struct noren_err *err)
{
    noren_cleanup(dir_closep) DIR *dir = opendir(path);

    if (dir == NULL)
        return noren_err_set_os(err, NOREN_E_IO, errno, "open %s", path);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0
                && unlinkat(dirfd(dir), entry->d_name, 0) != 0)
            return noren_err_set_os(err, NOREN_E_IO, errno, "remove %s/%s", path, entry->d_name);
    return true;
}

/* Files directly in `folder` of the pack; a pack has no folders in these. */
static bool unpack_folder(const struct brandpack *pack, const char *run_dir, const char *folder,
        struct noren_err *err)
{
    noren_cleanup(noren_freep) char *path = noren_asprintf("%s/pack/%s", run_dir, folder);
    size_t len = strlen(folder);

    if (!noren_make_dirs(path, 0700, err) || !empty_folder(path, err))
        return false;
    for (size_t i = 0; i < brandpack_count(pack); i++) {
        const struct brandpack_file *file = brandpack_at(pack, i);
        if (strncmp(file->path, folder, len) != 0 || file->path[len] != '/'
                || strchr(file->path + len + 1, '/') != NULL)
            continue;
        noren_cleanup(noren_freep) char *to = noren_asprintf("%s/pack/%s", run_dir, file->path);
        if (!noren_file_replace(to, file->data, file->len, 0600, err))
            return false;
    }
    return true;
}

bool unpack_connections(const struct brandpack *pack, const char *run_dir, struct noren_err *err)
{
    return noren_make_dirs(run_dir, 0755, err) && unpack_folder(pack, run_dir, "profiles", err)
           && unpack_folder(pack, run_dir, "trust", err);
}
