/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/err.h"
#include "noren/base/mac.h"

/**
 * A TAP interface: Ethernet frames in and out of the system's network stack.
 *
 * Opened with the virtio-net header where the kernel has it (`has_vnet_header`), so that offloads
 * can be switched on later; at present the checksum is completed here before a frame leaves and
 * segmentation stays off. os/linux/tap.c.
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

enum tap_result { TAP_FRAME, TAP_AGAIN, TAP_FAILED };
/** One frame into buffer (TAP_FRAME_MAX bytes); *len is its length. */
enum tap_result tap_read(struct tap *tap, uint8_t *buffer, size_t *len, struct noren_err *err);
/** TAP_AGAIN: the interface is down or its queue is full; the frame was not taken. */
enum tap_result tap_write(struct tap *tap, const uint8_t *frame, size_t len, struct noren_err *err);
