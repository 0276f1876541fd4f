/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "sdk/norenctl/sheet.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

enum { CELL_BYTES = 1024 };

struct sheet {
    enum sheet_shape shape;
    size_t columns;
    const char *keys[SHEET_COLUMNS_MAX];
    const char *titles[SHEET_COLUMNS_MAX];
    size_t filled; /**< values in the last row */
    json_t *rows;  /**< array of objects; the JSON form is this itself */
};

struct sheet *sheet_new(enum sheet_shape shape)
{
    struct sheet *sheet = noren_alloc(sizeof *sheet);

    sheet->shape = shape;
    sheet->rows = json_array();
    noren_assert(sheet->rows != NULL);
    return sheet;
}

void sheet_free(struct sheet *sheet)
{
    if (sheet == NULL)
        return;
    json_decref(sheet->rows);
    free(sheet);
}

void sheet_column(struct sheet *sheet, const char *key, const char *title)
{
    noren_assert(sheet->columns < SHEET_COLUMNS_MAX);
    sheet->keys[sheet->columns] = key;
    sheet->titles[sheet->columns++] = title;
}

void sheet_row(struct sheet *sheet)
{
    noren_assert(sheet->filled == 0 || sheet->filled == sheet->columns);
    noren_assert(json_array_append_new(sheet->rows, json_object()) == 0);
    sheet->filled = 0;
}

static void add(struct sheet *sheet, json_t *take_value)
{
    json_t *row = json_array_get(sheet->rows, json_array_size(sheet->rows) - 1);

    noren_assert(sheet->filled < sheet->columns);
    noren_assert(json_object_set_new(row, sheet->keys[sheet->filled++], take_value) == 0);
}

void sheet_text(struct sheet *sheet, const char *text)
{
    json_t *value = json_string(text);

    /* Not UTF-8: keep what is. */
    if (value == NULL) {
        char ascii[CELL_BYTES];
        size_t len = 0;
        for (; text[len] != '\0' && len < sizeof ascii - 1; len++)
            ascii[len] = (unsigned char)text[len] < 0x80 ? text[len] : '?';
        ascii[len] = '\0';
        value = json_string(ascii);
    }
    add(sheet, value);
}

void sheet_number(struct sheet *sheet, uint64_t value)
{
    add(sheet, json_integer((json_int_t)value));
}

void sheet_flag(struct sheet *sheet, bool value)
{
    add(sheet, json_boolean(value));
}

void sheet_time(struct sheet *sheet, int64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc;
    char text[40];

    if (wall_ms == 0 || gmtime_r(&seconds, &utc) == NULL
            || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        add(sheet, json_null());
    else
        add(sheet, json_string(text));
}

void text_make_safe(char *text)
{
    for (unsigned char *c = (unsigned char *)text; *c != '\0'; c++)
        if (*c < 0x20 || *c == 0x7f)
            *c = '?';
        else if (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
            c[0] = c[1] = '?';
}

/** A value as text without control characters. */
static void format_cell(const json_t *value, const char *absent, char out[CELL_BYTES])
{
    if (json_is_string(value))
        (void)snprintf(out, CELL_BYTES, "%s", json_string_value(value));
    else if (json_is_integer(value))
        (void)snprintf(out, CELL_BYTES, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_boolean(value))
        (void)snprintf(out, CELL_BYTES, "%s", json_is_true(value) ? "yes" : "no");
    else
        (void)snprintf(out, CELL_BYTES, "%s", absent);
    text_make_safe(out);
}

/** Columns of a terminal that the text takes. */
static size_t text_width(const char *text)
{
    wchar_t wide[CELL_BYTES];
    size_t len = mbstowcs(wide, text, CELL_BYTES);

    if (len == (size_t)-1 || len == CELL_BYTES)
        return strlen(text);
    int width = wcswidth(wide, len);
    return width < 0 ? strlen(text) : (size_t)width;
}

static void write_padded(FILE *out, const char *text, size_t width, bool is_number, bool is_last)
{
    size_t own = text_width(text);
    int gap = own < width ? (int)(width - own) : 0;

    if (is_number)
        (void)fprintf(out, "%*s%s", gap, "", text);
    else
        (void)fprintf(out, "%s%*s", text, is_last ? 0 : gap, "");
    (void)fputs(is_last ? "\n" : "  ", out);
}

static const json_t *cell_at(const struct sheet *sheet, size_t row, size_t column)
{
    return json_object_get(json_array_get(sheet->rows, row), sheet->keys[column]);
}

static void write_table(const struct sheet *sheet, FILE *out)
{
    size_t widths[SHEET_COLUMNS_MAX];
    size_t rows = json_array_size(sheet->rows);
    char cell[CELL_BYTES];

    for (size_t c = 0; c < sheet->columns; c++) {
        widths[c] = text_width(sheet->titles[c]);
        for (size_t r = 0; r < rows; r++) {
            format_cell(cell_at(sheet, r, c), "-", cell);
            size_t width = text_width(cell);
            widths[c] = width > widths[c] ? width : widths[c];
        }
    }
    for (size_t c = 0; c < sheet->columns; c++)
        write_padded(out, sheet->titles[c], widths[c],
                rows > 0 && json_is_integer(cell_at(sheet, 0, c)), c + 1 == sheet->columns);
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < sheet->columns; c++) {
            format_cell(cell_at(sheet, r, c), "-", cell);
            write_padded(out, cell, widths[c], json_is_integer(cell_at(sheet, r, c)),
                    c + 1 == sheet->columns);
        }
}

static void write_one(const struct sheet *sheet, FILE *out)
{
    char cell[CELL_BYTES];
    size_t width = 0;

    for (size_t c = 0; c < sheet->columns; c++)
        width = text_width(sheet->titles[c]) > width ? text_width(sheet->titles[c]) : width;
    for (size_t c = 0; c < sheet->columns; c++) {
        format_cell(cell_at(sheet, 0, c), "-", cell);
        write_padded(out, sheet->titles[c], width, false, false);
        (void)fprintf(out, "%s\n", cell);
    }
}

/* RFC 4180, and a leading formula sign defused: the file may be opened by a spreadsheet. */
static void write_csv_cell(FILE *out, const char *text, bool is_text, bool is_last)
{
    bool is_formula = is_text && text[0] != '\0' && strchr("=+-@", text[0]) != NULL;

    if (!is_formula && strpbrk(text, ",\"\r\n") == NULL) {
        (void)fputs(text, out);
    } else {
        (void)fputs(is_formula ? "\"'" : "\"", out);
        for (const char *c = text; *c != '\0'; c++) {
            if (*c == '"')
                (void)fputc('"', out);
            (void)fputc(*c, out);
        }
        (void)fputc('"', out);
    }
    (void)fputs(is_last ? "\r\n" : ",", out);
}

static void write_csv(const struct sheet *sheet, FILE *out)
{
    char cell[CELL_BYTES];

    for (size_t c = 0; c < sheet->columns; c++)
        write_csv_cell(out, sheet->keys[c], false, c + 1 == sheet->columns);
    for (size_t r = 0; r < json_array_size(sheet->rows); r++)
        for (size_t c = 0; c < sheet->columns; c++) {
            const json_t *value = cell_at(sheet, r, c);
            format_cell(value, "", cell);
            write_csv_cell(out, cell, json_is_string(value), c + 1 == sheet->columns);
        }
}

static void write_json(const struct sheet *sheet, FILE *out)
{
    const json_t *value = sheet->shape == SHEET_ONE ? json_array_get(sheet->rows, 0) : sheet->rows;

    (void)json_dumpf(value, out, JSON_INDENT(2));
    (void)fputc('\n', out);
}

bool sheet_write(const struct sheet *sheet, enum sheet_format format, FILE *out)
{
    switch (format) {
    case SHEET_JSON:
        write_json(sheet, out);
        break;
    case SHEET_CSV:
        write_csv(sheet, out);
        break;
    case SHEET_TABLE:
        if (sheet->shape == SHEET_ONE)
            write_one(sheet, out);
        else
            write_table(sheet, out);
        break;
    }
    return fflush(out) == 0 && !ferror(out);
}
