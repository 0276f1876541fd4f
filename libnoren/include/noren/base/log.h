/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "noren/base/err.h"

/**
 * Log lines: a fixed sentence, a colon, then key=value.
 *
 *     #define LOG_ROOM "hub"
 *     noren_log(hub->log, NOREN_INFO, "port went quiet: hub=%s port=%u", name, port);
 *     2026-03-01T10:20:30.123Z info hub: port went quiet: hub=main port=3
 *
 * The log hangs on long-lived objects and may be used from every thread. Text that came from a
 * peer passes log_quote() first. What a peer can trigger at will is written by noren_log_limited().
 */

enum noren_level { NOREN_ERROR, NOREN_WARN, NOREN_INFO, NOREN_DEBUG };

struct noren_log;

/** Writes to `take_stream` (closed by _free unless stderr or stdout). Lines above `max` are dropped. */
struct noren_log *noren_log_new(FILE *take_stream, enum noren_level max);
/** Appends to a file, made with mode 0640. NULL with NOREN_E_IO. */
struct noren_log *noren_log_open(const char *path, enum noren_level max, struct noren_err *err);
void noren_log_free(struct noren_log *log);

/** `log` NULL writes nothing. The macro adds the room of the source file. */
#define noren_log(log, level, ...) noren_log_write((log), (level), LOG_ROOM, __VA_ARGS__)
void noren_log_write(struct noren_log *log, enum noren_level level, const char *room,
        const char *format, ...) NOREN_PRINTF(4, 5);

/**
 * At most 20 lines at once, then one a second; the next line says how many were left out. Zero it to
 * begin with; the log guards it, so threads may share one.
 */
struct log_limit {
    int64_t next_ms;
    uint32_t spent;
    uint32_t left_out;
};
#define noren_log_limited(log, level, limit, ...) \
    noren_log_write_limited((log), (level), LOG_ROOM, (limit), __VA_ARGS__)
void noren_log_write_limited(struct noren_log *log, enum noren_level level, const char *room,
        struct log_limit *limit, const char *format, ...) NOREN_PRINTF(5, 6);

struct log_quoted {
    char text[96];
};
/**
 * Peer text made safe: control characters, quotes and bytes that are not UTF-8 become \xNN, the
 * rest stays; cut at 80 bytes or so with "..". Use as log_quote(name).text in a format argument.
 */
struct log_quoted log_quote(const char *text);
