/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "ui/context.h"

/** The sign-in form: user name, password, show it, remember it. */
#define UI_TYPE_LOGIN_PAGE (ui_login_page_get_type())
G_DECLARE_FINAL_TYPE(UiLoginPage, ui_login_page, UI, LOGIN_PAGE, GtkBin)

UiLoginPage *ui_login_page_new(const struct ui_context *context);

/** Shows or hides the form; `hint_id` NULL: without a sentence. */
void ui_login_page_show(
        UiLoginPage *self, gboolean visible, const char *hint_id, const char *profile_name);
/** For another profile: puts its user name in and empties the password. */
void ui_login_page_set_user(UiLoginPage *self, const char *user);
/** Marks what is missing and puts the cursor there. TRUE when both are filled in. */
gboolean ui_login_page_complete(UiLoginPage *self);

/** Borrowed until the user types. */
const char *ui_login_page_user(UiLoginPage *self);
const char *ui_login_page_password(UiLoginPage *self);
gboolean ui_login_page_remember(UiLoginPage *self);
/** Empties the password, once it was handed over. */
void ui_login_page_forget_password(UiLoginPage *self);
