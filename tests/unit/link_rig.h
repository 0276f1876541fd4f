/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>

#include "noren/io/link.h"
#include "noren/io/listener.h"

#include "tests/unit/pki.h"

/**
 * A server's loop on its own thread with a listener on loopback, and a client's loop on the test's
 * thread. Each end sends `to_send` bytes of a known sequence and takes digests of both directions.
 */

enum { RIG_DIGEST_BYTES = 32 };

struct rig;

struct rig_end {
    struct rig *rig;
    struct loop *loop;
    struct link *link; /* NULL before on_open and after on_closed */
    size_t to_send, sent, received;
    size_t close_after_received; /* closes when all is sent and so much is received; 0: never */
    EVP_MD_CTX *sent_sum, *received_sum;
    uint8_t sent_digest[RIG_DIGEST_BYTES], received_digest[RIG_DIGEST_BYTES]; /* at the end */
    int opened, drained, closed;
    bool refused; /* link_send() said no */
    struct noren_err why;
};

struct rig {
    struct pki_cert cert;
    struct tls_context *server_context;
    struct tls_context *client_context;
    struct listener *listener;
    uint16_t port;
    pthread_t server_thread;
    struct rig_end server, client;
    const struct link_callbacks *server_callbacks, *client_callbacks;
    bool server_is_closed;      /* as far as the client's thread has heard */
    struct loop_timer deadline; /* ends a test that hangs */
    bool hung;
};

extern const struct link_callbacks RIG_CALLBACKS;

/** Self-signed server, trusted by pin. The ends may be changed before rig_run(). */
void rig_init(struct rig *rig);
/** Trusts something else. */
void rig_trust(struct rig *rig, const struct tls_trust *trust);
/** Connects to `host` and returns when both ends are closed. */
void rig_run(struct rig *rig, const char *host);
void rig_clear(struct rig *rig);

/** Sends on until it is full or all is sent; closes when it should. */
void rig_go_on(struct rig_end *end);
/** What RIG_CALLBACKS does, for tests with one callback of their own. */
void rig_on_open(struct link *link, void *ctx);
void rig_on_bytes(struct link *link, void *ctx, const uint8_t *bytes, size_t len);
void rig_on_drained(struct link *link, void *ctx);
void rig_on_closed(struct link *link, void *ctx, const struct noren_err *why);

/** Runs fn(ctx) on a loop's thread. */
void rig_call(struct loop *loop, void (*fn)(void *ctx), void *ctx);
