/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/** Language tags: "de-AT", "de_AT" and "de_AT.UTF-8@euro" are the same here: "de_AT". */

/** The caller frees with g_free; NULL and "C" give "en". */
char *language_normal(const char *tag);
/** The normal tag and its parents ("zh_Hans_CN", "zh_Hans", "zh"), free with g_strfreev. */
char **language_chain(const char *tag);
/** Whether a tag can stand in [pack] languages: "en", "pt-BR", "zh-Hans-TW". */
gboolean language_has_form(const char *tag);
