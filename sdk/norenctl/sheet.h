/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "noren/base/alloc.h"

/**
 * What a command shows: rows of named values, written as a table for people, as JSON or as CSV.
 *
 * Text may come from a server or, through it, from a stranger: control characters never reach the
 * terminal.
 */

/** Replaces what steers terminals, U+0000 to U+001F and U+007F to U+009F, by '?', in place. */
void text_make_safe(char *text);

enum sheet_format { SHEET_TABLE, SHEET_JSON, SHEET_CSV };

enum sheet_shape {
    SHEET_LIST, /**< any number of rows; JSON is an array */
    SHEET_ONE,  /**< one row, shown as name and value; JSON is an object */
};

enum { SHEET_COLUMNS_MAX = 16 };

struct sheet;

struct sheet *sheet_new(enum sheet_shape shape);
void sheet_free(struct sheet *sheet);
NOREN_DEFINE_CLEANUP(struct sheet, sheet_free)

/** Adds a column. `key` is its JSON member and CSV head, `title` its table head; both borrowed. */
void sheet_column(struct sheet *sheet, const char *key, const char *title);

/** Starts a row; the values follow in order of the columns. */
void sheet_row(struct sheet *sheet);
void sheet_text(struct sheet *sheet, const char *text);
void sheet_number(struct sheet *sheet, uint64_t value);
/** "yes" or "no"; true and false in JSON. */
void sheet_flag(struct sheet *sheet, bool value);
/** Wall clock in milliseconds, shown in UTC; 0 is shown as "-" and is null in JSON. */
void sheet_time(struct sheet *sheet, int64_t wall_ms);

/** False when the stream cannot take it. */
bool sheet_write(const struct sheet *sheet, enum sheet_format format, FILE *out);
