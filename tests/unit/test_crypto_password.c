/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/crypto/password.h"

#include "tests/unit/test.h"
#include "tests/unit/vectors.h"

enum { MILLION = 1000000 };

static void assert_digest(json_t *vector, const char *member, struct sha0_digest digest)
{
    char text[2 * SHA0_BYTES + 1];

    noren_hex(digest.byte, sizeof digest.byte, text);
    assert_string_equal(text, vectors_text(vector, member));
}

static void test_sha0_agrees_with_all_vectors(void **state)
{
    (void)state;
    json_t *root = vectors_load("sha0.json");
    size_t index;
    json_t *vector;
    size_t done = 0;

    json_array_foreach(json_object_get(root, "cases"), index, vector)
    {
        if (json_object_get(vector, "message_hex") == NULL)
            continue;
        struct vector_bytes message = vectors_bytes(vector, "message_hex");
        assert_digest(vector, "digest_hex", sha0(message.data, message.len));
        free(message.data);
        done++;
    }
    assert_true(done >= 14);
    json_decref(root);
}

static void test_sha0_takes_a_million_bytes(void **state)
{
    (void)state;
    json_t *root = vectors_load("sha0.json");
    json_t *cases = json_object_get(root, "cases");
    noren_cleanup(noren_freep) uint8_t *message = noren_alloc(MILLION);

    memset(message, 'a', MILLION);
    assert_digest(json_array_get(cases, json_array_size(cases) - 1), "digest_hex",
            sha0(message, MILLION));
    json_decref(root);
}

static void assert_answer(json_t *vector, struct sha0_digest hash)
{
    struct vector_bytes challenge = vectors_bytes(vector, "random_hex");

    assert_int_equal(challenge.len, CHALLENGE_BYTES);
    assert_digest(vector, "secure_hex", password_answer(&hash, challenge.data));
    free(challenge.data);
}

static void test_user_hash_and_answer_agree_with_all_vectors(void **state)
{
    (void)state;
    json_t *root = vectors_load("password.json");
    json_t *cases = json_object_get(json_object_get(root, "user_cases"), "cases");
    size_t index;
    json_t *vector;

    assert_true(json_array_size(cases) >= 7);
    json_array_foreach(cases, index, vector)
    {
        struct sha0_digest hash = password_hash_user(
                vectors_text(vector, "password"), vectors_text(vector, "username"));
        assert_digest(vector, "hashed_hex", hash);
        assert_answer(vector, hash);
    }
    json_decref(root);
}

static void test_admin_hash_and_answer_agree_with_all_vectors(void **state)
{
    (void)state;
    json_t *root = vectors_load("password.json");
    json_t *cases = json_object_get(json_object_get(root, "admin_cases"), "cases");
    size_t index;
    json_t *vector;

    assert_true(json_array_size(cases) >= 3);
    json_array_foreach(cases, index, vector)
    {
        struct sha0_digest hash = password_hash_admin(vectors_text(vector, "password"));
        assert_digest(vector, "hashed_hex", hash);
        assert_answer(vector, hash);
    }
    json_decref(root);
}

static void test_answer_equals_what_a_stock_client_sent(void **state)
{
    (void)state;
    json_t *root = vectors_load("password.json");
    json_t *captured = json_object_get(root, "captured");
    struct vector_bytes challenge = vectors_bytes(captured, "random_hex");
    struct sha0_digest hash = password_hash_user(
            vectors_text(captured, "password"), vectors_text(captured, "username"));

    assert_digest(captured, "secure_password_hex", password_answer(&hash, challenge.data));
    free(challenge.data);
    json_decref(root);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha0_agrees_with_all_vectors),
        cmocka_unit_test(test_sha0_takes_a_million_bytes),
        cmocka_unit_test(test_user_hash_and_answer_agree_with_all_vectors),
        cmocka_unit_test(test_admin_hash_and_answer_agree_with_all_vectors),
        cmocka_unit_test(test_answer_equals_what_a_stock_client_sent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
