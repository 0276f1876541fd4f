/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "noren/base/alloc.h"

#include "service/admission.h"
#include "service/log_tail.h"
#include "service/service_private.h"

#define LOG_ROOM "service"

enum { LOG_TEXT_MAX = 15000 };

static void send_line(struct unix_peer *peer, char *take_line)
{
    unix_send_line(peer, take_line);
    free(take_line);
}

static char *make_status(struct service *service)
{
    return status_line(engine_get_status(service->engine), loop_now_ms(service->loop),
            service->profiles.shown, service->profiles.count);
}

void service_tell(struct service *service, struct unix_peer *peer)
{
    noren_cleanup(noren_freep) char *line = make_status(service);

    if (peer != NULL) {
        unix_send_line(peer, line);
        return;
    }
    for (size_t i = 0; i < SERVICE_PEERS_MAX; i++)
        if (service->peers[i] != NULL)
            unix_send_line(service->peers[i], line);
}

/* ---- connect ---- */

static void use_credentials(
        struct profile *profile, const char *user, const struct secret *password)
{
    if (*user != '\0')
        memcpy(profile->username, user, strlen(user) + 1);
    if (secret_is_set(password))
        secret_set(&profile->password, password->data, password->len);
}

static void drop_unsaved(struct service *service)
{
    secret_clear(&service->unsaved.password);
    service->has_unsaved = false;
}

static void remember_for_later(
        struct service *service, const struct profile *profile, const struct service_call *call)
{
    drop_unsaved(service);
    service->has_unsaved = call->save;
    if (!call->save)
        return;
    memcpy(service->unsaved.profile, profile->id, sizeof service->unsaved.profile);
    memcpy(service->unsaved.username, profile->username, sizeof service->unsaved.username);
    if (secret_is_set(&profile->password))
        secret_set(&service->unsaved.password, profile->password.data, profile->password.len);
}

bool service_connect(
        struct service *service, const struct service_call *call, struct noren_err *err)
{
    noren_cleanup(profile_clear) struct profile profile = { .id = "" };
    size_t at = profiles_find(&service->profiles, call->profile);
    const struct credential *saved = credentials_find(&service->credentials, call->profile);

    if (at == service->profiles.count)
        return noren_err_set(err, NOREN_E_NOT_FOUND, "no profile %s", call->profile);
    if (!profile_load(service->profiles.paths[at], &profile, err))
        return false;
    if (saved != NULL)
        use_credentials(&profile, saved->username, &saved->password);
    use_credentials(&profile, call->username, &call->password);
    if (!profile_can_log_in(&profile, NULL))
        return noren_err_set(err, NOREN_E_AUTH, "user name and password are needed");
    remember_for_later(service, &profile, call);
    engine_start(service->engine, &profile);
    return true;
}

/* ---- calls ---- */

static void refuse(struct service *service, struct unix_peer *peer, const struct service_call *call,
        const struct noren_err *err)
{
    const char *word = err->code == NOREN_E_AUTH                               ? "auth"
                       : call->kind == CALL_CONNECT && err->code != NOREN_E_IO ? "profile"
                                                                               : "internal";

    noren_log_limited(service->log, NOREN_WARN, &service->refused_limit,
            "call refused: call=%s why=%s", log_quote(call->name).text, log_quote(err->text).text);
    send_line(peer, refused_line(call->name, word, err->text));
}

static bool greet(struct service *service, struct unix_peer *peer, struct noren_err *err)
{
    for (size_t i = 0; i < SERVICE_PEERS_MAX; i++)
        if (service->peers[i] == NULL || service->peers[i] == peer) {
            service->peers[i] = peer;
            unix_set_data(peer, service);
            service_tell(service, peer);
            return true;
        }
    return noren_err_set(err, NOREN_E_LIMIT, "more than %d windows", SERVICE_PEERS_MAX);
}

static void send_log(struct service *service, struct unix_peer *peer, unsigned lines)
{
    noren_cleanup(writer_clear) struct writer text;

    writer_init(&text, LOG_TEXT_MAX + 1);
    log_tail(service->place->log_file, lines, LOG_TEXT_MAX, &text);
    writer_u8(&text, 0);
    send_line(peer, log_line((const char *)text.data));
}

static bool forget(struct service *service, const char *profile, struct noren_err *err)
{
    drop_unsaved(service); /* else a log-in under way would bring them back */
    if (!credentials_forget(&service->credentials, profile, err))
        return false;
    profiles_update(&service->profiles, &service->credentials);
    service_tell(service, NULL);
    return true;
}

static bool carry_out(struct service *service, struct unix_peer *peer,
        const struct service_call *call, struct noren_err *err)
{
    switch (call->kind) {
    case CALL_HELLO:
        return greet(service, peer, err);
    case CALL_CONNECT:
        noren_log(service->log, NOREN_INFO, "asked to connect: uid=%u profile=%s",
                (unsigned)unix_peer_uid(peer), log_quote(call->profile).text);
        return service_connect(service, call, err);
    case CALL_DISCONNECT:
        noren_log(service->log, NOREN_INFO, "asked to disconnect: uid=%u",
                (unsigned)unix_peer_uid(peer));
        drop_unsaved(service);
        engine_stop(service->engine);
        return true;
    case CALL_FORGET:
        return forget(service, call->profile, err);
    case CALL_LOG:
        send_log(service, peer, call->lines);
        return true;
    }
    return true;
}

static void on_line(struct unix_peer *peer, void *ctx, const char *line, size_t len)
{
    struct service *service = ctx;
    noren_cleanup(service_call_clear) struct service_call call = { .kind = CALL_HELLO };
    struct noren_err err = { 0 };

    if (service->is_ending)
        return;
    bool good = service_call_parse(line, len, &call, &err);
    if (good && call.kind != CALL_HELLO && unix_get_data(peer) == NULL)
        good = noren_err_set(&err, NOREN_E_STATE, "hello must be first");
    if (!good || !carry_out(service, peer, &call, &err))
        refuse(service, peer, &call, &err);
}

static bool admits(void *ctx, uid_t uid, gid_t gid, pid_t pid)
{
    struct service *service = ctx;

    (void)gid;
    if (admission_allows(service->place->users, uid))
        return true;
    noren_log_limited(service->log, NOREN_WARN, &service->refused_limit,
            "user not admitted: uid=%u pid=%d", (unsigned)uid, (int)pid);
    return false;
}

static void on_closed(struct unix_peer *peer, void *ctx)
{
    struct service *service = ctx;

    for (size_t i = 0; i < SERVICE_PEERS_MAX; i++)
        if (service->peers[i] == peer)
            service->peers[i] = NULL;
}

const struct unix_callbacks SERVICE_CALLBACKS = {
    .admits = admits,
    .on_line = on_line,
    .on_closed = on_closed,
};
