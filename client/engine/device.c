/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "engine/device.h"

#include "noren/base/alloc.h"

#define LOG_ROOM "device"

struct device {
    struct loop *loop;
    struct tap tap;
    uv_poll_t *poll; /* on the heap: libuv keeps it until its close callback */
    device_frames_fn on_frames;
    void *ctx;
    bool is_paused;
    uint64_t dropped;
    struct log_limit log_limit;
    struct bytes frames[DEVICE_BATCH_FRAMES];
    uint8_t buffers[DEVICE_BATCH_FRAMES][TAP_FRAME_MAX];
};

static void read_batch(struct device *device)
{
    struct noren_err err = { 0 };
    size_t count = 0;

    while (count < DEVICE_BATCH_FRAMES) {
        size_t len = 0;
        enum tap_result result = tap_read(&device->tap, device->buffers[count], &len, &err);
        if (result == TAP_FAILED)
            noren_log_limited(loop_log(device->loop), NOREN_WARN, &device->log_limit,
                    "frame not read: dev=%s why=%s", device->tap.name, err.text);
        if (result != TAP_FRAME)
            break;
        device->frames[count] = (struct bytes){ device->buffers[count], len };
        count++;
    }
    if (count > 0)
        device->on_frames(device->ctx, device->frames, count);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct device *device = poll->data;

    if (status == 0 && (events & UV_READABLE) != 0)
        read_batch(device);
}

static void on_poll_closed(uv_handle_t *handle)
{
    free(handle);
}

struct device *device_open(struct loop *loop, const char *name, struct mac mac,
        device_frames_fn on_frames, void *ctx, struct noren_err *err)
{
    struct tap tap;

    loop_assert_here(loop);
    if (!tap_open(&tap, name, mac, err)) {
        noren_err_wrap(err, "network card %s", name);
        return NULL;
    }
    struct device *device = noren_alloc(sizeof *device);
    device->loop = loop;
    device->tap = tap;
    device->on_frames = on_frames;
    device->ctx = ctx;
    device->poll = noren_alloc(sizeof *device->poll);
    device->poll->data = device;
    noren_assert(uv_poll_init(loop_uv(loop), device->poll, tap.fd) == 0);
    noren_assert(uv_poll_start(device->poll, UV_READABLE, on_readable) == 0);
    return device;
}

void device_free(struct device *device)
{
    if (device == NULL)
        return;
    uv_poll_stop(device->poll);
    uv_close((uv_handle_t *)device->poll, on_poll_closed);
    tap_close(&device->tap);
    free(device);
}

const char *device_name(const struct device *device)
{
    return device->tap.name;
}

struct mac device_mac(const struct device *device)
{
    return device->tap.mac;
}

bool device_write(struct device *device, struct bytes frame)
{
    struct noren_err err = { 0 };
    enum tap_result result = tap_write(&device->tap, frame.data, frame.len, &err);

    if (result == TAP_FRAME)
        return true;
    device->dropped++;
    if (result == TAP_FAILED)
        noren_log_limited(loop_log(device->loop), NOREN_WARN, &device->log_limit,
                "frame not written: dev=%s why=%s", device->tap.name, err.text);
    return false;
}

void device_pause(struct device *device, bool paused)
{
    if (device->is_paused == paused)
        return;
    device->is_paused = paused;
    if (paused)
        uv_poll_stop(device->poll);
    else
        uv_poll_start(device->poll, UV_READABLE, on_readable);
}

uint64_t device_dropped(const struct device *device)
{
    return device->dropped;
}
