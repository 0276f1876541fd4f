/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "store/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/bytes.h"
#include "noren/base/secret.h"

#include "store/handle.h"

/* All that init and run write into a state folder. */
static const char *const OUR_FILES[] = {
    STORE_DB,
    STORE_DB "-journal",
    STORE_DB "-shm",
    STORE_DB "-wal",
    STORE_DB_NEW,
    STORE_DB_NEW "-journal",
    STORE_LOCK,
    STORE_SEAL_KEY,
    STORE_SERVER_CRT,
    STORE_SERVER_KEY,
};

char *files_path(const char *dir, const char *name)
{
    return noren_asprintf("%s/%s", dir, name);
}

static bool name_is_ours(const char *name)
{
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, "lost+found") == 0)
        return true;
    for (size_t i = 0; i < noren_countof(OUR_FILES); i++)
        if (strcmp(name, OUR_FILES[i]) == 0)
            return true;
    return false;
}

/* A mistyped path must not turn somebody's home folder into ours. */
static bool check_content(const char *path, struct noren_err *err)
{
    DIR *dir = opendir(path);
    bool ok = true;

    if (dir == NULL)
        return noren_err_set_os(err, NOREN_E_IO, errno, "%s", path);
    for (const struct dirent *entry = readdir(dir); ok && entry != NULL; entry = readdir(dir))
        if (!name_is_ours(entry->d_name))
            ok = noren_err_set(err, NOREN_E_STATE,
                    "%s holds other files (%.80s); name an empty or a new folder", path,
                    entry->d_name);
    closedir(dir);
    return ok;
}

bool files_make_dir(const char *dir, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *parent = files_path(dir, "..");

    if (mkdir(dir, 0700) == 0)
        return files_sync_dir(parent, err);
    if (errno != EEXIST)
        return noren_err_set_os(err, NOREN_E_IO, errno, "make %s", dir);
    if (!check_content(dir, err))
        return false;
    if (chmod(dir, 0700) != 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "close %s to others", dir);
    return true;
}

bool files_sync_dir(const char *dir, struct noren_err *err)
{
    noren_cleanup(noren_closep) int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 || fsync(fd) != 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "sync %s", dir);
    return true;
}

static bool fail_locked(int fd, const char *dir, struct noren_err *err)
{
    char text[24] = "";
    ssize_t len = pread(fd, text, sizeof text - 1, 0);

    if (len <= 0)
        return noren_err_set(err, NOREN_E_STATE, "%s is in use by another process", dir);
    text[strcspn(text, "\n")] = '\0';
    return noren_err_set(
            err, NOREN_E_STATE, "%s is in use by process %s; stop that server first", dir, text);
}

bool files_lock(const char *dir, int *out_fd, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *path = files_path(dir, STORE_LOCK);
    noren_cleanup(noren_closep) int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    char pid[24];

    if (fd < 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "open %s", path);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return fail_locked(fd, dir, err);
        return noren_err_set_os(err, NOREN_E_IO, errno, "lock %s", path);
    }
    int len = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)len, 0) != len)
        return noren_err_set_os(err, NOREN_E_IO, errno, "write %s", path);
    *out_fd = fd;
    fd = -1;
    return true;
}

bool files_write_seal_key(
        const char *path, const uint8_t key[SEAL_KEY_BYTES], struct noren_err *err)
{
    char text[2 * SEAL_KEY_BYTES + 2];

    if (unlink(path) != 0 && errno != ENOENT)
        return noren_err_set_os(err, NOREN_E_IO, errno, "replace %s", path);
    noren_cleanup(noren_closep) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "make %s", path);
    noren_hex(key, SEAL_KEY_BYTES, text);
    text[2 * SEAL_KEY_BYTES] = '\n';
    ssize_t written = write(fd, text, 2 * SEAL_KEY_BYTES + 1);
    int os_code = written < 0 ? errno : ENOSPC;
    secret_wipe(text, sizeof text);
    if (written != 2 * SEAL_KEY_BYTES + 1)
        return noren_err_set_os(err, NOREN_E_IO, os_code, "write %s", path);
    if (fsync(fd) != 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "sync %s", path);
    return true;
}

bool files_read_seal_key(const char *path, uint8_t out[SEAL_KEY_BYTES], struct noren_err *err)
{
    char text[2 * SEAL_KEY_BYTES + 2] = "";
    noren_cleanup(noren_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return noren_err_set_os(
                err, errno == ENOENT ? NOREN_E_NOT_FOUND : NOREN_E_IO, errno, "%s", path);
    ssize_t len = read(fd, text, sizeof text);
    if (len < 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "read %s", path);
    bool ok = len == 2 * SEAL_KEY_BYTES + 1 && text[len - 1] == '\n';
    if (ok) {
        text[len - 1] = '\0';
        ok = noren_unhex(text, out, SEAL_KEY_BYTES);
    }
    secret_wipe(text, sizeof text);
    return ok || noren_err_set(err, NOREN_E_CRYPTO, "%s is not a seal key", path);
}
