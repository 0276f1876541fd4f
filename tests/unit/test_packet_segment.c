/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/packet/packet.h"
#include "noren/packet/segment.h"

#include "tests/unit/test.h"

enum {
    MSS = 1448,
    V4_TCP_AT = 14 + 20,
    V6_TCP_AT = 14 + 40,
    TCP_BYTES = 32, /* with timestamps */
    FLAGS_AT = 13,
    CHECKSUM_AT = 16,
    ACK = 0x10,
    PSH = 0x08,
    FIN = 0x01,
    CWR = 0x80,
};

static void put_u16(uint8_t *at, size_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static size_t get_u16(const uint8_t *at)
{
    return (size_t)at[0] << 8 | at[1];
}

static uint32_t pseudo_sum(const uint8_t *ip, bool is_v6, size_t tcp_len)
{
    uint16_t sum = (uint16_t)~inet_checksum(ip + (is_v6 ? 8 : 12), is_v6 ? 32 : 8, 0);
    return (uint32_t)sum + 6 + (uint32_t)tcp_len;
}

/* What a network stack hands out to be cut: `payload` bytes, the checksum left to us. */
static struct bytes large(uint8_t *frame, bool is_v6, size_t payload, uint8_t flags)
{
    size_t tcp_at = is_v6 ? V6_TCP_AT : V4_TCP_AT;
    size_t len = tcp_at + TCP_BYTES + payload;
    uint8_t *ip = frame + 14, *tcp = frame + tcp_at;

    memset(frame, 0, tcp_at + TCP_BYTES);
    memset(frame, 0x5e, 12);
    put_u16(frame + 12, is_v6 ? ETH_TYPE_IPV6 : ETH_TYPE_IPV4);
    if (is_v6) {
        ip[0] = 0x60;
        put_u16(ip + 4, TCP_BYTES + payload);
        memcpy(ip + 6, (uint8_t[]){ 6, 64, 0xfd, 1 }, 4);
        memcpy(ip + 24, (uint8_t[]){ 0xfd, 2 }, 2);
    } else {
        memcpy(ip,
                (uint8_t[]){
                        0x45, 0, 0, 0, 0xff, 0xff, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2 },
                20);
        put_u16(ip + 2, len - 14);
        put_u16(ip + 10, inet_checksum(ip, 20, 0));
    }
    memcpy(tcp, (uint8_t[]){ 0x12, 0x34, 0, 80, 0xff, 0xff, 0xfc, 0, 1, 2, 3, 4, 0x80, flags }, 14);
    for (size_t i = 0; i < payload; i++)
        tcp[TCP_BYTES + i] = (uint8_t)(i * 7 + i / 256);
    size_t tcp_len = len - tcp_at;
    put_u16(tcp + CHECKSUM_AT, (uint16_t)~inet_checksum("", 0, pseudo_sum(ip, is_v6, tcp_len)));
    return (struct bytes){ .data = frame, .len = len };
}

static bool checksums_are_right(struct bytes frame, bool is_v6)
{
    const uint8_t *ip = frame.data + 14;
    size_t tcp_at = is_v6 ? V6_TCP_AT : V4_TCP_AT;
    size_t tcp_len = frame.len - tcp_at;

    if (!is_v6 && inet_checksum(ip, 20, 0) != 0)
        return false;
    return inet_checksum(frame.data + tcp_at, tcp_len, pseudo_sum(ip, is_v6, tcp_len)) == 0;
}

struct parts {
    size_t count;
    struct bytes frame[64];
    uint8_t memory[64][SEGMENT_FRAME_MAX];
};

static void cut(struct parts *parts, struct bytes frame, bool is_v6, size_t segment_bytes)
{
    struct tcp_split split;
    size_t len;

    parts->count = 0;
    assert_true(tcp_split_begin(&split, frame, is_v6 ? V6_TCP_AT : V4_TCP_AT, segment_bytes));
    while ((len = tcp_split_next(&split, parts->memory[parts->count])) > 0) {
        parts->frame[parts->count] = (struct bytes){ parts->memory[parts->count], len };
        parts->count++;
    }
}

static void test_a_large_frame_is_cut_into_whole_segments(void **state)
{
    (void)state;
    static uint8_t memory[LARGE_FRAME_MAX];
    static struct parts parts;

    for (int is_v6 = 0; is_v6 <= 1; is_v6++) {
        size_t tcp_at = is_v6 ? V6_TCP_AT : V4_TCP_AT;
        struct bytes frame = large(memory, is_v6, 2 * MSS + 5, ACK | PSH | FIN | CWR);
        cut(&parts, frame, is_v6, MSS);
        assert_int_equal(parts.count, 3);
        for (size_t i = 0; i < 3; i++) {
            const uint8_t *tcp = parts.frame[i].data + tcp_at;
            size_t payload = i < 2 ? MSS : 5;
            assert_int_equal(parts.frame[i].len, tcp_at + TCP_BYTES + payload);
            assert_true(checksums_are_right(parts.frame[i], is_v6));
            assert_memory_equal(tcp + TCP_BYTES, memory + tcp_at + TCP_BYTES + i * MSS, payload);
            assert_int_equal(tcp[FLAGS_AT], i == 0 ? ACK | CWR : i == 1 ? ACK : ACK | PSH | FIN);
            uint32_t seq = 0xfffffc00 + (uint32_t)i * MSS; /* wraps */
            assert_int_equal(get_u16(tcp + 4), seq >> 16);
            assert_int_equal(get_u16(tcp + 6), seq & 0xffff);
        }
        /* the identification wraps too */
        if (!is_v6)
            assert_int_equal(get_u16(parts.frame[1].data + 14 + 4), 0);
    }
}

static void test_vlan_tags_are_kept(void **state)
{
    (void)state;
    static uint8_t memory[4000], tagged[4000], out[SEGMENT_FRAME_MAX];
    struct bytes frame = large(memory, false, MSS + 1, ACK);
    struct tcp_split split;

    memcpy(tagged, memory, 12);
    memcpy(tagged + 12, (uint8_t[]){ 0x81, 0, 0, 7 }, 4);
    memcpy(tagged + 16, memory + 12, frame.len - 12);
    frame = (struct bytes){ .data = tagged, .len = frame.len + 4 };

    assert_true(tcp_split_begin(&split, frame, V4_TCP_AT + 4, MSS));
    assert_int_equal(tcp_split_next(&split, out), V4_TCP_AT + 4 + TCP_BYTES + MSS);
    assert_memory_equal(out, tagged, 18);
    assert_int_equal(inet_checksum(out + 18, 20, 0), 0);
}

static void test_a_frame_that_cannot_be_cut_is_refused(void **state)
{
    (void)state;
    static uint8_t memory[8000];
    struct bytes frame = large(memory, false, 2 * MSS, ACK);
    struct tcp_split split;

    assert_false(tcp_split_begin(&split, frame, V4_TCP_AT, 0));
    assert_false(tcp_split_begin(&split, frame, V4_TCP_AT, SEGMENT_FRAME_MAX));
    assert_false(tcp_split_begin(&split, frame, V4_TCP_AT + 4, MSS));
    for (size_t len = 0; len < V4_TCP_AT + TCP_BYTES; len++) {
        struct bytes shorter = { .data = frame.data, .len = len };
        assert_false(tcp_split_begin(&split, shorter, V4_TCP_AT, MSS));
    }
    memory[V4_TCP_AT + 12] = 0x40; /* a header of 16 bytes */
    assert_false(tcp_split_begin(&split, frame, V4_TCP_AT, MSS));
    memory[12] = 0x12; /* neither IPv4 nor IPv6 */
    assert_false(tcp_split_begin(&split, frame, V4_TCP_AT, MSS));
}

static void test_segments_that_follow_each_other_are_joined(void **state)
{
    (void)state;
    static uint8_t memory[LARGE_FRAME_MAX];
    static struct parts parts;
    static struct tcp_merge merge;
    struct large_frame joined;

    for (int is_v6 = 0; is_v6 <= 1; is_v6++) {
        struct bytes frame = large(memory, is_v6, 40 * MSS + 9, ACK | PSH);
        cut(&parts, frame, is_v6, MSS);
        for (size_t i = 0; i < parts.count; i++)
            assert_true(tcp_merge_add(&merge, parts.frame[i]));
        assert_true(tcp_merge_take(&merge, &joined));
        assert_int_equal(joined.segment_bytes, MSS);
        assert_int_equal(joined.is_v6, is_v6);
        assert_int_equal(joined.tcp_at, is_v6 ? V6_TCP_AT : V4_TCP_AT);
        assert_int_equal(joined.payload_at, joined.tcp_at + TCP_BYTES);
        /* byte for byte what was cut, the checksum field included */
        assert_int_equal(joined.frame.len, frame.len);
        assert_memory_equal(joined.frame.data, frame.data, frame.len);
        assert_false(tcp_merge_take(&merge, &joined));
    }
}

static void test_a_segment_alone_comes_out_as_it_went_in(void **state)
{
    (void)state;
    static uint8_t memory[4000];
    static struct parts parts;
    static struct tcp_merge merge;
    struct large_frame joined;

    cut(&parts, large(memory, false, 100, ACK), false, MSS);
    assert_true(tcp_merge_add(&merge, parts.frame[0]));
    assert_true(tcp_merge_take(&merge, &joined));
    assert_int_equal(joined.segment_bytes, 0);
    assert_int_equal(joined.frame.len, parts.frame[0].len);
    assert_memory_equal(joined.frame.data, parts.frame[0].data, parts.frame[0].len);
}

/* Corrects the checksums after a change, so that only the change itself can be the reason. */
static void mend(uint8_t *frame, size_t len)
{
    uint8_t *tcp = frame + V4_TCP_AT;
    size_t tcp_len = len - V4_TCP_AT;

    put_u16(frame + 14 + 10, 0);
    put_u16(frame + 14 + 10, inet_checksum(frame + 14, 20, 0));
    put_u16(tcp + CHECKSUM_AT, 0);
    put_u16(tcp + CHECKSUM_AT, inet_checksum(tcp, tcp_len, pseudo_sum(frame + 14, false, tcp_len)));
}

static void test_a_segment_that_differs_is_not_joined(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        const char *what;
    } changes[] = {
        { 0, "Ethernet address" },
        { 14 + 1, "type of service" },
        { 14 + 6, "fragment bits" },
        { 14 + 8, "time to live" },
        { 14 + 15, "address" },
        { V4_TCP_AT + 1, "port" },
        { V4_TCP_AT + 7, "sequence" },
        { V4_TCP_AT + 11, "acknowledgement" },
        { V4_TCP_AT + 13, "flags: FIN" },
        { V4_TCP_AT + 15, "window" },
        { V4_TCP_AT + 19, "urgent pointer" },
        { V4_TCP_AT + 25, "options" },
    };
    static uint8_t memory[8000];
    static struct parts parts;
    static struct tcp_merge merge;
    struct large_frame joined;

    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        cut(&parts, large(memory, false, 2 * MSS, ACK), false, MSS);
        assert_true(tcp_merge_add(&merge, parts.frame[0]));
        parts.memory[1][changes[i].at] ^= 1;
        mend(parts.memory[1], parts.frame[1].len);
        if (tcp_merge_add(&merge, parts.frame[1]))
            fail_msg("joined in spite of another %s", changes[i].what);
        assert_true(tcp_merge_take(&merge, &joined));
    }
}

static void test_a_wrong_checksum_is_left_to_the_receiver(void **state)
{
    (void)state;
    static const size_t places[] = { 14 + 10, V4_TCP_AT + CHECKSUM_AT, V4_TCP_AT + TCP_BYTES + 50 };
    static uint8_t memory[4000];
    static struct parts parts;
    static struct tcp_merge merge;

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        cut(&parts, large(memory, false, 100, ACK), false, MSS);
        parts.memory[0][places[i]] ^= 1;
        assert_false(tcp_merge_add(&merge, parts.frame[0]));
    }
}

static void test_nothing_follows_a_push_or_a_short_segment(void **state)
{
    (void)state;
    static uint8_t memory[8000];
    static struct parts parts;
    static struct tcp_merge merge;
    struct large_frame joined;

    cut(&parts, large(memory, false, 2 * MSS, ACK), false, MSS);
    parts.memory[0][V4_TCP_AT + FLAGS_AT] |= PSH;
    mend(parts.memory[0], parts.frame[0].len);
    assert_true(tcp_merge_add(&merge, parts.frame[0]));
    assert_false(tcp_merge_add(&merge, parts.frame[1]));
    assert_true(tcp_merge_take(&merge, &joined));

    cut(&parts, large(memory, false, 300, ACK), false, 100);
    assert_true(tcp_merge_add(&merge, parts.frame[0]));
    parts.frame[1].len -= 10;
    put_u16(parts.memory[1] + 14 + 2, parts.frame[1].len - 14);
    mend(parts.memory[1], parts.frame[1].len);
    assert_true(tcp_merge_add(&merge, parts.frame[1]));
    /* the right number to follow, but a cut after it would not give the same segments */
    put_u16(parts.memory[2] + V4_TCP_AT + 6, get_u16(parts.memory[2] + V4_TCP_AT + 6) - 10);
    mend(parts.memory[2], parts.frame[2].len);
    assert_false(tcp_merge_add(&merge, parts.frame[2]));
    assert_true(tcp_merge_take(&merge, &joined));
    assert_int_equal(joined.frame.len, V4_TCP_AT + TCP_BYTES + 190);
}

static void test_a_longer_segment_does_not_follow_a_shorter_one(void **state)
{
    (void)state;
    static uint8_t memory[4000];
    static struct parts shorter, longer;
    static struct tcp_merge merge;
    uint8_t *seq = longer.memory[0] + V4_TCP_AT + 4;

    cut(&shorter, large(memory, false, 200, ACK), false, 100);
    cut(&longer, large(memory, false, 101, ACK), false, 101);
    memcpy(seq, shorter.memory[1] + V4_TCP_AT + 4, 4);
    mend(longer.memory[0], longer.frame[0].len);

    assert_true(tcp_merge_add(&merge, shorter.frame[0]));
    assert_false(tcp_merge_add(&merge, longer.frame[0]));
    assert_true(tcp_merge_add(&merge, shorter.frame[1]));
}

static void test_joining_ends_at_the_largest_packet(void **state)
{
    (void)state;
    static uint8_t memory[LARGE_FRAME_MAX];
    static struct parts parts;
    static struct tcp_merge merge;
    struct large_frame joined;
    size_t count = 0;

    cut(&parts, large(memory, false, 60000, ACK), false, MSS);
    do {
        /* the next one goes on where the last one ended, for ever */
        size_t seq = 0xfffff000u + count * MSS;
        put_u16(parts.memory[0] + V4_TCP_AT + 4, seq >> 16);
        put_u16(parts.memory[0] + V4_TCP_AT + 6, seq);
        mend(parts.memory[0], parts.frame[0].len);
        count++;
    } while (tcp_merge_add(&merge, parts.frame[0]));
    assert_true(tcp_merge_take(&merge, &joined));
    assert_int_equal(joined.frame.len, V4_TCP_AT + TCP_BYTES + 45 * MSS);
    assert_true(joined.frame.len - 14 <= 65535 && joined.frame.len - 14 + MSS > 65535);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_large_frame_is_cut_into_whole_segments),
        cmocka_unit_test(test_vlan_tags_are_kept),
        cmocka_unit_test(test_a_frame_that_cannot_be_cut_is_refused),
        cmocka_unit_test(test_segments_that_follow_each_other_are_joined),
        cmocka_unit_test(test_a_segment_alone_comes_out_as_it_went_in),
        cmocka_unit_test(test_a_segment_that_differs_is_not_joined),
        cmocka_unit_test(test_a_wrong_checksum_is_left_to_the_receiver),
        cmocka_unit_test(test_nothing_follows_a_push_or_a_short_segment),
        cmocka_unit_test(test_a_longer_segment_does_not_follow_a_shorter_one),
        cmocka_unit_test(test_joining_ends_at_the_largest_packet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
