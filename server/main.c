/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "noren/base/alloc.h"
#include "noren/base/err.h"
#include "noren/base/log.h"
#include "noren/base/secret.h"

#include "admin/admin.h"
#include "session/server.h"
#include "store/store.h"

#define LOG_ROOM "server"

enum exit_code { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

static const char USAGE[] =
        "usage: noren-server init --state DIR --admin-password-file FILE\n"
        "       noren-server run --state DIR --listen ADDR:PORT [--listen ADDR:PORT]...\n"
        "                        [--workers N] [--log-file FILE] [--debug]\n"
        "       noren-server --help | --version\n"
        "\n"
        "init makes the state folder with a new identity, keeps the administrator's password (the\n"
        "first line of FILE; - is standard input), and prints the pin that clients trust.\n"
        "run serves until SIGTERM or SIGINT. ADDR may be empty (all addresses), IPv4 or [IPv6].\n"
        "Exit status: 0 done, 1 failed, 2 wrong usage.\n";

struct arguments {
    const char *state;
    const char *password_file;
    const char *log_file;
    const char *listen[SERVER_LISTENERS_MAX];
    size_t listen_count;
    uint32_t workers;
    bool debug;
};

static int complain(const struct noren_err *err)
{
    fprintf(stderr, "noren-server: %s\n", err->text);
    return EXIT_FAILED;
}

static int usage_error(const char *text)
{
    fprintf(stderr, "noren-server: %s (see noren-server --help)\n", text);
    return EXIT_USAGE;
}

static bool parse_workers(const char *text, uint32_t *out)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (*text < '0' || *text > '9' || *end != '\0' || value < 1 || value > SERVER_WORKERS_MAX)
        return false;
    *out = (uint32_t)value;
    return true;
}

/* One option into *out. NULL, or why it cannot be used. */
static const char *take_option(struct arguments *out, int option, const char *value)
{
    switch (option) {
    case 's':
        out->state = value;
        return NULL;
    case 'p':
        out->password_file = value;
        return NULL;
    case 'f':
        out->log_file = value;
        return NULL;
    case 'w':
        return parse_workers(value, &out->workers) ? NULL
                                                   : "--workers is not a number from 1 to 256";
    case 'd':
        out->debug = true;
        return NULL;
    case 'l':
        if (out->listen_count == SERVER_LISTENERS_MAX)
            return "--listen is given too often";
        out->listen[out->listen_count++] = value;
        return NULL;
    default: /* getopt_long() has said which */
        return "unknown option, or one without its value";
    }
}

/* NULL, or what is wrong with the command line. */
static const char *parse(int argc, char **argv, const struct option *options, struct arguments *out)
{
    int option;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        const char *wrong = take_option(out, option, optarg);
        if (wrong != NULL)
            return wrong;
    }
    return optind == argc ? NULL : "an argument too many";
}

/* ---- init ---- */

static int run_init(int argc, char **argv)
{
    static const struct option options[] = {
        { "state", required_argument, NULL, 's' },
        { "admin-password-file", required_argument, NULL, 'p' },
        { 0 },
    };
    noren_cleanup(secret_clear) struct secret password = { 0 };
    struct arguments arguments = { 0 };
    struct noren_err err;
    char pin[45];

    const char *wrong = parse(argc, argv, options, &arguments);
    if (wrong != NULL)
        return usage_error(wrong);
    if (arguments.state == NULL || arguments.password_file == NULL)
        return usage_error("init needs --state and --admin-password-file");
    if (!secret_read_file(&password, arguments.password_file, &err)
            || !store_init(arguments.state, secret_text(&password), pin, &err))
        return complain(&err);
    printf("state folder %s is ready\npin %s\n", arguments.state, pin);
    return EXIT_FINE;
}

/* ---- run ---- */

/* Blocked in every thread, as threads inherit it; only the main one waits for them. */
static void block_signals(sigset_t *out)
{
    sigemptyset(out);
    sigaddset(out, SIGTERM);
    sigaddset(out, SIGINT);
    sigaddset(out, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, out, NULL);
    sigdelset(out, SIGPIPE);
}

/* One descriptor a session: as many as we may have. */
static void raise_file_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static struct noren_log *open_log(const struct arguments *arguments, struct noren_err *err)
{
    enum noren_level level = arguments->debug ? NOREN_DEBUG : NOREN_INFO;

    if (arguments->log_file == NULL)
        return noren_log_new(stderr, level);
    return noren_log_open(arguments->log_file, level, err);
}

static int serve(const struct arguments *arguments, struct noren_log *log)
{
    struct server_options options = {
        .state_dir = arguments->state,
        .listen = arguments->listen,
        .listen_count = arguments->listen_count,
        .management = &ADMIN_MANAGEMENT,
        .workers = arguments->workers,
        .log = log,
    };
    struct noren_err err;
    sigset_t signals;
    int signal_number;

    block_signals(&signals);
    raise_file_limit();
    struct server *server = server_start(&options, &err);
    if (server == NULL) {
        noren_log(log, NOREN_ERROR, "server cannot start: error=\"%s\"", err.text);
        return arguments->log_file == NULL ? EXIT_FAILED : complain(&err);
    }
    while (sigwait(&signals, &signal_number) != 0)
        ;
    noren_log(log, NOREN_INFO, "server stops: signal=%s", sigabbrev_np(signal_number));
    server_stop(server);
    server_free(server);
    return EXIT_FINE;
}

static int run_run(int argc, char **argv)
{
    static const struct option options[] = {
        { "state", required_argument, NULL, 's' },
        { "listen", required_argument, NULL, 'l' },
        { "workers", required_argument, NULL, 'w' },
        { "log-file", required_argument, NULL, 'f' },
        { "debug", no_argument, NULL, 'd' },
        { 0 },
    };
    struct arguments arguments = { 0 };
    struct noren_err err;

    const char *wrong = parse(argc, argv, options, &arguments);
    if (wrong != NULL)
        return usage_error(wrong);
    if (arguments.state == NULL || arguments.listen_count == 0)
        return usage_error("run needs --state and at least one --listen");

    struct noren_log *log = open_log(&arguments, &err);
    if (log == NULL)
        return complain(&err);
    int code = serve(&arguments, log);
    noren_log_free(log);
    return code;
}

int main(int argc, char **argv)
{
    static const struct command {
        const char *name;
        int (*run)(int argc, char **argv);
    } commands[] = { { "init", run_init }, { "run", run_run } };

    if (argc < 2)
        return usage_error("what to do is missing");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
        return fputs(USAGE, stdout) >= 0 ? EXIT_FINE : EXIT_FAILED;
    if (strcmp(argv[1], "--version") == 0)
        return printf("noren-server %s\n", PACKAGE_VERSION) >= 0 ? EXIT_FINE : EXIT_FAILED;
    for (size_t i = 0; i < noren_countof(commands); i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        argv[1] = argv[0]; /* getopt_long() names the program by it */
        return commands[i].run(argc - 1, argv + 1);
    }
    return usage_error("unknown command");
}
