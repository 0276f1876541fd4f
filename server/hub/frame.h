/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>
#include <string.h>

#include "noren/base/bytes.h"
#include "noren/base/mac.h"

enum { FRAME_BYTES_MIN = 14, FRAME_BYTES_MAX = 1600 };

/**
 * One Ethernet frame on its way through the server: reference-counted, immutable once shared, so
 * that a broadcast is queued to a thousand ports without a copy. The count is atomic, as ports may
 * live on other loops.
 */
struct frame {
    uint32_t refs; /* atomic */
    uint16_t len;
    uint8_t data[];
};

/** A copy with one reference; len FRAME_BYTES_MIN..FRAME_BYTES_MAX. */
struct frame *frame_new(struct bytes bytes);
struct frame *frame_ref(struct frame *frame);
void frame_unref(struct frame *frame);

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
