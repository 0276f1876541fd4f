/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "store/store.h"

/** A state folder in a temporary place, made by store_init(), for tests. */
struct store_fixture {
    char root[64]; /**< temporary folder around it */
    char dir[96];  /**< the state folder */
    char pin[45];
    struct store *store; /**< open, or NULL */
};

#define FIXTURE_ADMIN_PASSWORD "correct horse"

/** Only the temporary folder: no init yet. */
void fixture_make_root(struct store_fixture *f);
/** The folder, init and open. */
void fixture_make(struct store_fixture *f);
/** Closes and removes everything. */
void fixture_remove(struct store_fixture *f);
void fixture_reopen(struct store_fixture *f);
/** "DIR/name" in static memory of the fixture's caller. */
void fixture_path(const struct store_fixture *f, const char *name, char out[256]);

/** cmocka setup and teardown around fixture_make and fixture_remove. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/** An online hub; returns its id. */
int64_t fixture_hub(struct store_fixture *f, const char *name);
struct store_user fixture_user(int64_t hub_id, const char *name, const char *password);
