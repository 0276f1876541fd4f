/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/bytes.h"
#include "noren/io/loop.h"
#include "noren/os/tap.h"

/**
 * The virtual network card on the loop: batches of frames from the system, single frames to it.
 * Large TCP frames of the system are cut into segments here, and consecutive segments for it are
 * joined. Belongs to one loop.
 */

enum { DEVICE_BATCH_FRAMES = 64 };

/** Frames that the system wants to send; borrowed during the call. */
typedef void (*device_frames_fn)(void *ctx, const struct bytes *frames, size_t count);

/** Somebody removed the interface; the device is good for device_free() only, also from here. */
typedef void (*device_lost_fn)(void *ctx);

struct device;

/** NOREN_E_IO as tap_open() says, NOREN_E_EXISTS; the text says what to do about it. */
NOREN_MUST_CHECK struct device *device_open(struct loop *loop, const char *name, struct mac mac,
        device_frames_fn on_frames, device_lost_fn on_lost, void *ctx, struct noren_err *err);
/** The interface goes away with its addresses and routes. */
void device_free(struct device *device);

const char *device_name(const struct device *device);
struct mac device_mac(const struct device *device);
/** Hands a frame to the system, in order, at the latest with device_flush(). Drops are counted. */
void device_write(struct device *device, struct bytes frame);
/** No more frames follow at once: nothing is held back for joining any longer. */
void device_flush(struct device *device);
/** Stops and restarts reading, to push back on the system. */
void device_pause(struct device *device, bool paused);
uint64_t device_dropped(const struct device *device);
