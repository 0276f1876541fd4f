/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "noren/base/bytes.h"
#include "noren/base/mac.h"
#include "noren/io/loop.h"

/**
 * The way out: libslirp on a libuv loop. IPv4 packets of the segment go in, ordinary sockets of this
 * process carry them on, answers come back as whole frames. docs/decisions/0005-securenat-addresses.md
 * says which addresses libslirp is given.
 *
 * Everything runs on the loop's thread.
 */

struct outside;

/** Both are lower, in proportion, where the process may open few files: a quarter of them at most. */
enum {
    OUTSIDE_TCP_MAX = 4096,     /**< sockets; beyond it no new TCP connection begins */
    OUTSIDE_SOCKETS_MAX = 5120, /**< of any kind; beyond it nothing new begins */
};

struct outside_options {
    struct mac mac;        /**< the source of what comes back */
    uint32_t own_ip, mask; /**< of the virtual host, network byte order */
};

struct outside_callbacks {
    /** A frame for the segment, borrowed. */
    void (*send)(void *ctx, struct bytes frame);
    /** The end of a round of send(): what was gathered may leave. */
    void (*flush)(void *ctx);
    /** The address of a neighbour; false when it is not known, after asking for it. */
    bool (*resolve)(void *ctx, uint32_t ip, struct mac *out);
};

/** NULL with NOREN_E_IO when libslirp refuses. */
NOREN_MUST_CHECK struct outside *outside_new(struct loop *loop,
        const struct outside_options *options, const struct outside_callbacks *callbacks, void *ctx,
        struct noren_log *log, struct noren_err *err);
/** Cuts all connections. NULL is fine. */
void outside_free(struct outside *outside);

/** Tells who has an address. Cheap when it was the last one told. */
void outside_learn(struct outside *outside, uint32_t ip, struct mac mac);
/** What resolve() did not know has been told: lets go what waited for it. */
void outside_resolved(struct outside *outside, uint32_t ip, struct mac mac);
/** An IPv4 frame from a station whose address has been learned. */
void outside_input(struct outside *outside, struct bytes frame);
size_t outside_socket_count(const struct outside *outside);
