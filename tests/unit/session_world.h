/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/log.h"
#include "noren/io/loop.h"
#include "noren/io/tls.h"

#include "session/server.h"

/**
 * A whole server on 127.0.0.1 with a state folder of its own, and the loop of its clients. Hub TOKYO
 * has alice ("Secret123"), bob ("Pass-Wort-2") and old (expired); hub CLOSED is offline.
 */

enum {
    SOURCE_MAX = 5, /**< connections of one source before the log-in */
    ADMINS_MAX = 4, /**< management connections */
};

struct world {
    char dir[64];
    char log_path[96];
    struct noren_log *log;
    struct server *server;
    struct loop *loop; /* of the clients */
    struct tls_context *tls;
};

/* For cmocka: *state becomes the world. */
int world_set_up(void **state);
/** A session ends after 200 ms of silence. */
int world_set_up_impatient(void **state);
/** Before the log-in time runs 200 times faster: 15 s pass in 75 ms. */
int world_set_up_hasty(void **state);
int world_tear_down(void **state);

/** Whether a line of the server's log has the text in it. */
bool world_log_has(const struct world *world, const char *text);
