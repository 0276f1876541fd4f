/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "noren/base/mac.h"

#include "hub/hub.h"

/**
 * The forwarding table of one hub: which address lives behind which port. Pure: time comes in as an
 * argument, and a keyed hash keeps a peer from choosing addresses that collide.
 *
 * Each address costs 32 bytes. An address that was silent for FDB_AGE_MS is not found any more.
 */

enum {
    FDB_ENTRIES_MAX = 65536,
    FDB_AGE_MS = 600 * 1000,
    FDB_PURGE_MS = 1000, /**< silent addresses are looked for at most this often */
};

struct fdb;

/** `seed` keys the hash (any random value). */
struct fdb *fdb_new(uint64_t seed);
void fdb_free(struct fdb *fdb);
static inline void fdb_freep(struct fdb **fdb)
{
    fdb_free(*fdb);
}

/** A port must be added before it can learn. `mac_limit` 0: no limit of its own. */
void fdb_add_port(struct fdb *fdb, port_id port, uint32_t mac_limit);
/** Its addresses leave the table. */
void fdb_remove_port(struct fdb *fdb, port_id port);

enum fdb_learned {
    FDB_KNOWN,
    FDB_NEW,
    FDB_MOVED, /**< it lived behind another port until now (roaming) */
    FDB_TABLE_FULL,
    FDB_PORT_LIMIT,
};
/** Notes that `mac` was seen on `port`. The last two results leave the table as it was. */
enum fdb_learned fdb_learn(struct fdb *fdb, struct mac mac, port_id port, int64_t now_ms);
/** PORT_NONE when unknown or silent for too long. */
port_id fdb_find(const struct fdb *fdb, struct mac mac, int64_t now_ms);

uint32_t fdb_count(const struct fdb *fdb);
uint32_t fdb_port_count(const struct fdb *fdb, port_id port);
