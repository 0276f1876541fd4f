/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/session.h"

/**
 * Decides what the window shows for what is known. A pure function: the widgets only carry it out.
 * Every member that ends in _id is a string id of the base catalogue.
 */

enum view_icon { VIEW_OFF, VIEW_BUSY, VIEW_ON, VIEW_ERROR };
enum view_action { VIEW_NOTHING, VIEW_CONNECT, VIEW_CANCEL, VIEW_DISCONNECT };

struct view_facts {
    enum model_link link;
    enum model_pending pending;
    const struct model_status *status;
    const struct model_profile *profile; /**< the chosen one, NULL: none is set up */
    int retry_left_s;
};

struct view {
    enum view_icon icon;
    enum view_action action; /**< of the big button; VIEW_NOTHING: it is off */
    const char *status_id;
    const char *hint_id; /**< NULL: none */
    const char *button_id;
    const char *button_help_id;
    gboolean show_login;
    const char *login_hint_id;  /**< NULL: none; after a refusal the error area says it already */
    const char *error_title_id; /**< NULL: no error area */
    const char *error_text_id;
    gboolean show_detail;  /**< the service's own words help with this error */
    gboolean show_details; /**< address, counters */
    gboolean can_choose;   /**< another profile may be chosen now */
};

struct view view_of(const struct view_facts *facts);
