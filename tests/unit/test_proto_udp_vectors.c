/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/proto/udp_packet.h"

#include "tests/unit/test.h"
#include "tests/unit/vectors.h"

NOREN_DEFINE_CLEANUP(struct udp_codec, udp_codec_free)

static uint64_t number(json_t *vector, const char *name)
{
    json_t *value = json_object_get(vector, name);

    assert_true(json_is_integer(value));
    return (uint64_t)json_integer_value(value);
}

static void assert_same_packet(const struct udp_packet *a, const struct udp_packet *b)
{
    assert_int_equal(a->cookie, b->cookie);
    assert_int_equal(a->my_tick, b->my_tick);
    assert_int_equal(a->your_tick, b->your_tick);
    assert_int_equal(a->compressed, b->compressed);
    assert_int_equal(a->payload.len, b->payload.len);
    assert_memory_equal(a->payload.data, b->payload.data, b->payload.len);
}

/* Opens what was captured or computed, then seals the same and compares every byte. `inner` has the
 * values, `outer` key and packet. */
static void check_vector(json_t *inner, json_t *outer, enum udp_form form, const char *key_name)
{
    struct vector_bytes packet = vectors_bytes(outer, "packet_hex");
    struct vector_bytes data = vectors_bytes(inner, "data_hex");
    struct vector_bytes key = { NULL, 0 };
    struct udp_packet opened;
    struct writer sealed;
    struct udp_packet expected = {
        .cookie = (uint32_t)number(inner, "cookie"),
        .my_tick = number(inner, "my_tick"),
        .your_tick = number(inner, "your_tick"),
        .compressed = number(inner, "flag") != 0,
        .payload = { data.data, data.len },
    };

    if (key_name != NULL)
        key = vectors_bytes(outer, key_name);
    noren_cleanup(udp_codec_freep) struct udp_codec *codec =
            udp_codec_new(form, key.data, key.len, NULL);
    assert_non_null(codec);

    assert_int_equal(udp_packet_open(codec, (struct bytes){ packet.data, packet.len },
                             expected.cookie, &opened),
            UDP_OPEN_OK);
    assert_same_packet(&opened, &expected);

    writer_init(&sealed, 0);
    size_t padding = form == UDP_FORM_PLAIN ? 0 : number(inner, "padding");
    udp_packet_seal(codec, &expected, packet.data, padding, &sealed);
    assert_int_equal(sealed.len, packet.len);
    assert_memory_equal(sealed.data, packet.data, packet.len);

    writer_clear(&sealed);
    free(key.data);
    free(data.data);
    free(packet.data);
}

static void test_computed_vectors_open_and_seal_to_the_byte(void **state)
{
    (void)state;
    json_t *root = vectors_load("udp_accel.json");
    json_t *vector;
    size_t i;

    assert_int_equal(json_array_size(json_object_get(root, "computed")), 3);
    json_array_foreach(json_object_get(root, "computed"), i, vector)
    {
        check_vector(vector, json_object_get(vector, "v1"), UDP_FORM_V1, "key_hex");
        check_vector(vector, json_object_get(vector, "v2"), UDP_FORM_V2, "key_hex");
        check_vector(vector, json_object_get(vector, "plain"), UDP_FORM_PLAIN, NULL);
    }
    json_decref(root);
}

static void test_captured_packets_open_and_seal_to_the_byte(void **state)
{
    (void)state;
    json_t *root = vectors_load("udp_accel.json");
    json_t *captured = json_object_get(root, "captured_from_5_01_9674");
    json_t *vector;
    size_t i;

    assert_int_equal(json_array_size(captured), 14);
    json_array_foreach(captured, i, vector)
    {
        json_t *version = json_object_get(vector, "version");

        if (json_is_string(version))
            check_vector(vector, vector, UDP_FORM_PLAIN, NULL);
        else if (json_integer_value(version) == 1)
            check_vector(vector, vector, UDP_FORM_V1, "sender_key_v1_hex");
        else
            check_vector(vector, vector, UDP_FORM_V2, "sender_key_v2_hex");
    }
    json_decref(root);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_computed_vectors_open_and_seal_to_the_byte),
        cmocka_unit_test(test_captured_packets_open_and_seal_to_the_byte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
