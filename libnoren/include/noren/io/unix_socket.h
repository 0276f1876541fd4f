/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <sys/types.h>

#include "noren/io/loop.h"

/**
 * Lines of text over a local stream socket, with the peer's credentials from the kernel: how the
 * window talks to the privileged service. One line is at most UNIX_LINE_MAX bytes without its LF.
 */

enum {
    UNIX_LINE_MAX = 16384,
    UNIX_PEERS_MAX = 64, /**< of one listener; who comes then is closed at once */
};

struct unix_peer;

struct unix_callbacks {
    /** Decides by the peer's credentials; false closes at once. NULL admits everybody. */
    bool (*admits)(void *ctx, uid_t uid, gid_t gid, pid_t pid);
    void (*on_open)(struct unix_peer *peer, void *ctx);
    /** One line, terminated, without its LF. Borrowed. */
    void (*on_line)(struct unix_peer *peer, void *ctx, const char *line, size_t len);
    /** The end, exactly once per on_open (or per unix_connect); memory goes back after it. */
    void (*on_closed)(struct unix_peer *peer, void *ctx);
};

struct unix_listener;

/** Replaces a stale socket file; refuses a live one (NOREN_E_EXISTS). `mode` of the socket file. */
NOREN_MUST_CHECK struct unix_listener *unix_listen(struct loop *loop, const char *path, mode_t mode,
        const struct unix_callbacks *callbacks, void *ctx, struct noren_err *err);
/** Closes all its peers too, with on_closed before it returns, and removes the file. */
void unix_listener_free(struct unix_listener *listener);

/** Connects without blocking; on_open or on_closed follows. */
struct unix_peer *unix_connect(
        struct loop *loop, const char *path, const struct unix_callbacks *callbacks, void *ctx);
/**
 * Queues the line and its LF; false when not open, the line is too long or holds an LF, or more than
 * 1 MiB waits (the peer is then closed).
 */
bool unix_send_line(struct unix_peer *peer, const char *line);
/** Sends what is queued, then closes. Idempotent. */
void unix_close(struct unix_peer *peer);
uid_t unix_peer_uid(const struct unix_peer *peer);
/** For the owner's own data per peer. */
void unix_set_data(struct unix_peer *peer, void *data);
void *unix_get_data(const struct unix_peer *peer);
