/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#include "noren/base/alloc.h"

/**
 * A catalogue of strings addressed by id, read from a .po file.
 *
 * The part of the format that a brand needs: msgid (the id), msgstr, comments. In the base catalogue
 * the translator comments say "max: 40" (characters) and "placeholders: server, user". Plural forms
 * and contexts are refused (docs/decisions/0003-own-po-reader.md). Thread: any, read only.
 */

enum { PO_ENTRIES_MAX = 4000, PO_TEXT_MAX_BYTES = 4096 };

struct po;

struct po_entry {
    char *id;
    char *text;          /**< never NULL; "" means not translated */
    int line;            /**< of the msgid, from 1 */
    int text_line;       /**< of the msgstr */
    int max;             /**< characters; 0: no limit given */
    char **placeholders; /**< names without braces, NULL-terminated; NULL: none given */
    gboolean fuzzy;
};

enum po_problem { PO_SYNTAX, PO_PLURAL, PO_DUPLICATE, PO_LIMIT };

/** `line` counts from 1; `text` is a clause without a full stop, borrowed. */
typedef void (*po_problem_fn)(void *ctx, int line, enum po_problem problem, const char *text);

/**
 * Reads a catalogue, never NULL. What cannot be read is told to on_problem (may be NULL) and left
 * out. The header entry (id "") and fuzzy entries are not found by po_find().
 */
struct po *po_parse(const char *data, gsize len, po_problem_fn on_problem, void *ctx);
void po_free(struct po *po);
NOREN_DEFINE_CLEANUP(struct po, po_free)

/** NULL when there is none, or it is not translated. Borrowed. */
const struct po_entry *po_find(const struct po *po, const char *id);
/** In the order of the file, fuzzy and empty ones too; NULL past the end. Borrowed. */
const struct po_entry *po_at(const struct po *po, guint index);
