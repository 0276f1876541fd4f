/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"
#include "noren/crypto/cert.h"

#include "tests/unit/test.h"
#include "tests/unit/tls_talk.h"

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
        assert_true(talk_is_open(&talk));
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
