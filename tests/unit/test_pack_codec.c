/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/pack/pack.h"

#include "tests/unit/test.h"
#include "tests/unit/vectors.h"

static const struct pack_limits SMALL = {
    .bytes = 200,
    .elements = 2,
    .values = 3,
    .all_values = 4,
    .text_bytes = 8,
    .data_bytes = 16,
};

static struct pack *read_all(struct vector_bytes bytes)
{
    struct noren_err err;
    struct pack *pack = pack_read(bytes.data, bytes.len, &PACK_LIMITS_RPC, &err);

    if (pack == NULL)
        fail_msg("pack refused: %s", err.text);
    return pack;
}

static enum noren_code refusal(const void *bytes, size_t len, const struct pack_limits *limits)
{
    struct noren_err err = { .code = NOREN_OK };
    struct pack *pack = pack_read(bytes, len, limits, &err);

    pack_free(pack);
    return pack == NULL ? err.code : NOREN_OK;
}

static void assert_value(
        const struct pack *pack, const char *name, const char *type, uint32_t at, json_t *value)
{
    if (strcmp(type, "int") == 0) {
        assert_int_equal(pack_int_at(pack, name, at), json_integer_value(value));
    } else if (strcmp(type, "int64") == 0) {
        assert_int_equal(pack_int64_at(pack, name, at), json_integer_value(value));
    } else if (strcmp(type, "data") == 0) {
        struct vector_bytes want = vectors_unhex(json_string_value(value));
        struct bytes have = pack_data_at(pack, name, at);
        assert_int_equal(have.len, want.len);
        assert_memory_equal(have.data, want.data, want.len);
        free(want.data);
    } else {
        assert_string_equal(pack_text_at(pack, name, at), json_string_value(value));
    }
}

static const char *type_name(enum pack_type type)
{
    static const char *const names[] = { "int", "data", "str", "unistr", "int64" };

    return names[type];
}

static void assert_elements(const struct pack *pack, json_t *elements)
{
    size_t index;
    json_t *element;

    assert_int_equal(pack_element_count(pack), json_array_size(elements));
    json_array_foreach(elements, index, element)
    {
        struct pack_element have = pack_element_at(pack, index);
        json_t *values = json_object_get(element, "values");
        size_t at;
        json_t *value;

        assert_string_equal(have.name, vectors_text(element, "name"));
        assert_string_equal(type_name(have.type), vectors_text(element, "type"));
        assert_int_equal(have.count, json_array_size(values));
        json_array_foreach(values, at, value)
        {
            assert_value(pack, have.name, type_name(have.type), (uint32_t)at, value);
        }
    }
}

static void assert_written_back(const struct pack *pack, struct vector_bytes bytes)
{
    struct writer out;

    writer_init(&out, 0);
    pack_write(pack, &out);
    assert_int_equal(out.len, bytes.len);
    assert_memory_equal(out.data, bytes.data, bytes.len);
    writer_clear(&out);
}

/* Each proper prefix is refused. Exact copies, so that a sanitizer sees a byte too many. */
static void assert_prefixes_refused(struct vector_bytes bytes)
{
    for (size_t len = 0; len < bytes.len; len++) {
        uint8_t *cut = noren_alloc(len);
        memcpy(cut, bytes.data, len);
        assert_int_equal(refusal(cut, len, &PACK_LIMITS_RPC), NOREN_E_PROTOCOL);
        free(cut);
    }
}

static size_t check_group(json_t *group, const char *elements)
{
    size_t index;
    json_t *vector;

    json_array_foreach(group, index, vector)
    {
        struct vector_bytes bytes = vectors_bytes(vector, "bytes_hex");
        noren_cleanup(pack_freep) struct pack *pack = read_all(bytes);

        assert_elements(pack, json_object_get(vector, elements));
        assert_written_back(pack, bytes);
        assert_prefixes_refused(bytes);
        free(bytes.data);
    }
    return json_array_size(group);
}

static void test_all_vectors_are_read_and_written_back(void **state)
{
    (void)state;
    json_t *root = vectors_load("pack.json");

    assert_true(check_group(json_object_get(root, "computed"), "elements") >= 16);
    assert_true(check_group(json_object_get(root, "captured_from_5_01_9674"), "decoded") >= 6);
    json_decref(root);
}

static void test_bytes_behind_the_last_element_are_ignored(void **state)
{
    (void)state;
    static const uint8_t empty_and_more[] = { 0, 0, 0, 0, 0xff, 0xff };

    assert_int_equal(refusal(empty_and_more, sizeof empty_and_more, &PACK_LIMITS_LOGIN), NOREN_OK);
}

struct malformed {
    const char *what;
    const char *hex;
    enum noren_code code;
};

static void test_malformed_packs_are_refused(void **state)
{
    (void)state;
    static const struct malformed table[] = {
        { "no values", "0000000100000002610000000000000000", NOREN_E_PROTOCOL },
        { "unknown type", "000000010000000261000000050000000100000000", NOREN_E_PROTOCOL },
        { "huge type", "00000001000000026100000080000000010000000000", NOREN_E_PROTOCOL },
        { "name of zero bytes", "0000000100000001000000000000000100000000", NOREN_E_PROTOCOL },
        { "name length 0", "0000000100000000000000000000000100000000", NOREN_E_PROTOCOL },
        { "name of 64 bytes", "0000000100000041", NOREN_E_LIMIT },
        { "name of 4 GiB", "00000001ffffffff", NOREN_E_LIMIT },
        { "NUL in a name",
                "000000010000000300610000000000000001"
                "00000000",
                NOREN_E_PROTOCOL },
        { "name twice",
                "00000002000000026100000000000000010000000100000002610000000000000001"
                "00000001",
                NOREN_E_PROTOCOL },
        { "name twice but for case",
                "00000002000000026100000000000000010000000100000002410000000000000001"
                "00000001",
                NOREN_E_PROTOCOL },
        { "4 elements of 2 allowed", "00000004", NOREN_E_LIMIT },
        { "5 values in all of 4 allowed",
                "0000000200000002610000000000000003000000010000000100000001"
                "00000002620000000000000002",
                NOREN_E_LIMIT },
        { "4 values in all",
                "0000000200000002610000000000000003000000010000000100000001"
                "0000000262000000000000000100000001",
                NOREN_OK },
        { "4 values of 3 allowed", "0000000100000002610000000000000004", NOREN_E_LIMIT },
        { "2^32-1 values", "00000001000000026100000000ffffffff", NOREN_E_LIMIT },
        { "text of 9 bytes of 8 allowed", "00000001000000026100000002000000010000000961626364",
                NOREN_E_LIMIT },
        { "data of 17 bytes of 16 allowed", "00000001000000026100000001000000010000001161626364",
                NOREN_E_LIMIT },
        { "data of 4 GiB", "0000000100000002610000000100000001ffffffff", NOREN_E_LIMIT },
    };

    for (size_t i = 0; i < noren_countof(table); i++) {
        struct vector_bytes bytes = vectors_unhex(table[i].hex);
        enum noren_code code = refusal(bytes.data, bytes.len, &SMALL);
        if (code != table[i].code)
            fail_msg("%s: %s", table[i].what, noren_code_name(code));
        free(bytes.data);
    }
}

static void test_each_limit_lets_its_own_value_pass(void **state)
{
    (void)state;
    noren_cleanup(pack_freep) struct pack *pack = pack_new();
    struct writer out;

    pack_add_str(pack, "text", "12345678");
    pack_add_data(pack, "data", "1234567890123456", 16);
    pack_add_data(pack, "data", "", 0);
    pack_add_data(pack, "data", "", 0);
    writer_init(&out, 0);
    pack_write(pack, &out);
    assert_int_equal(refusal(out.data, out.len, &SMALL), NOREN_OK);

    struct pack_limits tight = SMALL;
    tight.bytes = out.len;
    assert_int_equal(refusal(out.data, out.len, &tight), NOREN_OK);
    tight.bytes = out.len - 1;
    assert_int_equal(refusal(out.data, out.len, &tight), NOREN_E_LIMIT);
    writer_clear(&out);
}

static void test_names_compare_without_case(void **state)
{
    (void)state;
    noren_cleanup(pack_freep) struct pack *pack = pack_new();

    pack_add_int(pack, "Port", 443);
    pack_add_int(pack, "PORT", 5555);
    assert_int_equal(pack_element_count(pack), 1);
    assert_int_equal(pack_count(pack, "port"), 2);
    assert_int_equal(pack_int_at(pack, "pOrT", 1), 5555);
    assert_false(pack_has(pack, "Por"));
    assert_false(pack_has(pack, "Ports"));
}

static void test_wrong_type_or_index_reads_as_absent(void **state)
{
    (void)state;
    noren_cleanup(pack_freep) struct pack *pack = pack_new();

    pack_add_str(pack, "text", "7");
    pack_add_int(pack, "number", 7);
    assert_int_equal(pack_int(pack, "text"), 0);
    assert_int_equal(pack_int64(pack, "number"), 0);
    assert_string_equal(pack_text(pack, "number"), "");
    assert_null(pack_data(pack, "text").data);
    assert_int_equal(pack_int_at(pack, "number", 1), 0);
    assert_string_equal(pack_text_at(pack, "text", 1), "");
    assert_true(pack_bool(pack, "number"));
    assert_false(pack_bool(pack, "absent"));
}

static void test_text_is_trimmed_and_ends_at_nul_both_ways(void **state)
{
    (void)state;
    noren_cleanup(pack_freep) struct pack *built = pack_new();
    struct vector_bytes wire =
            vectors_unhex("0000000100000002610000000200000001000000072061200d0a0062");
    noren_cleanup(pack_freep) struct pack *read = read_all(wire);

    pack_add_str(built, "a", " \t two words \r\n");
    pack_add_unistr(built, "u", "  ");
    assert_string_equal(pack_text(built, "a"), "two words");
    assert_string_equal(pack_text(built, "u"), "");
    assert_string_equal(pack_text(read, "a"), "a");
    free(wire.data);
}

static void test_unistr_is_accepted_with_and_without_its_nul(void **state)
{
    (void)state;
    struct vector_bytes with = vectors_unhex("0000000100000002610000000300000001000000025a00");
    struct vector_bytes without = vectors_unhex("0000000100000002610000000300000001000000015a");
    noren_cleanup(pack_freep) struct pack *first = read_all(with);
    noren_cleanup(pack_freep) struct pack *second = read_all(without);

    assert_string_equal(pack_text(first, "a"), "Z");
    assert_string_equal(pack_text(second, "a"), "Z");
    free(with.data);
    free(without.data);
}

static void test_ipv4_address_has_its_bytes_reversed(void **state)
{
    (void)state;
    static const uint8_t loopback[] = { 127, 0, 0, 1 };
    noren_cleanup(pack_freep) struct pack *pack = pack_new();
    uint32_t ip;

    memcpy(&ip, loopback, sizeof ip);
    pack_add_ipv4(pack, "X", ip);
    assert_int_equal(pack_int(pack, "X"), 16777343);
    assert_int_equal(pack_data(pack, "X@ipv6_array").len, 16);
    assert_int_equal(pack_ipv4(pack, "X"), ip);
    assert_int_equal(pack_ipv4(pack, "Y"), 0);
}

static void test_ipv6_address_reads_as_no_ipv4(void **state)
{
    (void)state;
    noren_cleanup(pack_freep) struct pack *pack = pack_new();

    pack_add_int(pack, "X", 0xfe0210c0);
    pack_add_bool(pack, "X@ipv6_bool", true);
    assert_int_equal(pack_ipv4(pack, "X"), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_vectors_are_read_and_written_back),
        cmocka_unit_test(test_bytes_behind_the_last_element_are_ignored),
        cmocka_unit_test(test_malformed_packs_are_refused),
        cmocka_unit_test(test_each_limit_lets_its_own_value_pass),
        cmocka_unit_test(test_names_compare_without_case),
        cmocka_unit_test(test_wrong_type_or_index_reads_as_absent),
        cmocka_unit_test(test_text_is_trimmed_and_ends_at_nul_both_ways),
        cmocka_unit_test(test_unistr_is_accepted_with_and_without_its_nul),
        cmocka_unit_test(test_ipv4_address_has_its_bytes_reversed),
        cmocka_unit_test(test_ipv6_address_reads_as_no_ipv4),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
