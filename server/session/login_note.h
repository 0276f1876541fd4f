/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "noren/io/loop.h"

struct server;

enum {
    LOGIN_NOTES_MAX = 1024, /**< that wait for the disk; further log-ins are not counted */
};

/** On a worker: has the store count a log-in and its time, some time later, without waiting. */
void login_note(struct server *server, struct loop *loop, int64_t hub_id, const char *user);
