/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/proto/rpc_frame.h"

#include "store/handle.h"
#include "tests/unit/admin_fake.h"

/* Management requests from their frames to the store. Each input runs in a transaction that is
 * undone, so inputs do not know of each other. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { CALLS_MAX = 16, PIECE = 61 };

static char root[] = "/tmp/noren-fuzz-admin-XXXXXX";

static void remove_store(void)
{
    static const char *const FILES[] = { STORE_DB, STORE_DB "-wal", STORE_DB "-shm", STORE_LOCK,
        STORE_SEAL_KEY, STORE_SERVER_CRT, STORE_SERVER_KEY };
    char path[96];

    for (size_t i = 0; i < noren_countof(FILES); i++) {
        (void)snprintf(path, sizeof path, "%s/state/%s", root, FILES[i]);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof path, "%s/state", root);
    (void)rmdir(path);
    (void)rmdir(root);
}

static struct store *make_store(void)
{
    char dir[64], pin[45];
    struct store_hub main_hub = { .name = "main", .online = true };
    struct store_hub other = { .name = "other" };

    noren_assert(mkdtemp(root) != NULL && atexit(remove_store) == 0);
    (void)snprintf(dir, sizeof dir, "%s/state", root);
    noren_assert(store_init(dir, "x", pin, NULL));
    struct store *store = store_open(dir, NULL);
    noren_assert(store != NULL);
    noren_assert(store_hub_create(store, &main_hub, NULL));
    noren_assert(store_hub_create(store, &other, NULL));
    struct store_user user = { .hub_id = main_hub.id, .name = "alice", .has_password = true };
    noren_assert(store_user_create(store, &user, NULL));
    return store;
}

static void run_call(struct store *store, struct admin_caller *caller, struct bytes frame)
{
    struct server server = { 0 };
    struct admin_call call = {
        .server = &server, .backend = &FAKE_BACKEND, .store = store, .caller = caller
    };
    struct pack *request = pack_read(frame.data, frame.len, &PACK_LIMITS_RPC, NULL);
    struct writer out;

    if (request == NULL)
        return;
    struct pack *reply = admin_call_run(&call, request);
    writer_init(&out, RPC_REPLY_MAX);
    pack_write(reply, &out);
    struct pack *again = pack_read(out.data, out.len, &PACK_LIMITS_RPC, NULL);
    noren_assert(again != NULL); /* whatever was asked, the answer is well formed */
    pack_free(again);
    writer_clear(&out);
    pack_free(reply);
    pack_free(request);
}

static void run_frames(struct store *store, struct admin_caller *caller, struct reader in)
{
    struct rpc_framer framer;
    struct bytes frame;
    int calls = 0;

    rpc_framer_init(&framer, RPC_REQUEST_MAX);
    while (reader_left(&in) > 0) {
        size_t part = reader_left(&in) < PIECE ? reader_left(&in) : PIECE;
        if (!rpc_framer_receive(&framer, reader_take(&in, part), part, NULL))
            break;
        while (rpc_framer_peek(&framer, &frame, NULL) == RPC_FRAME_READY && calls++ < CALLS_MAX) {
            run_call(store, caller, frame);
            rpc_framer_drop(&framer);
        }
    }
    rpc_framer_clear(&framer);
}

/* The first byte says who asks: the server's administrator or that of the hub "main". */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct store *store;
    struct admin_caller caller = { .source = "192.0.2.1:1" };
    struct reader in = reader_over(data, len);

    if (store == NULL)
        store = make_store();
    if (reader_u8(&in) & 1)
        (void)snprintf(caller.hub, sizeof caller.hub, "main");
    noren_assert(db_exec(store->db, "BEGIN", NULL));
    run_frames(store, &caller, in);
    db_rollback(store->db);
    return 0;
}
