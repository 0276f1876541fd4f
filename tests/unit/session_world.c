/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/unit/session_world.h"

#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/crypto/cert.h"
#include "noren/crypto/password.h"

#include "admin/admin.h"
#include "store/store.h"
#include "tests/unit/test.h"

static void add_user(struct store *store, int64_t hub_id, const char *name, const char *password,
        int64_t expires_ms)
{
    struct store_user user = { .hub_id = hub_id, .has_password = true, .expires_ms = expires_ms };

    snprintf(user.name, sizeof user.name, "%s", name);
    user.hash = password_hash_user(password, name);
    assert_true(store_user_create(store, &user, NULL));
}

static void fill_store(const char *dir)
{
    struct store *store = store_open(dir, NULL);
    struct store_hub tokyo = { .name = "TOKYO", .online = true };
    struct store_hub closed = { .name = "CLOSED", .online = false };

    assert_non_null(store);
    assert_true(store_hub_create(store, &tokyo, NULL));
    assert_true(store_hub_create(store, &closed, NULL));
    add_user(store, tokyo.id, "alice", "Secret123", 0);
    add_user(store, tokyo.id, "bob", "Pass-Wort-2", 0);
    add_user(store, tokyo.id, "old", "Secret123", 1000);
    add_user(store, closed.id, "alice", "Secret123", 0);
    store_close(store);
}

static void start_server(struct world *world, uint32_t haste, uint32_t session_ms)
{
    const char *listen[] = { "127.0.0.1:0" };
    struct server_options options = {
        .state_dir = world->dir,
        .listen = listen,
        .listen_count = 1,
        .management = &ADMIN_MANAGEMENT,
        .workers = 3, /* so that hub and sessions live on different ones */
        .peer_max = SOURCE_MAX,
        .admins_max = ADMINS_MAX,
        .haste = haste,
        .session_ms = session_ms,
        .log = world->log,
    };
    struct noren_err err;

    world->server = server_start(&options, &err);
    if (world->server == NULL)
        fail_msg("%s", err.text);
}

static void trust_server(struct world *world)
{
    char pin[45];
    const char *pins[] = { pin };
    struct tls_trust trust = { .pins = pins, .pin_count = 1 };
    struct store *store = store_open(world->dir, NULL);

    assert_true(cert_pin(store_cert(store), pin, NULL));
    store_close(store);
    world->tls = tls_context_client(&trust, NULL);
    assert_non_null(world->tls);
}

static struct world *new_world(uint32_t haste, uint32_t session_ms)
{
    struct world *world = noren_alloc(sizeof *world);
    char pin[45];

    snprintf(world->dir, sizeof world->dir, "/tmp/noren-test-session-XXXXXX");
    assert_non_null(mkdtemp(world->dir));
    rmdir(world->dir);
    assert_true(store_init(world->dir, "admin-pw", pin, NULL));
    snprintf(world->log_path, sizeof world->log_path, "%s/log", world->dir);
    world->log = noren_log_open(world->log_path, NOREN_DEBUG, NULL);
    fill_store(world->dir);
    trust_server(world);
    world->loop = loop_new("clients", NULL);
    start_server(world, haste, session_ms);
    return world;
}

int world_set_up(void **state)
{
    *state = new_world(1, 0);
    return 0;
}

int world_set_up_impatient(void **state)
{
    *state = new_world(1, 200); /* a session ends after 200 ms of silence */
    return 0;
}

int world_set_up_hasty(void **state)
{
    *state = new_world(200, 0); /* 15 s pass in 75 ms */
    return 0;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

int world_tear_down(void **state)
{
    struct world *world = *state;

    if (world->server != NULL) {
        server_stop(world->server);
        server_free(world->server);
    }
    loop_free(world->loop);
    tls_context_free(world->tls);
    noren_log_free(world->log);
    nftw(world->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(world);
    return 0;
}

bool world_log_has(const struct world *world, const char *text)
{
    FILE *file = fopen(world->log_path, "r");
    char line[1024];
    bool found = false;

    assert_non_null(file);
    while (!found && fgets(line, sizeof line, file) != NULL)
        found = strstr(line, text) != NULL;
    fclose(file);
    return found;
}
