/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "admin/call.h"
#include "tests/unit/store_fixture.h"

/** A server for management tests: its hubs are in the store, its sessions in this struct. */
struct server {
    char kicked[STORE_NAME_MAX + 1]; /**< the last session that was ended */
    uint32_t starts;                 /**< hubs put online, switched or created */
};

extern const struct admin_backend FAKE_BACKEND;

struct admin_fixture {
    struct store_fixture base;
    struct server server;
    struct admin_caller caller;
};

int admin_fixture_setup(void **state);
int admin_fixture_teardown(void **state);

/** A request; pairs of name and text follow until NULL. */
struct pack *ask(const char *function, ...) __attribute__((sentinel));
/** Runs and frees the request; the caller frees the reply. */
struct pack *answer(struct admin_fixture *f, struct pack *take_request);
/** The same, when only the error number counts. */
uint32_t error_of(struct admin_fixture *f, struct pack *take_request);
