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
    RPC_REQUEST_MAX = 16 * 1024 * 1024, /**< of one request; a larger one ends the connection */
    RPC_REPLY_MAX = 7 * 1024 * 1024,    /**< fits a link's queue; a list of 40000 hubs does */
    RPC_FRAME_HEAD = 4,
};

struct rpc_framer {
    struct writer inbox; /**< bytes not yet taken as frames */
    uint32_t max;
};

void rpc_framer_init(struct rpc_framer *framer, uint32_t max);
/** Wipes: frames hold credentials. */
void rpc_framer_clear(struct rpc_framer *framer);

/** Takes bytes. NOREN_E_LIMIT when more than one frame and a half wait to be taken. */
NOREN_MUST_CHECK bool rpc_framer_receive(
        struct rpc_framer *framer, const uint8_t *bytes, size_t len, struct noren_err *err);

enum rpc_frame_result {
    RPC_FRAME_NONE,   /**< not yet whole */
    RPC_FRAME_READY,  /**< *out is borrowed until the next call */
    RPC_FRAME_BROKEN, /**< empty or larger than the maximum: close */
};
enum rpc_frame_result rpc_framer_peek(
        const struct rpc_framer *framer, struct bytes *out, struct noren_err *err);
/** Drops the frame that _peek gave. */
void rpc_framer_drop(struct rpc_framer *framer);

/** Starts a frame at the end of `out`; the PACK is appended next. Returns where it starts. */
size_t rpc_frame_begin(struct writer *out);
/** Fills in the length. */
void rpc_frame_end(struct writer *out, size_t start);
