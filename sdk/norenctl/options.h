/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/err.h"

#include "sdk/norenctl/sheet.h"

/** The command line, read and checked. Everything is borrowed from argv. */

struct command;

enum { CTL_TRUST_MAX = 16 };

/** Options that only some commands take. */
enum option_use {
    USES_SECURENAT = 1 << 0,
    USES_OFFLINE = 1 << 1,
    USES_USER_PASSWORD = 1 << 2,
    USES_ADMIN_PASSWORD = 1 << 3,
    USES_TEXTS = 1 << 4,
};

struct ctl_options {
    char host[256];
    uint16_t port;
    const char *ca_files[CTL_TRUST_MAX];
    size_t ca_count;
    const char *pins[CTL_TRUST_MAX];
    size_t pin_count;
    const char *password_file; /**< NULL: ask at the terminal */
    const char *hub;           /**< NULL: none */
    bool is_hub_admin;         /**< log in as the hub's administrator */
    enum sheet_format output;

    bool securenat, offline;
    const char *user_password_file, *admin_password_file;
    const char *real_name, *note;

    const struct command *command;
    const char *name; /**< the operand after the verb, or NULL */
};

enum options_result { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION, OPTIONS_WRONG };

/** OPTIONS_WRONG sets err to what is wrong and what to do. */
enum options_result options_parse(
        int argc, char **argv, struct ctl_options *out, struct noren_err *err);

void options_print_help(FILE *out);
