/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <jansson.h>

#include "noren/base/bytes.h"

/** Reads tests/vectors/<name>; fails the test when that does not work. json_decref() it. */
json_t *vectors_load(const char *name);
/** The member of that name as text; fails the test when there is none. Borrowed. */
const char *vectors_text(json_t *object, const char *member);
/** The member of that name, hexadecimal, as bytes; free .data. */
struct vector_bytes {
    uint8_t *data;
    size_t len;
};
struct vector_bytes vectors_bytes(json_t *object, const char *member);
struct vector_bytes vectors_unhex(const char *text);
