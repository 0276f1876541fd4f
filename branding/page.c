/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/page.h"

/* docs/ui-contract.md shows these tables to providers; a test compares the two. */

static const struct page_object MAIN[] = {
    { "page", "GtkContainer", TRUE, FALSE },
    { "main_button", "GtkButton", TRUE, TRUE },
    { "status_icon", "GtkImage", TRUE, TRUE },
    { "status_label", "GtkLabel", TRUE, TRUE },
    { "profile_chooser", "GtkComboBoxText", TRUE, FALSE },
    { "login_slot", "GtkBox", TRUE, FALSE },
    { "error_slot", "GtkBox", TRUE, FALSE },
    { "profile_box", "GtkWidget", FALSE, FALSE },
    { "hint_label", "GtkLabel", FALSE, TRUE },
    { "message_box", "GtkWidget", FALSE, FALSE },
    { "message_label", "GtkLabel", FALSE, TRUE },
    { "details", "GtkWidget", FALSE, FALSE },
    { "details_address", "GtkLabel", FALSE, TRUE },
    { "details_server", "GtkLabel", FALSE, TRUE },
    { "details_user", "GtkLabel", FALSE, TRUE },
    { "details_time", "GtkLabel", FALSE, TRUE },
    { "details_received", "GtkLabel", FALSE, TRUE },
    { "details_sent", "GtkLabel", FALSE, TRUE },
    { NULL, NULL, FALSE, FALSE },
};
static const char *const MAIN_ACTIONS[] = { "app.main", NULL };

static const struct page_object LOGIN[] = {
    { "page", "GtkContainer", TRUE, FALSE },
    { "user_entry", "GtkEntry", TRUE, FALSE },
    { "password_entry", "GtkEntry", TRUE, FALSE },
    { "login_hint", "GtkLabel", FALSE, TRUE },
    { "remember_check", "GtkCheckButton", FALSE, FALSE },
    { "reveal_check", "GtkCheckButton", FALSE, FALSE },
    { NULL, NULL, FALSE, FALSE },
};
static const char *const NO_ACTIONS[] = { NULL };

static const struct page_object ERROR[] = {
    { "page", "GtkContainer", TRUE, FALSE },
    { "error_title", "GtkLabel", TRUE, TRUE },
    { "error_text", "GtkLabel", TRUE, TRUE },
    { "error_detail", "GtkLabel", FALSE, TRUE },
    { "error_support", "GtkButton", FALSE, FALSE },
    { NULL, NULL, FALSE, FALSE },
};

static const struct page_object ABOUT[] = {
    { "page", "GtkContainer", TRUE, FALSE },
    { "about_product", "GtkLabel", TRUE, TRUE },
    { "about_version", "GtkLabel", TRUE, TRUE },
    { "legal_view", "GtkTextView", TRUE, FALSE },
    { "legal", "GtkWidget", FALSE, FALSE },
    { "about_tagline", "GtkLabel", FALSE, TRUE },
    { "about_company", "GtkLabel", FALSE, TRUE },
    { "about_copyright", "GtkLabel", FALSE, TRUE },
    { "link_home", "GtkButton", FALSE, FALSE },
    { "link_support", "GtkButton", FALSE, FALSE },
    { "link_account", "GtkButton", FALSE, FALSE },
    { "link_status", "GtkButton", FALSE, FALSE },
    { "link_terms", "GtkButton", FALSE, FALSE },
    { "link_privacy", "GtkButton", FALSE, FALSE },
    { NULL, NULL, FALSE, FALSE },
};
static const char *const DIALOG_ACTIONS[] = { "page.close", NULL };

static const struct page_object LOG[] = {
    { "page", "GtkContainer", TRUE, FALSE },
    { "log_view", "GtkTextView", TRUE, FALSE },
    { NULL, NULL, FALSE, FALSE },
};

static const struct page_contract CONTRACTS[] = {
    { "main", MAIN, MAIN_ACTIONS },
    { "login", LOGIN, NO_ACTIONS },
    { "error", ERROR, NO_ACTIONS },
    { "about", ABOUT, DIALOG_ACTIONS },
    { "log", LOG, DIALOG_ACTIONS },
    { NULL, NULL, NULL },
};

/* "app.open-link" takes the name of a link of brand.conf as its target: 'home', 'terms', ... */
static const char *const ACTIONS[] = { "app.main", "app.about", "app.forget", "app.log",
    "app.open-link", "app.quit", "app.support", "page.close", "page.copy", "page.refresh", NULL };

const struct page_contract *page_contracts(void)
{
    return CONTRACTS;
}

const struct page_contract *page_contract_find(const char *page)
{
    for (const struct page_contract *c = CONTRACTS; c->page; c++)
        if (g_str_equal(c->page, page))
            return c;
    return NULL;
}

const char *const *page_actions(void)
{
    return ACTIONS;
}
