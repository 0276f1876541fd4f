/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "engine/verdict.h"

/** Exit codes of the program, as its manual page lists them. Scripts rely on them. */
enum exit_code {
    EXIT_FINE = 0,
    EXIT_OTHER = 1,
    EXIT_USAGE = 2,
    EXIT_PROFILE = 3,
    EXIT_AUTH = 4,
    EXIT_TRUST = 5,
    EXIT_UNREACHABLE = 6,
    EXIT_DEVICE = 7,
    EXIT_NO_ADDRESS = 8,
};

enum exit_code exit_code_of(enum engine_error error);
/** By the word on the socket ("trust"); EXIT_OTHER for words not known. */
enum exit_code exit_code_of_word(const char *word);
