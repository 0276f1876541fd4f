/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "hub/forward.h"

static struct hub_route drop(enum hub_drop reason)
{
    return (struct hub_route){ .kind = HUB_DROP, .reason = reason };
}

struct hub_route hub_forward(
        struct fdb *fdb, port_id from, struct mac src, struct mac dst, int64_t now_ms)
{
    if (mac_is_group(src) || mac_is_zero(src) || mac_equal(src, dst))
        return drop(HUB_DROP_BAD_SOURCE);

    enum fdb_learned learned = fdb_learn(fdb, src, from, now_ms);
    if (learned == FDB_TABLE_FULL)
        return drop(HUB_DROP_TABLE_FULL);
    if (learned == FDB_PORT_LIMIT)
        return drop(HUB_DROP_PORT_LIMIT);
    bool moved = learned == FDB_MOVED;

    port_id to = mac_is_group(dst) ? PORT_NONE : fdb_find(fdb, dst, now_ms);
    if (to == PORT_NONE)
        return (struct hub_route){ .kind = HUB_FLOOD, .moved = moved };
    if (to == from)
        return (struct hub_route){ .kind = HUB_DROP, .reason = HUB_DROP_SAME_PORT, .moved = moved };
    return (struct hub_route){ .kind = HUB_TO_PORT, .port = to, .moved = moved };
}
