/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libnoren/os/linux/dns_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/bytes.h"
#include "noren/os/paths.h"
#include "noren/packet/packet.h"

enum {
    FILE_MAX = 65536,
    SERVERS_MAX = 3, /**< the C library reads no more (resolv.conf(5)) */
    DOMAIN_MAX = 253,
};

/* The first line of a file of ours. It names nobody, so that any of our brands can clean up. */
static const char MARKER[] =
        "# Made for the time of a VPN connection; what was here before comes back when it ends.\n";

/*
 * `ip netns exec` and containers mount a file over resolv.conf. It cannot be renamed over, and if
 * resolv.conf is a link, the link may belong to others: such a file is written in place.
 */
static bool is_mounted_over(const char *path)
{
    struct statx info;

    return statx(AT_FDCWD, path, 0, STATX_BASIC_STATS, &info) == 0
           && (info.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

static bool write_all(int fd, const uint8_t *data, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, data, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        data += put;
        len -= (size_t)put;
    }
    return fsync(fd) == 0;
}

static bool write_in_place(const char *path, const void *data, size_t len, struct noren_err *err)
{
    noren_cleanup(noren_closep) int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

    if (fd < 0 || !write_all(fd, data, len))
        return noren_err_set_os(err, NOREN_E_IO, errno, "write %s", path);
    return true;
}

static bool replace(const char *path, const void *data, size_t len, struct noren_err *err)
{
    struct noren_err why = { 0 };

    if (is_mounted_over(path))
        return write_in_place(path, data, len, err);
    if (noren_file_replace(path, data, len, 0644, &why))
        return true;
    /* a kernel before 5.8 does not tell mounts, but refuses to rename over them */
    if (why.os_code == EBUSY)
        return write_in_place(path, data, len, err);
    if (err != NULL)
        *err = why;
    return false;
}

static bool is_ours(const struct writer *content)
{
    return content->len >= sizeof MARKER - 1
           && memcmp(content->data, MARKER, sizeof MARKER - 1) == 0;
}

/* The content, empty when there is no such file. */
static bool read_content(const char *path, struct writer *out, struct noren_err *err)
{
    struct noren_err why = { 0 };

    if (noren_file_read(path, FILE_MAX, out, &why) || why.code == NOREN_E_NOT_FOUND)
        return true;
    if (err != NULL)
        *err = why;
    return false;
}

static bool read_link(const char *path, char target[PATH_MAX], struct noren_err *err)
{
    ssize_t len = readlink(path, target, PATH_MAX - 1);

    if (len < 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "read link %s", path);
    target[len] = '\0';
    if (strchr(target, '\n') != NULL)
        return noren_err_set(err, NOREN_E_IO, "link %s has a line end in its target", path);
    return true;
}

/* What stands at path now, in the form of a backup. */
static bool describe(
        const char *path, const struct writer *content, struct writer *out, struct noren_err *err)
{
    char target[PATH_MAX];
    struct stat info;

    if (lstat(path, &info) < 0) {
        if (errno != ENOENT)
            return noren_err_set_os(err, NOREN_E_IO, errno, "%s", path);
        writer_text(out, "absent\n");
        return true;
    }
    if (S_ISLNK(info.st_mode) && !is_mounted_over(path)) {
        if (!read_link(path, target, err))
            return false;
        writer_format(out, "link %s\n", target);
        return true;
    }
    writer_text(out, "file\n");
    writer_put(out, content->data, content->len);
    return true;
}

/* A backup made before a crash stays valid as long as what we wrote then still stands. */
static bool make_backup(const char *path, const char *backup_path, struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer content, backup;

    writer_init(&content, FILE_MAX);
    writer_init(&backup, 2 * FILE_MAX);
    if (!read_content(path, &content, err))
        return false;
    if (is_ours(&content) && access(backup_path, F_OK) == 0)
        return true;
    return describe(path, &content, &backup, err)
           && noren_file_replace(backup_path, backup.data, backup.len, 0600, err);
}

static bool is_domain(const char *domain)
{
    static const char allowed[] =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

    return strlen(domain) <= DOMAIN_MAX && strspn(domain, allowed) == strlen(domain);
}

bool dns_file_set(const char *path, const uint32_t *servers, uint8_t count, const char *domain,
        const char *backup_path, struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer text;

    writer_init(&text, FILE_MAX);
    /* it came from the network and goes into a file that every program reads */
    if (domain != NULL && !is_domain(domain))
        return noren_err_set(err, NOREN_E_ARGUMENT, "domain is not a name");
    if (!make_backup(path, backup_path, err))
        return noren_err_wrap(err, "keep %s", path);

    writer_text(&text, MARKER);
    if (domain != NULL && domain[0] != '\0')
        writer_format(&text, "search %s\n", domain);
    for (uint8_t i = 0; i < count && i < SERVERS_MAX; i++)
        writer_format(&text, "nameserver %s\n", ip_format(servers[i]).text);
    return replace(path, text.data, text.len, err);
}

static bool replace_by_link(const char *path, const char *target, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *beside = noren_asprintf("%s.new", path);

    if (unlink(beside) < 0 && errno != ENOENT)
        return noren_err_set_os(err, NOREN_E_IO, errno, "remove %s", beside);
    if (symlink(target, beside) < 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "link %s", beside);
    if (rename(beside, path) < 0) {
        int os_code = errno;
        unlink(beside);
        return noren_err_set_os(err, NOREN_E_IO, os_code, "rename to %s", path);
    }
    return true;
}

/* The first line of the backup, its rest after it. False: not a backup. */
static bool split_backup(const struct writer *backup, char line[PATH_MAX + 8], struct bytes *rest)
{
    const uint8_t *end = backup->len > 0 ? memchr(backup->data, '\n', backup->len) : NULL;

    if (end == NULL || end - backup->data >= PATH_MAX + 8)
        return false;
    size_t len = (size_t)(end - backup->data);
    memcpy(line, backup->data, len);
    line[len] = '\0';
    *rest = (struct bytes){ .data = end + 1, .len = backup->len - len - 1 };
    return true;
}

static bool put_back(const char *path, const struct writer *backup, struct noren_err *err)
{
    char line[PATH_MAX + 8];
    struct bytes rest;

    if (!split_backup(backup, line, &rest))
        return noren_err_set(err, NOREN_E_PROTOCOL, "backup has no first line");
    if (strcmp(line, "absent") == 0)
        return noren_file_remove(path, err);
    if (strcmp(line, "file") == 0)
        return replace(path, rest.data, rest.len, err);
    if (strncmp(line, "link ", 5) == 0)
        return replace_by_link(path, line + 5, err);
    return noren_err_set(err, NOREN_E_PROTOCOL, "backup of an unknown kind");
}

bool dns_file_restore(const char *path, const char *backup_path, struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer backup, content;
    struct noren_err why = { 0 };

    writer_init(&backup, 2 * FILE_MAX);
    writer_init(&content, FILE_MAX);
    if (!noren_file_read(backup_path, 2 * FILE_MAX, &backup, &why)) {
        if (why.code == NOREN_E_NOT_FOUND)
            return true;
        if (err != NULL)
            *err = why;
        return false;
    }
    if (!read_content(path, &content, err))
        return false;
    if (is_ours(&content) && !put_back(path, &backup, err))
        return noren_err_wrap(err, "restore %s", path);
    return noren_file_remove(backup_path, err);
}
