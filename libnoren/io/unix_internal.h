/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <sys/un.h>

#include "noren/base/bytes.h"
#include "noren/io/unix_socket.h"

#include "libnoren/io/loop_internal.h"

/** What unix_listener.c and unix_peer.c share. */

enum {
    UNIX_UNSENT_MAX = 1024 * 1024,
    UNIX_CLOSE_MS = 2000, /**< to send what is queued; then the socket is cut */
};

enum unix_state { UNIX_CONNECTING, UNIX_OPEN, UNIX_CLOSING, UNIX_GONE };

struct unix_peer {
    struct loop *loop;
    struct loop_closer closer;
    struct unix_listener *listener; /**< NULL at the connecting side */
    struct unix_peer *prev, *next;  /**< among the listener's */
    const struct unix_callbacks *callbacks;
    void *ctx;
    void *data;
    uv_pipe_t pipe;
    uv_connect_t connect;
    uv_shutdown_t shutdown;
    struct loop_timer timer; /**< cuts a close that the peer does not take part in */
    enum unix_state state;
    struct writer line; /**< begun, not yet ended by LF */
    uid_t uid;
    gid_t gid;
    pid_t pid;
    bool reported; /**< on_closed was called, or must not be */
};

struct unix_peer *unix_peer_new(
        struct loop *loop, const struct unix_callbacks *callbacks, void *ctx);
/** Reads the credentials; on_open and reading, or the end. `admits` is asked at the server only. */
void unix_peer_begin(struct unix_peer *peer);
/** Cuts the socket; on_closed follows from the loop. */
void unix_peer_destroy(struct unix_peer *peer);
/** The same, with on_closed at once. */
void unix_peer_drop(struct unix_peer *peer);
/** False when path does not fit a socket address. */
bool unix_address(const char *path, struct sockaddr_un *out);

/* unix_listener.c */
void unix_listener_forget(struct unix_listener *listener, struct unix_peer *peer);
