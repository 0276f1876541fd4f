/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "noren/base/bytes.h"
#include "noren/base/mac.h"

enum { FRAME_BYTES_MIN = 14, FRAME_BYTES_MAX = 1600 };

/**
 * One Ethernet frame on its way through the server: reference-counted, immutable once shared, so
 * that a broadcast is queued to a thousand ports without a copy.
 *
 * Frames that arrived together lie together in one box. The references are the box's: whoever holds
 * one frame holds its neighbours too, and a run of neighbours needs only one reference. The count is
 * atomic, as ports may live on other loops.
 */
struct frame_box;

struct frame {
    struct frame_box *box;
    uint16_t len;
    uint8_t data[];
};

enum { FRAME_BOX_BYTES = 16 * 1024 }; /**< what one held frame may keep from being freed */

/** A copy with one reference, alone in its box; len FRAME_BYTES_MIN..FRAME_BYTES_MAX. */
struct frame *frame_new(struct bytes bytes);
struct frame *frame_ref(struct frame *frame);
void frame_unref(struct frame *frame);

/**
 * A copy in *io_box, or in a new one if that is NULL or full, for about `more_bytes` of frames. The
 * one reference of a new box belongs to the run of frames that begins there: frames_unref().
 */
struct frame *frame_put(struct frame_box **io_box, struct bytes bytes, size_t more_bytes);
/** One reference for each run of neighbours. */
void frames_ref(struct frame *const *frames, size_t count);
void frames_unref(struct frame *const *frames, size_t count);
/** For building such a list: b, next to a, needs no reference of its own. */
static inline bool frame_is_neighbour(const struct frame *a, const struct frame *b)
{
    return a->box == b->box;
}

/** Both addresses stand first, destination before source. */
static inline struct mac frame_destination(const struct frame *frame)
{
    struct mac mac;
    memcpy(&mac, frame->data, sizeof mac);
    return mac;
}

static inline struct mac frame_source(const struct frame *frame)
{
    struct mac mac;
    memcpy(&mac, frame->data + sizeof mac, sizeof mac);
    return mac;
}
