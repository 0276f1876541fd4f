/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/bytes.h"
#include "noren/base/err.h"

/**
 * Data mode of one TCP connection: units of Ethernet frames and keep-alives, both directions.
 *
 * Without I/O and without copies where possible: a frame that lies whole in the bytes given to
 * stream_next() is borrowed from there; only one cut at the end is gathered inside. Memory per
 * connection stays under 8 KiB, or 64 KiB when compressed. Wire form: docs/protocol/data.md.
 */

enum {
    STREAM_BLOCK_MAX = 3200,       /**< a larger block ends the connection */
    STREAM_FRAME_MAX = 1600,       /**< a larger frame is dropped */
    STREAM_FRAME_MIN = 14,         /**< a shorter one is dropped */
    STREAM_KEEPALIVE_MAX = 512,    /**< a longer body ends the connection */
    STREAM_UNIT_FRAMES_MAX = 1024, /**< that we put into one unit */
};

struct stream_terms {
    bool use_compress;
    bool may_send; /**< false on a connection that only receives (half-duplex) */
    bool may_receive;
    uint32_t timeout_ms;
};

enum stream_result {
    STREAM_MORE,   /**< all bytes were taken; give more */
    STREAM_FRAME,  /**< *out is one frame of 14..1600 bytes, borrowed until the next call */
    STREAM_BROKEN, /**< the peer broke the framing: close (err says how) */
};

/** Every frame that is not delivered is counted under one reason. */
struct stream_counters {
    uint64_t frames_in, bytes_in, frames_out, bytes_out, keepalives_in;
    uint64_t dropped_short, dropped_long, dropped_inflate;
    uint64_t dropped_full; /**< the writer given to stream_put() was near its maximum */
};

struct stream;

/** `seed` drives keep-alive times and bodies (any value). timeout_ms is at least 10. The first
 * keep-alive is due at once. */
struct stream *stream_new(const struct stream_terms *terms, uint64_t seed, int64_t now_ms);
void stream_free(struct stream *s);

/** Takes bytes off `in` up to and including the next frame. Call until it is not STREAM_FRAME. */
enum stream_result stream_next(struct stream *s, struct reader *in, struct bytes *out,
        int64_t now_ms, struct noren_err *err);

/** Appends units of at most 1024 frames. Frames outside 14..1600 bytes are counted and left out. */
void stream_put(struct stream *s, const struct bytes *frames, size_t count, struct writer *out,
        int64_t now_ms);

/** Appends a keep-alive if one is due; false (NOREN_E_TIMEOUT) when the peer was silent too long. */
NOREN_MUST_CHECK bool stream_tick(
        struct stream *s, struct writer *out, int64_t now_ms, struct noren_err *err);
int64_t stream_deadline_ms(const struct stream *s);
const struct stream_counters *stream_get_counters(const struct stream *s);
