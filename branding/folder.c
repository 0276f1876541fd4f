/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "noren/base/log.h"

#include "branding/archive_private.h"

/* Reads a brand folder as the pack that it would become. Links are never followed. */

enum { DEPTH_MAX = 8 };

struct walk {
    struct brandpack *pack;
    brandpack_refused_fn on_refused;
    void *ctx;
    bool full; /**< a total limit was met */
    struct noren_err *err;
};

static void close_dir(DIR **dir)
{
    if (*dir != NULL)
        closedir(*dir);
}

static const char *refusal_text(enum brandpack_refusal refusal)
{
    switch (refusal) {
    case BRANDPACK_REFUSED_NAME:
        return "this name cannot be in a pack";
    case BRANDPACK_REFUSED_KIND:
        return "only plain files can be in a pack";
    case BRANDPACK_REFUSED_RIGHT:
        return "no right to read this file";
    case BRANDPACK_REFUSED_SIZE:
        return "the file is too large for a pack";
    case BRANDPACK_REFUSED_TOTAL:
        return "the folder is too large for a pack";
    }
    return "refused";
}

/* True when the walk goes on without the file. */
static bool refuse(struct walk *walk, const char *path, enum brandpack_refusal refusal)
{
    enum noren_code code = refusal == BRANDPACK_REFUSED_SIZE || refusal == BRANDPACK_REFUSED_TOTAL
                                   ? NOREN_E_LIMIT
                                   : NOREN_E_ARGUMENT;

    if (walk->on_refused == NULL)
        return noren_err_set(
                walk->err, code, "%s: %s", log_quote(path).text, refusal_text(refusal));
    walk->full |= refusal == BRANDPACK_REFUSED_TOTAL;
    walk->on_refused(walk->ctx, path, refusal);
    return true;
}

static bool read_all(int fd, uint8_t *out, size_t len)
{
    size_t have = 0;

    while (have < len) {
        ssize_t got = read(fd, out + have, len - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        have += (size_t)got;
    }
    return true;
}

static bool add_file(struct walk *walk, int fd, const char *path, size_t len)
{
    if (len > BRANDPACK_FILE_MAX_BYTES)
        return refuse(walk, path, BRANDPACK_REFUSED_SIZE);
    if (!brandpack_has_room(walk->pack, path, len, NULL))
        return refuse(walk, path, BRANDPACK_REFUSED_TOTAL);

    noren_cleanup(noren_freep) uint8_t *data = noren_alloc(len + 1);
    if (!read_all(fd, data, len))
        return noren_err_set_os(walk->err, NOREN_E_IO, errno, "read %s", path);
    brandpack_add(walk->pack, path, noren_steal(&data), len);
    return true;
}

static bool walk_folder(struct walk *walk, int take_fd, const char *prefix, int depth);

static bool visit(struct walk *walk, int folder_fd, const char *name, const char *path, int depth)
{
    noren_cleanup(noren_closep) int fd =
            openat(folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat info;

    if (fd < 0 && (errno == ELOOP || errno == ENXIO))
        return refuse(walk, path, BRANDPACK_REFUSED_KIND);
    if (fd < 0 && errno == EACCES)
        return refuse(walk, path, BRANDPACK_REFUSED_RIGHT);
    if (fd < 0 || fstat(fd, &info) < 0)
        return noren_err_set_os(walk->err, NOREN_E_IO, errno, "open %s", path);
    if (!brandpack_path_ok(path) || depth > DEPTH_MAX)
        return refuse(walk, path, BRANDPACK_REFUSED_NAME);
    if (S_ISDIR(info.st_mode)) {
        int inner = fd;
        fd = -1;
        return walk_folder(walk, inner, path, depth + 1);
    }
    if (!S_ISREG(info.st_mode) || info.st_size < 0)
        return refuse(walk, path, BRANDPACK_REFUSED_KIND);
    return add_file(walk, fd, path, (size_t)info.st_size);
}

static bool walk_folder(struct walk *walk, int take_fd, const char *prefix, int depth)
{
    noren_cleanup(close_dir) DIR *dir = fdopendir(take_fd);

    if (dir == NULL) {
        noren_err_set_os(walk->err, NOREN_E_IO, errno, "open %s", prefix);
        close(take_fd);
        return false;
    }
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        const char *name = entry->d_name;
        noren_cleanup(noren_freep) char *path =
                *prefix != '\0' ? noren_asprintf("%s/%s", prefix, name) : noren_strdup(name);

        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        if (strcmp(path, BRANDPACK_MANIFEST) == 0 || strcmp(path, BRANDPACK_SIGNATURE) == 0)
            continue;
        if (walk->full)
            return true;
        if (!visit(walk, dirfd(dir), name, path, depth))
            return false;
    }
    return true;
}

struct brandpack *brandpack_open_folder(
        const char *path, brandpack_refused_fn on_refused, void *ctx, struct noren_err *err)
{
    noren_cleanup(brandpack_freep) struct brandpack *pack = brandpack_new();
    struct walk walk = { .pack = pack, .on_refused = on_refused, .ctx = ctx, .err = err };

    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        enum noren_code code = errno == ENOENT ? NOREN_E_NOT_FOUND : NOREN_E_IO;
        noren_err_set_os(err, code, errno, "brand folder %s", path);
        return NULL;
    }
    if (!walk_folder(&walk, fd, "", 0) || !brandpack_sort(pack, err)) {
        noren_err_wrap(err, "brand folder %s", path);
        return NULL;
    }
    return noren_steal(&pack);
}
