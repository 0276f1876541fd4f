/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "admin/call.h"

/** A server for management tests: its hubs are in the store, its sessions are always the same. */
struct server {
    char kicked[STORE_NAME_MAX + 1]; /**< the last session that was ended */
    uint32_t starts;                 /**< hubs put online, switched or created */
};

extern const struct admin_backend FAKE_BACKEND;
