/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "noren/base/alloc.h"

#include "engine/keyfile.h"
#include "engine/profile.h"
#include "engine/text.h"

/* The file around a profile: who may read it, and where its trust files lie. */

bool profile_id_of(const char *path, char out[64], struct noren_err *err)
{
    const char *name = strrchr(path, '/');
    name = name == NULL ? path : name + 1;
    size_t len = strlen(name);

    if (len > 5 && strcmp(name + len - 5, ".conf") == 0)
        len -= 5;
    if (len == 0 || len >= 64 || *name == '.' || !text_is_plain(name))
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "file name %.64s cannot be a profile's: at most 63 bytes of plain text", name);
    memcpy(out, name, len);
    out[len] = '\0';
    return true;
}

/* Reads at most KEYFILE_BYTES_MAX + 1 bytes, so that a file too long is seen to be so. */
static bool read_whole(int fd, char *out, size_t *len, struct noren_err *err)
{
    *len = 0;
    while (*len <= KEYFILE_BYTES_MAX) {
        ssize_t got = read(fd, out + *len, KEYFILE_BYTES_MAX + 1 - *len);
        if (got == 0)
            return true;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return noren_err_set_os(err, NOREN_E_IO, errno, "read");
        *len += (size_t)got;
    }
    return true;
}

static bool check_mode(int fd, const struct profile *p, struct noren_err *err)
{
    struct stat st;

    if (!secret_is_set(&p->password))
        return true;
    if (fstat(fd, &st) != 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "stat");
    if ((st.st_mode & 077) != 0)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line 1: holds a password but others can read it: chmod 600 it");
    return true;
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? noren_strdup(".") : noren_strndup(path, (size_t)(slash - path + 1));
}

/* Replaces each trust name by an absolute file name. */
static bool find_trust(const char *path, struct profile *p, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *folder = folder_of(path);

    for (uint32_t i = 0; i < p->trust_count; i++) {
        noren_cleanup(noren_freep) char *name = noren_steal(&p->trust[i]);
        noren_cleanup(noren_freep) char *beside = noren_asprintf("%s/../trust/%s", folder, name);
        noren_cleanup(noren_freep) char *here = noren_asprintf("%s/%s", folder, name);
        const char *tries[] = { beside, here };

        if (*name == '/')
            tries[0] = tries[1] = name;
        for (size_t t = 0; t < 2 && p->trust[i] == NULL; t++)
            p->trust[i] = realpath(tries[t], NULL);
        if (p->trust[i] == NULL) {
            p->trust[i] = noren_strdup(name); /* keeps the array whole for profile_clear() */
            return noren_err_set(err, NOREN_E_ARGUMENT,
                    "trust file %.96s is not there: put it into ../trust or beside the profile",
                    name);
        }
    }
    return true;
}

static bool load(const char *path, struct profile *out, struct noren_err *err)
{
    noren_cleanup(noren_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    noren_cleanup(profile_clear) struct profile p = { .id = "" };
    noren_cleanup(noren_freep) char *text = noren_alloc(KEYFILE_BYTES_MAX + 1);
    size_t len = 0;

    if (fd < 0)
        return noren_err_set_os(
                err, errno == ENOENT ? NOREN_E_NOT_FOUND : NOREN_E_IO, errno, "open");
    bool good = read_whole(fd, text, &len, err) && profile_parse(text, len, &p, err)
                && check_mode(fd, &p, err) && find_trust(path, &p, err)
                && profile_id_of(path, p.id, err);
    secret_wipe(text, KEYFILE_BYTES_MAX + 1);
    if (!good)
        return false;
    if (p.name == NULL)
        p.name = noren_strdup(p.id);
    *out = p;
    memset(&p, 0, sizeof p);
    return true;
}

bool profile_load(const char *path, struct profile *out, struct noren_err *err)
{
    return load(path, out, err) || noren_err_wrap(err, "%s", path);
}
