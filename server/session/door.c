/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "session/door.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "noren/base/alloc.h"

/* Exists while at least one connection of the source is counted, so there are at most `max`. */
struct waiting {
    struct door_source source;
    uint32_t count;
    UT_hash_handle hh;
};

struct door {
    pthread_mutex_t lock; /* guards what follows */
    uint32_t max, source_max;
    uint32_t count;
    struct waiting *waiting;
};

struct door_source door_source_of(const struct sockaddr *address)
{
    struct door_source source = { { 0 } };

    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, address, sizeof in);
        source.byte[10] = source.byte[11] = 0xff;
        memcpy(source.byte + 12, &in.sin_addr, 4);
    } else if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, address, sizeof in6);
        bool mapped = IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr);
        memcpy(source.byte, &in6.sin6_addr, mapped ? 16 : 8);
    }
    return source;
}

struct door_source_text door_source_format(const struct door_source *source)
{
    struct door_source_text out = { "?" };
    struct in6_addr in6;

    memcpy(&in6, source->byte, sizeof in6);
    if (IN6_IS_ADDR_V4MAPPED(&in6))
        inet_ntop(AF_INET, source->byte + 12, out.text, sizeof out.text);
    else if (inet_ntop(AF_INET6, &in6, out.text, INET6_ADDRSTRLEN) != NULL)
        memcpy(out.text + strlen(out.text), "/64", sizeof "/64");
    return out;
}

struct door *door_new(uint32_t max, uint32_t source_max)
{
    struct door *door = noren_alloc(sizeof *door);

    pthread_mutex_init(&door->lock, NULL);
    door->max = max;
    door->source_max = source_max;
    return door;
}

void door_free(struct door *door)
{
    struct waiting *waiting, *next;

    if (door == NULL)
        return;
    HASH_ITER(hh, door->waiting, waiting, next)
    {
        HASH_DEL(door->waiting, waiting);
        free(waiting);
    }
    pthread_mutex_destroy(&door->lock);
    free(door);
}

static struct waiting *find(struct door *door, const struct door_source *source)
{
    struct waiting *waiting;

    HASH_FIND(hh, door->waiting, source, sizeof *source, waiting);
    return waiting;
}

static enum door_verdict enter(struct door *door, const struct door_source *source)
{
    if (door->count >= door->max)
        return DOOR_FULL;

    struct waiting *waiting = find(door, source);
    if (waiting == NULL) {
        waiting = noren_alloc(sizeof *waiting);
        waiting->source = *source;
        HASH_ADD(hh, door->waiting, source, sizeof waiting->source, waiting);
    }
    if (waiting->count >= door->source_max)
        return DOOR_SOURCE_FULL;
    waiting->count++;
    door->count++;
    return DOOR_OPEN;
}

enum door_verdict door_enter(struct door *door, const struct door_source *source)
{
    pthread_mutex_lock(&door->lock);
    enum door_verdict verdict = enter(door, source);
    pthread_mutex_unlock(&door->lock);
    return verdict;
}

void door_leave(struct door *door, const struct door_source *source)
{
    pthread_mutex_lock(&door->lock);
    struct waiting *waiting = find(door, source);
    noren_assert(waiting != NULL && waiting->count > 0 && door->count > 0);
    door->count--;
    if (--waiting->count == 0) {
        HASH_DEL(door->waiting, waiting);
        free(waiting);
    }
    pthread_mutex_unlock(&door->lock);
}

uint32_t door_count(struct door *door)
{
    pthread_mutex_lock(&door->lock);
    uint32_t count = door->count;
    pthread_mutex_unlock(&door->lock);
    return count;
}
