/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "hub/fdb.h"

#include <stdlib.h>

#include "noren/base/alloc.h"

/*
 * Entries stand dense in one array, so that the search for silent ones walks memory in order. They
 * are chained by index, once per bucket and once (both ways) per port. Index 0 means none: the first
 * entry of the array is not used.
 */

enum { NO_ENTRY = 0, ENTRIES_AT_FIRST = 64 };

struct entry {
    struct mac mac;
    uint32_t port;
    uint32_t next;      /* in the bucket */
    uint32_t port_next; /* of the same port */
    uint32_t port_prev; /* NO_ENTRY for the port's first */
    int64_t seen_ms;
};

struct fdb_port {
    uint32_t first;
    uint32_t count;
    uint32_t limit;
};

struct fdb {
    uint64_t seed;
    struct entry *entries;
    uint32_t *buckets;
    uint32_t room;          /* of entries and of buckets; a power of two */
    uint32_t count;         /* used entries are 1..count */
    struct fdb_port *ports; /* by id */
    uint32_t port_room;
    int64_t purge_ms;
};

struct fdb *fdb_new(uint64_t seed)
{
    struct fdb *fdb = noren_alloc(sizeof *fdb);

    fdb->seed = seed | 1;
    fdb->room = ENTRIES_AT_FIRST;
    fdb->entries = noren_alloc_array(fdb->room + 1, sizeof *fdb->entries);
    fdb->buckets = noren_alloc_array(fdb->room, sizeof *fdb->buckets);
    return fdb;
}

void fdb_free(struct fdb *fdb)
{
    if (fdb == NULL)
        return;
    free(fdb->entries);
    free(fdb->buckets);
    free(fdb->ports);
    free(fdb);
}

/* Two rounds of multiply and fold with a secret odd factor: cheap, and not to be foreseen. */
static uint32_t *bucket_of(const struct fdb *fdb, struct mac mac)
{
    uint64_t hash = (mac_bits(mac) ^ fdb->seed) * 0x9e3779b97f4a7c15u;

    hash = (hash ^ (hash >> 32)) * fdb->seed;
    hash ^= hash >> 29;
    return &fdb->buckets[hash & (fdb->room - 1)];
}

static uint32_t find_entry(const struct fdb *fdb, struct mac mac)
{
    uint32_t at = *bucket_of(fdb, mac);

    while (at != NO_ENTRY && !mac_equal(fdb->entries[at].mac, mac))
        at = fdb->entries[at].next;
    return at;
}

static struct fdb_port *port_of(const struct fdb *fdb, port_id port)
{
    noren_assert(port < fdb->port_room);
    return &fdb->ports[port];
}

static void join_port(struct fdb *fdb, uint32_t at, port_id id)
{
    struct fdb_port *port = port_of(fdb, id);
    struct entry *entry = &fdb->entries[at];

    entry->port = id;
    entry->port_prev = NO_ENTRY;
    entry->port_next = port->first;
    if (port->first != NO_ENTRY)
        fdb->entries[port->first].port_prev = at;
    port->first = at;
    port->count++;
}

static void leave_port(struct fdb *fdb, uint32_t at)
{
    const struct entry *entry = &fdb->entries[at];
    struct fdb_port *port = port_of(fdb, entry->port);

    if (entry->port_prev != NO_ENTRY)
        fdb->entries[entry->port_prev].port_next = entry->port_next;
    else
        port->first = entry->port_next;
    if (entry->port_next != NO_ENTRY)
        fdb->entries[entry->port_next].port_prev = entry->port_prev;
    port->count--;
}

/* The link in a bucket's chain that leads to an entry. */
static uint32_t *chain_link(struct fdb *fdb, uint32_t at)
{
    uint32_t *link = bucket_of(fdb, fdb->entries[at].mac);

    while (*link != at)
        link = &fdb->entries[*link].next;
    return link;
}

/* The last entry moves into the gap, so that the array stays dense. */
static void remove_entry(struct fdb *fdb, uint32_t at)
{
    uint32_t last = fdb->count--;

    *chain_link(fdb, at) = fdb->entries[at].next;
    leave_port(fdb, at);
    if (at == last)
        return;

    *chain_link(fdb, last) = at;
    fdb->entries[at] = fdb->entries[last];
    const struct entry *moved = &fdb->entries[at];
    if (moved->port_prev != NO_ENTRY)
        fdb->entries[moved->port_prev].port_next = at;
    else
        port_of(fdb, moved->port)->first = at;
    if (moved->port_next != NO_ENTRY)
        fdb->entries[moved->port_next].port_prev = at;
}

static void grow(struct fdb *fdb)
{
    fdb->room *= 2;
    fdb->entries = noren_realloc_array(fdb->entries, fdb->room + 1, sizeof *fdb->entries);
    free(fdb->buckets);
    fdb->buckets = noren_alloc_array(fdb->room, sizeof *fdb->buckets);
    for (uint32_t at = 1; at <= fdb->count; at++) {
        uint32_t *bucket = bucket_of(fdb, fdb->entries[at].mac);
        fdb->entries[at].next = *bucket;
        *bucket = at;
    }
}

static bool is_silent(const struct entry *entry, int64_t now_ms)
{
    return now_ms - entry->seen_ms >= FDB_AGE_MS;
}

static void purge(struct fdb *fdb, int64_t now_ms)
{
    if (now_ms < fdb->purge_ms)
        return;
    fdb->purge_ms = now_ms + FDB_PURGE_MS;
    for (uint32_t at = fdb->count; at >= 1; at--) {
        if (is_silent(&fdb->entries[at], now_ms))
            remove_entry(fdb, at);
    }
}

void fdb_add_port(struct fdb *fdb, port_id port, uint32_t mac_limit)
{
    if (port >= fdb->port_room) {
        uint32_t room = port + port / 2 + 8;
        fdb->ports = noren_realloc_array(fdb->ports, room, sizeof *fdb->ports);
        memset(fdb->ports + fdb->port_room, 0, (room - fdb->port_room) * sizeof *fdb->ports);
        fdb->port_room = room;
    }
    noren_assert(fdb->ports[port].count == 0);
    fdb->ports[port].limit = mac_limit;
}

void fdb_remove_port(struct fdb *fdb, port_id port)
{
    while (port_of(fdb, port)->first != NO_ENTRY)
        remove_entry(fdb, port_of(fdb, port)->first);
}

static bool port_is_full(const struct fdb *fdb, port_id id)
{
    const struct fdb_port *port = port_of(fdb, id);
    return port->limit != 0 && port->count >= port->limit;
}

static enum fdb_learned learn_new(struct fdb *fdb, struct mac mac, port_id port, int64_t now_ms)
{
    purge(fdb, now_ms);
    if (port_is_full(fdb, port))
        return FDB_PORT_LIMIT;
    if (fdb->count == FDB_ENTRIES_MAX)
        return FDB_TABLE_FULL;
    if (fdb->count == fdb->room)
        grow(fdb);

    uint32_t at = ++fdb->count;
    uint32_t *bucket = bucket_of(fdb, mac);
    fdb->entries[at] = (struct entry){ .mac = mac, .next = *bucket, .seen_ms = now_ms };
    *bucket = at;
    join_port(fdb, at, port);
    return FDB_NEW;
}

enum fdb_learned fdb_learn(struct fdb *fdb, struct mac mac, port_id port, int64_t now_ms)
{
    uint32_t at = find_entry(fdb, mac);

    if (at == NO_ENTRY)
        return learn_new(fdb, mac, port, now_ms);

    struct entry *entry = &fdb->entries[at];
    if (entry->port == port) {
        entry->seen_ms = now_ms;
        return FDB_KNOWN;
    }
    if (port_is_full(fdb, port))
        return FDB_PORT_LIMIT;
    enum fdb_learned learned = is_silent(entry, now_ms) ? FDB_NEW : FDB_MOVED;
    leave_port(fdb, at);
    join_port(fdb, at, port);
    entry->seen_ms = now_ms;
    return learned;
}

port_id fdb_find(const struct fdb *fdb, struct mac mac, int64_t now_ms)
{
    uint32_t at = find_entry(fdb, mac);

    if (at == NO_ENTRY || is_silent(&fdb->entries[at], now_ms))
        return PORT_NONE;
    return fdb->entries[at].port;
}

uint32_t fdb_count(const struct fdb *fdb)
{
    return fdb->count;
}

uint32_t fdb_port_count(const struct fdb *fdb, port_id port)
{
    return port_of(fdb, port)->count;
}
