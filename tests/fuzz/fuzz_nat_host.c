/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "noren/base/alloc.h"
#include "noren/packet/packet.h"

#include "nat/host.h"

/* A frame of a station on the segment, for the virtual host 192.168.30.1. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct mac HOST = { { 0x5e, 0, 0, 0, 0, 0xff } };

static void receive(struct host *host, struct bytes frame)
{
    struct writer out;
    uint32_t src_ip;

    writer_init(&out, 0);
    enum host_verdict verdict = host_receive(host, frame, &out);
    noren_assert(out.len <= frame.len + 60);
    noren_assert(verdict == HOST_ANSWERED || out.len == 0);
    if (host_may_leave(host, frame, &src_ip))
        noren_assert(((src_ip ^ host->ip) & host->mask) == 0 && frame.len >= 34);
    writer_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    noren_cleanup(noren_freep) struct host *host = noren_alloc(sizeof *host);
    noren_cleanup(noren_freep) uint8_t *copy = noren_alloc(len);

    host_init(host, HOST, ip_from_number(0xc0a81e01), ip_mask_of_prefix(24));
    receive(host, (struct bytes){ .data = data, .len = len });
    /* once more as addressed to the host, which a fuzzer would have to guess */
    if (len >= sizeof HOST) {
        memcpy(copy, data, len);
        memcpy(copy, &HOST, sizeof HOST);
        receive(host, (struct bytes){ .data = copy, .len = len });
    }
    return 0;
}
