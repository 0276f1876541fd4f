/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "session/door.h"
#include "session/worker.h"

/**
 * One connection on its worker: TLS, then the log-in, then a session or management calls.
 *
 * What decides about log-ins is in session/login.h; here the steps are run in order.
 */

struct conn;

/** Takes the socket and the place that was counted at the door for it. */
void conn_open(struct worker *worker, int take_fd, const struct door_source *source);
/** Ends what runs on it at once, then the connection in order. `why` goes into the log. */
void conn_close(struct conn *conn, const char *why);
/** Whether it carries the session of this seat. */
bool conn_has_seat(const struct conn *conn, uint64_t seat_id);
struct conn *conn_next(const struct conn *conn);
