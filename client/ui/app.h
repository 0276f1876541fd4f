/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "branding/brand.h"
#include "ui/style.h"

/** The application: one per brand and user; owns the context, the session and the theme. */
#define UI_TYPE_APP (ui_app_get_type())
G_DECLARE_FINAL_TYPE(UiApp, ui_app, UI, APP, GtkApplication)

struct ui_app_options {
    const char *socket;   /**< NULL: the brand's own */
    const char *language; /**< NULL: the user's */
    enum style_shade shade;
};

/** `brand` must outlive the application. NOREN_E_ARGUMENT when its id gives no names. */
UiApp *ui_app_new(
        const struct brand *brand, const struct ui_app_options *options, struct noren_err *err);
