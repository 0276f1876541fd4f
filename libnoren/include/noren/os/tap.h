/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/err.h"
#include "noren/base/mac.h"
#include "noren/packet/segment.h"

/**
 * A TAP interface: Ethernet frames in and out of the system's network stack.
 *
 * Opened with the virtio-net header where the kernel has it (`has_vnet_header`). Checksums that the
 * system leaves open are completed here before a frame leaves. tap_use_offload() lets large TCP
 * frames through in both directions, which costs the system far less than single segments do.
 * os/linux/tap.c.
 */

struct tap {
    int fd; /**< non-blocking */
    char name[16];
    struct mac mac;
    bool has_vnet_header;
};

enum { TAP_FRAME_MAX = 1600 };

/**
 * `name` at most 15 bytes. A persistent interface is not left behind: it goes when fd closes.
 * NOREN_E_IO (os_code EPERM: needs CAP_NET_ADMIN; ENOENT: no /dev/net/tun), NOREN_E_EXISTS.
 */
NOREN_MUST_CHECK bool tap_open(
        struct tap *out, const char *name, struct mac mac, struct noren_err *err);
void tap_close(struct tap *tap);

/** From now on tap_read_large() may find large frames and tap_write_large() may write them. False
 * where the kernel has no such thing: all frames are ordinary then. */
bool tap_use_offload(struct tap *tap);

enum tap_result { TAP_FRAME, TAP_AGAIN, TAP_FAILED };
/** One ordinary frame into buffer (TAP_FRAME_MAX bytes); *len is its length. */
enum tap_result tap_read(struct tap *tap, uint8_t *buffer, size_t *len, struct noren_err *err);
/**
 * One frame into buffer (LARGE_FRAME_MAX bytes). *out borrows it; where segment_bytes is not 0, it
 * and tcp_at are what tcp_split_begin() needs, unchecked.
 */
enum tap_result tap_read_large(
        struct tap *tap, uint8_t *buffer, struct large_frame *out, struct noren_err *err);
/** TAP_AGAIN: the interface is down or its queue is full; the frame was not taken. */
enum tap_result tap_write(struct tap *tap, const uint8_t *frame, size_t len, struct noren_err *err);
/** The same for what tcp_merge_take() gave. */
enum tap_result tap_write_large(
        struct tap *tap, const struct large_frame *large, struct noren_err *err);
