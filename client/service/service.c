/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "service/service.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/os/paths.h"

#include "service/exit_code.h"
#include "service/service_private.h"

#define LOG_ROOM "service"

enum { COUNTERS_EVERY_MS = 1000, END_MS = 2500 };

/* ---- what the engine tells ---- */

static void keep_unsaved(struct service *service)
{
    struct noren_err err = { 0 };
    struct credential *unsaved = &service->unsaved;

    if (!service->has_unsaved)
        return;
    service->has_unsaved = false;
    if (!credentials_save(&service->credentials, unsaved->profile, unsaved->username,
                &unsaved->password, &err))
        noren_log(service->log, NOREN_ERROR, "credentials not saved: why=\"%s\"", err.text);
    secret_clear(&unsaved->password);
    profiles_update(&service->profiles, &service->credentials);
}

static void on_status(void *ctx, const struct engine_status *status)
{
    struct service *service = ctx;
    bool moves = status->state == ENGINE_CONNECTED;

    if (moves)
        keep_unsaved(service);
    if (status->error != ENGINE_OK)
        service->last_error = status->error;
    if (status->state == ENGINE_CONNECTED)
        service->last_error = ENGINE_OK;
    loop_timer_set(&service->counters_timer,
            moves ? loop_now_ms(service->loop) + COUNTERS_EVERY_MS : NOREN_NO_DEADLINE);
    service_tell(service, NULL);
    /* a service for one profile has nothing left to do; not from inside the engine's call */
    if (service->options->profile != NULL && status->is_over && !service->is_ending)
        loop_timer_set(&service->end_timer, loop_now_ms(service->loop));
}

static void on_counters_due(void *ctx)
{
    struct service *service = ctx;
    const struct engine_status *status = engine_get_status(service->engine);
    uint64_t bytes = status->bytes_in + status->bytes_out;

    if (bytes != service->told_bytes)
        service_tell(service, NULL);
    service->told_bytes = bytes;
    loop_timer_set(&service->counters_timer, loop_now_ms(service->loop) + COUNTERS_EVERY_MS);
}

/* ---- the end ---- */

static void on_idle(void *ctx)
{
    struct service *service = ctx;

    if (service->is_ending)
        loop_stop(service->loop);
}

static void on_end_due(void *ctx)
{
    struct service *service = ctx;

    if (service->is_ending) { /* the goodbye took too long; the machine is put back already */
        loop_stop(service->loop);
        return;
    }
    service->is_ending = true;
    loop_timer_set(&service->end_timer, loop_now_ms(service->loop) + END_MS);
    engine_stop(service->engine);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct service *service = handle->data;

    noren_log(service->log, NOREN_INFO, "asked to stop: signal=%d", number);
    if (!service->is_ending)
        on_end_due(service);
}

static void watch_signals(struct service *service, uv_signal_t handles[3])
{
    static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };

    for (size_t i = 0; i < noren_countof(numbers); i++) {
        noren_assert(uv_signal_init(loop_uv(service->loop), &handles[i]) == 0);
        handles[i].data = service;
        uv_signal_start(&handles[i], on_signal, numbers[i]);
    }
    signal(SIGPIPE, SIG_IGN);
}

/* ---- the start ---- */

static bool open_machine(struct service *service, struct noren_err *err)
{
    const char *state_dir = service->place->state_dir;
    noren_cleanup(noren_freep) char *journal = noren_asprintf("%s/journal", state_dir);
    noren_cleanup(noren_freep) char *dns = noren_asprintf("%s/resolv.conf.before", state_dir);

    machine_undo_left(state_dir, service->log);
    service->machine = machine_new(journal, dns, service->log, err);
    return service->machine != NULL;
}

static bool open_engine(struct service *service, struct noren_err *err)
{
    struct engine_config config = {
        .loop = service->loop,
        .machine = service->machine,
        .product = service->place->product,
        .netdev = service->place->netdev,
        .on_status = on_status,
        .on_idle = on_idle,
        .ctx = service,
    };

    if (!place_machine_id(service->place, config.machine_id, err))
        return noren_err_wrap(err, "machine id");
    service->engine = engine_new(&config);
    return true;
}

static bool write_pid(const struct place *place, struct noren_err *err)
{
    char text[16];
    int len = snprintf(text, sizeof text, "%d\n", (int)getpid());

    return noren_file_replace(place->pid_file, text, (size_t)len, 0644, err);
}

static bool open_all(struct service *service, struct noren_err *err)
{
    const struct place *place = service->place;
    struct noren_err why = { 0 };

    if (!open_machine(service, err) || !open_engine(service, err))
        return false;
    if (!credentials_load(&service->credentials, place->credentials, &why))
        noren_log(service->log, NOREN_ERROR, "saved credentials not used: why=\"%s\"", why.text);
    profiles_load(&service->profiles, place->profiles_dir, service->options->profile, service->log);
    profiles_update(&service->profiles, &service->credentials);
    service->listener =
            unix_listen(service->loop, place->socket, 0666, &SERVICE_CALLBACKS, service, err);
    return service->listener != NULL && write_pid(place, err);
}

/* The first profile that may start by itself and has all it needs. */
static bool connect_by_itself(struct service *service, struct noren_err *err)
{
    bool only = service->options->profile != NULL;

    for (size_t i = 0; i < service->profiles.count; i++) {
        struct service_call call = { .kind = CALL_CONNECT };
        bool wanted = only || service->place->auto_connect || service->profiles.auto_connect[i];
        if (!wanted || (!only && service->profiles.shown[i].needs_password))
            continue;
        memcpy(call.profile, service->profiles.shown[i].id, sizeof call.profile);
        return service_connect(service, &call, err);
    }
    return !only || noren_err_set(err, NOREN_E_ARGUMENT, "the profile cannot be used");
}

static void close_all(struct service *service)
{
    if (service->listener != NULL) {
        unix_listener_free(service->listener);
        unlink(service->place->pid_file);
    }
    loop_timer_clear(&service->counters_timer);
    loop_timer_clear(&service->end_timer);
    machine_free(service->machine);
    profiles_clear(&service->profiles);
    credentials_clear(&service->credentials);
    secret_clear(&service->unsaved.password);
}

static void run(struct service *service)
{
    uv_signal_t signals[3];
    struct noren_err err = { 0 };

    watch_signals(service, signals);
    if (service->options->ready_fd >= 0 && write(service->options->ready_fd, "+", 1) != 1)
        noren_log(service->log, NOREN_WARN, "nobody waits for the start");
    noren_log(service->log, NOREN_INFO, "service started: pid=%d profiles=%zu", (int)getpid(),
            service->profiles.count);
    if (!connect_by_itself(service, &err)) {
        noren_log(service->log, NOREN_ERROR, "not connected by itself: why=\"%s\"", err.text);
        service->last_error = err.code == NOREN_E_AUTH ? ENGINE_E_AUTH : ENGINE_E_PROFILE;
        if (service->options->profile != NULL)
            loop_timer_set(&service->end_timer, loop_now_ms(service->loop));
    }
    loop_run(service->loop);
    noren_log(service->log, NOREN_INFO, "service stopped: pid=%d", (int)getpid());
}

int service_run(const struct service_options *options, struct noren_err *err)
{
    struct service service = {
        .options = options,
        .place = options->place,
        .log = options->log,
        .loop = loop_new("service", options->log),
    };

    loop_timer_init(&service.counters_timer, service.loop, on_counters_due, &service);
    loop_timer_init(&service.end_timer, service.loop, on_end_due, &service);
    bool good = open_all(&service, err);
    if (good)
        run(&service);
    /* the loop has ended: what was still open on it is closed */
    if (service.engine != NULL && engine_is_idle(service.engine))
        engine_free(service.engine);
    close_all(&service);
    loop_free(service.loop);
    if (!good)
        return EXIT_OTHER;
    return options->profile == NULL ? EXIT_FINE : (int)exit_code_of(service.last_error);
}
