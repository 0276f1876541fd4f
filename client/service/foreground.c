/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "service/foreground.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "noren/base/alloc.h"

#include "engine/engine.h"
#include "engine/text.h"
#include "service/control.h"
#include "service/credentials.h"
#include "service/exit_code.h"
#include "service/profiles.h"

#define LOG_ROOM "foreground"

enum { END_MS = 2500 };

struct foreground {
    const struct foreground_options *options;
    struct loop *loop;
    struct machine *machine;
    struct engine *engine;
    struct loop_timer end_timer;
    char last_line[1024];
    bool was_connected, is_ending;
    int exit_code;
};

static void print_state(struct foreground *fg, const struct engine_status *status)
{
    struct control_status shown = { .retry_in_ms = 0 };
    char line[1024];

    snprintf(shown.state, sizeof shown.state, "%s", engine_state_name(status->state));
    snprintf(shown.error, sizeof shown.error, "%s", engine_error_name(status->error));
    memcpy(shown.server, status->server, sizeof shown.server);
    if (status->address != 0)
        memcpy(shown.address, text_ipv4(status->address).text, sizeof shown.address);
    text_for_json(status->detail, shown.detail, sizeof shown.detail);
    if (status->retry_at_ms != 0)
        shown.retry_in_ms = status->retry_at_ms - loop_now_ms(fg->loop);
    control_format(&shown, line);
    if (strcmp(line, fg->last_line) == 0)
        return;
    memcpy(fg->last_line, line, sizeof fg->last_line);
    puts(line);
    fflush(stdout);
}

/* A first connection that fails is told by the exit code at once; one that was lost is waited for. */
static void on_status(void *ctx, const struct engine_status *status)
{
    struct foreground *fg = ctx;

    print_state(fg, status);
    if (status->state == ENGINE_CONNECTED)
        fg->was_connected = true;
    bool is_final = status->state == ENGINE_ERROR && (status->is_over || !fg->was_connected);
    if (!is_final || fg->is_ending)
        return;
    fg->exit_code = (int)exit_code_of(status->error);
    loop_timer_set(&fg->end_timer, loop_now_ms(fg->loop)); /* not from inside the engine's call */
}

static void on_idle(void *ctx)
{
    struct foreground *fg = ctx;

    if (fg->is_ending)
        loop_stop(fg->loop);
}

static void on_end_due(void *ctx)
{
    struct foreground *fg = ctx;

    if (fg->is_ending) { /* the goodbye took too long; the machine is put back already */
        loop_stop(fg->loop);
        return;
    }
    fg->is_ending = true;
    loop_timer_set(&fg->end_timer, loop_now_ms(fg->loop) + END_MS);
    engine_stop(fg->engine);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct foreground *fg = handle->data;

    noren_log(fg->options->log, NOREN_INFO, "asked to stop: signal=%d", number);
    if (!fg->is_ending)
        on_end_due(fg);
}

static bool open_machine(struct foreground *fg, const char *id, struct noren_err *err)
{
    const char *state_dir = fg->options->place->state_dir;
    struct stat st = { 0 };

    /* the same profile may run in several network namespaces of one machine */
    (void)stat("/proc/self/ns/net", &st);
    unsigned long network = (unsigned long)st.st_ino;
    noren_cleanup(noren_freep) char *journal =
            noren_asprintf("%s/journal.%s.%lu", state_dir, id, network);
    noren_cleanup(noren_freep) char *dns =
            noren_asprintf("%s/resolv.conf.%s.%lu", state_dir, id, network);
    machine_undo_left(state_dir, fg->options->log);
    fg->machine = machine_new(journal, dns, fg->options->log, err);
    return fg->machine != NULL;
}

static bool open_engine(struct foreground *fg, struct noren_err *err)
{
    struct engine_config config = {
        .loop = fg->loop,
        .machine = fg->machine,
        .product = fg->options->place->product,
        .netdev = fg->options->place->netdev,
        .on_status = on_status,
        .on_idle = on_idle,
        .ctx = fg,
    };

    if (!place_machine_id(fg->options->place, config.machine_id, err))
        return noren_err_wrap(err, "machine id");
    fg->engine = engine_new(&config);
    return true;
}

static void run(struct foreground *fg, struct profile *take_profile)
{
    static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
    uv_signal_t signals[noren_countof(numbers)];

    for (size_t i = 0; i < noren_countof(numbers); i++) {
        noren_assert(uv_signal_init(loop_uv(fg->loop), &signals[i]) == 0);
        signals[i].data = fg;
        uv_signal_start(&signals[i], on_signal, numbers[i]);
    }
    signal(SIGPIPE, SIG_IGN);
    engine_start(fg->engine, take_profile);
    loop_run(fg->loop);
    engine_free(fg->engine);
}

static void use_saved(const struct place *place, struct profile *profile, struct noren_log *log)
{
    noren_cleanup(credentials_clear) struct credentials credentials = { .count = 0 };
    struct noren_err err = { 0 };

    if (!credentials_load(&credentials, place->credentials, &err))
        noren_log(log, NOREN_WARN, "saved credentials not used: why=\"%s\"", err.text);
    const struct credential *saved = credentials_find(&credentials, profile->id);
    if (saved == NULL || profile_can_log_in(profile, NULL))
        return;
    if (*saved->username != '\0')
        memcpy(profile->username, saved->username, sizeof profile->username);
    if (secret_is_set(&saved->password))
        secret_set(&profile->password, saved->password.data, saved->password.len);
}

static bool load(
        const struct foreground_options *options, struct profile *profile, struct noren_err *err)
{
    if (!profile_load(options->profile, profile, err))
        return false;
    use_saved(options->place, profile, options->log);
    if (!profile_can_log_in(profile, NULL))
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "%s: no username and password: put them into it (mode 600) or into %s",
                options->profile, options->place->credentials);
    return true;
}

int foreground_run(const struct foreground_options *options, struct noren_err *err)
{
    noren_cleanup(profile_clear) struct profile profile = { .id = "" };
    struct foreground fg = { .options = options };

    if (!load(options, &profile, err))
        return EXIT_PROFILE;
    fg.loop = loop_new("client", options->log);
    loop_timer_init(&fg.end_timer, fg.loop, on_end_due, &fg);
    bool good = open_machine(&fg, profile.id, err) && open_engine(&fg, err);
    if (good)
        run(&fg, &profile);
    loop_timer_clear(&fg.end_timer);
    machine_free(fg.machine);
    loop_free(fg.loop);
    return good ? fg.exit_code : EXIT_OTHER;
}
