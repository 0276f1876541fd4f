/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "noren/base/mac.h"

#include "hub/fdb.h"
#include "hub/hub.h"

/** The decision of a hub about one frame, as a value. Nothing is sent here. */

enum hub_route_kind { HUB_DROP, HUB_FLOOD, HUB_TO_PORT };

struct hub_route {
    enum hub_route_kind kind;
    port_id port;         /**< HUB_TO_PORT */
    enum hub_drop reason; /**< HUB_DROP */
    bool moved; /**< the source came from another port: roaming, or two with one address */
};

/** Learns src on `from`, then decides where the frame goes. Sends nothing. */
struct hub_route hub_forward(
        struct fdb *fdb, port_id from, struct mac src, struct mac dst, int64_t now_ms);
