/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "noren/base/secret.h"
#include "noren/pack/pack.h"

#include "sdk/norenctl/options.h"
#include "sdk/norenctl/rpc.h"
#include "sdk/norenctl/sheet.h"

/** The commands: noun and verb, what they take, and the calls they make. */

/** One command under way; what a step gets as ctx. */
struct run {
    const struct ctl_options *options;
    struct secret user_password;  /**< set when the command uses it */
    struct secret admin_password; /**< of a new hub; may be unset */
    int turn;                     /**< replies seen */
    struct sheet *sheet;          /**< the result; written once all went well */
    char done[600];               /**< for people, instead of the sheet; "" to show the sheet */
};

struct command {
    const char *noun, *verb;
    const char *operand; /**< what stands after the verb; NULL: nothing */
    bool needs_hub;      /**< --hub */
    unsigned uses;       /**< enum option_use */
    rpc_step step;
    const char *help;
};

extern const struct command COMMANDS[];
extern const size_t COMMAND_COUNT;

/* ---- for steps ---- */

struct pack *request_new(const char *function);
/** With HubName: the --hub of the command. */
struct pack *request_for_hub(const struct run *run, const char *function);
/** The result of a command that changes something: `hub "x" created`, or {"hub":..,"result":..}. */
void run_say(struct run *run, const char *kind, const char *name, const char *result);
/** A time of the protocol as wall clock, 0 being never. */
int64_t reply_time(uint64_t time);

struct pack *step_hub_create(void *ctx, const struct pack *reply);
struct pack *step_hub_list(void *ctx, const struct pack *reply);
struct pack *step_hub_delete(void *ctx, const struct pack *reply);
struct pack *step_hub_status(void *ctx, const struct pack *reply);
struct pack *step_hub_online(void *ctx, const struct pack *reply);
struct pack *step_hub_offline(void *ctx, const struct pack *reply);
struct pack *step_securenat_enable(void *ctx, const struct pack *reply);
struct pack *step_securenat_disable(void *ctx, const struct pack *reply);
struct pack *step_user_create(void *ctx, const struct pack *reply);
struct pack *step_user_list(void *ctx, const struct pack *reply);
struct pack *step_user_password(void *ctx, const struct pack *reply);
struct pack *step_user_delete(void *ctx, const struct pack *reply);
struct pack *step_session_list(void *ctx, const struct pack *reply);
struct pack *step_session_disconnect(void *ctx, const struct pack *reply);
struct pack *step_server_status(void *ctx, const struct pack *reply);
