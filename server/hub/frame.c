/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "hub/frame.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"

struct frame_box {
    uint32_t refs; /* atomic */
    uint32_t used; /* of room; only whoever fills it looks */
    uint32_t room;
    alignas(struct frame) uint8_t memory[];
};

static size_t space_of(size_t len)
{
    size_t mask = alignof(struct frame) - 1;
    return (sizeof(struct frame) + len + mask) & ~mask;
}

static struct frame_box *box_new(size_t room)
{
    /* not zeroed: each frame is written when it is put in */
    struct frame_box *box = malloc(sizeof *box + room);

    noren_assert(box != NULL);
    box->refs = 1;
    box->used = 0;
    box->room = (uint32_t)room;
    return box;
}

static struct frame *fill(struct frame_box *box, struct bytes bytes)
{
    struct frame *frame = (struct frame *)(void *)(box->memory + box->used);

    box->used += (uint32_t)space_of(bytes.len);
    frame->box = box;
    frame->len = (uint16_t)bytes.len;
    memcpy(frame->data, bytes.data, bytes.len);
    return frame;
}

struct frame *frame_put(struct frame_box **io_box, struct bytes bytes, size_t more_bytes)
{
    size_t space = space_of(bytes.len);

    noren_assert(bytes.len >= FRAME_BYTES_MIN && bytes.len <= FRAME_BYTES_MAX);
    if (*io_box == NULL || (*io_box)->room - (*io_box)->used < space) {
        size_t room = more_bytes < FRAME_BOX_BYTES ? more_bytes : FRAME_BOX_BYTES;
        *io_box = box_new(room > space ? room : space);
    }
    return fill(*io_box, bytes);
}

struct frame *frame_new(struct bytes bytes)
{
    struct frame_box *box = NULL;

    return frame_put(&box, bytes, 0);
}

struct frame *frame_ref(struct frame *frame)
{
    /* relaxed: whoever hands on a reference already holds one */
    __atomic_fetch_add(&frame->box->refs, 1, __ATOMIC_RELAXED);
    return frame;
}

void frame_unref(struct frame *frame)
{
    struct frame_box *box = frame->box;

    if (__atomic_sub_fetch(&box->refs, 1, __ATOMIC_ACQ_REL) == 0)
        free(box);
}

void frames_ref(struct frame *const *frames, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !frame_is_neighbour(frames[i - 1], frames[i]))
            frame_ref(frames[i]);
    }
}

void frames_unref(struct frame *const *frames, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        /* the last of its run, so that the others of the run were still there to be looked at */
        if (i + 1 == count || !frame_is_neighbour(frames[i], frames[i + 1]))
            frame_unref(frames[i]);
    }
}
