/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/io/tls.h"

#include "tests/unit/pki.h"

/** A client and a server of TLS in memory: what one writes is fed to the other. */

struct end {
    struct tls *tls;
    struct writer plain; /* received */
    struct writer out;   /* to be fed to the other */
    struct noren_err err;
    bool failed;
};

struct talk {
    struct tls_context *server_context;
    struct tls_context *client_context;
    struct end server, client;
    struct pki_cert own; /* the server's, by talk_start_pinned() */
};

struct tls_trust trust_pin(const char *const *pin);
struct tls_trust trust_ca(X509 *const *ca);

void end_init(struct end *end, struct tls *take_tls);
void end_clear(struct end *end);
/** Feeds all that `from` has said, in steps of so many bytes. */
void feed(struct end *to, struct end *from, size_t step);

/** The client's hello is ready to be fed. */
void talk_start(struct talk *talk, const struct pki_cert *server, const struct tls_trust *trust,
        const char *host);
/** The same with a server of its own that the client knows by its pin. */
void talk_start_pinned(struct talk *talk);
/** Feeds both until both are silent. */
void feed_both(struct talk *talk, size_t step);
bool talk_is_open(const struct talk *talk);
void talk_end(struct talk *talk);
