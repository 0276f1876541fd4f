/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "hub/frame.h"
#include "tests/unit/test.h"

/* That memory is neither lost nor used after it was freed is for the address sanitizer to see. */

static struct bytes pattern(uint8_t *memory, size_t len, uint8_t first)
{
    for (size_t i = 0; i < len; i++)
        memory[i] = (uint8_t)(first + i);
    return (struct bytes){ .data = memory, .len = len };
}

static void assert_pattern(const struct frame *frame, size_t len, uint8_t first)
{
    uint8_t memory[FRAME_BYTES_MAX];

    pattern(memory, len, first);
    assert_int_equal(frame->len, len);
    assert_memory_equal(frame->data, memory, len);
}

static void test_frames_of_all_sizes_lie_side_by_side(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    static struct frame *frames[COUNT];
    struct frame_box *box = NULL;
    uint8_t memory[FRAME_BYTES_MAX];

    for (size_t i = 0; i < COUNT; i++) {
        size_t len = FRAME_BYTES_MIN + i * 31 % (FRAME_BYTES_MAX - FRAME_BYTES_MIN + 1);
        frames[i] = frame_put(&box, pattern(memory, len, (uint8_t)i), 100000);
        assert_int_equal((uintptr_t)frames[i] % _Alignof(struct frame), 0);
    }
    for (size_t i = 0; i < COUNT; i++)
        assert_pattern(frames[i],
                FRAME_BYTES_MIN + i * 31 % (FRAME_BYTES_MAX - FRAME_BYTES_MIN + 1), (uint8_t)i);
    assert_true(frame_is_neighbour(frames[0], frames[1]));
    assert_false(frame_is_neighbour(frames[0], frames[COUNT - 1]));
    frames_unref(frames, COUNT);
}

static void test_a_box_is_no_larger_than_what_comes(void **state)
{
    (void)state;
    struct frame_box *box = NULL;
    uint8_t memory[FRAME_BYTES_MAX];
    struct frame *frames[2];

    frames[0] = frame_put(&box, pattern(memory, 100, 1), 0);
    frames[1] = frame_put(&box, pattern(memory, 1600, 2), 50);
    assert_false(frame_is_neighbour(frames[0], frames[1]));
    assert_pattern(frames[0], 100, 1);
    assert_pattern(frames[1], 1600, 2);
    frames_unref(frames, 2);
}

static void test_one_held_frame_outlives_the_run(void **state)
{
    (void)state;
    struct frame_box *box = NULL;
    uint8_t memory[FRAME_BYTES_MAX];
    struct frame *frames[3];

    for (uint8_t i = 0; i < 3; i++)
        frames[i] = frame_put(&box, pattern(memory, 60, i), 1000);
    struct frame *kept = frame_ref(frames[1]);
    frames_unref(frames, 3);
    assert_pattern(kept, 60, 1);
    frame_unref(kept);
}

static void test_mixed_lists_hold_what_they_let_go(void **state)
{
    (void)state;
    uint8_t memory[FRAME_BYTES_MAX];
    struct frame_box *box = NULL;
    struct frame *first = frame_put(&box, pattern(memory, 60, 1), 1000);
    struct frame *second = frame_put(&box, pattern(memory, 60, 2), 1000);
    struct frame *other = frame_new(pattern(memory, 60, 3));
    struct frame *list[] = { first, second, other, second, first, first, other };

    frames_ref(list, 7);
    frame_unref(first); /* the run of the box */
    frame_unref(other);
    assert_pattern(list[3], 60, 2);
    assert_pattern(list[6], 60, 3);
    frames_unref(list, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames_of_all_sizes_lie_side_by_side),
        cmocka_unit_test(test_a_box_is_no_larger_than_what_comes),
        cmocka_unit_test(test_one_held_frame_outlives_the_run),
        cmocka_unit_test(test_mixed_lists_hold_what_they_let_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
