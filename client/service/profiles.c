/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "service/profiles.h"

#include <dirent.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/proto/handshake.h"

#define LOG_ROOM "profiles"

void profiles_clear(struct profiles *profiles)
{
    for (size_t i = 0; i < profiles->count; i++)
        free(profiles->paths[i]);
    memset(profiles, 0, sizeof *profiles);
}

bool profile_can_log_in(const struct profile *profile, const struct credential *saved)
{
    if (profile->auth == PROTO_AUTH_ANONYMOUS)
        return *profile->username != '\0' || saved != NULL;
    bool has_user = *profile->username != '\0' || (saved != NULL && *saved->username != '\0');
    bool has_password =
            secret_is_set(&profile->password) || (saved != NULL && secret_is_set(&saved->password));
    return has_user && has_password;
}

static void add(struct profiles *profiles, const char *path, struct noren_log *log)
{
    noren_cleanup(profile_clear) struct profile profile = { .id = "" };
    struct noren_err err = { 0 };

    if (profiles->count == SHOWN_PROFILES_MAX) {
        noren_log(log, NOREN_WARN, "profile left out, there are too many: file=%s", path);
        return;
    }
    if (!profile_load(path, &profile, &err)) {
        noren_log(log, NOREN_ERROR, "profile left out: why=\"%s\"", err.text);
        return;
    }
    size_t at = profiles->count++;
    struct shown_profile *shown = &profiles->shown[at];
    profiles->paths[at] = noren_strdup(path);
    profiles->auto_connect[at] = profile.auto_connect;
    memcpy(shown->id, profile.id, sizeof shown->id);
    text_for_json(profile.name, shown->name, sizeof shown->name);
}

static int is_conf(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);

    return len > 5 && entry->d_name[0] != '.' && strcmp(entry->d_name + len - 5, ".conf") == 0;
}

void profiles_load(
        struct profiles *out, const char *folder, const char *file, struct noren_log *log)
{
    struct dirent **entries = NULL;

    memset(out, 0, sizeof *out);
    if (file != NULL) {
        add(out, file, log);
        return;
    }
    int count = scandir(folder, &entries, is_conf, alphasort);
    for (int i = 0; i < count; i++) {
        noren_cleanup(noren_freep) char *path = noren_asprintf("%s/%s", folder, entries[i]->d_name);
        add(out, path, log);
        free(entries[i]);
    }
    free(entries);
}

void profiles_update(struct profiles *profiles, const struct credentials *credentials)
{
    for (size_t i = 0; i < profiles->count; i++) {
        noren_cleanup(profile_clear) struct profile profile = { .id = "" };
        struct shown_profile *shown = &profiles->shown[i];
        const struct credential *saved = credentials_find(credentials, shown->id);
        if (!profile_load(profiles->paths[i], &profile, NULL))
            continue;
        shown->needs_password = !profile_can_log_in(&profile, saved);
        bool has_saved = saved != NULL && *saved->username != '\0';
        text_for_json(
                has_saved ? saved->username : profile.username, shown->user, sizeof shown->user);
    }
}

size_t profiles_find(const struct profiles *profiles, const char *id)
{
    size_t at = 0;

    while (at < profiles->count && strcmp(profiles->shown[at].id, id) != 0)
        at++;
    return at;
}
