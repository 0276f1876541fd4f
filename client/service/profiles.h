/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/log.h"

#include "engine/profile.h"
#include "service/credentials.h"
#include "service/status_json.h"

/** The profiles that a service offers: the *.conf files of one folder, or one file. */

struct profiles {
    char *paths[SHOWN_PROFILES_MAX]; /**< in the order of their names; owned */
    struct shown_profile shown[SHOWN_PROFILES_MAX];
    bool auto_connect[SHOWN_PROFILES_MAX]; /**< as the profile says */
    size_t count;
};

/** Unusable files are logged and left out. `file` NULL: all of `folder`. */
void profiles_load(
        struct profiles *out, const char *folder, const char *file, struct noren_log *log);
void profiles_clear(struct profiles *profiles);
/** Fills in who is known and whether a password has to be asked for. */
void profiles_update(struct profiles *profiles, const struct credentials *credentials);
/** The index, or profiles->count. */
size_t profiles_find(const struct profiles *profiles, const char *id);

/** Whether profile and credentials together suffice to log in. Pure. */
bool profile_can_log_in(const struct profile *profile, const struct credential *saved);
