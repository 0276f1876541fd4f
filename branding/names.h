/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/** The two questions about an id, apart, for the checker: brand_names_from_id() asks both. */

/** `[a-z][a-z0-9]{2,19}` */
gboolean brand_id_has_form(const char *id);
/** A word that other software or the system uses. */
gboolean brand_id_is_reserved(const char *id);
