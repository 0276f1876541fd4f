/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "tests/unit/admin_fake.h"
#include "tests/unit/store_fixture.h"

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
