/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libnoren/proto/squeeze.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "noren/base/alloc.h"

enum {
    /* A frame never looks back further than its own 1600 bytes, so a window of 4 KiB loses nothing
     * and keeps thousands of sessions affordable. */
    WINDOW_BITS = 12,
    MEMORY_LEVEL = 5,
    /* What the reference sends: deflate, window of up to 32 KiB, default level. */
    ZLIB_HEADER_FIRST = 0x78,
    ZLIB_HEADER_SECOND = 0x9c,
};

struct squeeze {
    z_stream deflate;
    z_stream inflate;
    uint8_t block[STREAM_BLOCK_MAX];
    uint8_t frame[STREAM_FRAME_MAX + 1]; /* one more, to see that a frame is too long */
};

struct squeeze *squeeze_new(void)
{
    struct squeeze *q = noren_alloc(sizeof *q);

    /* fails for want of memory only, which is fatal everywhere */
    noren_assert(deflateInit2(&q->deflate, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW_BITS,
                         MEMORY_LEVEL, Z_DEFAULT_STRATEGY)
                 == Z_OK);
    noren_assert(inflateInit(&q->inflate) == Z_OK);
    return q;
}

void squeeze_free(struct squeeze *q)
{
    if (q == NULL)
        return;
    deflateEnd(&q->deflate);
    inflateEnd(&q->inflate);
    free(q);
}

/* zlib's interface is not const-correct unless ZLIB_CONST is set for the whole program. */
static Bytef *zlib_input(const uint8_t *data)
{
    return (Bytef *)(uintptr_t)data;
}

struct bytes squeeze_pack(struct squeeze *q, struct bytes frame)
{
    noren_assert(frame.len <= STREAM_FRAME_MAX);
    noren_assert(deflateReset(&q->deflate) == Z_OK);

    q->deflate.next_in = zlib_input(frame.data);
    q->deflate.avail_in = (uInt)frame.len;
    q->deflate.next_out = q->block;
    q->deflate.avail_out = sizeof q->block;
    /* incompressible data grows by a few bytes only: STREAM_BLOCK_MAX is twice the frame */
    noren_assert(deflate(&q->deflate, Z_FINISH) == Z_STREAM_END);
    /* a larger window than was used may always be announced */
    q->block[0] = ZLIB_HEADER_FIRST;
    q->block[1] = ZLIB_HEADER_SECOND;
    return (struct bytes){ .data = q->block, .len = sizeof q->block - q->deflate.avail_out };
}

enum squeeze_result squeeze_unpack(struct squeeze *q, struct bytes block, struct bytes *out)
{
    noren_assert(inflateReset(&q->inflate) == Z_OK);

    q->inflate.next_in = zlib_input(block.data);
    q->inflate.avail_in = (uInt)block.len;
    q->inflate.next_out = q->frame;
    q->inflate.avail_out = sizeof q->frame;
    int status = inflate(&q->inflate, Z_FINISH);
    size_t len = sizeof q->frame - q->inflate.avail_out;

    if (len > STREAM_FRAME_MAX)
        return SQUEEZE_TOO_LONG;
    if (status != Z_STREAM_END)
        return SQUEEZE_BROKEN;
    *out = (struct bytes){ .data = q->frame, .len = len };
    return SQUEEZE_OK;
}
