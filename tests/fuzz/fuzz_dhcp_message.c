/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "noren/base/alloc.h"
#include "noren/packet/dhcp.h"

/* A UDP payload: what was understood must survive being written and read again. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct dhcp_message first, second;
    struct writer w;

    if (!dhcp_read((struct bytes){ .data = data, .len = len }, &first, NULL))
        return 0;
    writer_init(&w, 0);
    dhcp_write(&w, &first);
    noren_assert(!writer_failed(&w));
    noren_assert(dhcp_read((struct bytes){ .data = w.data, .len = w.len }, &second, NULL));
    noren_assert(first.kind == second.kind && first.yiaddr == second.yiaddr
                 && first.lease_s == second.lease_s && first.route_count == second.route_count
                 && strcmp(first.domain, second.domain) == 0);
    writer_clear(&w);
    return 0;
}
