/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "session/register.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>
#include <utlist.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"

enum {
    SESSION_USER_MAX = 200, /* bytes of the user's name in the session's name */
};

struct registered_hub {
    char key[STORE_NAME_MAX + 1]; /* the name in upper case */
    int64_t id;                   /* in the store */
    bool securenat;
    bool removed;      /* out of the table; the last seat frees it */
    struct home *home; /* NULL: offline */
    struct hub *hub;   /* referenced while there is a home */
    uint64_t last_session;
    uint32_t seat_count;
    struct seat *seats;
    UT_hash_handle hh;
};

struct hub_register {
    pthread_mutex_t lock; /* guards what follows */
    struct registered_hub *hubs;
    uint64_t last_seat;
    uint32_t seat_count;
};

struct hub_register *register_new(void)
{
    struct hub_register *reg = noren_alloc(sizeof *reg);

    pthread_mutex_init(&reg->lock, NULL);
    return reg;
}

static void free_hub(struct registered_hub *hub)
{
    hub_unref(hub->hub);
    free(hub);
}

void register_free(struct hub_register *reg)
{
    struct registered_hub *hub, *next;

    if (reg == NULL)
        return;
    noren_assert(reg->seat_count == 0);
    HASH_ITER(hh, reg->hubs, hub, next)
    {
        HASH_DEL(reg->hubs, hub);
        free_hub(hub);
    }
    pthread_mutex_destroy(&reg->lock);
    free(reg);
}

/* ASCII only, as names are. */
static void upper(char *out, size_t room, const char *text)
{
    size_t len = 0;

    for (; text[len] != '\0' && len < room - 1; len++) {
        bool small = text[len] >= 'a' && text[len] <= 'z';
        out[len] = small ? (char)(text[len] - 'a' + 'A') : text[len];
    }
    out[len] = '\0';
}

static struct registered_hub *find(struct hub_register *reg, const char *name)
{
    char key[STORE_NAME_MAX + 1];
    struct registered_hub *hub;

    upper(key, sizeof key, name);
    HASH_FIND_STR(reg->hubs, key, hub);
    return hub;
}

/* ---- hubs ---- */

static void move_in(struct registered_hub *hub, struct home *home)
{
    hub_unref(hub->hub);
    hub->home = home;
    hub->hub = home != NULL ? hub_ref(home_hub(home)) : NULL;
}

bool register_add(struct hub_register *reg, const struct store_hub *hub, struct home *take_home)
{
    struct registered_hub *entry = noren_alloc(sizeof *entry);

    upper(entry->key, sizeof entry->key, hub->name);
    entry->id = hub->id;
    entry->securenat = hub->securenat;
    move_in(entry, take_home);

    pthread_mutex_lock(&reg->lock);
    bool is_new = find(reg, hub->name) == NULL;
    if (is_new)
        HASH_ADD_STR(reg->hubs, key, entry);
    pthread_mutex_unlock(&reg->lock);
    if (!is_new)
        free_hub(entry);
    return is_new;
}

bool register_remove(struct hub_register *reg, const char *name, struct home **out_home)
{
    pthread_mutex_lock(&reg->lock);
    struct registered_hub *hub = find(reg, name);
    if (hub != NULL) {
        *out_home = hub->home;
        move_in(hub, NULL);
        HASH_DEL(reg->hubs, hub);
        hub->removed = true;
        if (hub->seat_count == 0)
            free_hub(hub);
    }
    pthread_mutex_unlock(&reg->lock);
    return hub != NULL;
}

bool register_set_home(
        struct hub_register *reg, const char *name, struct home *take_home, struct home **out_old)
{
    pthread_mutex_lock(&reg->lock);
    struct registered_hub *hub = find(reg, name);
    if (hub != NULL) {
        *out_old = hub->home;
        move_in(hub, take_home);
    }
    pthread_mutex_unlock(&reg->lock);
    return hub != NULL;
}

bool register_set_securenat(
        struct hub_register *reg, const char *name, bool enabled, struct home **out_home)
{
    pthread_mutex_lock(&reg->lock);
    struct registered_hub *hub = find(reg, name);
    if (hub != NULL) {
        hub->securenat = enabled;
        *out_home = hub->home;
    }
    pthread_mutex_unlock(&reg->lock);
    return hub != NULL;
}

bool register_status(struct hub_register *reg, const char *name, struct server_hub_status *out)
{
    pthread_mutex_lock(&reg->lock);
    struct registered_hub *hub = find(reg, name);
    if (hub != NULL) {
        *out = (struct server_hub_status){
            .online = hub->home != NULL,
            .securenat = hub->securenat,
            .sessions = hub->seat_count,
        };
        if (hub->hub != NULL) {
            out->macs = hub_get_mac_count(hub->hub);
            out->counters = hub_get_counters(hub->hub);
        }
    }
    pthread_mutex_unlock(&reg->lock);
    return hub != NULL;
}

/* ---- seats ---- */

static enum proto_error may_sit(const struct hub_register *reg, const struct registered_hub *hub,
        const struct seat_request *request)
{
    /* the id differs when the hub was made anew under its old name after the password was checked */
    if (hub == NULL || hub->id != request->hub_id)
        return PROTO_E_HUB_NOT_FOUND;
    if (hub->home == NULL)
        return PROTO_E_HUB_OFFLINE;
    if (hub->seat_count >= SERVER_HUB_SESSIONS_MAX || reg->seat_count >= SERVER_SESSIONS_MAX)
        return PROTO_E_TOO_MANY_SESSIONS;
    return PROTO_OK;
}

static void name_session(struct seat *seat, uint64_t number)
{
    char user[STORE_NAME_MAX + 1];

    upper(user, sizeof user, seat->user);
    snprintf(seat->name, sizeof seat->name, "SID-%.*s-%llu", SESSION_USER_MAX, user,
            (unsigned long long)number);
}

static struct seat *seat_new(const struct seat_request *request)
{
    struct seat *seat = noren_alloc(sizeof *seat);

    seat->loop = request->loop;
    seat->since_ms = noren_wall_ms();
    snprintf(seat->user, sizeof seat->user, "%s", request->user);
    snprintf(seat->hub, sizeof seat->hub, "%s", request->hub);
    snprintf(seat->source, sizeof seat->source, "%s", request->source);
    snprintf(seat->product, sizeof seat->product, "%s", request->product);
    return seat;
}

enum proto_error register_take_seat(struct hub_register *reg, const struct seat_request *request,
        struct seat **out_seat, struct hub **out_hub)
{
    struct seat *seat = seat_new(request);

    pthread_mutex_lock(&reg->lock);
    struct registered_hub *hub = find(reg, request->hub);
    enum proto_error verdict = may_sit(reg, hub, request);
    if (verdict == PROTO_OK) {
        seat->in = hub;
        seat->id = ++reg->last_seat;
        name_session(seat, ++hub->last_session);
        DL_APPEND(hub->seats, seat);
        hub->seat_count++;
        reg->seat_count++;
        *out_seat = seat;
        *out_hub = hub_ref(hub->hub);
    }
    pthread_mutex_unlock(&reg->lock);
    if (verdict != PROTO_OK)
        free(seat);
    return verdict;
}

void register_leave(struct hub_register *reg, struct seat *take_seat)
{
    pthread_mutex_lock(&reg->lock);
    struct registered_hub *hub = take_seat->in;
    DL_DELETE(hub->seats, take_seat);
    reg->seat_count--;
    if (--hub->seat_count == 0 && hub->removed)
        free_hub(hub);
    pthread_mutex_unlock(&reg->lock);
    free(take_seat);
}

static uint64_t value_of(const uint64_t *counter)
{
    return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static struct server_session_info info_of(const struct seat *seat)
{
    struct server_session_info info = {
        .since_ms = seat->since_ms,
        .frames_in = value_of(&seat->counters.frames_in),
        .bytes_in = value_of(&seat->counters.bytes_in),
        .frames_out = value_of(&seat->counters.frames_out),
        .bytes_out = value_of(&seat->counters.bytes_out),
        .dropped = value_of(&seat->counters.dropped),
    };
    memcpy(info.name, seat->name, sizeof info.name);
    memcpy(info.hub, seat->hub, sizeof info.hub);
    memcpy(info.user, seat->user, sizeof info.user);
    memcpy(info.source, seat->source, sizeof info.source);
    memcpy(info.product, seat->product, sizeof info.product);
    return info;
}

void register_each_session(
        struct hub_register *reg, const char *in_hub, server_session_fn fn, void *ctx)
{
    const struct seat *seat;

    pthread_mutex_lock(&reg->lock);
    struct registered_hub *hub = find(reg, in_hub);
    if (hub != NULL) {
        DL_FOREACH(hub->seats, seat)
        {
            struct server_session_info info = info_of(seat);
            if (!fn(ctx, &info))
                break;
        }
    }
    pthread_mutex_unlock(&reg->lock);
}

bool register_find_session(struct hub_register *reg, const char *in_hub, const char *session,
        uint64_t *out_id, struct loop **out_loop)
{
    char key[STORE_NAME_MAX + 1];
    const struct seat *seat;
    bool found = false;

    upper(key, sizeof key, session);
    pthread_mutex_lock(&reg->lock);
    struct registered_hub *hub = find(reg, in_hub);
    if (hub != NULL) {
        DL_FOREACH(hub->seats, seat)
        {
            if (strcmp(seat->name, key) != 0)
                continue;
            *out_id = seat->id;
            *out_loop = seat->loop;
            found = true;
            break;
        }
    }
    pthread_mutex_unlock(&reg->lock);
    return found;
}
