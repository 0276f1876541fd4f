/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "store/db.h"

/**
 * The tables and how older ones become them. Step n leads from version n to n + 1; a step that was
 * released is never edited, only followed by another.
 */

extern const char *const SCHEMA_STEPS[];
extern const size_t SCHEMA_STEP_COUNT;

/**
 * Brings the database to version `count`, in one transaction: all steps or none. NOREN_E_STATE when
 * a newer program made it, NOREN_E_IO.
 */
NOREN_MUST_CHECK bool schema_upgrade(
        struct db *db, const char *const *steps, size_t count, struct noren_err *err);
