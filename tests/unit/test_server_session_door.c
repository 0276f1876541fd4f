/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "session/door.h"
#include "tests/unit/test.h"

static struct door_source source_v4(const char *text)
{
    struct sockaddr_in in = { .sin_family = AF_INET };

    inet_pton(AF_INET, text, &in.sin_addr);
    return door_source_of((const struct sockaddr *)&in);
}

static struct door_source source_v6(const char *text)
{
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

    inet_pton(AF_INET6, text, &in6.sin6_addr);
    return door_source_of((const struct sockaddr *)&in6);
}

static void assert_same(struct door_source a, struct door_source b)
{
    assert_memory_equal(&a, &b, sizeof a);
}

static void test_a_source_is_an_ipv4_address_or_an_ipv6_subnet_of_64_bits(void **state)
{
    (void)state;
    struct door_source a = source_v6("2001:db8:1:2::3");
    struct door_source b = source_v6("2001:db8:1:3::3");

    assert_same(a, source_v6("2001:db8:1:2:ffff::1"));
    assert_memory_not_equal(&a, &b, sizeof a);
    assert_same(source_v4("192.0.2.1"), source_v6("::ffff:192.0.2.1"));
    a = source_v4("192.0.2.1");
    assert_string_equal(door_source_format(&a).text, "192.0.2.1");
    b = source_v6("2001:db8:1:2::3");
    assert_string_equal(door_source_format(&b).text, "2001:db8:1:2::/64");
}

static void test_one_source_gets_its_share_and_others_still_come_in(void **state)
{
    (void)state;
    struct door *door = door_new(10, 2);
    struct door_source crowd = source_v4("192.0.2.1");
    struct door_source guest = source_v4("192.0.2.2");

    assert_int_equal(door_enter(door, &crowd), DOOR_OPEN);
    assert_int_equal(door_enter(door, &crowd), DOOR_OPEN);
    assert_int_equal(door_enter(door, &crowd), DOOR_SOURCE_FULL);
    assert_int_equal(door_enter(door, &guest), DOOR_OPEN);
    door_leave(door, &crowd);
    assert_int_equal(door_enter(door, &crowd), DOOR_OPEN);
    assert_int_equal(door_count(door), 3);
    door_free(door);
}

static void test_all_sources_together_are_bounded(void **state)
{
    (void)state;
    struct door *door = door_new(100, 10);
    char text[32];

    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "192.0.2.%d", i);
        struct door_source source = source_v4(text);
        assert_int_equal(door_enter(door, &source), DOOR_OPEN);
    }
    struct door_source late = source_v4("198.51.100.1");
    assert_int_equal(door_enter(door, &late), DOOR_FULL);
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "192.0.2.%d", i);
        struct door_source source = source_v4(text);
        door_leave(door, &source);
    }
    assert_int_equal(door_count(door), 0);
    assert_int_equal(door_enter(door, &late), DOOR_OPEN);
    door_leave(door, &late);
    door_free(door);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_source_is_an_ipv4_address_or_an_ipv6_subnet_of_64_bits),
        cmocka_unit_test(test_one_source_gets_its_share_and_others_still_come_in),
        cmocka_unit_test(test_all_sources_together_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
