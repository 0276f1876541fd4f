/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "admin/admin.h"
#include "admin/call.h"

/** What a management connection is made of; admin_conn_new() takes it from the server, tests from
 * where they like. */

struct admin_conn_options {
    struct server *server; /**< must outlive the connection and its last call */
    const struct admin_backend *backend;
    struct clerk *clerk;
    struct loop *loop;
    struct noren_log *log;
    struct admin_caller caller;
    uint32_t idle_ms;    /**< 0: ADMIN_IDLE_MS */
    uint32_t request_ms; /**< 0: ADMIN_REQUEST_MS */
};

struct admin_conn *admin_conn_new_with(const struct admin_conn_options *options,
        const struct admin_callbacks *callbacks, void *ctx);
