/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/**
 * The contracts of the window's pages, and the check of a page that a brand puts in place of ours.
 *
 * A page is a GtkBuilder file of which only a safe part is allowed: known widget classes, texts by
 * string id, actions from a list, no signals, nothing that names a function or a file
 * (docs/ui-contract.md). The kit checks before it packs, the window checks again before it loads.
 * Pure: needs no display and no GTK.
 */

enum {
    PAGE_BYTES_MAX = 256 * 1024,
    PAGE_OBJECTS_MAX = 500,
    PAGE_DEPTH_MAX = 64,
};

/** One object that the window looks for in a page. */
struct page_object {
    const char *id;
    const char *class_name; /**< this class or one derived from it */
    gboolean required;
    gboolean named; /**< the window gives it its text or accessible name when it runs */
};

struct page_contract {
    const char *page;
    const struct page_object *objects; /**< ends with a NULL id */
    const char *const *actions;        /**< required: each is named by at least one button */
};

/** The contracts of all pages; ends with a NULL page. */
const struct page_contract *page_contracts(void);
/** NULL when there is no such page. */
const struct page_contract *page_contract_find(const char *page);
/** Every action that any page may name ("app.about"); NULL-terminated. */
const char *const *page_actions(void);

/** What is wrong and how to mend it. Valid during the call only. */
struct page_finding {
    int line; /**< 1-based; 0 when it is about the whole file */
    const char
            *code; /**< "E401" not allowed, "E402" missing or other type, "E403" without a name */
    const char *text;
    const char *remedy;
};
typedef void (*page_finding_fn)(const struct page_finding *finding, gpointer user_data);

/** Tells whether an id is a string of the base catalogue. */
typedef gboolean (*page_string_fn)(const char *id, gpointer user_data);

/**
 * Checks a page file against its contract; every finding of the file is reported, in order of lines.
 *
 * `string_known` may be NULL: then text ids are not looked up. TRUE when there was no finding.
 */
gboolean page_check(GBytes *file, const char *page, page_string_fn string_known,
        page_finding_fn on_finding, gpointer user_data);
