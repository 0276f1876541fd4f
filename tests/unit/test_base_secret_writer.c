/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <malloc.h>
#include <stdlib.h>

#include "noren/base/bytes.h"

#include "tests/unit/test.h"

/* Memory that was given back may not be looked at, so free() and reallocarray() look before. */

static const char PASSWORD[] = "correct horse battery staple";
static const size_t PASSWORD_LEN = sizeof PASSWORD - 1;

static unsigned given_back; /* blocks that held the password when they went */

void __real_free(void *memory);
void *__real_reallocarray(void *memory, size_t count, size_t size);
void __wrap_free(void *memory);
void *__wrap_reallocarray(void *memory, size_t count, size_t size);

static bool holds_password(void *memory)
{
    return memory != NULL
           && memmem(memory, malloc_usable_size(memory), PASSWORD, PASSWORD_LEN) != NULL;
}

void __wrap_free(void *memory)
{
    given_back += holds_password(memory);
    __real_free(memory);
}

void *__wrap_reallocarray(void *memory, size_t count, size_t size)
{
    given_back += holds_password(memory);
    return __real_reallocarray(memory, count, size);
}

static struct writer secret_writer(void)
{
    struct writer w;

    given_back = 0;
    writer_init_secret(&w, 0);
    writer_text(&w, PASSWORD);
    return w;
}

static void test_a_plain_writer_leaves_its_content_behind(void **state)
{
    (void)state;
    struct writer w;

    given_back = 0;
    writer_init(&w, 0);
    writer_text(&w, PASSWORD);
    writer_clear(&w);
    assert_int_equal(given_back, 1);
}

static void test_a_secret_writer_wipes_what_it_grew_out_of(void **state)
{
    (void)state;
    struct writer w = secret_writer();

    for (size_t i = 0; i < 10000; i++)
        writer_u32(&w, 7);
    assert_int_equal(w.len, PASSWORD_LEN + 40000);
    assert_memory_equal(w.data, PASSWORD, PASSWORD_LEN);
    writer_clear(&w);
    assert_int_equal(given_back, 0);
    assert_true(w.secret);
}

static void test_a_secret_writer_wipes_formatted_text(void **state)
{
    (void)state;
    struct writer w = secret_writer();

    writer_format(&w, "password=%s", PASSWORD);
    writer_clear(&w);
    assert_int_equal(given_back, 0);
}

static void test_a_secret_writer_wipes_what_was_consumed(void **state)
{
    (void)state;
    struct writer w = secret_writer();

    writer_text(&w, PASSWORD);
    writer_consume(&w, PASSWORD_LEN + 1);
    assert_int_equal(w.len, PASSWORD_LEN - 1);
    assert_memory_equal(w.data, PASSWORD + 1, w.len);
    assert_null(memmem(w.data, w.room, PASSWORD, PASSWORD_LEN));
    writer_clear(&w);
}

static void test_a_secret_writer_wipes_what_was_reset(void **state)
{
    (void)state;
    struct writer w = secret_writer();

    writer_reset(&w);
    assert_null(memmem(w.data, w.room, PASSWORD, PASSWORD_LEN));
    writer_clear(&w);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_plain_writer_leaves_its_content_behind),
        cmocka_unit_test(test_a_secret_writer_wipes_what_it_grew_out_of),
        cmocka_unit_test(test_a_secret_writer_wipes_formatted_text),
        cmocka_unit_test(test_a_secret_writer_wipes_what_was_consumed),
        cmocka_unit_test(test_a_secret_writer_wipes_what_was_reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
