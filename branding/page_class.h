/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/** The widget classes that a page may use, known without GTK. */
struct page_class {
    const char *name;
    const char *parent;     /**< nearest ancestor in this table, NULL: none */
    gboolean takes_focus;   /**< the keyboard can get there, so it needs a name */
    gboolean label_is_name; /**< its own label, or a label inside it, names it */
};

/** NULL when the class is not allowed in a page. */
const struct page_class *page_class_find(const char *name);
/** Whether `name` is `ancestor` or derived from it. */
gboolean page_class_is(const char *name, const char *ancestor);
