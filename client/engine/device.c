/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "engine/device.h"

#include <errno.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/packet/segment.h"

#define LOG_ROOM "device"

struct device {
    struct loop *loop;
    struct tap tap;
    uv_poll_t *poll; /* on the heap: libuv keeps it until its close callback */
    device_frames_fn on_frames;
    device_lost_fn on_lost;
    void *ctx;
    bool is_paused;
    bool joins; /* the system takes joined segments */
    uint64_t dropped;
    struct log_limit log_limit;
    size_t count; /* of frames for on_frames */
    struct bytes frames[DEVICE_BATCH_FRAMES];
    uint8_t buffers[DEVICE_BATCH_FRAMES][TAP_FRAME_MAX];
    uint8_t large[LARGE_FRAME_MAX]; /* what is read, before it is cut */
    struct tcp_merge merge;         /* what is to be written, while it grows */
};

_Static_assert((int)SEGMENT_FRAME_MAX == (int)TAP_FRAME_MAX, "a segment is an ordinary frame");

/* ---- from the system ---- */

static void hand_over(struct device *device)
{
    size_t count = device->count;

    device->count = 0;
    if (count > 0)
        device->on_frames(device->ctx, device->frames, count);
}

/* The frame that was put into the next buffer. */
static void add_frame(struct device *device, size_t len)
{
    device->frames[device->count] = (struct bytes){ device->buffers[device->count], len };
    if (++device->count == DEVICE_BATCH_FRAMES)
        hand_over(device);
}

/* How many frames it became; 0 when it cannot be sent. */
static size_t add_large(struct device *device, const struct large_frame *large)
{
    struct tcp_split split;
    size_t count = 0, len;

    if (large->segment_bytes == 0) {
        memcpy(device->buffers[device->count], large->frame.data, large->frame.len);
        add_frame(device, large->frame.len);
        return 1;
    }
    if (!tcp_split_begin(&split, large->frame, large->tcp_at, large->segment_bytes)) {
        device->dropped++;
        return 0;
    }
    while ((len = tcp_split_next(&split, device->buffers[device->count])) > 0) {
        add_frame(device, len);
        count++;
    }
    return count;
}

/* As much as makes a batch, or a little more: others wait for their turn. */
static void read_batch(struct device *device)
{
    struct noren_err err = { 0 };
    struct large_frame large;
    size_t count = 0;
    enum tap_result result = TAP_FRAME;

    while (count < DEVICE_BATCH_FRAMES && !device->is_paused) {
        result = tap_read_large(&device->tap, device->large, &large, &err);
        if (result != TAP_FRAME)
            break;
        count += add_large(device, &large);
    }
    if (result == TAP_FAILED)
        noren_log_limited(loop_log(device->loop), NOREN_WARN, &device->log_limit,
                "frame not read: dev=%s why=\"%s\"", device->tap.name, err.text);
    hand_over(device);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct device *device = poll->data;

    if (status < 0)
        device->on_lost(device->ctx);
    else if ((events & UV_READABLE) != 0)
        read_batch(device);
}

static void on_poll_closed(uv_handle_t *handle)
{
    free(handle);
}

static const char *remedy_for(int os_code)
{
    switch (os_code) {
    case EPERM:
    case EACCES:
        return " (run it as root, or with CAP_NET_ADMIN)";
    case EBUSY:
        return " (the name is taken: netdev= in the profile chooses another)";
    case ENOENT:
    case ENODEV:
        return " (the kernel has no tun module: modprobe tun)";
    default:
        return "";
    }
}

struct device *device_open(struct loop *loop, const char *name, struct mac mac,
        device_frames_fn on_frames, device_lost_fn on_lost, void *ctx, struct noren_err *err)
{
    struct noren_err why = { 0 };
    struct tap tap;

    loop_assert_here(loop);
    if (!tap_open(&tap, name, mac, &why)) {
        noren_err_set(err, why.code, "network card: %s%s", why.text, remedy_for(why.os_code));
        return NULL;
    }
    struct device *device = noren_alloc(sizeof *device);
    device->loop = loop;
    device->tap = tap;
    device->joins = tap_use_offload(&device->tap);
    device->on_frames = on_frames;
    device->on_lost = on_lost;
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

/* ---- to the system ---- */

static void write_large(struct device *device, const struct large_frame *large)
{
    struct noren_err err = { 0 };
    enum tap_result result = tap_write_large(&device->tap, large, &err);

    if (result == TAP_FRAME)
        return;
    device->dropped++;
    if (result == TAP_FAILED)
        noren_log_limited(loop_log(device->loop), NOREN_WARN, &device->log_limit,
                "frame not written: dev=%s why=\"%s\"", device->tap.name, err.text);
}

void device_flush(struct device *device)
{
    struct large_frame joined;

    if (tcp_merge_take(&device->merge, &joined))
        write_large(device, &joined);
}

void device_write(struct device *device, struct bytes frame)
{
    if (device->joins && tcp_merge_add(&device->merge, frame))
        return;
    device_flush(device);
    /* what ended one run of segments may begin another */
    if (!device->joins || !tcp_merge_add(&device->merge, frame))
        write_large(device, &(struct large_frame){ .frame = frame });
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
