/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <openssl/ssl.h>
#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/crypto/cert.h"
#include "noren/io/tls.h"

#include "tests/unit/pki.h"
#include "tests/unit/test.h"

/* Both ends in memory: what one writes is fed to the other. */

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
};

static struct tls_trust trust_pin(const char *const *pin)
{
    return (struct tls_trust){ .pins = pin, .pin_count = 1 };
}

static struct tls_trust trust_ca(X509 *const *ca)
{
    return (struct tls_trust){ .cas = ca, .ca_count = 1 };
}

static void end_init(struct end *end, struct tls *tls)
{
    *end = (struct end){ .tls = tls };
    writer_init(&end->plain, 0);
    writer_init(&end->out, 0);
}

static void end_clear(struct end *end)
{
    tls_free(end->tls);
    writer_clear(&end->plain);
    writer_clear(&end->out);
}

static void feed(struct end *to, struct end *from, size_t step)
{
    while (from->out.len > 0) {
        size_t len = step < from->out.len ? step : from->out.len;
        if (!to->failed
                && !tls_receive(to->tls, from->out.data, len, &to->plain, &to->out, &to->err))
            to->failed = true;
        writer_consume(&from->out, len);
    }
}

static void feed_both(struct talk *talk, size_t step)
{
    while (talk->client.out.len > 0 || talk->server.out.len > 0) {
        feed(&talk->server, &talk->client, step);
        feed(&talk->client, &talk->server, step);
    }
}

static void talk_start(struct talk *talk, const struct pki_cert *server,
        const struct tls_trust *trust, const char *host)
{
    struct noren_err err;

    talk->server_context = tls_context_server(server->key, server->cert, &err);
    talk->client_context = tls_context_client(trust, &err);
    assert_non_null(talk->server_context);
    assert_non_null(talk->client_context);
    end_init(&talk->server, tls_new_server(talk->server_context));
    end_init(&talk->client, tls_new_client(talk->client_context, host));
    assert_true(tls_start(talk->client.tls, &talk->client.out, &err));
}

static void talk_end(struct talk *talk)
{
    tls_context_free(talk->server_context);
    tls_context_free(talk->client_context);
    end_clear(&talk->server);
    end_clear(&talk->client);
}

static bool is_open(const struct talk *talk)
{
    return !talk->server.failed && !talk->client.failed
           && tls_get_state(talk->server.tls) == TLS_OPEN
           && tls_get_state(talk->client.tls) == TLS_OPEN;
}

/* A self-signed server that the client knows by its pin: for tests about bytes. */
static struct pki_cert start_pinned(struct talk *talk)
{
    struct pki_cert server = pki_make((struct pki_wish){ .name = "main" });
    char pin[PIN_TEXT_BYTES];
    const char *pins[] = { pin };
    struct tls_trust trust = trust_pin(pins);

    assert_true(cert_pin(server.cert, pin, NULL));
    talk_start(talk, &server, &trust, "vpn.example");
    return server;
}

static void test_both_ends_open_and_carry_bytes_both_ways(void **state)
{
    (void)state;
    struct talk talk;
    noren_cleanup(pki_clear) struct pki_cert server = start_pinned(&talk);

    feed_both(&talk, SIZE_MAX);
    assert_true(is_open(&talk));
    assert_true(tls_send(talk.client.tls, (const uint8_t *)"ping", 4, &talk.client.out, NULL));
    assert_true(tls_send(talk.server.tls, (const uint8_t *)"pong", 4, &talk.server.out, NULL));
    feed_both(&talk, SIZE_MAX);
    assert_int_equal(talk.server.plain.len, 4);
    assert_memory_equal(talk.server.plain.data, "ping", 4);
    assert_int_equal(talk.client.plain.len, 4);
    assert_memory_equal(talk.client.plain.data, "pong", 4);

    X509 *seen = tls_peer_cert(talk.client.tls);
    assert_int_equal(X509_cmp(seen, server.cert), 0);
    X509_free(seen);
    talk_end(&talk);
}

static void test_single_bytes_and_large_pieces_arrive_whole(void **state)
{
    (void)state;
    enum { LARGE = 100 * 1000 };
    struct talk talk;
    noren_cleanup(pki_clear) struct pki_cert server = start_pinned(&talk);
    noren_cleanup(noren_freep) uint8_t *large = noren_alloc(LARGE);

    for (size_t i = 0; i < LARGE; i++)
        large[i] = (uint8_t)(i * 7 + i / 256);
    feed_both(&talk, 1);
    assert_true(is_open(&talk));
    assert_true(tls_send(talk.client.tls, large, LARGE, &talk.client.out, NULL));
    feed_both(&talk, 7);
    assert_int_equal(talk.server.plain.len, LARGE);
    assert_memory_equal(talk.server.plain.data, large, LARGE);
    talk_end(&talk);
}

static void test_neither_ticket_nor_session_is_given(void **state)
{
    (void)state;
    struct talk talk;
    noren_cleanup(pki_clear) struct pki_cert server = start_pinned(&talk);

    feed(&talk.server, &talk.client, SIZE_MAX);
    feed(&talk.client, &talk.server, SIZE_MAX);
    assert_int_equal(tls_get_state(talk.client.tls), TLS_OPEN);
    feed(&talk.server, &talk.client, SIZE_MAX);
    assert_int_equal(tls_get_state(talk.server.tls), TLS_OPEN);
    assert_int_equal(talk.server.out.len, 0); /* where tickets would be */
    talk_end(&talk);
}

static void test_end_in_order_is_told_from_a_cut(void **state)
{
    (void)state;
    struct talk talk;
    noren_cleanup(pki_clear) struct pki_cert server = start_pinned(&talk);

    feed_both(&talk, SIZE_MAX);
    assert_true(tls_send(talk.client.tls, (const uint8_t *)"bye", 3, &talk.client.out, NULL));
    tls_shut(talk.client.tls, &talk.client.out);
    feed(&talk.server, &talk.client, SIZE_MAX);
    assert_int_equal(tls_get_state(talk.server.tls), TLS_PEER_CLOSED);
    assert_int_equal(talk.server.plain.len, 3);
    assert_false(tls_send(talk.server.tls, (const uint8_t *)"x", 1, &talk.server.out, NULL));
    tls_shut(talk.server.tls, &talk.server.out);
    feed(&talk.client, &talk.server, SIZE_MAX);
    assert_int_equal(tls_get_state(talk.client.tls), TLS_PEER_CLOSED);
    talk_end(&talk);
}

static void test_changed_record_breaks_the_connection(void **state)
{
    (void)state;
    struct talk talk;
    noren_cleanup(pki_clear) struct pki_cert server = start_pinned(&talk);

    feed_both(&talk, SIZE_MAX);
    assert_true(tls_send(talk.client.tls, (const uint8_t *)"ping", 4, &talk.client.out, NULL));
    talk.client.out.data[talk.client.out.len - 1] ^= 1;
    feed(&talk.server, &talk.client, SIZE_MAX);
    assert_true(talk.server.failed);
    assert_int_equal(talk.server.err.code, NOREN_E_PROTOCOL);
    assert_true(talk.server.out.len > 0); /* an alert */
    assert_false(tls_receive(talk.server.tls, (const uint8_t *)"", 0, &talk.server.plain,
            &talk.server.out, &talk.server.err));
    assert_int_equal(talk.server.err.code, NOREN_E_STATE);
    talk_end(&talk);
}

static void test_plain_bytes_beyond_the_writers_maximum_are_refused(void **state)
{
    (void)state;
    struct talk talk;
    noren_cleanup(pki_clear) struct pki_cert server = start_pinned(&talk);

    feed_both(&talk, SIZE_MAX);
    writer_clear(&talk.server.plain);
    writer_init(&talk.server.plain, 4);
    assert_true(tls_send(talk.client.tls, (const uint8_t *)"four", 4, &talk.client.out, NULL));
    feed(&talk.server, &talk.client, SIZE_MAX);
    assert_false(talk.server.failed);
    assert_int_equal(talk.server.plain.len, 4);
    assert_true(tls_send(talk.client.tls, (const uint8_t *)"5", 1, &talk.client.out, NULL));
    feed(&talk.server, &talk.client, SIZE_MAX);
    assert_true(talk.server.failed);
    assert_int_equal(talk.server.err.code, NOREN_E_LIMIT);
    talk_end(&talk);
}

static void test_garbage_is_refused(void **state)
{
    (void)state;
    struct talk talk;
    noren_cleanup(pki_clear) struct pki_cert server = start_pinned(&talk);

    writer_reset(&talk.client.out);
    writer_text(&talk.client.out, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    feed(&talk.server, &talk.client, SIZE_MAX);
    assert_true(talk.server.failed);
    assert_int_equal(talk.server.err.code, NOREN_E_PROTOCOL);
    tls_shut(talk.server.tls, &talk.server.out); /* harmless */
    talk_end(&talk);
}

static void test_hello_cut_anywhere_is_waited_for(void **state)
{
    (void)state;
    struct talk talk;
    noren_cleanup(pki_clear) struct pki_cert server = start_pinned(&talk);

    for (size_t len = 0; len < talk.client.out.len; len++) {
        struct end fresh;
        end_init(&fresh, tls_new_server(talk.server_context));
        assert_true(tls_receive(
                fresh.tls, talk.client.out.data, len, &fresh.plain, &fresh.out, &fresh.err));
        assert_int_equal(tls_get_state(fresh.tls), TLS_HANDSHAKING);
        assert_int_equal(fresh.out.len, 0);
        end_clear(&fresh);
    }
    talk_end(&talk);
}

/* A client of OpenSSL's own with the given highest version; true when the server takes it. */
static bool server_takes_version(struct tls_context *context, int version)
{
    SSL_CTX *ssl_ctx = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_security_level(ssl_ctx, 0);
    SSL_CTX_set_min_proto_version(ssl_ctx, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(ssl_ctx, version);
    SSL *ssl = SSL_new(ssl_ctx);
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    struct end server;
    end_init(&server, tls_new_server(context));
    char hello[4096];

    SSL_connect(ssl);
    int len = BIO_read(SSL_get_wbio(ssl), hello, sizeof hello);
    assert_true(len > 0);
    bool taken = tls_receive(server.tls, (const uint8_t *)hello, (size_t)len, &server.plain,
            &server.out, &server.err);
    end_clear(&server);
    SSL_free(ssl);
    SSL_CTX_free(ssl_ctx);
    return taken;
}

static void test_versions_before_1_2_are_refused(void **state)
{
    (void)state;
    noren_cleanup(pki_clear) struct pki_cert cert = pki_make((struct pki_wish){ .name = "main" });
    struct tls_context *context = tls_context_server(cert.key, cert.cert, NULL);

    assert_false(server_takes_version(context, TLS1_VERSION));
    assert_false(server_takes_version(context, TLS1_1_VERSION));
    assert_true(server_takes_version(context, TLS1_2_VERSION));
    assert_true(server_takes_version(context, TLS1_3_VERSION));
    tls_context_free(context);
}

static void test_key_of_another_certificate_is_refused(void **state)
{
    (void)state;
    noren_cleanup(pki_clear) struct pki_cert one = pki_make((struct pki_wish){ .name = "one" });
    noren_cleanup(pki_clear) struct pki_cert two = pki_make((struct pki_wish){ .name = "two" });
    struct noren_err err;

    assert_null(tls_context_server(one.key, two.cert, &err));
    assert_int_equal(err.code, NOREN_E_CRYPTO);
}

/* ---- trust ---- */

struct verdict {
    enum noren_code code; /* NOREN_OK: trusted */
    char text[240];
};

static struct verdict judge(
        const struct pki_cert *server, const struct tls_trust *trust, const char *host)
{
    struct verdict verdict = { NOREN_OK, "" };
    struct talk talk;

    talk_start(&talk, server, trust, host);
    feed_both(&talk, SIZE_MAX);
    if (talk.client.failed) {
        verdict.code = talk.client.err.code;
        memcpy(verdict.text, talk.client.err.text, sizeof verdict.text);
        assert_true(talk.server.failed); /* by the alert */
    } else {
        assert_true(is_open(&talk));
    }
    talk_end(&talk);
    return verdict;
}

static void expect_trust(
        const struct pki_cert *server, const struct tls_trust *trust, const char *host)
{
    assert_string_equal(judge(server, trust, host).text, "");
}

static void expect_distrust(const struct pki_cert *server, const struct tls_trust *trust,
        const char *host, const char *reason)
{
    struct verdict verdict = judge(server, trust, host);

    if (strstr(verdict.text, reason) == NULL)
        assert_string_equal(verdict.text, reason);
    assert_int_equal(verdict.code, NOREN_E_TRUST);
}

static void test_pin_alone_decides(void **state)
{
    (void)state;
    noren_cleanup(pki_clear) struct pki_cert server = pki_make((struct pki_wish){ .name = "x" });
    noren_cleanup(pki_clear) struct pki_cert other = pki_make((struct pki_wish){ .name = "x" });
    char right[PIN_TEXT_BYTES], wrong[PIN_TEXT_BYTES];
    const char *both[] = { wrong, right };
    const char *only_wrong[] = { wrong };
    struct tls_trust trust = { .pins = both, .pin_count = 2 };
    struct tls_trust distrust = trust_pin(only_wrong);

    assert_true(cert_pin(server.cert, right, NULL));
    assert_true(cert_pin(other.cert, wrong, NULL));
    expect_trust(&server, &trust, "any.example");
    expect_distrust(&server, &distrust, "any.example", "pin does not match");
}

static void test_chain_to_a_given_ca_needs_the_hosts_name(void **state)
{
    (void)state;
    noren_cleanup(pki_clear) struct pki_cert ca =
            pki_make((struct pki_wish){ .name = "CA", .is_ca = true });
    noren_cleanup(pki_clear) struct pki_cert server = pki_make((struct pki_wish){ .name = "x",
            .issuer = &ca,
            .alternative = "DNS:vpn.example,IP:192.0.2.7,IP:2001:db8::7" });
    struct tls_trust trust = trust_ca(&ca.cert);

    expect_trust(&server, &trust, "vpn.example");
    expect_trust(&server, &trust, "vpn.example.");
    expect_trust(&server, &trust, "192.0.2.7");
    expect_trust(&server, &trust, "2001:db8::7");
    expect_distrust(&server, &trust, "www.example", "another host than www.example");
    expect_distrust(&server, &trust, "192.0.2.8", "another host than 192.0.2.8");
    expect_distrust(&server, &trust, "", "another host");
}

static void test_another_ca_is_an_unknown_issuer(void **state)
{
    (void)state;
    noren_cleanup(pki_clear) struct pki_cert ca =
            pki_make((struct pki_wish){ .name = "CA", .is_ca = true });
    noren_cleanup(pki_clear) struct pki_cert namesake =
            pki_make((struct pki_wish){ .name = "CA", .is_ca = true });
    noren_cleanup(pki_clear) struct pki_cert server = pki_make(
            (struct pki_wish){ .name = "x", .issuer = &ca, .alternative = "DNS:vpn.example" });
    noren_cleanup(pki_clear) struct pki_cert self =
            pki_make((struct pki_wish){ .name = "x", .alternative = "DNS:vpn.example" });
    struct tls_trust stranger = trust_ca(&self.cert);
    struct tls_trust same_name = trust_ca(&namesake.cert);
    struct tls_trust system = { .use_system = true };

    expect_distrust(&server, &stranger, "vpn.example", "issuer");
    expect_distrust(&self, &same_name, "vpn.example", "issuer");
    expect_distrust(&server, &system, "vpn.example", "issuer");
    assert_int_equal(judge(&server, &same_name, "vpn.example").code, NOREN_E_TRUST);
}

static void test_the_given_certificate_itself_needs_no_name(void **state)
{
    (void)state;
    noren_cleanup(pki_clear) struct pki_cert self = pki_make((struct pki_wish){ .name = "x" });
    struct tls_trust trust = trust_ca(&self.cert);

    expect_trust(&self, &trust, "vpn.example");
}

static void test_own_self_signed_identity_is_trusted_by_file_and_by_name(void **state)
{
    (void)state;
    noren_cleanup(pki_clear) struct pki_cert self = { NULL, NULL };

    assert_true(cert_make_self_signed("vpn.example", &self.key, &self.cert, NULL));
    struct tls_trust trust = trust_ca(&self.cert);
    expect_trust(&self, &trust, "vpn.example");
    expect_trust(&self, &trust, "elsewhere.example");
}

static void test_chain_may_end_in_a_given_intermediate(void **state)
{
    (void)state;
    noren_cleanup(pki_clear) struct pki_cert root =
            pki_make((struct pki_wish){ .name = "root", .is_ca = true });
    noren_cleanup(pki_clear) struct pki_cert middle =
            pki_make((struct pki_wish){ .name = "middle", .is_ca = true, .issuer = &root });
    noren_cleanup(pki_clear) struct pki_cert server = pki_make(
            (struct pki_wish){ .name = "x", .issuer = &middle, .alternative = "DNS:vpn.example" });
    struct tls_trust trust = trust_ca(&middle.cert);

    expect_trust(&server, &trust, "vpn.example");
    expect_distrust(&server, &trust, "www.example", "another host");
}

static void test_certificate_that_is_no_ca_cannot_issue(void **state)
{
    (void)state;
    noren_cleanup(pki_clear) struct pki_cert plain = pki_make((struct pki_wish){ .name = "p" });
    noren_cleanup(pki_clear) struct pki_cert server = pki_make(
            (struct pki_wish){ .name = "x", .issuer = &plain, .alternative = "DNS:vpn.example" });
    struct tls_trust trust = trust_ca(&plain.cert);

    expect_distrust(&server, &trust, "vpn.example", "refused");
}

static void expect_dates_matter(long from_s, long until_s, const char *reason)
{
    noren_cleanup(pki_clear) struct pki_cert ca =
            pki_make((struct pki_wish){ .name = "CA", .is_ca = true });
    noren_cleanup(pki_clear) struct pki_cert server = pki_make((struct pki_wish){ .name = "x",
            .issuer = &ca,
            .alternative = "DNS:vpn.example",
            .from_s = from_s,
            .until_s = until_s });
    char pin[PIN_TEXT_BYTES];
    const char *pins[] = { pin };
    struct tls_trust by_pin = trust_pin(pins);
    struct tls_trust by_ca = trust_ca(&ca.cert);
    struct tls_trust by_itself = trust_ca(&server.cert);

    assert_true(cert_pin(server.cert, pin, NULL));
    expect_distrust(&server, &by_pin, "vpn.example", reason);
    expect_distrust(&server, &by_ca, "vpn.example", reason);
    expect_distrust(&server, &by_itself, "vpn.example", reason);
}

static void test_expired_is_refused_in_every_case(void **state)
{
    (void)state;

    expect_dates_matter(-10 * PKI_DAY, -PKI_DAY, "expired on 20");
}

static void test_not_yet_valid_is_refused_in_every_case(void **state)
{
    (void)state;

    expect_dates_matter(PKI_DAY, 10 * PKI_DAY, "not yet valid, only from 20");
}

static void test_expired_ca_is_refused(void **state)
{
    (void)state;
    noren_cleanup(pki_clear) struct pki_cert ca = pki_make((struct pki_wish){
            .name = "CA", .is_ca = true, .from_s = -10 * PKI_DAY, .until_s = -PKI_DAY });
    noren_cleanup(pki_clear) struct pki_cert server = pki_make(
            (struct pki_wish){ .name = "x", .issuer = &ca, .alternative = "DNS:vpn.example" });
    struct tls_trust trust = trust_ca(&ca.cert);

    expect_distrust(&server, &trust, "vpn.example", "expired");
}

static void test_client_must_trust_something_and_pins_must_be_pins(void **state)
{
    (void)state;
    const char *bad[] = { "tooshort" };
    struct tls_trust nothing = { 0 };
    struct tls_trust no_pin = trust_pin(bad);
    struct noren_err err;

    assert_null(tls_context_client(&nothing, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
    assert_null(tls_context_client(&no_pin, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ends_open_and_carry_bytes_both_ways),
        cmocka_unit_test(test_single_bytes_and_large_pieces_arrive_whole),
        cmocka_unit_test(test_neither_ticket_nor_session_is_given),
        cmocka_unit_test(test_end_in_order_is_told_from_a_cut),
        cmocka_unit_test(test_changed_record_breaks_the_connection),
        cmocka_unit_test(test_plain_bytes_beyond_the_writers_maximum_are_refused),
        cmocka_unit_test(test_garbage_is_refused),
        cmocka_unit_test(test_hello_cut_anywhere_is_waited_for),
        cmocka_unit_test(test_versions_before_1_2_are_refused),
        cmocka_unit_test(test_key_of_another_certificate_is_refused),
        cmocka_unit_test(test_pin_alone_decides),
        cmocka_unit_test(test_chain_to_a_given_ca_needs_the_hosts_name),
        cmocka_unit_test(test_another_ca_is_an_unknown_issuer),
        cmocka_unit_test(test_the_given_certificate_itself_needs_no_name),
        cmocka_unit_test(test_own_self_signed_identity_is_trusted_by_file_and_by_name),
        cmocka_unit_test(test_chain_may_end_in_a_given_intermediate),
        cmocka_unit_test(test_certificate_that_is_no_ca_cannot_issue),
        cmocka_unit_test(test_expired_is_refused_in_every_case),
        cmocka_unit_test(test_not_yet_valid_is_refused_in_every_case),
        cmocka_unit_test(test_expired_ca_is_refused),
        cmocka_unit_test(test_client_must_trust_something_and_pins_must_be_pins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
