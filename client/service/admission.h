/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/**
 * Who may use the service: root, and the users of a file with one user name or number a line
 * (# comments). The file is read at each question, so that a change needs no restart.
 */
bool admission_allows(const char *users_path, uid_t uid);

/** The rule for the text of the file; `name` is the user's name, "" when it has none. Pure. */
bool admission_text_allows(const char *text, uid_t uid, const char *name);
