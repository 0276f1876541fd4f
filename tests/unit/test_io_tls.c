/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <openssl/ssl.h>

#include "noren/base/alloc.h"

#include "tests/unit/test.h"
#include "tests/unit/tls_talk.h"

static void test_both_ends_open_and_carry_bytes_both_ways(void **state)
{
    (void)state;
    struct talk talk;
    talk_start_pinned(&talk);

    feed_both(&talk, SIZE_MAX);
    assert_true(talk_is_open(&talk));
    assert_true(tls_send(talk.client.tls, (const uint8_t *)"ping", 4, &talk.client.out, NULL));
    assert_true(tls_send(talk.server.tls, (const uint8_t *)"pong", 4, &talk.server.out, NULL));
    feed_both(&talk, SIZE_MAX);
    assert_int_equal(talk.server.plain.len, 4);
    assert_memory_equal(talk.server.plain.data, "ping", 4);
    assert_int_equal(talk.client.plain.len, 4);
    assert_memory_equal(talk.client.plain.data, "pong", 4);

    X509 *seen = tls_peer_cert(talk.client.tls);
    assert_int_equal(X509_cmp(seen, talk.own.cert), 0);
    X509_free(seen);
    talk_end(&talk);
}

static void test_single_bytes_and_large_pieces_arrive_whole(void **state)
{
    (void)state;
    enum { LARGE = 100 * 1000 };
    struct talk talk;
    talk_start_pinned(&talk);
    noren_cleanup(noren_freep) uint8_t *large = noren_alloc(LARGE);

    for (size_t i = 0; i < LARGE; i++)
        large[i] = (uint8_t)(i * 7 + i / 256);
    feed_both(&talk, 1);
    assert_true(talk_is_open(&talk));
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
    talk_start_pinned(&talk);

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
    talk_start_pinned(&talk);

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
    talk_start_pinned(&talk);

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
    talk_start_pinned(&talk);

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
    talk_start_pinned(&talk);

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
    talk_start_pinned(&talk);

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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
