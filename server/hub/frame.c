/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "hub/frame.h"

#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"

struct frame *frame_new(struct bytes bytes)
{
    noren_assert(bytes.len >= FRAME_BYTES_MIN && bytes.len <= FRAME_BYTES_MAX);
    struct frame *frame = malloc(sizeof *frame + bytes.len);
    noren_assert(frame != NULL);

    frame->refs = 1;
    frame->len = (uint16_t)bytes.len;
    memcpy(frame->data, bytes.data, bytes.len);
    return frame;
}

struct frame *frame_ref(struct frame *frame)
{
    /* relaxed: whoever hands on a reference already holds one */
    __atomic_fetch_add(&frame->refs, 1, __ATOMIC_RELAXED);
    return frame;
}

void frame_unref(struct frame *frame)
{
    if (__atomic_sub_fetch(&frame->refs, 1, __ATOMIC_ACQ_REL) == 0)
        free(frame);
}
