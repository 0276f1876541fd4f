/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/unit/tls_talk.h"

#include "noren/crypto/cert.h"

#include "tests/unit/test.h"

struct tls_trust trust_pin(const char *const *pin)
{
    return (struct tls_trust){ .pins = pin, .pin_count = 1 };
}

struct tls_trust trust_ca(X509 *const *ca)
{
    return (struct tls_trust){ .cas = ca, .ca_count = 1 };
}

void end_init(struct end *end, struct tls *take_tls)
{
    *end = (struct end){ .tls = take_tls };
    writer_init(&end->plain, 0);
    writer_init(&end->out, 0);
}

void end_clear(struct end *end)
{
    tls_free(end->tls);
    writer_clear(&end->plain);
    writer_clear(&end->out);
}

void feed(struct end *to, struct end *from, size_t step)
{
    while (from->out.len > 0) {
        size_t len = step < from->out.len ? step : from->out.len;
        if (!to->failed
                && !tls_receive(to->tls, from->out.data, len, &to->plain, &to->out, &to->err))
            to->failed = true;
        writer_consume(&from->out, len);
    }
}

void feed_both(struct talk *talk, size_t step)
{
    while (talk->client.out.len > 0 || talk->server.out.len > 0) {
        feed(&talk->server, &talk->client, step);
        feed(&talk->client, &talk->server, step);
    }
}

void talk_start(struct talk *talk, const struct pki_cert *server, const struct tls_trust *trust,
        const char *host)
{
    struct noren_err err;

    talk->own = (struct pki_cert){ NULL, NULL };
    talk->server_context = tls_context_server(server->key, server->cert, &err);
    talk->client_context = tls_context_client(trust, &err);
    assert_non_null(talk->server_context);
    assert_non_null(talk->client_context);
    end_init(&talk->server, tls_new_server(talk->server_context));
    end_init(&talk->client, tls_new_client(talk->client_context, host));
    assert_true(tls_start(talk->client.tls, &talk->client.out, &err));
}

void talk_end(struct talk *talk)
{
    tls_context_free(talk->server_context);
    tls_context_free(talk->client_context);
    end_clear(&talk->server);
    end_clear(&talk->client);
    pki_clear(&talk->own);
}

bool talk_is_open(const struct talk *talk)
{
    return !talk->server.failed && !talk->client.failed
           && tls_get_state(talk->server.tls) == TLS_OPEN
           && tls_get_state(talk->client.tls) == TLS_OPEN;
}

void talk_start_pinned(struct talk *talk)
{
    struct pki_cert server = pki_make((struct pki_wish){ .name = "main" });
    char pin[PIN_TEXT_BYTES];
    const char *pins[] = { pin };
    struct tls_trust trust = trust_pin(pins);

    assert_true(cert_pin(server.cert, pin, NULL));
    talk_start(talk, &server, &trust, "vpn.example");
    talk->own = server;
}
