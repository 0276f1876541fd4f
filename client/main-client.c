/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "noren/base/alloc.h"

#include "engine/profile_value.h"
#include "service/control.h"
#include "service/exit_code.h"
#include "service/foreground.h"
#include "service/service.h"

/* The command line. It goes by the name under which it was started and knows no other. */

enum { UP_DEADLINE_MS = 90000, ANSWER_DEADLINE_MS = 10000 };

struct arguments {
    struct place_options place;
    const char *command, *profile;
    bool foreground, json, verbose;
};

static const char USAGE[] =
        "usage: %s [OPTIONS] COMMAND\n"
        "  up PROFILE [--foreground] [--netdev tap]   connect\n"
        "  down                                       disconnect\n"
        "  status [--output text|json]                what the service does\n"
        "  service                                    run as the service\n"
        "options: --brand FILE --brand-keys FILE --state-dir DIR --run-dir DIR\n"
        "         --log-file FILE --verbose --help --version\n";

static const char *program_name(void)
{
    return program_invocation_short_name;
}

static int fail(int code, const struct noren_err *err)
{
    fprintf(stderr, "%s: %s\n", program_name(), err->text);
    return code;
}

/* ---- up, in the background ---- */

struct follow {
    char last_line[1024];
    int exit_code;
    bool wants_off; /* `down`: content with off; else with connected or an error */
};

/* The first status may still be the one from before the call. */
static bool on_follow(void *ctx, const char *line, const struct control_status *status)
{
    struct follow *follow = ctx;
    char text[1024];

    (void)line;
    control_format(status, text);
    if (!follow->wants_off && strcmp(status->state, "off") == 0)
        return true;
    if (strcmp(text, follow->last_line) != 0) {
        memcpy(follow->last_line, text, sizeof text);
        puts(text);
        fflush(stdout);
    }
    if (follow->wants_off)
        return strcmp(status->state, "off") != 0;
    if (strcmp(status->state, "connected") == 0)
        return false;
    if (strcmp(status->state, "error") != 0)
        return true;
    follow->exit_code = (int)exit_code_of_word(status->error);
    return false;
}

static struct noren_log *open_log(const char *path, bool verbose, struct noren_err *err)
{
    if (path == NULL)
        return noren_log_new(stderr, verbose ? NOREN_INFO : NOREN_WARN);
    return noren_log_open(path, NOREN_INFO, err);
}

static int fail_os(const char *what)
{
    struct noren_err err = { 0 };

    noren_err_set_os(&err, NOREN_E_IO, errno, "%s", what);
    return fail(EXIT_OTHER, &err);
}

/* A folder or the log cannot be made: without the rights for it nothing else would work either. */
static int fail_to_prepare(const struct noren_err *err)
{
    struct noren_err told = { 0 };

    if (err->os_code != EACCES && err->os_code != EPERM)
        return fail(EXIT_OTHER, err);
    noren_err_set(&told, err->code, "%s (run it as root)", err->text);
    return fail(EXIT_DEVICE, &told);
}

static int run_service(
        const struct place *place, const char *profile, int ready_fd, struct noren_err *err)
{
    if (!place_make_folders(place, err) || !place_make_log_folder(place, err))
        return fail_to_prepare(err);
    struct noren_log *log = open_log(place->log_file, false, err);
    if (log == NULL)
        return fail_to_prepare(err);

    struct service_options options = {
        .place = place, .log = log, .profile = profile, .ready_fd = ready_fd
    };
    int code = service_run(&options, err);
    if (err->code != NOREN_OK) {
        noren_log_write(log, NOREN_ERROR, "service", "not started: why=\"%s\"", err->text);
        fail(code, err);
    }
    noren_log_free(log);
    return code;
}

/* A child of its own session serves the one profile; we follow it as a window would. */
static int up_in_background(const struct place *place, const char *profile)
{
    struct noren_err err = { 0 };
    struct follow follow = { .exit_code = EXIT_FINE };
    char byte = 0;
    int pipe_fds[2];

    if (pipe(pipe_fds) != 0)
        return fail_os("make a pipe");
    pid_t pid = fork();
    if (pid < 0)
        return fail_os("start another process");
    if (pid == 0) {
        close(pipe_fds[0]);
        setsid();
        _exit(run_service(place, profile, pipe_fds[1], &err));
    }
    close(pipe_fds[1]);
    bool started = read(pipe_fds[0], &byte, 1) == 1;
    close(pipe_fds[0]);
    struct control_request request = { .socket = place->socket,
        .on_status = on_follow,
        .ctx = &follow,
        .deadline_ms = UP_DEADLINE_MS };
    if (started && control_run(&request, &err))
        return follow.exit_code;

    /* it ended before we heard the end of the story from it: its exit code tells */
    int status = 0;
    if (started && err.code != NOREN_E_CLOSED && err.code != NOREN_E_NOT_FOUND)
        return fail(EXIT_OTHER, &err);
    if (waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) != EXIT_FINE)
        return WEXITSTATUS(status);
    return follow.exit_code != EXIT_FINE ? follow.exit_code : EXIT_OTHER;
}

static int up_by_service(const struct place *place, const char *id)
{
    noren_cleanup(noren_freep) char *call =
            noren_asprintf("{\"call\":\"connect\",\"profile\":\"%s\"}", id);
    struct noren_err err = { 0 };
    struct follow follow = { .exit_code = EXIT_FINE };
    struct control_request request = { .socket = place->socket,
        .call = call,
        .on_status = on_follow,
        .ctx = &follow,
        .deadline_ms = UP_DEADLINE_MS };

    if (!control_run(&request, &err))
        return fail(err.code == NOREN_E_STATE ? EXIT_PROFILE : EXIT_OTHER, &err);
    return follow.exit_code;
}

static int run_foreground(const struct place *place, const struct arguments *args)
{
    struct noren_err err = { 0 };
    struct noren_log *log = NULL;

    if (!place_make_folders(place, &err)
            || (args->place.log_file != NULL && !place_make_log_folder(place, &err)))
        return fail_to_prepare(&err);
    log = open_log(args->place.log_file, args->verbose, &err);
    if (log == NULL)
        return fail_to_prepare(&err);
    struct foreground_options options = { .place = place, .log = log, .profile = args->profile };
    int code = foreground_run(&options, &err);
    if (err.code != NOREN_OK)
        fail(code, &err);
    noren_log_free(log);
    return code;
}

static int run_up(const struct place *place, const struct arguments *args)
{
    struct noren_err err = { 0 };
    struct profile profile = { .id = "" };
    char full[PATH_MAX];

    if (args->profile == NULL) {
        noren_err_set(&err, NOREN_E_ARGUMENT, "up wants a profile");
        return fail(EXIT_USAGE, &err);
    }
    if (args->foreground)
        return run_foreground(place, args);
    bool is_id = strchr(args->profile, '/') == NULL && access(args->profile, F_OK) != 0
                 && strpbrk(args->profile, "\"\\") == NULL;
    if (is_id)
        return up_by_service(place, args->profile);
    /* told here, where somebody reads it */
    if (!profile_load(args->profile, &profile, &err))
        return fail(EXIT_PROFILE, &err);
    profile_clear(&profile);
    if (realpath(args->profile, full) == NULL)
        return fail_os(args->profile);
    return up_in_background(place, full);
}

/* ---- down and status ---- */

static int run_down(const struct place *place)
{
    struct noren_err err = { 0 };
    struct follow follow = { .wants_off = true };
    struct control_request request = { .socket = place->socket,
        .call = "{\"call\":\"disconnect\"}",
        .on_status = on_follow,
        .ctx = &follow,
        .deadline_ms = ANSWER_DEADLINE_MS };

    /* a service for one profile goes away when it is off */
    if (!control_run(&request, &err) && err.code != NOREN_E_CLOSED)
        return fail(EXIT_OTHER, &err);
    return EXIT_FINE;
}

static bool on_status_text(void *ctx, const char *line, const struct control_status *status)
{
    char text[1024];

    (void)ctx;
    (void)line;
    control_format(status, text);
    puts(text);
    if (*status->profile != '\0')
        printf("profile=%s user=%s bytes_in=%lld bytes_out=%lld\n", status->profile, status->user,
                status->bytes_in, status->bytes_out);
    return false;
}

static bool on_status_json(void *ctx, const char *line, const struct control_status *status)
{
    (void)ctx;
    (void)status;
    puts(line);
    return false;
}

static int run_status(const struct place *place, bool json)
{
    struct noren_err err = { 0 };
    struct control_request request = { .socket = place->socket,
        .on_status = json ? on_status_json : on_status_text,
        .deadline_ms = ANSWER_DEADLINE_MS };

    return control_run(&request, &err) ? EXIT_FINE : fail(EXIT_OTHER, &err);
}

/* ---- arguments ---- */

enum { OPT_BRAND = 256, OPT_KEYS, OPT_STATE, OPT_RUN, OPT_LOG, OPT_NETDEV, OPT_OUTPUT };

static const struct option OPTIONS[] = {
    { "brand", required_argument, NULL, OPT_BRAND },
    { "brand-keys", required_argument, NULL, OPT_KEYS },
    { "foreground", no_argument, NULL, 'f' },
    { "help", no_argument, NULL, 'h' },
    { "log-file", required_argument, NULL, OPT_LOG },
    { "netdev", required_argument, NULL, OPT_NETDEV },
    { "output", required_argument, NULL, OPT_OUTPUT },
    { "run-dir", required_argument, NULL, OPT_RUN },
    { "state-dir", required_argument, NULL, OPT_STATE },
    { "verbose", no_argument, NULL, 'v' },
    { "version", no_argument, NULL, 'V' },
    { NULL, 0, NULL, 0 },
};

/* False: said what to do and that was it; *code is the exit code. */
static bool take_option(struct arguments *args, int option, int *code)
{
    *code = EXIT_USAGE;
    switch (option) {
    case OPT_BRAND:
        args->place.brand_file = optarg;
        return true;
    case OPT_KEYS:
        args->place.keys_file = optarg;
        return true;
    case OPT_STATE:
        args->place.state_dir = optarg;
        return true;
    case OPT_RUN:
        args->place.run_dir = optarg;
        return true;
    case OPT_LOG:
        args->place.log_file = optarg;
        return true;
    case OPT_NETDEV:
        if (strcmp(optarg, "tap") == 0)
            return true;
        fprintf(stderr, "%s: --netdev %s is not in this version: tap is\n", program_name(), optarg);
        return false;
    case OPT_OUTPUT:
        args->json = strcmp(optarg, "json") == 0;
        if (args->json || strcmp(optarg, "text") == 0)
            return true;
        fprintf(stderr, "%s: --output is text or json\n", program_name());
        return false;
    case 'f':
        args->foreground = true;
        return true;
    case 'v':
        args->verbose = true;
        return true;
    case 'V':
        printf("%s %s\n", program_name(), PACKAGE_VERSION);
        *code = EXIT_FINE;
        return false;
    case 'h':
        printf(USAGE, program_name());
        *code = EXIT_FINE;
        return false;
    default:
        fprintf(stderr, USAGE, program_name());
        return false;
    }
}

static bool read_arguments(int argc, char **argv, struct arguments *args, int *code)
{
    for (;;) {
        int option = getopt_long(argc, argv, "fhvV", OPTIONS, NULL);
        if (option == -1)
            break;
        if (!take_option(args, option, code))
            return false;
    }
    *code = EXIT_USAGE;
    args->command = optind < argc ? argv[optind++] : NULL;
    bool is_up = args->command != NULL && strcmp(args->command, "up") == 0;
    if (is_up && optind < argc)
        args->profile = argv[optind++];
    if (args->command == NULL || optind < argc) {
        fprintf(stderr, USAGE, program_name());
        return false;
    }
    return true;
}

static int run_command(const struct arguments *args)
{
    noren_cleanup(place_clear) struct place place = { .has_brand = false };
    struct noren_err err = { 0 };
    bool is_service = strcmp(args->command, "service") == 0;

    if (!place_find(&args->place, program_name(), is_service, &place, &err))
        return fail(EXIT_PROFILE, &err);
    if (is_service)
        return run_service(&place, NULL, -1, &err);
    if (strcmp(args->command, "up") == 0)
        return run_up(&place, args);
    if (strcmp(args->command, "down") == 0)
        return run_down(&place);
    if (strcmp(args->command, "status") == 0)
        return run_status(&place, args->json);
    fprintf(stderr, "%s: no command \"%s\"\n", program_name(), args->command);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    struct arguments args = { .json = false };
    int code = EXIT_USAGE;

    umask(022);
    if (!read_arguments(argc, argv, &args, &code))
        return code;
    return run_command(&args);
}
