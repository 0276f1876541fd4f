/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/crypto/random.h"

#include "engine/engine_private.h"
#include "engine/text.h"
#include "engine/trust.h"

#define LOG_ROOM "engine"

enum {
    PROTOCOL_VERSION = 501, /* of the protocol that we speak, as major * 100 + minor */
    PROTOCOL_BUILD = 10000,
    KEEP_PATHS_MS = 30000, /* how long a lost tunnel keeps the traffic that it carried */
};

static void try_server(struct engine *engine);

const char *engine_state_name(enum engine_state state)
{
    static const char *const names[] = { "off", "connecting", "connected", "reconnecting",
        "error" };

    return names[state];
}

void engine_tell(struct engine *engine)
{
    engine->status.is_over = !engine->is_running;
    engine->status.address = engine->network.has_address ? engine->network.setup.ip : 0;
    engine->config.on_status(engine->config.ctx, &engine->status);
}

void engine_set_state(
        struct engine *engine, enum engine_state state, enum engine_error error, const char *text)
{
    struct engine_status *status = &engine->status;

    if (status->state != state)
        status->since_ms = noren_wall_ms();
    status->state = state;
    status->error = error;
    snprintf(status->detail, sizeof status->detail, "%s", text == NULL ? "" : text);
    noren_log(engine->log, error == ENGINE_OK ? NOREN_INFO : NOREN_WARN,
            "state: state=%s server=%s error=%s detail=%s", engine_state_name(state),
            status->server, engine_error_name(error), log_quote(status->detail).text);
    engine_tell(engine);
}

/* ---- stopping ---- */

static void on_gone(void *ctx)
{
    struct engine *engine = ctx;

    engine->lingering--;
    if (engine_is_idle(engine) && engine->config.on_idle != NULL)
        engine->config.on_idle(engine->config.ctx);
}

static void leave_session(struct engine *engine)
{
    engine_leave_dhcp(engine);
    engine->is_up = false;
    if (engine->session == NULL)
        return;
    session_abandon(noren_steal(&engine->session));
    engine->lingering++;
}

static void put_everything_back(struct engine *engine)
{
    engine_release_address(engine);
    leave_session(engine);
    loop_timer_set(&engine->retry_timer, NOREN_NO_DEADLINE);
    network_clear(&engine->network);
    device_free(noren_steal(&engine->device));
    tls_context_free(noren_steal(&engine->tls));
    engine->is_running = false;
    engine->was_connected = false;
    engine->goes_direct = false;
    engine->last_address[0] = '\0';
    engine->last_ip = 0;
    engine->status.retry_at_ms = 0;
}

void engine_give_up(struct engine *engine, enum engine_error error, const char *text)
{
    char kept[240];

    snprintf(kept, sizeof kept, "%s", text); /* may belong to what goes now */
    put_everything_back(engine);
    engine_set_state(engine, ENGINE_ERROR, error, kept);
}

void engine_stop(struct engine *engine)
{
    loop_assert_here(engine->loop);
    put_everything_back(engine);
    profile_clear(&engine->profile);
    memset(&engine->status, 0, sizeof engine->status);
    engine_set_state(engine, ENGINE_OFF, ENGINE_OK, NULL);
    if (engine_is_idle(engine) && engine->config.on_idle != NULL)
        engine->config.on_idle(engine->config.ctx);
}

bool engine_is_idle(const struct engine *engine)
{
    return !engine->is_running && engine->lingering == 0;
}

/* ---- trying ---- */

static void on_retry_due(void *ctx)
{
    struct engine *engine = ctx;

    engine->tried = 0;
    engine->round = (struct verdict){ ENGINE_OK, VERDICT_RETRY };
    try_server(engine);
}

static void retry_in(struct engine *engine, int64_t wait_ms)
{
    int64_t at_ms = loop_now_ms(engine->loop) + wait_ms;

    loop_timer_set(&engine->retry_timer, at_ms);
    engine->status.retry_at_ms = at_ms;
}

static int64_t next_wait_ms(struct engine *engine)
{
    if (engine->round.action == VERDICT_RETRY_SLOW)
        return VERDICT_SLOW_MS;
    /* "at once" is for a session that was lost, not for a server that was never reached */
    if (!engine->was_connected && engine->backoff.failures == 0)
        engine->backoff.failures = 1;
    return backoff_next_ms(&engine->backoff, noren_random_below(1U << 30));
}

static void end_round(struct engine *engine)
{
    struct verdict round = engine->round;

    /* what was there once will come back: a server that starts has its hubs a little later */
    if (round.action == VERDICT_RETRY_FEW && engine->was_connected)
        round.action = engine->round.action = VERDICT_RETRY_SLOW;
    bool is_last = !engine->profile.reconnect
                   || (round.action == VERDICT_RETRY_FEW && ++engine->few_rounds >= VERDICT_FEW);

    if (is_last) {
        engine_give_up(engine, round.error, engine->round_text);
        return;
    }
    retry_in(engine, next_wait_ms(engine));
    bool shows_trouble = !engine->was_connected || round.error == ENGINE_E_TRUST;
    engine_set_state(engine, shows_trouble ? ENGINE_ERROR : ENGINE_RECONNECTING, round.error,
            engine->round_text);
}

/*
 * After a loss the server is first sought where it was: routes and DNS stay in place, so that nothing
 * leaves the tunnel meanwhile. Names and other servers have to be reached by the paths that were
 * there before the tunnel: for them routes and DNS are taken back.
 */
static bool try_direct_again(struct engine *engine, struct verdict verdict, const char *text)
{
    bool has_time = loop_now_ms(engine->loop) - engine->lost_at_ms <= KEEP_PATHS_MS;

    if (!engine->goes_direct)
        return false;
    if (engine->profile.server_count == 1 && has_time && verdict.error == ENGINE_E_UNREACHABLE) {
        retry_in(engine, next_wait_ms(engine));
        engine_set_state(engine, ENGINE_RECONNECTING, verdict.error, text);
        return true;
    }
    engine->goes_direct = false;
    network_lost(&engine->network, /* keep_paths */ false);
    return false;
}

/* A server of the round did not take us in. */
static void try_failed(struct engine *engine, struct verdict verdict, const char *text)
{
    struct verdict worse = verdict_worse(engine->round, verdict);

    if (worse.error == verdict.error)
        snprintf(engine->round_text, sizeof engine->round_text, "%s", text);
    engine->round = worse;
    if (verdict.action == VERDICT_STOP) {
        engine_give_up(engine, verdict.error, text);
        return;
    }
    if (try_direct_again(engine, verdict, text))
        return;
    engine->server_at = (engine->server_at + 1) % engine->profile.server_count;
    if (++engine->tried < engine->profile.server_count)
        try_server(engine);
    else
        end_round(engine);
}

static void session_lost(struct engine *engine, struct verdict verdict, const char *text)
{
    int64_t now_ms = loop_now_ms(engine->loop);

    if (verdict.action == VERDICT_STOP || !engine->profile.reconnect) {
        engine_give_up(engine, verdict.error, text);
        return;
    }
    backoff_session_ended(&engine->backoff, now_ms - engine->up_since_ms);
    engine->lost_at_ms = now_ms;
    engine->goes_direct = *engine->last_address != '\0';
    network_lost(&engine->network, engine->goes_direct);
    retry_in(engine, next_wait_ms(engine));
    engine_set_state(engine, engine->was_connected ? ENGINE_RECONNECTING : ENGINE_ERROR,
            verdict.error, text);
}

static void on_end(void *ctx, const struct session_end *end)
{
    struct engine *engine = ctx;
    bool was_up = engine->is_up;
    struct verdict verdict = end->refused != 0 ? verdict_of_refusal(end->refused)
                                               : verdict_of_link(end->code, was_up);
    char text[240];

    if (end->refused != 0)
        snprintf(text, sizeof text, "the server refused the log-in with error %u", end->refused);
    else
        snprintf(text, sizeof text, "%s", end->text);
    noren_log(engine->log, NOREN_INFO, "connection ended: server=%s up=%d why=%s",
            engine->status.server, was_up, log_quote(text).text);
    engine->session = NULL;
    engine->is_up = false;
    engine_leave_dhcp(engine);
    if (was_up)
        session_lost(engine, verdict, text);
    else
        try_failed(engine, verdict, text);
}

static void try_server(struct engine *engine)
{
    static const struct session_callbacks callbacks = {
        .on_up = engine_on_up,
        .on_frame = engine_on_frame,
        .on_frames_end = engine_on_frames_end,
        .on_drained = engine_on_drained,
        .on_end = on_end,
        .on_gone = on_gone,
    };
    const struct profile *profile = &engine->profile;
    const struct profile_server *server = &profile->servers[engine->server_at];
    struct session_config config = {
        .loop = engine->loop,
        .tls = engine->tls,
        .host = server->host,
        .address = engine->goes_direct ? engine->last_address : NULL,
        .port = server->port,
        .request = {
            .method = CLIENT_LOGIN,
            .server = server->host,
            .port = server->port,
            .hub = profile->hub,
            .user = profile->username,
            .auth_type = (enum proto_auth_type)profile->auth,
            .password = &profile->password,
            .max_connection = 1,
            .product = engine->config.product,
            .version = PROTOCOL_VERSION,
            .build = PROTOCOL_BUILD,
        },
    };

    memcpy(config.request.machine_id, engine->config.machine_id, sizeof config.request.machine_id);
    snprintf(engine->status.server, sizeof engine->status.server,
            strchr(server->host, ':') != NULL ? "[%s]:%u" : "%s:%u", server->host, server->port);
    engine->status.retry_at_ms = 0;
    /* slow tries of what a person has to mend do not make the window flicker */
    if (engine->status.error == ENGINE_E_TRUST)
        engine_tell(engine);
    else
        engine_set_state(engine, engine->was_connected ? ENGINE_RECONNECTING : ENGINE_CONNECTING,
                ENGINE_OK, NULL);
    engine->session = session_start(&config, &callbacks, engine);
}

/* ---- starting ---- */

struct engine *engine_new(const struct engine_config *config)
{
    struct engine *engine = noren_alloc(sizeof *engine);

    engine->config = *config;
    engine->loop = config->loop;
    engine->log = loop_log(config->loop);
    engine->network.machine = config->machine;
    engine->network.log = engine->log;
    engine->status.since_ms = noren_wall_ms();
    loop_timer_init(&engine->retry_timer, engine->loop, on_retry_due, engine);
    loop_timer_init(&engine->dhcp_timer, engine->loop, engine_on_dhcp_due, engine);
    return engine;
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    noren_assert(engine_is_idle(engine));
    loop_timer_clear(&engine->retry_timer);
    loop_timer_clear(&engine->dhcp_timer);
    profile_clear(&engine->profile);
    free(engine);
}

void engine_start(struct engine *engine, struct profile *take_profile)
{
    struct noren_err err = { 0 };

    loop_assert_here(engine->loop);
    put_everything_back(engine);
    profile_clear(&engine->profile);
    engine->profile = *take_profile;
    memset(take_profile, 0, sizeof *take_profile);
    memset(&engine->status, 0, sizeof engine->status);
    memcpy(engine->status.profile, engine->profile.id, sizeof engine->status.profile);
    memcpy(engine->status.user, engine->profile.username, sizeof engine->status.user);
    engine->is_running = true;
    engine->server_at = engine->tried = engine->few_rounds = 0;
    engine->round = (struct verdict){ ENGINE_OK, VERDICT_RETRY };
    engine->backoff = (struct backoff){ .failures = 0 };
    engine->network.profile = &engine->profile;

    engine->tls = trust_load(&engine->profile, &err);
    if (engine->tls == NULL)
        engine_give_up(engine, ENGINE_E_PROFILE, err.text);
    else if (!engine_open_device(engine, &err))
        engine_give_up(engine, ENGINE_E_DEVICE, err.text);
    else
        try_server(engine);
}

const struct engine_status *engine_get_status(const struct engine *engine)
{
    return &engine->status;
}
