/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "noren/base/bytes.h"

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

/** A copy with one reference; len 14..1600. */
struct frame *frame_new(struct bytes bytes);
struct frame *frame_ref(struct frame *frame);
void frame_unref(struct frame *frame);
