/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/os/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "noren/base/alloc.h"

enum {
    READ_STEP = 16 * 1024,
    PARENT_MODE = 0755,
};

static bool read_to_end(int fd, size_t max, struct writer *out, struct noren_err *err)
{
    size_t total = 0;

    for (;;) {
        uint8_t step[READ_STEP];
        ssize_t got = read(fd, step, sizeof step);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return noren_err_set_os(err, NOREN_E_IO, errno, "read");
        if (got == 0)
            return true;
        total += (size_t)got;
        if (total <= max)
            writer_put(out, step, (size_t)got);
        explicit_bzero(step, (size_t)got); /* it may be a key */
        if (total > max || writer_failed(out))
            return noren_err_set(err, NOREN_E_LIMIT, "file of more than %zu bytes", max);
    }
}

bool noren_file_read(const char *path, size_t max, struct writer *out, struct noren_err *err)
{
    /* not blocking: a pipe that nobody writes to would hold the program for ever */
    noren_cleanup(noren_closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat what;

    if (fd < 0 || fstat(fd, &what) != 0)
        return noren_err_set_os(
                err, errno == ENOENT ? NOREN_E_NOT_FOUND : NOREN_E_IO, errno, "read %s", path);
    if (!S_ISREG(what.st_mode))
        return noren_err_set(err, NOREN_E_IO, "%s is not a regular file", path);

    size_t before = out->len;
    if (!read_to_end(fd, max, out, err)) {
        out->len = before;
        return noren_err_wrap(err, "%s", path);
    }
    return true;
}

/* The folder a path lies in; the caller frees. */
static char *parent_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return noren_strdup(".");
    while (slash > path && slash[-1] == '/')
        slash--;
    return slash == path ? noren_strdup("/") : noren_strndup(path, (size_t)(slash - path));
}

static bool sync_folder_of(const char *path, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *folder = parent_of(path);
    noren_cleanup(noren_closep) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    /* EINVAL: a file system that has no folders to sync. */
    if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL))
        return noren_err_set_os(err, NOREN_E_IO, errno, "sync folder %s", folder);
    return true;
}

static bool write_all(int fd, const uint8_t *data, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, data, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        data += put;
        len -= (size_t)put;
    }
    return true;
}

bool noren_file_replace(
        const char *path, const void *data, size_t len, mode_t mode, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *beside = noren_asprintf("%s.XXXXXX", path);
    noren_cleanup(noren_closep) int fd = mkostemp(beside, O_CLOEXEC);

    if (fd < 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "write beside %s", path);
    if (!write_all(fd, data, len) || fchmod(fd, mode) != 0 || fsync(fd) != 0
            || rename(beside, path) != 0) {
        noren_err_set_os(err, NOREN_E_IO, errno, "write %s", path);
        unlink(beside);
        return false;
    }
    return sync_folder_of(path, err);
}

/* One folder whose parent is there. */
static bool make_dir(const char *path, mode_t mode, struct noren_err *err)
{
    struct stat st;

    if (mkdir(path, mode) == 0)
        return sync_folder_of(path, err);
    if (errno != EEXIST)
        return noren_err_set_os(err, NOREN_E_IO, errno, "make folder %s", path);
    if (stat(path, &st) != 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "folder %s", path);
    if (!S_ISDIR(st.st_mode))
        return noren_err_set_os(err, NOREN_E_IO, ENOTDIR, "make folder %s", path);
    return true;
}

bool noren_make_dirs(const char *path, mode_t mode, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *part = noren_strdup(path);
    size_t len = strlen(part);

    if (len == 0)
        return noren_err_set(err, NOREN_E_ARGUMENT, "folder without a name");
    while (len > 1 && part[len - 1] == '/')
        part[--len] = '\0';

    for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        if (slash[-1] == '/')
            continue; /* "a//b" */
        *slash = '\0';
        if (!make_dir(part, PARENT_MODE, err))
            return false;
        *slash = '/';
    }
    return make_dir(part, mode, err);
}

bool noren_file_remove(const char *path, struct noren_err *err)
{
    if (unlink(path) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return true;
        return noren_err_set_os(err, NOREN_E_IO, errno, "remove %s", path);
    }
    return sync_folder_of(path, err);
}
