/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <openssl/sha.h>
#include <stdlib.h>

#include "libnoren/proto/messages.h"
#include "tests/unit/test.h"
#include "tests/unit/vectors.h"

static uint32_t vector_number(json_t *root, const char *name)
{
    json_t *number = json_object_get(root, name);

    assert_true(json_is_integer(number));
    return (uint32_t)json_integer_value(number);
}

static void test_constants_agree_with_the_vector(void **state)
{
    (void)state;
    json_t *root = vectors_load("signature.json");
    struct vector_bytes digest = vectors_bytes(root, "legacy_prefix_sha256");
    uint32_t prefix = vector_number(root, "legacy_prefix_length");
    struct bytes own = signature_short();

    assert_int_equal(digest.len, SIGNATURE_DIGEST_BYTES);
    assert_memory_equal(digest.data, SIGNATURE_LEGACY_DIGEST, digest.len);
    assert_int_equal(own.len, vector_number(root, "short_form_length"));
    assert_memory_equal(own.data, vectors_text(root, "short_form_ascii"), own.len);
    assert_int_equal(prefix + vector_number(root, "legacy_random_tail_min"), SIGNATURE_LEGACY_MIN);
    assert_int_equal(
            prefix + vector_number(root, "legacy_random_tail_max_accepted"), SIGNATURE_LEGACY_MAX);
    free(digest.data);
    json_decref(root);
}

static void test_only_lengths_of_a_signature_fit(void **state)
{
    (void)state;
    static const uint32_t fit[] = { 10, 1411, 1412, 3410, 3411 };
    static const uint32_t unfit[] = { 0, 1, 9, 11, 1410, 3412, 65536, UINT32_MAX };

    for (size_t i = 0; i < sizeof fit / sizeof *fit; i++)
        assert_true(signature_fits(fit[i]));
    for (size_t i = 0; i < sizeof unfit / sizeof *unfit; i++)
        assert_false(signature_fits(unfit[i]));
}

static void test_short_form_is_exact(void **state)
{
    (void)state;
    assert_true(signature_check(signature_short()));
    assert_false(signature_check((struct bytes){ (const uint8_t *)"VPNCONNECt", 10 }));
    assert_false(signature_check((struct bytes){ (const uint8_t *)"VPNCONNECT", 9 }));
    assert_false(signature_check((struct bytes){ (const uint8_t *)"VPNCONNECT1", 11 }));
    assert_false(signature_check((struct bytes){ NULL, 0 }));
}

/* With a picture of our own, as the real one is not ours to keep. */
static void test_legacy_form_is_told_by_its_first_1411_bytes(void **state)
{
    (void)state;
    uint8_t body[SIGNATURE_LEGACY_MAX + 1];
    uint8_t digest[SIGNATURE_DIGEST_BYTES];

    memset(body, 'G', sizeof body);
    SHA256(body, SIGNATURE_LEGACY_MIN, digest);
    memset(body + SIGNATURE_LEGACY_MIN, 'x', sizeof body - SIGNATURE_LEGACY_MIN);
    for (size_t len = SIGNATURE_LEGACY_MIN; len <= SIGNATURE_LEGACY_MAX; len += 500)
        assert_true(signature_check_against((struct bytes){ body, len }, digest));
    assert_false(signature_check_against((struct bytes){ body, SIGNATURE_LEGACY_MIN - 1 }, digest));
    assert_false(signature_check_against((struct bytes){ body, SIGNATURE_LEGACY_MAX + 1 }, digest));
    assert_false(signature_check((struct bytes){ body, SIGNATURE_LEGACY_MIN }));

    body[SIGNATURE_LEGACY_MIN - 1] ^= 1;
    assert_false(signature_check_against((struct bytes){ body, SIGNATURE_LEGACY_MIN }, digest));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_constants_agree_with_the_vector),
        cmocka_unit_test(test_only_lengths_of_a_signature_fit),
        cmocka_unit_test(test_short_form_is_exact),
        cmocka_unit_test(test_legacy_form_is_told_by_its_first_1411_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
