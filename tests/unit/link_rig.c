/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/unit/link_rig.h"

#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/crypto/cert.h"

enum {
    RIG_DEADLINE_MS = 60000,
};

const struct link_callbacks RIG_CALLBACKS = { rig_on_open, rig_on_bytes, rig_on_drained,
    rig_on_closed };

/* ---- calls from one loop to the other ---- */

struct call {
    struct mail mail; /* first */
    void (*fn)(void *ctx);
    void *ctx;
};

static void deliver(struct mail *mail)
{
    struct call *call = (struct call *)mail;

    call->fn(call->ctx);
    free(call);
}

static void dispose(struct mail *mail)
{
    free(mail);
}

void rig_call(struct loop *loop, void (*fn)(void *ctx), void *ctx)
{
    struct call *call = noren_alloc(sizeof *call);

    *call = (struct call){ { NULL, deliver, dispose }, fn, ctx };
    noren_mailbox_post(loop, &call->mail);
}

/* ---- one end ---- */

/* Pieces of all sizes, of a sequence that repeats in none of the buffers' sizes. */
static size_t next_piece(struct rig_end *end, uint8_t *piece, size_t room)
{
    size_t len = 1 + end->sent % 40009 % room;

    if (len > end->to_send - end->sent)
        len = end->to_send - end->sent;
    for (size_t i = 0; i < len; i++)
        piece[i] = (uint8_t)((end->sent + i) * 31 / 7);
    return len;
}

static bool is_finished(const struct rig_end *end)
{
    return end->close_after_received > 0 && end->sent == end->to_send
           && end->received >= end->close_after_received;
}

void rig_go_on(struct rig_end *end)
{
    uint8_t piece[32 * 1024];

    while (end->sent < end->to_send && !link_is_full(end->link)) {
        size_t len = next_piece(end, piece, sizeof piece);
        if (!link_send(end->link, piece, len)) {
            end->refused = true;
            return;
        }
        EVP_DigestUpdate(end->sent_sum, piece, len);
        end->sent += len;
    }
    if (is_finished(end))
        link_close(end->link);
}

void rig_on_open(struct link *link, void *ctx)
{
    struct rig_end *end = ctx;

    loop_assert_here(end->loop);
    end->link = link;
    end->opened++;
    rig_go_on(end);
}

void rig_on_bytes(struct link *link, void *ctx, const uint8_t *bytes, size_t len)
{
    struct rig_end *end = ctx;

    (void)link;
    EVP_DigestUpdate(end->received_sum, bytes, len);
    end->received += len;
    if (is_finished(end))
        link_close(end->link);
}

void rig_on_drained(struct link *link, void *ctx)
{
    struct rig_end *end = ctx;

    (void)link;
    end->drained++;
    rig_go_on(end);
}

/* On the client's loop, which stops when both are closed. */
static void hear_of_server(void *ctx)
{
    struct rig *rig = ctx;

    rig->server_is_closed = true;
    if (rig->client.closed > 0)
        loop_stop(rig->client.loop);
}

void rig_on_closed(struct link *link, void *ctx, const struct noren_err *why)
{
    struct rig_end *end = ctx;
    struct rig *rig = end->rig;

    (void)link;
    end->link = NULL;
    end->closed++;
    end->why = *why;
    EVP_DigestFinal_ex(end->received_sum, end->received_digest, NULL);
    EVP_DigestFinal_ex(end->sent_sum, end->sent_digest, NULL);
    if (end == &rig->server)
        rig_call(rig->client.loop, hear_of_server, rig);
    else if (rig->server_is_closed)
        loop_stop(rig->client.loop);
}

static void end_init(struct rig_end *end, struct rig *rig, const char *name)
{
    end->rig = rig;
    end->loop = loop_new(name, NULL);
    end->sent_sum = EVP_MD_CTX_new();
    end->received_sum = EVP_MD_CTX_new();
    EVP_DigestInit_ex(end->sent_sum, EVP_sha256(), NULL);
    EVP_DigestInit_ex(end->received_sum, EVP_sha256(), NULL);
}

static void end_clear(struct rig_end *end)
{
    loop_free(end->loop);
    EVP_MD_CTX_free(end->sent_sum);
    EVP_MD_CTX_free(end->received_sum);
}

/* ---- both ---- */

static void on_accept(void *ctx, int take_fd, const struct sockaddr *peer)
{
    struct rig *rig = ctx;

    (void)peer;
    link_accept(
            rig->server.loop, take_fd, rig->server_context, rig->server_callbacks, &rig->server);
}

static void on_deadline(void *ctx)
{
    struct rig *rig = ctx;

    rig->hung = true;
    loop_stop(rig->client.loop);
}

static void *run_server(void *ctx)
{
    struct rig *rig = ctx;

    loop_run(rig->server.loop);
    return NULL;
}

void rig_init(struct rig *rig)
{
    char pin[PIN_TEXT_BYTES];
    char host[256];
    const char *pins[] = { pin };
    struct tls_trust trust = { .pins = pins, .pin_count = 1 };

    memset(rig, 0, sizeof *rig);
    rig->cert = pki_make((struct pki_wish){ .name = "localhost" });
    rig->server_context = tls_context_server(rig->cert.key, rig->cert.cert, NULL);
    noren_assert(cert_pin(rig->cert.cert, pin, NULL));
    rig_trust(rig, &trust);
    rig->server_callbacks = &RIG_CALLBACKS;
    rig->client_callbacks = &RIG_CALLBACKS;
    end_init(&rig->server, rig, "server");
    end_init(&rig->client, rig, "client");
    rig->listener = listener_new(rig->server.loop, "127.0.0.1:0", on_accept, rig, NULL);
    noren_assert(rig->listener != NULL);
    noren_assert(noren_split_host_port(listener_where(rig->listener), host, &rig->port, NULL));
}

void rig_trust(struct rig *rig, const struct tls_trust *trust)
{
    tls_context_free(rig->client_context);
    rig->client_context = tls_context_client(trust, NULL);
    noren_assert(rig->client_context != NULL);
}

void rig_run(struct rig *rig, const char *host)
{
    pthread_create(&rig->server_thread, NULL, run_server, rig);
    loop_timer_init(&rig->deadline, rig->client.loop, on_deadline, rig);
    loop_timer_set(&rig->deadline, loop_now_ms(rig->client.loop) + RIG_DEADLINE_MS);
    link_connect(rig->client.loop, host, rig->port, rig->client_context, rig->client_callbacks,
            &rig->client);
    loop_run(rig->client.loop);
    loop_stop(rig->server.loop);
    pthread_join(rig->server_thread, NULL);
}

void rig_clear(struct rig *rig)
{
    loop_timer_clear(&rig->deadline);
    listener_free(rig->listener);
    end_clear(&rig->server);
    end_clear(&rig->client);
    tls_context_free(rig->server_context);
    tls_context_free(rig->client_context);
    pki_clear(&rig->cert);
}
