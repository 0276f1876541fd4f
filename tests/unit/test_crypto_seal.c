/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"
#include "noren/crypto/random.h"
#include "noren/crypto/seal.h"

#include "tests/unit/test.h"

static const uint8_t KEY[SEAL_KEY_BYTES] = "0123456789abcdef0123456789abcde";

static struct writer sealed(const char *label, const void *data, size_t len)
{
    struct writer out;

    writer_init(&out, 0);
    seal(KEY, label, data, len, &out);
    assert_int_equal(out.len, len + SEAL_OVERHEAD);
    return out;
}

static void test_sealed_value_opens_again(void **state)
{
    (void)state;
    noren_cleanup(writer_clear) struct writer box = sealed("user:MAIN/alice", "password", 8);
    noren_cleanup(secret_clear) struct secret out = { 0 };

    assert_true(unseal(KEY, "user:MAIN/alice", box.data, box.len, &out, NULL));
    assert_int_equal(out.len, 8);
    assert_string_equal(secret_text(&out), "password");
}

static void test_empty_value_and_largest_value_open_again(void **state)
{
    (void)state;
    uint8_t big[SECRET_MAX + 1] = { 7 };
    noren_cleanup(writer_clear) struct writer nothing = sealed("", NULL, 0);
    noren_cleanup(writer_clear) struct writer most = sealed("l", big, SECRET_MAX);
    noren_cleanup(writer_clear) struct writer beyond = sealed("l", big, SECRET_MAX + 1);
    noren_cleanup(secret_clear) struct secret out = { 0 };

    assert_true(unseal(KEY, "", nothing.data, nothing.len, &out, NULL));
    assert_int_equal(out.len, 0);
    assert_true(unseal(KEY, "l", most.data, most.len, &out, NULL));
    assert_int_equal(out.len, SECRET_MAX);
    assert_false(unseal(KEY, "l", beyond.data, beyond.len, &out, NULL));
}

static void test_form_is_version_nonce_content_tag_of_aes_gcm(void **state)
{
    (void)state;
    noren_cleanup(writer_clear) struct writer one = sealed("l", "x", 1);
    noren_cleanup(writer_clear) struct writer two = sealed("l", "x", 1);

    assert_int_equal(one.data[0], 1);
    assert_memory_not_equal(one.data + 1, two.data + 1, 12);
}

static void test_every_changed_byte_is_noticed(void **state)
{
    (void)state;
    noren_cleanup(writer_clear) struct writer box = sealed("label", "content", 7);
    noren_cleanup(secret_clear) struct secret out = { 0 };
    struct noren_err err;

    for (size_t i = 0; i < box.len; i++) {
        box.data[i] ^= 0x20;
        assert_false(unseal(KEY, "label", box.data, box.len, &out, &err));
        assert_int_equal(err.code, NOREN_E_CRYPTO);
        box.data[i] ^= 0x20;
    }
    assert_false(secret_is_set(&out));
}

static void test_every_prefix_is_refused(void **state)
{
    (void)state;
    noren_cleanup(writer_clear) struct writer box = sealed("label", "content", 7);
    noren_cleanup(secret_clear) struct secret out = { 0 };
    struct noren_err err;

    for (size_t len = 0; len < box.len; len++) {
        assert_false(unseal(KEY, "label", box.data, len, &out, &err));
        assert_int_equal(err.code, NOREN_E_CRYPTO);
    }
}

static void test_another_label_or_key_does_not_open(void **state)
{
    (void)state;
    noren_cleanup(writer_clear) struct writer box = sealed("user:MAIN/alice", "content", 7);
    noren_cleanup(secret_clear) struct secret out = { 0 };
    uint8_t other[SEAL_KEY_BYTES];

    memcpy(other, KEY, sizeof other);
    other[31] ^= 1;
    assert_false(unseal(KEY, "user:MAIN/bob", box.data, box.len, &out, NULL));
    assert_false(unseal(other, "user:MAIN/alice", box.data, box.len, &out, NULL));
}

static void test_sealing_into_a_full_writer_is_remembered_by_it(void **state)
{
    (void)state;
    struct writer out;

    writer_init(&out, SEAL_OVERHEAD);
    seal(KEY, "l", "x", 1, &out);
    assert_true(writer_failed(&out));
    assert_int_equal(out.len, 0);
    writer_clear(&out);
}

static void test_random_below_reaches_every_value_and_no_other(void **state)
{
    (void)state;
    unsigned seen[7] = { 0 };

    for (int i = 0; i < 7000; i++) {
        uint32_t value = noren_random_below(7);
        assert_in_range(value, 0, 6);
        seen[value]++;
    }
    for (size_t i = 0; i < noren_countof(seen); i++)
        assert_in_range(seen[i], 700, 1300);
    assert_int_equal(noren_random_below(1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sealed_value_opens_again),
        cmocka_unit_test(test_empty_value_and_largest_value_open_again),
        cmocka_unit_test(test_form_is_version_nonce_content_tag_of_aes_gcm),
        cmocka_unit_test(test_every_changed_byte_is_noticed),
        cmocka_unit_test(test_every_prefix_is_refused),
        cmocka_unit_test(test_another_label_or_key_does_not_open),
        cmocka_unit_test(test_sealing_into_a_full_writer_is_remembered_by_it),
        cmocka_unit_test(test_random_below_reaches_every_value_and_no_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
