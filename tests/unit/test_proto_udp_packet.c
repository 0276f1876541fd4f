/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"
#include "noren/proto/udp_packet.h"

#include "tests/unit/test.h"

NOREN_DEFINE_CLEANUP(struct udp_codec, udp_codec_free)

enum { COOKIE = 0x11223344 };

static const enum udp_form FORMS[] = { UDP_FORM_PLAIN, UDP_FORM_V1, UDP_FORM_V2 };
static const uint8_t NONCE[UDP_V1_IV_BYTES] = "nonce of our testing";
static const struct udp_packet FRAME = {
    .cookie = COOKIE,
    .my_tick = 70000,
    .your_tick = UINT64_MAX,
    .payload = { (const uint8_t *)"\2\0\0\0\0\1\2\0\0\0\0\2\x88\xb5 frame", 20 },
};

static struct udp_codec *make_codec(enum udp_form form)
{
    static const uint8_t key[UDP_V2_KEY_BYTES] = "a key for nothing but this test";
    static const size_t lens[] = { 0, UDP_V1_KEY_BYTES, UDP_V2_KEY_BYTES };
    struct udp_codec *codec = udp_codec_new(form, key, lens[form], NULL);

    assert_non_null(codec);
    return codec;
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

/* Seals FRAME and hands it to check, for each form. */
static void with_sealed(void (*check)(struct udp_codec *codec, struct writer *sealed))
{
    for (size_t i = 0; i < noren_countof(FORMS); i++) {
        noren_cleanup(udp_codec_freep) struct udp_codec *codec = make_codec(FORMS[i]);
        noren_cleanup(writer_clear) struct writer sealed;

        writer_init(&sealed, 0);
        udp_packet_seal(codec, &FRAME, NONCE, 0, &sealed);
        check(codec, &sealed);
    }
}

static enum udp_open open_with(struct udp_codec *codec, struct bytes packet, uint32_t cookie)
{
    struct udp_packet out = { .my_tick = 4711 };
    enum udp_open result = udp_packet_open(codec, packet, cookie, &out);

    if (result != UDP_OPEN_OK)
        assert_int_equal(out.my_tick, 4711); /* untouched */
    return result;
}

static void refuse_prefixes(struct udp_codec *codec, struct writer *sealed)
{
    for (size_t len = 0; len < sealed->len; len++) {
        noren_cleanup(noren_freep) uint8_t *cut = noren_alloc(len); /* for the sanitizer's eye */
        memcpy(cut, sealed->data, len);
        assert_int_not_equal(open_with(codec, (struct bytes){ cut, len }, COOKIE), UDP_OPEN_OK);
    }
    assert_int_equal(
            open_with(codec, (struct bytes){ sealed->data, sealed->len }, COOKIE), UDP_OPEN_OK);
}

static void test_every_prefix_is_refused(void **state)
{
    (void)state;
    with_sealed(refuse_prefixes);
}

static void refuse_cookies(struct udp_codec *codec, struct writer *sealed)
{
    struct bytes packet = { sealed->data, sealed->len };

    assert_int_equal(open_with(codec, packet, COOKIE + 1), UDP_OPEN_WRONG_COOKIE);
    assert_int_equal(open_with(codec, packet, 0), UDP_OPEN_WRONG_COOKIE);
}

static void test_another_cookie_is_told_apart(void **state)
{
    (void)state;
    with_sealed(refuse_cookies);
}

static void test_any_flipped_bit_of_version_2_is_refused(void **state)
{
    (void)state;
    noren_cleanup(udp_codec_freep) struct udp_codec *codec = make_codec(UDP_FORM_V2);
    noren_cleanup(writer_clear) struct writer sealed;

    writer_init(&sealed, 0);
    udp_packet_seal(codec, &FRAME, NONCE, 3, &sealed);
    for (size_t bit = 0; bit < sealed.len * 8; bit++) {
        sealed.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(open_with(codec, (struct bytes){ sealed.data, sealed.len }, COOKIE),
                UDP_OPEN_NOT_OURS);
        sealed.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(
            open_with(codec, (struct bytes){ sealed.data, sealed.len }, COOKIE), UDP_OPEN_OK);
}

static void test_another_key_does_not_open(void **state)
{
    (void)state;
    static const uint8_t other[UDP_V2_KEY_BYTES] = "not that key";
    noren_cleanup(writer_clear) struct writer sealed;

    for (size_t i = 1; i < noren_countof(FORMS); i++) {
        noren_cleanup(udp_codec_freep) struct udp_codec *codec = make_codec(FORMS[i]);
        noren_cleanup(udp_codec_freep) struct udp_codec *stranger = udp_codec_new(FORMS[i], other,
                FORMS[i] == UDP_FORM_V1 ? UDP_V1_KEY_BYTES : UDP_V2_KEY_BYTES, NULL);

        writer_init(&sealed, 0);
        udp_packet_seal(codec, &FRAME, NONCE, 0, &sealed);
        assert_int_equal(open_with(stranger, (struct bytes){ sealed.data, sealed.len }, COOKIE),
                UDP_OPEN_NOT_OURS);
        writer_clear(&sealed);
    }
}

static void test_key_of_another_length_is_refused(void **state)
{
    (void)state;
    static const uint8_t key[UDP_V2_KEY_BYTES + 1];
    struct noren_err err;

    assert_null(udp_codec_new(UDP_FORM_V2, key, 32, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
    assert_null(udp_codec_new(UDP_FORM_V2, key, sizeof key, NULL));
    assert_null(udp_codec_new(UDP_FORM_V2, NULL, 0, NULL));
    assert_null(udp_codec_new(UDP_FORM_V1, key, UDP_V1_KEY_BYTES - 1, NULL));
    assert_null(udp_codec_new(UDP_FORM_PLAIN, key, 1, NULL));
}

/* A plain packet by hand: `size` in its head, `len` bytes behind it. */
static enum udp_open open_by_hand(uint16_t size, size_t len)
{
    noren_cleanup(udp_codec_freep) struct udp_codec *codec = make_codec(UDP_FORM_PLAIN);
    noren_cleanup(writer_clear) struct writer packet;

    writer_init(&packet, 0);
    writer_u32(&packet, COOKIE);
    writer_u64(&packet, 1);
    writer_u64(&packet, 0);
    writer_u16(&packet, size);
    writer_u8(&packet, 0);
    memset(writer_extend(&packet, len), 0, len);
    return open_with(codec, (struct bytes){ packet.data, packet.len }, COOKIE);
}

static void test_sizes_that_do_not_fit_are_broken(void **state)
{
    (void)state;
    assert_int_equal(open_by_hand(100, 100), UDP_OPEN_OK);
    assert_int_equal(open_by_hand(100, 131), UDP_OPEN_OK); /* padding */
    assert_int_equal(open_by_hand(100, 99), UDP_OPEN_BROKEN);
    assert_int_equal(open_by_hand(UINT16_MAX, 100), UDP_OPEN_BROKEN);
    assert_int_equal(open_by_hand(UDP_PAYLOAD_MAX, UDP_PAYLOAD_MAX), UDP_OPEN_OK);
    assert_int_equal(open_by_hand(UDP_PAYLOAD_MAX + 1, UDP_PAYLOAD_MAX + 1), UDP_OPEN_BROKEN);
    assert_int_equal(open_by_hand(1, UDP_PACKET_MAX - UDP_HEAD_BYTES), UDP_OPEN_OK);
    assert_int_equal(open_by_hand(1, UDP_PACKET_MAX - UDP_HEAD_BYTES + 1), UDP_OPEN_NOT_OURS);
}

static void test_largest_packet_of_each_form_comes_back(void **state)
{
    (void)state;
    static uint8_t payload[UDP_PAYLOAD_MAX];
    struct udp_packet packet = FRAME;
    struct udp_packet opened;

    memset(payload, 0xee, sizeof payload);
    packet.payload = (struct bytes){ payload, sizeof payload };
    packet.compressed = true;
    for (size_t i = 0; i < noren_countof(FORMS); i++) {
        noren_cleanup(udp_codec_freep) struct udp_codec *codec = make_codec(FORMS[i]);
        noren_cleanup(writer_clear) struct writer sealed;

        writer_init(&sealed, UDP_PACKET_MAX);
        udp_packet_seal(
                codec, &packet, NONCE, FORMS[i] == UDP_FORM_PLAIN ? 0 : UDP_PADDING_MAX, &sealed);
        assert_false(writer_failed(&sealed));
        assert_int_equal(
                udp_packet_open(codec, (struct bytes){ sealed.data, sealed.len }, COOKIE, &opened),
                UDP_OPEN_OK);
        assert_same_packet(&opened, &packet);
    }
}

static void test_packet_without_room_leaves_nothing_behind(void **state)
{
    (void)state;
    noren_cleanup(udp_codec_freep) struct udp_codec *codec = make_codec(UDP_FORM_V2);
    noren_cleanup(writer_clear) struct writer sealed;

    writer_init(&sealed, 120);
    udp_packet_seal(codec, &FRAME, NONCE, 0, &sealed);
    size_t first = sealed.len;
    udp_packet_seal(codec, &FRAME, NONCE + 1, 0, &sealed);

    assert_true(writer_failed(&sealed));
    assert_int_equal(sealed.len, first);
    assert_int_equal(open_with(codec, (struct bytes){ sealed.data, first }, COOKIE), UDP_OPEN_OK);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_prefix_is_refused),
        cmocka_unit_test(test_another_cookie_is_told_apart),
        cmocka_unit_test(test_any_flipped_bit_of_version_2_is_refused),
        cmocka_unit_test(test_another_key_does_not_open),
        cmocka_unit_test(test_key_of_another_length_is_refused),
        cmocka_unit_test(test_sizes_that_do_not_fit_are_broken),
        cmocka_unit_test(test_largest_packet_of_each_form_comes_back),
        cmocka_unit_test(test_packet_without_room_leaves_nothing_behind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
