/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "noren/base/err.h"

/**
 * Everything that has a name on the user's machine, derived from the brand's id. Without GLib, so
 * that installer kit, window and service share it.
 */

/** The two questions about an id, apart, for the checker: brand_names_from_id() asks both. */

/** `[a-z][a-z0-9]{2,19}` */
bool brand_id_has_form(const char *id);
/** A word that other software or the system uses. */
bool brand_id_is_reserved(const char *id);

/** Names derived from the id, never typed by hand (branding-anchors 2.4). Static buffers inside. */
struct brand_names {
    char id[24];
    char program[32];         /**< "acme": the window's program and desktop file */
    char service_program[40]; /**< "acme-service" */
    char unit[48];            /**< "acme-service.service" */
    char install_dir[64];     /**< "/opt/acme" */
    char state_dir[64];       /**< "/var/lib/acme" */
    char run_dir[64];         /**< "/run/acme" */
    char socket[96];          /**< "/run/acme/service.sock" */
    char log_file[96];        /**< "/var/log/acme/service.log" */
    char netdev[16];          /**< "acme0", at most 15 bytes */
    char app_id[64]; /**< "jp.acme.Connect"-like GApplication id derived from vendor prefix */
    char uuid[37];   /**< version 5 from the id */
};
/** NOREN_E_ARGUMENT when the id is not a valid brand id. */
NOREN_MUST_CHECK bool brand_names_from_id(
        const char *id, struct brand_names *out, struct noren_err *err);
