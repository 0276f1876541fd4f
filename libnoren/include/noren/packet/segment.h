/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/bytes.h"
#include "noren/base/err.h"

/**
 * Large TCP frames: what a network stack hands out to be cut into segments by the hardware
 * (segmentation offload), and what it takes in as if hardware had joined them (receive offload).
 * Crossing into the stack costs about the same for 64 KiB as for one segment.
 *
 * Pure: no I/O, no memory besides the structs.
 */

enum {
    SEGMENT_FRAME_MAX = 1600,         /**< a frame after cutting, before joining */
    LARGE_FRAME_MAX = 14 + 8 + 65535, /**< Ethernet header, two VLAN tags, the largest packet */
};

/** A frame and how it is to be cut. */
struct large_frame {
    struct bytes frame;
    bool is_v6;
    uint16_t tcp_at;        /**< where the TCP header begins */
    uint16_t payload_at;    /**< where its payload begins */
    uint16_t segment_bytes; /**< payload of each segment but the last; 0: an ordinary frame */
};

/* ---- cutting ---- */

struct tcp_split {
    struct large_frame from;
    size_t ip_at;
    size_t done; /**< payload bytes that were handed out */
    uint32_t pseudo_sum;
    uint16_t id;
    uint32_t seq;
};

/**
 * Begins to cut a frame that the stack left without a checksum: the TCP checksum field holds the sum
 * over the pseudo header. Needs tcp_at and segment_bytes; finds the rest itself. The frame is
 * borrowed. False when it is not TCP over IPv4 or IPv6 (up to two VLAN tags), or its numbers make no
 * sense, or a segment would not fit SEGMENT_FRAME_MAX.
 */
NOREN_MUST_CHECK bool tcp_split_begin(
        struct tcp_split *split, struct bytes frame, size_t tcp_at, size_t segment_bytes);
/** The next segment, complete with its checksums, into out (SEGMENT_FRAME_MAX bytes); its length, or
 * 0 after the last. */
size_t tcp_split_next(struct tcp_split *split, uint8_t *out);

/* ---- joining ---- */

/** Consecutive segments of one connection. Zero it to begin with. */
struct tcp_merge {
    struct large_frame joined;
    size_t count;
    size_t len;
    uint32_t next_seq;
    bool is_complete; /**< a short or pushed segment was the last */
    uint8_t buffer[LARGE_FRAME_MAX];
};

/**
 * Copies the frame in if it continues what is there, or anything mergeable when there is nothing:
 * plain data segments whose checksums are right and whose headers differ in nothing that the stack
 * would not restore. False: nothing changed.
 */
bool tcp_merge_add(struct tcp_merge *merge, struct bytes frame);
/**
 * What was joined; borrowed until the next call, and gone from `merge`. False when there is nothing.
 * A single segment comes out as it went in, with segment_bytes 0; several with the sum over the
 * pseudo header in the TCP checksum field.
 */
bool tcp_merge_take(struct tcp_merge *merge, struct large_frame *out);
