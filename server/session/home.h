/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "noren/base/log.h"

#include "hub/hub.h"
#include "store/store.h"

/**
 * A running hub at home: on its worker, with what belongs to it there (SecureNAT). Others reach it by
 * mail through the home_post_ functions.
 */

struct home;
/** The homes of one worker; touched on its loop only. */
struct home_list {
    struct home *first;
};

/** From any thread; the hub can be joined at once. `list` is of the worker that runs `loop`. */
struct home *home_new(const struct store_hub *hub, struct loop *loop, struct home_list *list,
        struct noren_log *log);
struct hub *home_hub(const struct home *home);

/* From any one thread at a time; the loop gets them in this order. */
void home_post_open(struct home *home);
void home_post_securenat(struct home *home, bool enabled);
/** Closes the hub with all its ports; the home is gone afterwards. */
void home_post_close(struct home *take_home);

/** On the loop: closes all homes of a worker that stops. No home_post_ call may follow. */
void home_close_all(struct home_list *list);
