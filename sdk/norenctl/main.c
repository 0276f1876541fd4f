/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <locale.h>
#include <stdio.h>

#include "sdk/norenctl/command.h"
#include "sdk/norenctl/prompt.h"

static bool read_passwords(const struct ctl_options *options, struct secret *password,
        struct run *run, struct noren_err *err)
{
    if (options->password_file == NULL) {
        if (!prompt_password("Administrator password", password, err))
            return false;
    } else if (!secret_read_file(password, options->password_file, err)) {
        return noren_err_wrap(err, "--password-file");
    }
    if (options->user_password_file != NULL
            && !secret_read_file(&run->user_password, options->user_password_file, err))
        return noren_err_wrap(err, "--user-password-file");
    if (options->admin_password_file != NULL
            && !secret_read_file(&run->admin_password, options->admin_password_file, err))
        return noren_err_wrap(err, "--admin-password-file");
    return true;
}

static const char *remedy(enum ctl_exit how)
{
    switch (how) {
    case CTL_UNREACHABLE:
        return "is the server running, and does it listen there?";
    case CTL_UNTRUSTED:
        return "if its identity was made anew, take the new pin or server.crt from the server itself";
    case CTL_DENIED:
        return "check the password; it is the first line of the file";
    case CTL_DONE:
    case CTL_FAILED:
    case CTL_USAGE:
    case CTL_MISSING:
    case CTL_EXISTS:
    case CTL_REFUSED:
        break;
    }
    return NULL;
}

static enum ctl_exit complain(
        const struct ctl_options *options, enum ctl_exit how, const struct noren_err *err)
{
    const char *hint = remedy(how);

    if (how == CTL_UNREACHABLE || how == CTL_UNTRUSTED)
        (void)fprintf(stderr, "norenctl: server %s port %u: %s\n", options->host, options->port,
                err->text);
    else
        (void)fprintf(stderr, "norenctl: %s\n", err->text);
    if (hint != NULL)
        (void)fprintf(stderr, "norenctl: %s\n", hint);
    return how;
}

static enum ctl_exit show(const struct run *run)
{
    bool ok;

    if (run->options->output == SHEET_TABLE && run->done[0] != '\0')
        ok = puts(run->done) >= 0 && fflush(stdout) == 0;
    else
        ok = sheet_write(run->sheet, run->options->output, stdout);
    if (!ok)
        (void)fputs("norenctl: the result cannot be written to standard output\n", stderr);
    return ok ? CTL_DONE : CTL_FAILED;
}

static enum ctl_exit run_command(const struct ctl_options *options)
{
    noren_cleanup(secret_clear) struct secret password = { 0 };
    struct run run = { .options = options };
    struct noren_err err = { 0 };
    const struct rpc_target target = {
        .host = options->host,
        .port = options->port,
        .ca_files = options->ca_files,
        .ca_count = options->ca_count,
        .pins = options->pins,
        .pin_count = options->pin_count,
        .admin_of_hub = options->is_hub_admin ? options->hub : "",
        .password = &password,
    };

    enum ctl_exit how = CTL_USAGE;
    if (read_passwords(options, &password, &run, &err))
        how = rpc_run(&target, options->command->step, &run, &err);
    how = how == CTL_DONE ? show(&run) : complain(options, how, &err);
    secret_clear(&run.user_password);
    secret_clear(&run.admin_password);
    sheet_free(run.sheet);
    return how;
}

int main(int argc, char **argv)
{
    struct ctl_options options;
    struct noren_err err = { 0 };

    (void)setlocale(LC_ALL, "");
    switch (options_parse(argc, argv, &options, &err)) {
    case OPTIONS_HELP:
        options_print_help(stdout);
        return CTL_DONE;
    case OPTIONS_VERSION:
        (void)puts("norenctl " PACKAGE_VERSION);
        return CTL_DONE;
    case OPTIONS_WRONG:
        return (int)complain(&options, CTL_USAGE, &err);
    case OPTIONS_RUN:
        break;
    }
    return (int)run_command(&options);
}
