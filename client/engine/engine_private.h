/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/packet/dhcp.h"

#include "engine/backoff.h"
#include "engine/device.h"
#include "engine/engine.h"
#include "engine/network.h"
#include "engine/session.h"

/** The engine's own parts: engine.c decides when to connect, engine_data.c what a session does. */

struct engine {
    struct engine_config config;
    struct loop *loop;
    struct noren_log *log;
    struct profile profile;
    bool is_running;
    struct tls_context *tls;
    struct device *device;
    struct network network;

    struct session *session;
    uint32_t lingering; /* sessions told to end that are still saying goodbye */
    bool is_up;         /* logged in */
    int64_t up_since_ms;
    bool was_connected;

    struct dhcp_client *dhcp;
    struct loop_timer dhcp_timer;
    uint32_t last_ip;

    /* a round is one try of each server */
    uint32_t server_at, tried;
    struct verdict round;
    char round_text[240];
    uint32_t few_rounds;
    struct backoff backoff;
    struct loop_timer retry_timer;
    int64_t lost_at_ms;
    char last_address[64]; /* numeric, of the server of the last session; "": none */
    bool goes_direct;      /* this try is by last_address, with routes and DNS left in place */

    struct engine_status status;
};

/** Sets state and error (text NULL: none) and tells. */
void engine_set_state(
        struct engine *engine, enum engine_state state, enum engine_error error, const char *text);
void engine_tell(struct engine *engine);
/** Ends for good: undoes everything, state error. */
void engine_give_up(struct engine *engine, enum engine_error error, const char *text);

/* engine_data.c */

/** NOREN_E_IO: no network card. */
NOREN_MUST_CHECK bool engine_open_device(struct engine *engine, struct noren_err *err);
void engine_on_up(void *ctx, const struct proto_session_terms *terms, const char *message);
void engine_on_frame(void *ctx, struct bytes frame);
void engine_on_frames_end(void *ctx);
void engine_on_drained(void *ctx);
void engine_on_dhcp_due(void *ctx);
/** The session is gone or told to go: keeps the address for the next one. */
void engine_leave_dhcp(struct engine *engine);
/** Gives the address back to the network. */
void engine_release_address(struct engine *engine);
