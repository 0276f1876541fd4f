/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/bytes.h"

/** The end of the log for the window. */

/** Appends the last `lines` lines of the file, redacted, at most max_bytes; "" when unreadable. */
void log_tail(const char *path, unsigned lines, size_t max_bytes, struct writer *out);

/**
 * Blots out, in place, what must not leave the machine: values behind password, secret, key and
 * ticket, and runs of 32 or more hexadecimal digits. Second line of defence: no secret has a log
 * formatter. Pure.
 */
void log_redact(char *text);
