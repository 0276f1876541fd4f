/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <string.h>
#include <unistd.h>

#include "noren/base/alloc.h"

void secret_set(struct secret *secret, const void *data, size_t len)
{
    noren_assert(len <= SECRET_MAX);

    uint8_t *copy = noren_alloc(len + 1);
    if (len > 0)
        memcpy(copy, data, len);
    secret_clear(secret);
    secret->data = copy;
    secret->len = len;
}

void secret_clear(struct secret *secret)
{
    if (secret->data != NULL)
        secret_wipe(secret->data, secret->len + 1);
    free(secret->data);
    *secret = (struct secret){ 0 };
}

const char *secret_text(const struct secret *secret)
{
    return secret->data != NULL ? (const char *)secret->data : "";
}

/* Reads to the end of the file or until the buffer is full; -1 with errno on failure. */
static ssize_t read_all(int fd, char *buffer, size_t room)
{
    size_t len = 0;

    while (len < room) {
        ssize_t got = read(fd, buffer + len, room - len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        len += (size_t)got;
    }
    return (ssize_t)len;
}

static bool take_first_line(
        struct secret *out, const char *text, size_t len, const char *path, struct noren_err *err)
{
    const char *end = memchr(text, '\n', len);
    size_t line = end != NULL ? (size_t)(end - text) : len;

    if (line > 0 && text[line - 1] == '\r')
        line--;
    if (line > SECRET_MAX)
        return noren_err_set(
                err, NOREN_E_LIMIT, "%s: the first line has more than %d bytes", path, SECRET_MAX);
    if (line == 0)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "%s: the first line is empty; write the password there", path);
    if (memchr(text, '\0', line) != NULL)
        return noren_err_set(err, NOREN_E_ARGUMENT, "%s: NUL byte in the password", path);
    secret_set(out, text, line);
    return true;
}

bool secret_read_file(struct secret *out, const char *path, struct noren_err *err)
{
    bool standard_input = strcmp(path, "-") == 0;
    int fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "%s", path);

    char buffer[SECRET_MAX + 3];
    ssize_t len = read_all(fd, buffer, sizeof buffer);
    int os_code = errno;
    if (!standard_input)
        close(fd);

    bool done = len < 0 ? noren_err_set_os(err, NOREN_E_IO, os_code, "%s", path)
                        : take_first_line(out, buffer, (size_t)len, path, err);
    secret_wipe(buffer, sizeof buffer);
    return done;
}

void secret_wipe(void *data, size_t len)
{
    OPENSSL_cleanse(data, len);
}

bool secret_equal(const void *a, const void *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}
