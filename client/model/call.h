/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/bytes.h"

/**
 * What the window asks of the service: one line of docs/service-socket.md each, with its end.
 *
 * Written by hand into a writer instead of through a JSON library, because a line may hold a
 * password and a writer can be wiped. A line above the limit leaves the writer failed.
 */

void call_write_hello(struct writer *out);
/** `user` and `password` NULL: use what is saved. */
void call_write_connect(
        struct writer *out, const char *profile, const char *user, const char *password, bool save);
void call_write_disconnect(struct writer *out);
void call_write_forget(struct writer *out, const char *profile);
void call_write_log(struct writer *out, unsigned lines);
