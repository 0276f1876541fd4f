/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "sdk/norenctl/options.h"

#include <getopt.h>
#include <string.h>

#include "noren/crypto/cert.h"
#include "noren/io/listener.h"

#include "sdk/norenctl/command.h"

enum option_id {
    OPT_SERVER = 256,
    OPT_CA,
    OPT_PIN,
    OPT_PASSWORD_FILE,
    OPT_HUB,
    OPT_HUB_ADMIN,
    OPT_OUTPUT,
    OPT_SECURENAT,
    OPT_OFFLINE,
    OPT_USER_PASSWORD_FILE,
    OPT_ADMIN_PASSWORD_FILE,
    OPT_REAL_NAME,
    OPT_NOTE,
    OPT_HELP,
    OPT_VERSION,
};

static const struct option LONG_OPTIONS[] = {
    { "server", required_argument, NULL, OPT_SERVER },
    { "ca", required_argument, NULL, OPT_CA },
    { "pin", required_argument, NULL, OPT_PIN },
    { "password-file", required_argument, NULL, OPT_PASSWORD_FILE },
    { "hub", required_argument, NULL, OPT_HUB },
    { "hub-admin", no_argument, NULL, OPT_HUB_ADMIN },
    { "output", required_argument, NULL, OPT_OUTPUT },
    { "securenat", no_argument, NULL, OPT_SECURENAT },
    { "offline", no_argument, NULL, OPT_OFFLINE },
    { "user-password-file", required_argument, NULL, OPT_USER_PASSWORD_FILE },
    { "admin-password-file", required_argument, NULL, OPT_ADMIN_PASSWORD_FILE },
    { "real-name", required_argument, NULL, OPT_REAL_NAME },
    { "note", required_argument, NULL, OPT_NOTE },
    { "help", no_argument, NULL, OPT_HELP },
    { "version", no_argument, NULL, OPT_VERSION },
    { NULL, 0, NULL, 0 },
};

/** What is being read, beside the options themselves. */
struct parse {
    struct ctl_options *options;
    const char *server;
    unsigned used; /**< enum option_use */
    struct noren_err *err;
};

static bool add_trust(const char **list, size_t *count, const char *value, const char *option,
        struct noren_err *err)
{
    if (*count == CTL_TRUST_MAX)
        return noren_err_set(err, NOREN_E_ARGUMENT, "more than %d %s", CTL_TRUST_MAX, option);
    list[(*count)++] = value;
    return true;
}

static bool set_output(struct ctl_options *options, const char *value, struct noren_err *err)
{
    if (strcmp(value, "table") == 0)
        options->output = SHEET_TABLE;
    else if (strcmp(value, "json") == 0)
        options->output = SHEET_JSON;
    else if (strcmp(value, "csv") == 0)
        options->output = SHEET_CSV;
    else
        return noren_err_set(err, NOREN_E_ARGUMENT, "--output %s: say table, json or csv", value);
    return true;
}

static bool set_general(struct parse *p, int option, const char *value)
{
    struct ctl_options *options = p->options;

    switch (option) {
    case OPT_SERVER:
        p->server = value;
        return true;
    case OPT_CA:
        return add_trust(options->ca_files, &options->ca_count, value, "--ca", p->err);
    case OPT_PIN:
        if (!pin_is_valid(value))
            return noren_err_set(p->err, NOREN_E_ARGUMENT,
                    "--pin %s: a pin has 44 characters and ends with \"=\", as printed by "
                    "noren-server init",
                    value);
        return add_trust(options->pins, &options->pin_count, value, "--pin", p->err);
    case OPT_PASSWORD_FILE:
        options->password_file = value;
        return true;
    case OPT_HUB:
        options->hub = value;
        return true;
    case OPT_HUB_ADMIN:
        options->is_hub_admin = true;
        return true;
    case OPT_OUTPUT:
        return set_output(options, value, p->err);
    default:
        return noren_err_set(p->err, NOREN_E_ARGUMENT, "unknown option; see norenctl --help");
    }
}

static bool set_option(struct parse *p, int option, const char *value)
{
    struct ctl_options *options = p->options;

    switch (option) {
    case OPT_SECURENAT:
        options->securenat = true;
        p->used |= USES_SECURENAT;
        return true;
    case OPT_OFFLINE:
        options->offline = true;
        p->used |= USES_OFFLINE;
        return true;
    case OPT_USER_PASSWORD_FILE:
        options->user_password_file = value;
        p->used |= USES_USER_PASSWORD;
        return true;
    case OPT_ADMIN_PASSWORD_FILE:
        options->admin_password_file = value;
        p->used |= USES_ADMIN_PASSWORD;
        return true;
    case OPT_REAL_NAME:
        options->real_name = value;
        p->used |= USES_TEXTS;
        return true;
    case OPT_NOTE:
        options->note = value;
        p->used |= USES_TEXTS;
        return true;
    default:
        return set_general(p, option, value);
    }
}

static bool find_command(struct parse *p, int count, char **words)
{
    if (count < 2)
        return noren_err_set(p->err, NOREN_E_ARGUMENT,
                "say what to do, for example: hub list; see norenctl --help");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const struct command *command = &COMMANDS[i];
        if (strcmp(command->noun, words[0]) != 0 || strcmp(command->verb, words[1]) != 0)
            continue;
        p->options->command = command;
        int wanted = command->operand == NULL ? 2 : 3;
        if (count != wanted)
            return noren_err_set(p->err, NOREN_E_ARGUMENT, "say: norenctl %s %s%s%s", command->noun,
                    command->verb, command->operand == NULL ? "" : " ",
                    command->operand == NULL ? "" : command->operand);
        p->options->name = count == 3 ? words[2] : NULL;
        return true;
    }
    return noren_err_set(p->err, NOREN_E_ARGUMENT,
            "there is no command \"%s %s\"; see norenctl --help", words[0], words[1]);
}

static bool check_trust(const struct parse *p)
{
    if (p->options->ca_count + p->options->pin_count > 0)
        return true;
    return noren_err_set(p->err, NOREN_E_ARGUMENT,
            "how shall the server be recognised? Give --pin PIN, which noren-server init printed, "
            "or --ca FILE, a copy of its server.crt");
}

static bool check_use(const struct parse *p)
{
    const struct ctl_options *options = p->options;
    const struct command *command = options->command;

    if ((p->used & ~command->uses) != 0)
        return noren_err_set(p->err, NOREN_E_ARGUMENT,
                "an option does not belong to \"%s %s\"; see norenctl --help", command->noun,
                command->verb);
    if (command->needs_hub && options->hub == NULL)
        return noren_err_set(p->err, NOREN_E_ARGUMENT, "\"%s %s\" needs --hub HUB", command->noun,
                command->verb);
    if (options->is_hub_admin && options->hub == NULL)
        return noren_err_set(p->err, NOREN_E_ARGUMENT, "--hub-admin needs --hub HUB");
    if ((command->uses & USES_USER_PASSWORD) != 0 && options->user_password_file == NULL)
        return noren_err_set(p->err, NOREN_E_ARGUMENT,
                "\"%s %s\" needs --user-password-file FILE (- for standard input)", command->noun,
                command->verb);
    return true;
}

static bool check_server(const struct parse *p)
{
    if (p->server == NULL)
        return noren_err_set(p->err, NOREN_E_ARGUMENT, "which server? Give --server ADDR:PORT");
    return noren_split_host_port(p->server, p->options->host, &p->options->port, p->err)
           || noren_err_wrap(p->err, "--server %s", p->server);
}

enum options_result options_parse(
        int argc, char **argv, struct ctl_options *out, struct noren_err *err)
{
    struct parse p = { .options = out, .err = err };

    *out = (struct ctl_options){ 0 };
    optind = 0;
    opterr = 0;
    for (;;) {
        int option = getopt_long(argc, argv, "", LONG_OPTIONS, NULL);
        if (option == -1)
            break;
        if (option == OPT_HELP)
            return OPTIONS_HELP;
        if (option == OPT_VERSION)
            return OPTIONS_VERSION;
        if (option == '?') {
            noren_err_set(err, NOREN_E_ARGUMENT,
                    "%s: unknown option or its value is missing; see norenctl --help",
                    argv[optind - 1]);
            return OPTIONS_WRONG;
        }
        if (!set_option(&p, option, optarg))
            return OPTIONS_WRONG;
    }
    if (!find_command(&p, argc - optind, argv + optind) || !check_use(&p) || !check_server(&p)
            || !check_trust(&p))
        return OPTIONS_WRONG;
    return OPTIONS_RUN;
}

void options_print_help(FILE *out)
{
    (void)fputs(
            "Usage: norenctl --server ADDR:PORT (--pin PIN | --ca FILE) --password-file FILE\n"
            "                [OPTION]... NOUN VERB [NAME]\n"
            "Manages a VPN server.\n\n"
            "  --server ADDR:PORT    where the server listens\n"
            "  --pin PIN             its key, as printed by noren-server init; may be repeated\n"
            "  --ca FILE             its certificate or that of its CA (PEM); may be repeated\n"
            "  --password-file FILE  administrator password: the first line of FILE, - for\n"
            "                        standard input; asked for when left out\n"
            "  --hub HUB             the hub that the command is about\n"
            "  --hub-admin           log in as the administrator of that hub\n"
            "  --output FORM         table (default), json or csv\n"
            "  --help, --version\n\n"
            "Commands:\n",
            out);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const struct command *c = &COMMANDS[i];
        char line[80];
        (void)snprintf(line, sizeof line, "%s%s %s%s%s", c->needs_hub ? "--hub HUB " : "", c->noun,
                c->verb, c->operand == NULL ? "" : " ", c->operand == NULL ? "" : c->operand);
        (void)fprintf(out, "  %-37s %s\n", line, c->help);
    }
    (void)fputs(
            "Options of commands:\n"
            "  --user-password-file FILE   user create, user password: the user's password\n"
            "  --real-name TEXT, --note TEXT              user create\n"
            "  --securenat, --offline                     hub create\n"
            "  --admin-password-file FILE  hub create: lets the hub have its own administrator\n"
            "\n"
            "Exit status: 0 done, 1 failed, 2 wrong usage, 3 server not reached, 4 server not\n"
            "trusted, 5 password refused, 6 no such hub, user or session, 7 exists already,\n"
            "8 refused by the server.\n",
            out);
}
