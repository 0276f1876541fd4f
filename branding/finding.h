/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#include "noren/base/alloc.h"

/** What a check found: `file:line: CODE text -> remedy`. Codes: docs/brand-pack.md, "Findings". */

enum {
    FINDINGS_MAX = 1000,    /**< further ones are left out: a file can hold a million faults */
    FINDING_TEXT_MAX = 300, /**< characters; what is longer is cut and ends in "..." */
    FINDING_VALUE_MAX = 60, /**< characters of a value that is quoted in a text */
};

struct finding {
    char *file; /**< path inside the brand folder */
    int line;   /**< from 1; 1 also for what concerns the file as a whole */
    char *code; /**< "E101": a pack is not built; "W207": it is */
    char *text;
    char *remedy;
};

struct findings;

struct findings *findings_new(void);
void findings_free(struct findings *findings);
NOREN_DEFINE_CLEANUP(struct findings, findings_free)

/** Adds one; the texts are clauses without a full stop. `line` below 1 counts as 1. */
void findings_add(struct findings *findings, const char *file, int line, const char *code,
        const char *remedy, const char *format, ...) G_GNUC_PRINTF(6, 7);
/** By file, line, code. */
void findings_sort(struct findings *findings);
guint findings_count(const struct findings *findings);
/** How many of them forbid the pack. */
guint findings_errors(const struct findings *findings);
const struct finding *findings_at(const struct findings *findings, guint index);
/** Whether a file has findings, or may have had some beyond FINDINGS_MAX. */
gboolean findings_concern(const struct findings *findings, const char *file);
/** What a file says, cut to be quoted in a text. Free with g_free. */
char *finding_value(const char *value);
/** One line without its end; `prefix` ("" or "acme/") stands before the file. Free with g_free. */
char *finding_line(const struct finding *finding, const char *prefix);
