/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"

enum {
    LINE_MAX_BYTES = 1024,
    LIMIT_BURST = 20,
    LIMIT_EVERY_MS = 1000,
};

struct noren_log {
    FILE *stream;
    enum noren_level max;
    pthread_mutex_t lock; /* guards log_limit counters and keeps lines whole */
};

struct noren_log *noren_log_new(FILE *take_stream, enum noren_level max)
{
    struct noren_log *log = noren_alloc(sizeof *log);

    log->stream = take_stream;
    log->max = max;
    pthread_mutex_init(&log->lock, NULL);
    return log;
}

struct noren_log *noren_log_open(const char *path, enum noren_level max, struct noren_err *err)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    FILE *stream = fd >= 0 ? fdopen(fd, "a") : NULL;

    if (stream == NULL) {
        noren_err_set_os(err, NOREN_E_IO, errno, "log %s", path);
        noren_closep(&fd);
        return NULL;
    }
    return noren_log_new(stream, max);
}

void noren_log_free(struct noren_log *log)
{
    if (log == NULL)
        return;
    if (log->stream != stderr && log->stream != stdout)
        fclose(log->stream);
    pthread_mutex_destroy(&log->lock);
    free(log);
}

static const char *level_name(enum noren_level level)
{
    static const char *const names[] = { "error", "warn", "info", "debug" };

    return names[level];
}

/* Writes the whole line with one call, so that lines of several processes do not mix. */
static void NOREN_PRINTF(4, 0) write_line(struct noren_log *log, enum noren_level level,
        const char *room, const char *format, va_list args)
{
    char line[LINE_MAX_BYTES];
    int64_t now_ms = noren_wall_ms();
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm utc;

    gmtime_r(&seconds, &utc);
    size_t len = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%S", &utc);
    len += (size_t)snprintf(line + len, sizeof line - len, ".%03dZ %s %s: ", (int)(now_ms % 1000),
            level_name(level), room);
    int body = vsnprintf(line + len, sizeof line - len - 1, format, args);
    if (body > 0)
        len += (size_t)body < sizeof line - len - 1 ? (size_t)body : sizeof line - len - 2;
    line[len++] = '\n';

    fwrite(line, 1, len, log->stream);
    fflush(log->stream);
}

void noren_log_write(
        struct noren_log *log, enum noren_level level, const char *room, const char *format, ...)
{
    if (log == NULL || level > log->max)
        return;

    va_list args;
    va_start(args, format);
    pthread_mutex_lock(&log->lock);
    write_line(log, level, room, format, args);
    pthread_mutex_unlock(&log->lock);
    va_end(args);
}

/* Returns whether a line may be written now, and how many were left out before it. */
static bool limit_allows(struct log_limit *limit, int64_t now_ms, uint32_t *left_out)
{
    if (now_ms >= limit->next_ms) {
        limit->next_ms = now_ms + LIMIT_EVERY_MS;
        limit->spent = limit->left_out > 0 ? LIMIT_BURST : 0;
        *left_out = limit->left_out;
        limit->left_out = 0;
        if (limit->spent >= LIMIT_BURST)
            return true; /* still a flood: one line in this interval */
    }
    if (limit->spent >= LIMIT_BURST) {
        limit->left_out++;
        return false;
    }
    limit->spent++;
    return true;
}

static void NOREN_PRINTF(4, 5) write_left_out(
        struct noren_log *log, enum noren_level level, const char *room, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    write_line(log, level, room, format, args);
    va_end(args);
}

void noren_log_write_limited(struct noren_log *log, enum noren_level level, const char *room,
        struct log_limit *limit, const char *format, ...)
{
    if (log == NULL || level > log->max)
        return;

    uint32_t left_out = 0;
    va_list args;
    va_start(args, format);
    pthread_mutex_lock(&log->lock);
    if (limit_allows(limit, noren_now_ms(), &left_out)) {
        if (left_out > 0)
            write_left_out(log, level, room, "lines left out: count=%u", left_out);
        write_line(log, level, room, format, args);
    }
    pthread_mutex_unlock(&log->lock);
    va_end(args);
}

/* Length of the well-formed printable UTF-8 sequence at `text`, 0 if there is none. */
static size_t printable_len(const unsigned char *text)
{
    if (text[0] >= 0x20 && text[0] < 0x7f)
        return text[0] != '"' && text[0] != '\\' ? 1 : 0;

    size_t len = text[0] >= 0xf0 && text[0] < 0xf5   ? 4
                 : text[0] >= 0xe0 && text[0] < 0xf0 ? 3
                 : text[0] >= 0xc2 && text[0] < 0xe0 ? 2
                                                     : 0;
    for (size_t i = 1; i < len; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    }
    if (len == 2 && text[0] == 0xc2 && text[1] < 0xa0)
        return 0; /* C1 controls */
    if (len == 3 && text[0] == 0xe2 && text[1] == 0x80 && text[2] >= 0xa8 && text[2] <= 0xae)
        return 0; /* line separators and direction overrides */
    return len;
}

struct log_quoted log_quote(const char *text)
{
    struct log_quoted quoted;
    const unsigned char *in = (const unsigned char *)(text != NULL ? text : "");
    size_t at = 0;

    quoted.text[at++] = '"';
    while (*in != '\0' && at < 80) {
        size_t len = printable_len(in);
        if (len == 0) {
            at += (size_t)snprintf(quoted.text + at, 5, "\\x%02x", *in);
            in++;
            continue;
        }
        memcpy(quoted.text + at, in, len);
        at += len;
        in += len;
    }
    snprintf(quoted.text + at, sizeof quoted.text - at, "%s\"", *in != '\0' ? ".." : "");
    return quoted;
}
