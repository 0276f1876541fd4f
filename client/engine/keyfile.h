/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/err.h"

/**
 * A reader for the GKeyFile dialect that needs no GLib: groups, keys, comments, key[lang], lists
 * with ';' and the escapes \s \n \t \r \\ (in lists also \;).
 *
 * Stricter than GLib in what it refuses: a key or group given twice, keys made of anything but
 * letters, digits, '-', '_' and '.', text that is not UTF-8. What it accepts it reads as GLib does.
 * Every error is "line N: what: remedy". Pure: text in, values out.
 */

enum {
    KEYFILE_BYTES_MAX = 65536,
    KEYFILE_LINE_MAX = 4096, /**< bytes without the line end */
    KEYFILE_ENTRIES_MAX = 512,
    KEYFILE_GROUPS_MAX = 128,
};

struct keyfile;

/** One "key[language]=value". All text is borrowed from the keyfile. */
struct keyfile_entry {
    const char *group;
    const char *key;
    const char *language; /**< "" for the plain key */
    const char *value;    /**< as written, escapes and all; leading white space gone */
    uint32_t line;        /**< from 1 */
};

/** NULL with NOREN_E_LIMIT or NOREN_E_ARGUMENT. */
NOREN_MUST_CHECK struct keyfile *keyfile_parse(const char *text, size_t len, struct noren_err *err);
/** Wipes the text, which may hold passwords. */
void keyfile_free(struct keyfile *file);
static inline void keyfile_freep(struct keyfile **file)
{
    keyfile_free(*file);
}

/** Entries in the order of the file. */
size_t keyfile_count(const struct keyfile *file);
const struct keyfile_entry *keyfile_at(const struct keyfile *file, size_t index);
bool keyfile_has_group(const struct keyfile *file, const char *group);
/** The plain key (language ""); NULL when absent. */
const struct keyfile_entry *keyfile_find(
        const struct keyfile *file, const char *group, const char *key);

/* Typed reading. Messages name the line and the key. */

/** Escapes resolved; the caller frees. */
NOREN_MUST_CHECK bool keyfile_text(
        const struct keyfile_entry *entry, char **out, struct noren_err *err);
/** The same into room for `size` bytes with the NUL; NOREN_E_LIMIT when it does not fit. */
NOREN_MUST_CHECK bool keyfile_text_into(
        const struct keyfile_entry *entry, char *out, size_t size, struct noren_err *err);
/** true, false, 1 or 0. */
NOREN_MUST_CHECK bool keyfile_bool(
        const struct keyfile_entry *entry, bool *out, struct noren_err *err);
/** A decimal number from least to most. */
NOREN_MUST_CHECK bool keyfile_number(const struct keyfile_entry *entry, uint32_t least,
        uint32_t most, uint32_t *out, struct noren_err *err);

/**
 * Gives the items of a ';' list one after the other: white space around them taken off, escapes
 * resolved, empty items left out. Returns false on the first false of `each` or a bad escape.
 */
typedef bool (*keyfile_item_fn)(void *ctx, const char *item, struct noren_err *err);
NOREN_MUST_CHECK bool keyfile_list(
        const struct keyfile_entry *entry, keyfile_item_fn each, void *ctx, struct noren_err *err);

/** Appends `key=value` with the escapes that keyfile_text() resolves. */
struct writer;
void keyfile_write_text(struct writer *out, const char *key, const char *value);
