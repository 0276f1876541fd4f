/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"

/** Lines of the service to the window (docs/service-socket.md). Pure; the caller frees. */

enum { SHOWN_PROFILES_MAX = 32, SHOWN_NAME_MAX = 100, SHOWN_MESSAGE_MAX = 2000 };

/** A profile as the window shows it. */
struct shown_profile {
    char id[64];
    char name[SHOWN_NAME_MAX + 1];
    char user[256];
    bool needs_password;
};

char *status_line(const struct engine_status *status, int64_t now_ms,
        const struct shown_profile *profiles, size_t count);
char *refused_line(const char *call, const char *error, const char *detail);
/** Takes lines off the front until it fits one line of the socket. */
char *log_line(const char *text);
/** Valid UTF-8 of at most size - 1 bytes, cut between characters; the rest becomes '?'. */
void text_for_json(const char *text, char *out, size_t size);
