/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/io/loop.h"

#include "engine/machine.h"
#include "engine/profile.h"
#include "engine/verdict.h"

/**
 * Runs one profile: connects, keeps connected, sets the machine up and puts it back. Knows no
 * windows, no sockets of the service and no brand. Belongs to one loop.
 *
 * States and what moves between them: docs/profile.md, "What the client does".
 */

enum engine_state {
    ENGINE_OFF,
    ENGINE_CONNECTING,
    ENGINE_CONNECTED,    /**< logged in, and the address is in place */
    ENGINE_RECONNECTING, /**< was connected; tries again by itself */
    ENGINE_ERROR,        /**< see error; tries again at retry_at_ms if that is not 0 */
};
/** "off", "connecting" and so on, as on the service socket. */
const char *engine_state_name(enum engine_state state);

struct engine_status {
    enum engine_state state;
    enum engine_error error;
    char detail[240]; /**< for people and logs; "" when there is no error */
    char profile[64]; /**< id; "" when off */
    char server[264]; /**< "vpn.example.net:443", the one in use or tried */
    char user[256];
    uint32_t address;    /**< network byte order; 0: none */
    int64_t since_ms;    /**< wall clock: when the state began */
    int64_t retry_at_ms; /**< loop clock; 0: no try is planned */
    bool is_over;        /**< off, or an error after which nothing more is tried */
    uint64_t bytes_in, bytes_out;
    char message[4096]; /**< message of the day; text of the server: show as text only */
};

struct engine_config {
    struct loop *loop;
    struct machine *machine; /**< borrowed; outlives the engine */
    const char *product;     /**< told to the server; borrowed */
    const char *netdev;      /**< for profiles that name none; borrowed */
    uint8_t machine_id[20];  /**< stable per machine and brand */
    /** After each change. Must not call the engine back; borrowed during the call. */
    void (*on_status)(void *ctx, const struct engine_status *status);
    /** engine_stop() has come to its end: nothing is open any more. */
    void (*on_idle)(void *ctx);
    void *ctx;
};

struct engine;

struct engine *engine_new(const struct engine_config *config);
/** Only when idle. */
void engine_free(struct engine *engine);

/** Takes the profile with its credentials and leaves it empty. Stops what ran before. */
void engine_start(struct engine *engine, struct profile *take_profile);
/** Undoes everything before it returns; on_idle follows when the connection has said goodbye. */
void engine_stop(struct engine *engine);
bool engine_is_idle(const struct engine *engine);
const struct engine_status *engine_get_status(const struct engine *engine);
