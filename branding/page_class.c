/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/page_class.h"

/* Left out on purpose: whatever opens files, the network or other programs by itself (file
 * choosers, web views, link buttons, plugs and sockets), windows, and menus. */
static const struct page_class CLASSES[] = {
    { "GtkWidget", NULL, FALSE, FALSE },
    { "GtkContainer", "GtkWidget", FALSE, FALSE },
    { "GtkBin", "GtkContainer", FALSE, FALSE },
    { "GtkBox", "GtkContainer", FALSE, FALSE },
    { "GtkButtonBox", "GtkBox", FALSE, FALSE },
    { "GtkGrid", "GtkContainer", FALSE, FALSE },
    { "GtkFixed", "GtkContainer", FALSE, FALSE },
    { "GtkFlowBox", "GtkContainer", FALSE, FALSE },
    { "GtkFlowBoxChild", "GtkBin", FALSE, FALSE },
    { "GtkFrame", "GtkBin", FALSE, FALSE },
    { "GtkAspectFrame", "GtkFrame", FALSE, FALSE },
    { "GtkOverlay", "GtkBin", FALSE, FALSE },
    { "GtkPaned", "GtkContainer", TRUE, FALSE },
    { "GtkRevealer", "GtkBin", FALSE, FALSE },
    { "GtkScrolledWindow", "GtkBin", TRUE, FALSE },
    { "GtkViewport", "GtkBin", FALSE, FALSE },
    { "GtkExpander", "GtkBin", TRUE, TRUE },
    { "GtkImage", "GtkWidget", FALSE, FALSE },
    { "GtkLabel", "GtkWidget", FALSE, FALSE },
    { "GtkLevelBar", "GtkWidget", FALSE, FALSE },
    { "GtkProgressBar", "GtkWidget", FALSE, FALSE },
    { "GtkSeparator", "GtkWidget", FALSE, FALSE },
    { "GtkSpinner", "GtkWidget", FALSE, FALSE },
    { "GtkButton", "GtkBin", TRUE, TRUE },
    { "GtkToggleButton", "GtkButton", TRUE, TRUE },
    { "GtkCheckButton", "GtkToggleButton", TRUE, TRUE },
    { "GtkComboBox", "GtkBin", TRUE, FALSE },
    { "GtkComboBoxText", "GtkComboBox", TRUE, FALSE },
    { "GtkEntry", "GtkWidget", TRUE, FALSE },
    { "GtkListBox", "GtkContainer", TRUE, FALSE },
    { "GtkListBoxRow", "GtkBin", TRUE, TRUE },
    { "GtkSwitch", "GtkWidget", TRUE, FALSE },
    { "GtkTextView", "GtkContainer", TRUE, FALSE },
    { "GtkSizeGroup", NULL, FALSE, FALSE },
};

const struct page_class *page_class_find(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(CLASSES); i++)
        if (g_str_equal(CLASSES[i].name, name))
            return &CLASSES[i];
    return NULL;
}

gboolean page_class_is(const char *name, const char *ancestor)
{
    while (name && !g_str_equal(name, ancestor)) {
        const struct page_class *known = page_class_find(name);
        name = known ? known->parent : NULL;
    }
    return name != NULL;
}
