/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "service/credentials.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "noren/base/alloc.h"
#include "noren/os/paths.h"

#include "engine/keyfile.h"

void credentials_clear(struct credentials *credentials)
{
    for (size_t i = 0; i < credentials->count; i++)
        secret_clear(&credentials->entries[i].password);
    free(credentials->path);
    memset(credentials, 0, sizeof *credentials);
}

/* credentials->count when there are none. */
static size_t find(const struct credentials *credentials, const char *profile)
{
    size_t at = 0;

    while (at < credentials->count && strcmp(credentials->entries[at].profile, profile) != 0)
        at++;
    return at;
}

const struct credential *credentials_find(
        const struct credentials *credentials, const char *profile)
{
    size_t at = find(credentials, profile);

    return at == credentials->count ? NULL : &credentials->entries[at];
}

static struct credential *find_or_add(
        struct credentials *credentials, const char *profile, struct noren_err *err)
{
    size_t at = find(credentials, profile);
    struct credential *entry = &credentials->entries[at];

    if (at < credentials->count)
        return entry;
    if (strlen(profile) >= sizeof entry->profile || at == CREDENTIALS_MAX) {
        noren_err_set(err, NOREN_E_LIMIT, "more than %d saved credentials, or too long a profile",
                CREDENTIALS_MAX);
        return NULL;
    }
    credentials->count++;
    memset(entry, 0, sizeof *entry);
    memcpy(entry->profile, profile, strlen(profile) + 1);
    return entry;
}

static bool read_entry(
        struct credentials *credentials, const struct keyfile_entry *e, struct noren_err *err)
{
    struct credential *entry = find_or_add(credentials, e->group, err);
    char text[256];

    if (entry == NULL)
        return noren_err_wrap(err, "line %u", e->line);
    if (strcmp(e->key, "username") == 0)
        return keyfile_text_into(e, entry->username, sizeof entry->username, err);
    if (strcmp(e->key, "password") != 0)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "line %u: unknown key \"%.64s\": username and password are known", e->line, e->key);
    if (!keyfile_text_into(e, text, sizeof text, err))
        return false;
    secret_set(&entry->password, text, strlen(text));
    secret_wipe(text, sizeof text);
    return true;
}

static bool parse(struct credentials *credentials, const struct writer *text, struct noren_err *err)
{
    noren_cleanup(keyfile_freep) struct keyfile *file =
            keyfile_parse((const char *)text->data, text->len, err);

    if (file == NULL)
        return false;
    for (size_t i = 0; i < keyfile_count(file); i++)
        if (!read_entry(credentials, keyfile_at(file, i), err))
            return false;
    return true;
}

static bool check_mode(const char *path, struct noren_err *err)
{
    struct stat st;

    if (stat(path, &st) == 0 && (st.st_mode & 077) != 0)
        return noren_err_set(
                err, NOREN_E_ARGUMENT, "others can read the passwords in it: chmod 600 it");
    return true;
}

bool credentials_load(struct credentials *out, const char *path, struct noren_err *err)
{
    noren_cleanup(writer_wipe) struct writer text;
    struct noren_err why = { 0 };

    memset(out, 0, sizeof *out);
    out->path = noren_strdup(path);
    writer_init_secret(&text, KEYFILE_BYTES_MAX);
    if (!noren_file_read(path, KEYFILE_BYTES_MAX, &text, &why)) {
        if (why.code == NOREN_E_NOT_FOUND)
            return true;
        out->is_unread = true;
        if (err != NULL)
            *err = why;
        return noren_err_wrap(err, "%s", path);
    }
    if (check_mode(path, err) && parse(out, &text, err))
        return true;
    for (size_t i = 0; i < out->count; i++)
        secret_clear(&out->entries[i].password);
    out->count = 0;
    out->is_unread = true;
    return noren_err_wrap(err, "%s", path);
}

/* What could not be read may be worth mending: it is not written over. */
static bool set_aside(struct credentials *credentials, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *aside = noren_asprintf("%s.unread", credentials->path);

    if (!credentials->is_unread)
        return true;
    if (chmod(credentials->path, 0600) != 0 || rename(credentials->path, aside) != 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "rename to %s", aside);
    credentials->is_unread = false;
    return true;
}

static bool store(struct credentials *credentials, struct noren_err *err)
{
    noren_cleanup(writer_wipe) struct writer text;

    writer_init_secret(&text, KEYFILE_BYTES_MAX);
    for (size_t i = 0; i < credentials->count; i++) {
        const struct credential *entry = &credentials->entries[i];
        writer_format(&text, "[%s]\n", entry->profile);
        keyfile_write_text(&text, "username", entry->username);
        if (secret_is_set(&entry->password))
            keyfile_write_text(&text, "password", secret_text(&entry->password));
    }
    if (writer_failed(&text))
        return noren_err_set(err, NOREN_E_LIMIT, "too many saved credentials");
    return set_aside(credentials, err)
           && noren_file_replace(credentials->path, text.data, text.len, 0600, err);
}

bool credentials_save(struct credentials *credentials, const char *profile, const char *username,
        const struct secret *password, struct noren_err *err)
{
    struct credential *entry = find_or_add(credentials, profile, err);

    if (entry == NULL)
        return false;
    if (strlen(username) >= sizeof entry->username)
        return noren_err_set(err, NOREN_E_LIMIT, "user name of %zu bytes", strlen(username));
    memcpy(entry->username, username, strlen(username) + 1);
    if (secret_is_set(password))
        secret_set(&entry->password, password->data, password->len);
    else
        secret_clear(&entry->password);
    return store(credentials, err);
}

bool credentials_forget(struct credentials *credentials, const char *profile, struct noren_err *err)
{
    size_t at = find(credentials, profile);

    if (at == credentials->count)
        return true;
    secret_clear(&credentials->entries[at].password);
    struct credential *last = &credentials->entries[--credentials->count];
    credentials->entries[at] = *last;
    memset(last, 0, sizeof *last);
    return store(credentials, err);
}
