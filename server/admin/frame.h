/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/bytes.h"
#include "noren/base/err.h"

/**
 * Frames of a management connection: length u32, then that many bytes of PACK, both ways
 * (docs/protocol/admin.md, 1). Without I/O. Memory grows with what arrives, not with what is
 * announced.
 */

enum {
    ADMIN_REQUEST_MAX = 16 * 1024 * 1024, /**< of one request; a larger one ends the connection */
    ADMIN_REPLY_MAX = 64 * 1024 * 1024,   /**< a list of 100000 hubs has 17 MB */
    ADMIN_FRAME_HEAD = 4,
};

struct admin_framer {
    struct writer inbox; /**< bytes not yet taken as frames */
    uint32_t max;
};

void admin_framer_init(struct admin_framer *framer, uint32_t max);
/** Wipes: frames hold credentials. */
void admin_framer_clear(struct admin_framer *framer);

/** Takes bytes. NOREN_E_LIMIT when more than one frame and a half wait to be taken. */
NOREN_MUST_CHECK bool admin_framer_receive(
        struct admin_framer *framer, const uint8_t *bytes, size_t len, struct noren_err *err);

enum admin_frame_result {
    ADMIN_FRAME_NONE,   /**< not yet whole */
    ADMIN_FRAME_READY,  /**< *out is borrowed until the next call */
    ADMIN_FRAME_BROKEN, /**< empty or larger than the maximum: close */
};
enum admin_frame_result admin_framer_peek(
        const struct admin_framer *framer, struct bytes *out, struct noren_err *err);
/** Drops the frame that _peek gave. */
void admin_framer_drop(struct admin_framer *framer);

/** Starts a frame at the end of `out`; the PACK is appended next. Returns where it starts. */
size_t admin_frame_begin(struct writer *out);
/** Fills in the length. */
void admin_frame_end(struct writer *out, size_t start);
