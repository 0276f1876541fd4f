/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/status.h"
#include "ui/context.h"

/** Words of the brand in the language of the user. What is returned is freed with g_free. */

/** The first of the user's languages that the brand or the base speaks; `wanted` goes first. */
char *texts_language(const struct brand *brand, const char *wanted);

char *texts_get(const struct ui_context *context, const char *id);
/** [brand] or [links] value in the language; NULL when not given. Borrowed. */
const char *texts_value(const struct ui_context *context, const char *group, const char *key);

/** A profile's name in the language: the pack's, else the service's. "" for NULL. Borrowed. */
const char *texts_profile(const struct ui_context *context, const struct model_profile *profile);

/** "1.2 MB" */
char *texts_bytes(const struct ui_context *context, gint64 bytes);
/** "2 d 03:04:05" */
char *texts_duration(const struct ui_context *context, gint64 seconds);
/** eula, notice, privacy and third party texts of the pack, one after the other; "" when none. */
char *texts_legal(const struct ui_context *context);
