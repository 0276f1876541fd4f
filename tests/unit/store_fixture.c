/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/unit/store_fixture.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "noren/base/alloc.h"

#include "tests/unit/test.h"

void fixture_make_root(struct store_fixture *f)
{
    memset(f, 0, sizeof *f);
    (void)snprintf(f->root, sizeof f->root, "/tmp/noren-store-XXXXXX");
    assert_non_null(mkdtemp(f->root));
    (void)snprintf(f->dir, sizeof f->dir, "%s/state", f->root);
}

void fixture_make(struct store_fixture *f)
{
    struct noren_err err = { 0 };

    fixture_make_root(f);
    if (!store_init(f->dir, FIXTURE_ADMIN_PASSWORD, f->pin, &err))
        fail_msg("init: %s", err.text);
    f->store = store_open(f->dir, &err);
    if (f->store == NULL)
        fail_msg("open: %s", err.text);
}

static void remove_files(const char *path)
{
    DIR *dir = opendir(path);

    if (dir == NULL)
        return;
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char file[512];
        (void)snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        (void)unlink(file);
    }
    closedir(dir);
    (void)rmdir(path);
}

void fixture_remove(struct store_fixture *f)
{
    store_close(f->store);
    f->store = NULL;
    remove_files(f->dir);
    remove_files(f->root);
}

void fixture_reopen(struct store_fixture *f)
{
    struct noren_err err = { 0 };

    store_close(f->store);
    f->store = store_open(f->dir, &err);
    if (f->store == NULL)
        fail_msg("reopen: %s", err.text);
}

void fixture_path(const struct store_fixture *f, const char *name, char out[256])
{
    (void)snprintf(out, 256, "%s/%s", f->dir, name);
}

int fixture_setup(void **state)
{
    struct store_fixture *f = noren_alloc(sizeof *f);

    fixture_make(f);
    *state = f;
    return 0;
}

int fixture_teardown(void **state)
{
    struct store_fixture *f = *state;

    fixture_remove(f);
    free(f);
    return 0;
}

int64_t fixture_hub(struct store_fixture *f, const char *name)
{
    struct store_hub hub = { .online = true };
    struct noren_err err = { 0 };

    (void)snprintf(hub.name, sizeof hub.name, "%s", name);
    if (!store_hub_create(f->store, &hub, &err))
        fail_msg("create hub: %s", err.text);
    return hub.id;
}

struct store_user fixture_user(int64_t hub_id, const char *name, const char *password)
{
    struct store_user user = { .hub_id = hub_id, .has_password = true };

    (void)snprintf(user.name, sizeof user.name, "%s", name);
    user.hash = password_hash_user(password, name);
    return user;
}
