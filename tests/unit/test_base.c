/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/bytes.h"
#include "noren/base/log.h"
#include "noren/base/mac.h"
#include "noren/base/secret.h"

#include "tests/unit/test.h"

static void test_reader_remembers_reading_past_the_end(void **state)
{
    (void)state;
    static const uint8_t three[] = { 1, 2, 3 };
    struct reader r = reader_over(three, sizeof three);

    assert_int_equal(reader_u16(&r), 0x0102);
    assert_int_equal(reader_u16(&r), 0);
    assert_true(reader_failed(&r));
    assert_int_equal(reader_u8(&r), 0);
}

static void test_reader_takes_nothing_from_an_empty_input(void **state)
{
    (void)state;
    struct reader r = reader_over(NULL, 0);

    reader_skip(&r, 0);
    assert_false(reader_failed(&r));
    assert_null(reader_take(&r, SIZE_MAX));
    assert_true(reader_failed(&r));
}

static void test_writer_refuses_beyond_its_maximum_and_keeps_the_rest(void **state)
{
    (void)state;
    struct writer w;

    writer_init(&w, 6);
    writer_u32(&w, 0x01020304);
    writer_u32(&w, 5);
    assert_true(writer_failed(&w));
    assert_int_equal(w.len, 4);
    assert_memory_equal(w.data, "\1\2\3\4", 4);
    writer_clear(&w);
}

static void test_writer_consume_keeps_the_tail(void **state)
{
    (void)state;
    struct writer w;

    writer_init(&w, 0);
    writer_text(&w, "abcdef");
    writer_consume(&w, 4);
    assert_int_equal(w.len, 2);
    assert_memory_equal(w.data, "ef", 2);
    writer_clear(&w);
}

static void test_unhex_refuses_odd_and_foreign_digits(void **state)
{
    (void)state;
    uint8_t out[2] = { 7, 7 };

    assert_true(noren_unhex("00fF", out, 2));
    assert_int_equal(out[1], 0xff);
    assert_false(noren_unhex("00f", out, 2));
    assert_false(noren_unhex("00fg", out, 2));
    assert_int_equal(out[0], 0);
}

static void test_errors_are_told_from_the_outside_in(void **state)
{
    (void)state;
    struct noren_err err = { 0 };

    assert_false(noren_err_set(&err, NOREN_E_LIMIT, "element name of %u bytes", 90U));
    assert_false(noren_err_wrap(&err, "read %s", "hub.conf"));
    assert_string_equal(err.text, "read hub.conf: element name of 90 bytes");
    assert_int_equal(err.code, NOREN_E_LIMIT);
}

static void test_a_long_error_is_cut_and_terminated(void **state)
{
    (void)state;
    struct noren_err err = { 0 };
    char long_text[400];

    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    noren_err_set(&err, NOREN_E_IO, "%s", long_text);
    noren_err_wrap(&err, "%s", long_text);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

static void test_a_long_error_is_cut_between_characters(void **state)
{
    (void)state;
    enum { ROOM = sizeof((struct noren_err *)0)->text - 1 };

    for (size_t before = 0; before < 6; before++) {
        struct noren_err err = { 0 };
        char text[400];

        memset(text, 'x', before);
        for (size_t at = before; at < sizeof text - 4; at += 3)
            memcpy(text + at, "\xe6\x97\xa5", 4);
        noren_err_set(&err, NOREN_E_IO, "%s", text);
        assert_int_equal(strlen(err.text), before + (ROOM - before) / 3 * 3);
        noren_err_wrap(&err, "%s", "12345");
        assert_int_equal((strlen(err.text) - 7 - before) % 3, 0);
    }
}

static void test_log_quote_lets_no_control_character_through(void **state)
{
    (void)state;

    assert_string_equal(log_quote("a\nb\x1b\"").text, "\"a\\x0ab\\x1b\\x22\"");
    assert_string_equal(log_quote("\xe6\x97\xa5").text, "\"\xe6\x97\xa5\"");
    assert_string_equal(log_quote("\xe6\x97").text, "\"\\xe6\\x97\"");
    char many[500];
    memset(many, '\n', sizeof many - 1);
    many[sizeof many - 1] = '\0';
    assert_true(strlen(log_quote(many).text) < sizeof(struct log_quoted));
}

static void test_limited_log_says_how_many_lines_it_left_out(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len = 0;
    struct noren_log *log = noren_log_new(open_memstream(&text, &len), NOREN_INFO);
    struct log_limit limit = { 0 };

    for (int i = 0; i < 1000; i++)
        noren_log_write_limited(log, NOREN_INFO, "test", &limit, "flood: i=%d", i);
    limit.next_ms = 1;
    noren_log_write_limited(log, NOREN_INFO, "test", &limit, "last: i=0");
    noren_log_free(log);

    int lines = 0;
    for (size_t i = 0; i < len; i++)
        lines += text[i] == '\n';
    assert_int_equal(lines, 22);
    assert_non_null(strstr(text, "lines left out: count=980"));
    free(text);
}

static void test_mac_text_round_trip(void **state)
{
    (void)state;
    struct mac mac;

    assert_true(mac_parse("5E-00-aa:bb-cc-01", &mac));
    assert_string_equal(mac_format(mac).text, "5e:00:aa:bb:cc:01");
    assert_false(mac_parse("5e:00:aa:bb:cc", &mac));
    assert_false(mac_parse("5e:00:aa:bb:cc.01", &mac));
}

static void test_password_file_gives_its_first_line(void **state)
{
    (void)state;
    char path[] = "/tmp/noren-test-XXXXXX";
    int fd = mkstemp(path);
    struct secret secret = { 0 };
    struct noren_err err = { 0 };

    assert_int_equal(write(fd, "pass word\r\nsecond\n", 18), 18);
    close(fd);
    assert_true(secret_read_file(&secret, path, &err));
    assert_string_equal(secret_text(&secret), "pass word");
    secret_clear(&secret);
    unlink(path);
    assert_false(secret_read_file(&secret, path, &err));
    assert_int_equal(err.code, NOREN_E_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reader_remembers_reading_past_the_end),
        cmocka_unit_test(test_reader_takes_nothing_from_an_empty_input),
        cmocka_unit_test(test_writer_refuses_beyond_its_maximum_and_keeps_the_rest),
        cmocka_unit_test(test_writer_consume_keeps_the_tail),
        cmocka_unit_test(test_unhex_refuses_odd_and_foreign_digits),
        cmocka_unit_test(test_errors_are_told_from_the_outside_in),
        cmocka_unit_test(test_a_long_error_is_cut_and_terminated),
        cmocka_unit_test(test_a_long_error_is_cut_between_characters),
        cmocka_unit_test(test_log_quote_lets_no_control_character_through),
        cmocka_unit_test(test_limited_log_says_how_many_lines_it_left_out),
        cmocka_unit_test(test_mac_text_round_trip),
        cmocka_unit_test(test_password_file_gives_its_first_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
