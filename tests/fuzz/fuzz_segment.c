/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "noren/base/alloc.h"
#include "noren/packet/packet.h"
#include "noren/packet/segment.h"

/*
 * Input: u16 tcp_at | u16 segment_bytes | a frame. It is cut as the numbers say, and what comes out
 * is joined again; then the frame itself is offered for joining.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void take(struct tcp_merge *merge)
{
    struct large_frame joined;

    if (!tcp_merge_take(merge, &joined))
        return;
    noren_assert(joined.frame.len <= LARGE_FRAME_MAX && joined.payload_at < joined.frame.len);
    noren_assert(joined.segment_bytes == 0 || joined.tcp_at < joined.payload_at);
}

static void join(struct tcp_merge *merge, struct bytes frame)
{
    if (tcp_merge_add(merge, frame))
        return;
    take(merge);
    (void)tcp_merge_add(merge, frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct tcp_merge merge;
    struct reader r = reader_over(data, len);
    size_t tcp_at = reader_u16(&r);
    size_t segment_bytes = reader_u16(&r);
    struct bytes frame = { .data = r.at, .len = reader_left(&r) };
    struct tcp_split split;
    uint8_t out[SEGMENT_FRAME_MAX];
    size_t part;

    merge.count = 0;
    if (reader_failed(&r))
        return 0;
    if (tcp_split_begin(&split, frame, tcp_at, segment_bytes)) {
        while ((part = tcp_split_next(&split, out)) > 0) {
            noren_assert(part <= sizeof out);
            join(&merge, (struct bytes){ .data = out, .len = part });
        }
    }
    join(&merge, frame);
    take(&merge);
    return 0;
}
