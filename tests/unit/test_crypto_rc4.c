/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/bytes.h"
#include "noren/crypto/rc4.h"

#include "tests/unit/test.h"

enum { STREAM_BYTES = 4112 };

/* The stream itself: what zeros become. */
static void make_stream(const char *key_hex, size_t key_len, uint8_t out[STREAM_BYTES])
{
    uint8_t key[32];

    assert_true(noren_unhex(key_hex, key, key_len));
    memset(out, 0, STREAM_BYTES);
    rc4(key, key_len, out, STREAM_BYTES, out);
}

static void assert_stream(const uint8_t *at, const char *hex)
{
    uint8_t expected[16];

    assert_true(noren_unhex(hex, expected, sizeof expected));
    assert_memory_equal(at, expected, sizeof expected);
}

/* RFC 6229, section 2: keys of 40, 128 and 256 bits. */
static void test_key_stream_agrees_with_rfc_6229(void **state)
{
    (void)state;
    uint8_t stream[STREAM_BYTES];

    make_stream("0102030405", 5, stream);
    assert_stream(stream, "b2396305f03dc027ccc3524a0a1118a8");
    assert_stream(stream + 16, "6982944f18fc82d589c403a47a0d0919");
    make_stream("0102030405060708090a0b0c0d0e0f10", 16, stream);
    assert_stream(stream, "9ac7cc9a609d1ef7b2932899cde41b97");
    make_stream("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20", 32, stream);
    assert_stream(stream, "eaa6bd25880bf93d3f5d1e4ca2611d91");
}

static void test_encrypting_twice_gives_the_text_back(void **state)
{
    (void)state;
    uint8_t text[] = "the same stream, twice";
    static const uint8_t key[20] = { 7, 1, 9 };

    rc4(key, sizeof key, text, sizeof text, text);
    assert_memory_not_equal(text, "the same stream, twice", sizeof text);
    rc4(key, sizeof key, text, sizeof text, text);
    assert_string_equal(text, "the same stream, twice");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_stream_agrees_with_rfc_6229),
        cmocka_unit_test(test_encrypting_twice_gives_the_text_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
