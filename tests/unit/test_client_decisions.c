/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>

#include "noren/proto/handshake.h"

#include "engine/backoff.h"
#include "engine/network.h"
#include "engine/route_plan.h"
#include "engine/text.h"
#include "engine/verdict.h"
#include "tests/unit/test.h"

/* What the engine decides without touching anything. */

static uint32_t ip(const char *text)
{
    uint32_t address = 0;

    assert_true(text_parse_ipv4(text, &address));
    return address;
}

/* ---- back-off ---- */

static void test_the_first_loss_is_followed_by_a_try_at_once(void **state)
{
    (void)state;

    for (uint32_t chance = 0; chance < 3000; chance += 7) {
        struct backoff backoff = { .failures = 0 };
        int64_t wait_ms = backoff_next_ms(&backoff, chance);
        assert_true(wait_ms >= 0 && wait_ms < BACKOFF_AT_ONCE_MS);
    }
}

static void test_waits_double_up_to_a_minute(void **state)
{
    (void)state;
    static const int64_t steps[] = { 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000 };
    struct backoff backoff = { .failures = 1 };

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct backoff again = backoff;
        int64_t least = backoff_next_ms(&again, 0);
        int64_t most = backoff_next_ms(&backoff, (uint32_t)(steps[i] / 2 - 1));
        assert_int_equal(least, steps[i] * 3 / 4);
        if (steps[i] < BACKOFF_MOST_MS)
            assert_in_range(most, steps[i] + 1, steps[i] * 5 / 4);
        else
            assert_int_equal(most, BACKOFF_MOST_MS);
    }
}

static void test_only_a_session_that_lived_starts_the_count_anew(void **state)
{
    (void)state;
    struct backoff backoff = { .failures = 5 };

    backoff_session_ended(&backoff, BACKOFF_GOOD_SESSION_MS - 1);
    assert_int_equal(backoff.failures, 5);
    backoff_session_ended(&backoff, BACKOFF_GOOD_SESSION_MS);
    assert_int_equal(backoff.failures, 0);
}

/* ---- verdicts ---- */

static void test_what_cannot_get_better_by_itself_is_not_tried_again(void **state)
{
    (void)state;

    assert_int_equal(verdict_of_refusal(PROTO_E_AUTH).error, ENGINE_E_AUTH);
    assert_int_equal(verdict_of_refusal(PROTO_E_AUTH).action, VERDICT_STOP);
    assert_int_equal(verdict_of_refusal(PROTO_E_ACCESS_DENIED).action, VERDICT_STOP);
    assert_int_equal(verdict_of_refusal(PROTO_E_HUB_NOT_FOUND).action, VERDICT_RETRY_FEW);
    assert_int_equal(verdict_of_refusal(PROTO_E_TOO_MANY_SESSIONS).action, VERDICT_RETRY_SLOW);
    assert_int_equal(verdict_of_refusal(4711).error, ENGINE_E_INTERNAL);
    assert_int_equal(verdict_of_refusal(4711).action, VERDICT_RETRY);
}

static void test_a_server_not_trusted_is_tried_slowly_and_shown_first(void **state)
{
    (void)state;
    struct verdict trust = verdict_of_link(NOREN_E_TRUST, false);
    struct verdict gone = verdict_of_link(NOREN_E_TIMEOUT, false);

    assert_int_equal(trust.action, VERDICT_RETRY_SLOW);
    assert_int_equal(verdict_worse(trust, gone).error, ENGINE_E_TRUST);
    assert_int_equal(verdict_worse(gone, trust).error, ENGINE_E_TRUST);
}

static void test_broken_framing_means_not_a_vpn_server_only_before_the_log_in(void **state)
{
    (void)state;

    assert_int_equal(verdict_of_link(NOREN_E_PROTOCOL, false).error, ENGINE_E_NOT_VPN);
    assert_int_equal(verdict_of_link(NOREN_E_PROTOCOL, true).error, ENGINE_E_UNREACHABLE);
    assert_int_equal(verdict_of_link(NOREN_E_NOT_FOUND, false).error, ENGINE_E_NAME);
}

/* ---- routes ---- */

static const struct net_route PATH = { .prefix = 0, .dev = "eth0" };

static struct route_plan plan(struct profile *profile, const struct route_wanted *pushed,
        uint32_t count, const char *server)
{
    struct route_plan out;
    struct net_route path = PATH;
    struct route_input in = {
        .profile = profile,
        .dev = "acme0",
        .own_ip = ip("192.168.30.10"),
        .own_prefix = 24,
        .router = ip("192.168.30.1"),
        .pushed = pushed,
        .pushed_count = count,
        .server_ip = ip(server),
        .server_path = &path,
    };

    path.gateway = ip("10.9.8.1");
    route_plan_make(&in, &out);
    return out;
}

static void test_the_default_route_is_left_alone_unless_asked_for(void **state)
{
    (void)state;
    struct profile profile = { .routes_mode = PROFILE_ROUTES_SERVER };
    struct route_wanted everything = { 0, ip("192.168.30.1"), 0 };
    struct route_plan out = plan(&profile, &everything, 1, "203.0.113.1");

    assert_int_equal(out.count, 0);
    assert_int_equal(out.refused_count, 0);
}

static void test_all_traffic_goes_by_two_halves_and_the_server_outside(void **state)
{
    (void)state;
    struct profile profile = { .routes_mode = PROFILE_ROUTES_NONE, .default_gateway = true };
    struct route_plan out = plan(&profile, NULL, 0, "203.0.113.1");

    assert_int_equal(out.count, 3);
    assert_int_equal(out.routes[0].network, ip("203.0.113.1"));
    assert_int_equal(out.routes[0].prefix, 32);
    assert_int_equal(out.routes[0].gateway, ip("10.9.8.1"));
    assert_string_equal(out.routes[0].dev, "eth0");
    assert_int_equal(out.routes[1].network, 0);
    assert_int_equal(out.routes[1].prefix, 1);
    assert_int_equal(out.routes[2].network, ip("128.0.0.0"));
    assert_int_equal(out.routes[2].gateway, ip("192.168.30.1"));
    assert_string_equal(out.routes[2].dev, "acme0");
}

static void test_a_server_inside_a_routed_network_stays_outside(void **state)
{
    (void)state;
    struct profile profile = { .routes_mode = PROFILE_ROUTES_SERVER };
    struct route_wanted wide = { ip("203.0.0.0"), ip("192.168.30.1"), 16 };
    struct route_plan out = plan(&profile, &wide, 1, "203.0.113.1");

    assert_int_equal(out.count, 2);
    assert_int_equal(out.routes[0].prefix, 32);
    assert_string_equal(out.routes[0].dev, "eth0");
    assert_int_equal(out.routes[1].prefix, 16);
    /* the address given may itself bring the server into the tunnel */
    out = plan(&profile, NULL, 0, "192.168.30.77");
    assert_int_equal(out.count, 1);
    assert_int_equal(out.routes[0].network, ip("192.168.30.77"));
}

static void test_dangerous_pushed_routes_are_refused(void **state)
{
    (void)state;
    struct profile profile = { .routes_mode = PROFILE_ROUTES_SERVER };
    static const struct {
        const char *network;
        uint8_t prefix;
        enum route_refusal why;
    } cases[] = {
        { "0.0.0.0", 1, ROUTE_TOO_WIDE },
        { "128.0.0.0", 1, ROUTE_TOO_WIDE },
        { "8.0.0.0", 7, ROUTE_TOO_WIDE },
        { "127.0.0.0", 8, ROUTE_SPECIAL },
        { "169.254.169.254", 32, ROUTE_SPECIAL },
        { "224.0.0.0", 8, ROUTE_SPECIAL },
        { "203.0.113.0", 24, ROUTE_SERVER },
        { "203.0.113.1", 32, ROUTE_SERVER },
        { "10.9.8.0", 24, ROUTE_LOCAL },
        { "10.9.8.0", 25, ROUTE_LOCAL },
        { "10.0.0.0", 8, ROUTE_FINE },
        { "172.16.5.0", 24, ROUTE_FINE },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct route_wanted route = { ip(cases[i].network), ip("192.168.30.1"), cases[i].prefix };
        struct route_plan out = plan(&profile, &route, 1, "203.0.113.1");
        bool fine = cases[i].why == ROUTE_FINE;
        assert_int_equal(out.refused_count, fine ? 0 : 1);
        assert_int_equal(out.count, fine ? 1 : 0);
        if (!fine)
            assert_int_equal(out.refused[0].why, cases[i].why);
    }
}

static void test_listed_routes_replace_pushed_ones(void **state)
{
    (void)state;
    struct profile profile = { .routes_mode = PROFILE_ROUTES_LIST, .route_count = 1 };
    struct route_wanted pushed = { ip("10.0.0.0"), ip("192.168.30.1"), 8 };
    profile.routes[0] = (struct profile_route){ ip("172.16.0.0"), 12 };
    struct route_plan out = plan(&profile, &pushed, 1, "203.0.113.1");

    assert_int_equal(out.count, 1);
    assert_int_equal(out.routes[0].network, ip("172.16.0.0"));
    assert_int_equal(out.routes[0].gateway, ip("192.168.30.1"));
    profile.routes_mode = PROFILE_ROUTES_NONE;
    assert_int_equal(plan(&profile, &pushed, 1, "203.0.113.1").count, 0);
}

static void test_all_traffic_without_a_gateway_is_told(void **state)
{
    (void)state;
    struct profile profile = { .default_gateway = true };
    struct route_input in = { .profile = &profile, .dev = "acme0" };
    struct route_plan out;

    route_plan_make(&in, &out);
    assert_true(out.lacks_router);
    assert_int_equal(out.count, 0);
}

/* ---- leases ---- */

static struct dhcp_lease lease(void)
{
    struct dhcp_lease out = { 0 };

    out.ip = ip("192.168.30.10");
    out.mask = ip("255.255.255.0");
    out.router = ip("192.168.30.1");
    out.dns[0] = ip("192.168.30.1");
    out.dns_count = 1;
    snprintf(out.domain, sizeof out.domain, "corp.example");
    return out;
}

static void test_a_lease_becomes_a_setup(void **state)
{
    (void)state;
    struct profile profile = { .mtu = 1400 };
    struct dhcp_lease given = lease();
    struct net_setup setup;

    given.mtu = 1450;
    assert_true(net_setup_from_lease(&profile, &given, &setup, NULL));
    assert_int_equal(setup.prefix, 24);
    assert_int_equal(setup.mtu, 1400);
    assert_int_equal(setup.dns_count, 1);
    assert_string_equal(setup.domain, "corp.example");
    given.mtu = 1300;
    assert_true(net_setup_from_lease(&profile, &given, &setup, NULL));
    assert_int_equal(setup.mtu, 1300);
    profile.dns_mode = PROFILE_DNS_NONE;
    assert_true(net_setup_from_lease(&profile, &given, &setup, NULL));
    assert_int_equal(setup.dns_count, 0);
    assert_string_equal(setup.domain, "");
}

static void test_leases_that_would_take_everything_are_refused(void **state)
{
    (void)state;
    static const char *const masks[] = { "128.0.0.0", "0.0.0.0", "254.0.0.0", "255.0.255.0" };
    static const char *const addresses[] = { "0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255",
        "192.168.30.0", "192.168.30.255" };
    struct profile profile = { .mtu = 0 };
    struct net_setup setup;

    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        struct dhcp_lease given = lease();
        given.mask = ip(masks[i]);
        assert_false(net_setup_from_lease(&profile, &given, &setup, NULL));
    }
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct dhcp_lease given = lease();
        given.ip = ip(addresses[i]);
        assert_false(net_setup_from_lease(&profile, &given, &setup, NULL));
    }
}

static void test_a_domain_that_is_none_is_left_out(void **state)
{
    (void)state;
    struct profile profile = { .mtu = 0 };
    struct dhcp_lease given = lease();
    struct net_setup setup;

    snprintf(given.domain, sizeof given.domain, "corp\nnameserver 6.6.6.6");
    assert_true(net_setup_from_lease(&profile, &given, &setup, NULL));
    assert_string_equal(setup.domain, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_loss_is_followed_by_a_try_at_once),
        cmocka_unit_test(test_waits_double_up_to_a_minute),
        cmocka_unit_test(test_only_a_session_that_lived_starts_the_count_anew),
        cmocka_unit_test(test_what_cannot_get_better_by_itself_is_not_tried_again),
        cmocka_unit_test(test_a_server_not_trusted_is_tried_slowly_and_shown_first),
        cmocka_unit_test(test_broken_framing_means_not_a_vpn_server_only_before_the_log_in),
        cmocka_unit_test(test_the_default_route_is_left_alone_unless_asked_for),
        cmocka_unit_test(test_all_traffic_goes_by_two_halves_and_the_server_outside),
        cmocka_unit_test(test_a_server_inside_a_routed_network_stays_outside),
        cmocka_unit_test(test_dangerous_pushed_routes_are_refused),
        cmocka_unit_test(test_listed_routes_replace_pushed_ones),
        cmocka_unit_test(test_all_traffic_without_a_gateway_is_told),
        cmocka_unit_test(test_a_lease_becomes_a_setup),
        cmocka_unit_test(test_leases_that_would_take_everything_are_refused),
        cmocka_unit_test(test_a_domain_that_is_none_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
