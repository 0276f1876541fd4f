/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/io/unix_socket.h"

#include "engine/engine.h"
#include "service/call.h"
#include "service/credentials.h"
#include "service/profiles.h"
#include "service/service.h"

/** The service's own parts: service.c lives and dies, service_calls.c answers. */

enum { SERVICE_PEERS_MAX = 32 };

struct service {
    const struct service_options *options;
    const struct place *place;
    struct noren_log *log;
    struct loop *loop;
    struct machine *machine;
    struct engine *engine;
    struct unix_listener *listener;
    struct unix_peer *peers[SERVICE_PEERS_MAX]; /* that said hello */
    struct profiles profiles;
    struct credentials credentials;

    /* kept only once the server has taken them */
    struct credential unsaved;
    bool has_unsaved;

    struct loop_timer counters_timer;
    struct loop_timer end_timer;
    uint64_t told_bytes;
    bool is_ending;
    enum engine_error last_error;
    struct log_limit refused_limit;
};

/** Sends the present status to one peer, or to all with NULL. */
void service_tell(struct service *service, struct unix_peer *peer);
/** Starts the profile with what the call gave, what is saved, or what the profile holds. */
NOREN_MUST_CHECK bool service_connect(
        struct service *service, const struct service_call *call, struct noren_err *err);
extern const struct unix_callbacks SERVICE_CALLBACKS;
