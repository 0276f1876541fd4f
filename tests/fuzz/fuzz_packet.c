/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"
#include "noren/packet/packet.h"

/* A whole frame: what is read must lie inside it. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct eth_frame eth;
    struct arp_packet arp;
    struct udp_packet udp;

    if (!eth_read((struct bytes){ .data = data, .len = len }, &eth))
        return 0;
    noren_assert(eth.payload.len == len - ETH_HEADER_BYTES);
    if (arp_read(eth.payload, &arp))
        noren_assert(eth.payload.len >= 28);
    if (udp_read(eth.payload, &udp)) {
        noren_assert(udp.payload.data >= eth.payload.data + 28);
        noren_assert(udp.payload.data + udp.payload.len <= data + len);
    }
    return 0;
}
