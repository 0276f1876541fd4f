/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "service/log_tail.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "noren/base/alloc.h"

enum { TAIL_BYTES_MAX = 256 * 1024, HEX_RUN_MIN = 32 };

static void blot(char *from, size_t len)
{
    memset(from, '*', len);
}

static void redact_hex(char *text)
{
    while (*text != '\0') {
        size_t run = strspn(text, "0123456789abcdefABCDEF");
        if (run >= HEX_RUN_MIN)
            blot(text, run);
        text += run > 0 ? run : 1;
    }
}

/* A value runs to the closing quote, or to the next blank. */
static size_t value_len(const char *value)
{
    if (*value == '"')
        return 1 + strcspn(value + 1, "\"\n");
    return strcspn(value, " \t\n,}");
}

static void redact_word(char *text, const char *word)
{
    for (char *at = strcasestr(text, word); at != NULL; at = strcasestr(at, word)) {
        at += strlen(word);
        char *value = at + strspn(at, "\"");
        if (*value != '=' && *value != ':')
            continue;
        value += 1 + strspn(value + 1, " ");
        size_t len = value_len(value);
        blot(value, len);
        at = value + len;
    }
}

void log_redact(char *text)
{
    static const char *const words[] = { "password", "secret", "session_key", "key", "ticket",
        "token" };

    for (size_t i = 0; i < noren_countof(words); i++)
        redact_word(text, words[i]);
    redact_hex(text);
}

/* Reads the last bytes of the file, from the start of a line. */
static char *read_end(const char *path)
{
    noren_cleanup(noren_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
    off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
    off_t from = size > TAIL_BYTES_MAX ? size - TAIL_BYTES_MAX : 0;
    char *text = noren_alloc(TAIL_BYTES_MAX + 1);
    size_t len = 0;

    while (fd >= 0 && len < TAIL_BYTES_MAX) {
        ssize_t got = pread(fd, text + len, TAIL_BYTES_MAX - len, from + (off_t)len);
        if (got <= 0)
            break;
        len += (size_t)got;
    }
    return text;
}

static const char *last_lines(const char *text, unsigned lines)
{
    const char *at = text + strlen(text);

    if (at > text && at[-1] == '\n')
        at--;
    while (at > text && lines > 0)
        if (*--at == '\n' && --lines == 0)
            return at + 1;
    return at;
}

void log_tail(const char *path, unsigned lines, size_t max_bytes, struct writer *out)
{
    noren_cleanup(noren_freep) char *text = read_end(path);

    log_redact(text);
    const char *from = last_lines(text, lines);
    while (strlen(from) > max_bytes) {
        from += strcspn(from, "\n");
        from += *from == '\n';
    }
    writer_text(out, from);
}
