/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/proto/rpc_frame.h"

#include "noren/base/alloc.h"

void rpc_framer_init(struct rpc_framer *framer, uint32_t max)
{
    framer->max = max;
    /* A peer that sends ahead may have half of the next request here already. */
    writer_init_secret(&framer->inbox, (size_t)max + max / 2 + RPC_FRAME_HEAD);
}

void rpc_framer_clear(struct rpc_framer *framer)
{
    writer_clear(&framer->inbox);
}

bool rpc_framer_receive(
        struct rpc_framer *framer, const uint8_t *bytes, size_t len, struct noren_err *err)
{
    writer_put(&framer->inbox, bytes, len);
    if (writer_failed(&framer->inbox))
        return noren_err_set(
                err, NOREN_E_LIMIT, "more than %zu bytes of requests wait", framer->inbox.max);
    return true;
}

enum rpc_frame_result rpc_framer_peek(
        const struct rpc_framer *framer, struct bytes *out, struct noren_err *err)
{
    struct reader r = reader_over(framer->inbox.data, framer->inbox.len);

    if (reader_left(&r) < RPC_FRAME_HEAD)
        return RPC_FRAME_NONE;
    uint32_t len = reader_u32(&r);
    if (len == 0 || len > framer->max) {
        noren_err_set(err, NOREN_E_LIMIT, "management frame of %u bytes", len);
        return RPC_FRAME_BROKEN;
    }
    if (reader_left(&r) < len)
        return RPC_FRAME_NONE;
    *out = (struct bytes){ .data = reader_take(&r, len), .len = len };
    return RPC_FRAME_READY;
}

void rpc_framer_drop(struct rpc_framer *framer)
{
    struct bytes frame;

    noren_assert(rpc_framer_peek(framer, &frame, NULL) == RPC_FRAME_READY);
    writer_consume(&framer->inbox, RPC_FRAME_HEAD + frame.len);
}

size_t rpc_frame_begin(struct writer *out)
{
    size_t start = out->len;

    writer_u32(out, 0);
    return start;
}

void rpc_frame_end(struct writer *out, size_t start)
{
    if (!writer_failed(out))
        writer_patch_u32(out, start, (uint32_t)(out->len - start - RPC_FRAME_HEAD));
}
