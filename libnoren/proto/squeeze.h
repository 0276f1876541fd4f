/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/bytes.h"
#include "noren/proto/stream.h"

/**
 * Frames in and out of the zlib form that a compressed session uses: one complete stream each
 * (docs/protocol/data.md, 3). Holds its memory, about 50 KiB, so that no frame allocates.
 */

struct squeeze;

struct squeeze *squeeze_new(void);
void squeeze_free(struct squeeze *q);

/** Compresses one frame of at most STREAM_FRAME_MAX bytes. Borrowed until the next call. */
struct bytes squeeze_pack(struct squeeze *q, struct bytes frame);

enum squeeze_result {
    SQUEEZE_OK,
    SQUEEZE_TOO_LONG, /**< more than STREAM_FRAME_MAX bytes come out; inflating stopped there */
    SQUEEZE_BROKEN,   /**< not a complete zlib stream */
};

/** Inflates one block. On SQUEEZE_OK *out is borrowed until the next call. */
enum squeeze_result squeeze_unpack(struct squeeze *q, struct bytes block, struct bytes *out);
