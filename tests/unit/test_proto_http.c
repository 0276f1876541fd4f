/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "noren/base/alloc.h"

#include "libnoren/proto/http.h"
#include "libnoren/proto/text.h"
#include "tests/unit/test.h"

enum { BODY_MAX = 8 };

static const char GOOD[] =
        "POST /x HTTP/1.1\r\nContent-Type: a/b\r\nContent-Length: 5\r\n\r\nhello";

static enum http_result read_all(struct http_reader *http, const char *text, size_t len)
{
    noren_cleanup(noren_freep) uint8_t *copy = noren_alloc(len);
    struct reader in = reader_over(copy, len);
    enum http_result result;

    memcpy(copy, text, len);
    while ((result = http_next(http, &in, NULL)) == HTTP_HEAD)
        ;
    return result;
}

static enum http_result read_once(const char *text, size_t len)
{
    struct http_reader http;

    http_reader_init(&http, BODY_MAX);
    enum http_result result = read_all(&http, text, len);
    http_reader_clear(&http);
    return result;
}

static void test_each_prefix_of_a_good_message_waits_for_more(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof GOOD - 1; len++)
        assert_int_equal(read_once(GOOD, len), HTTP_MORE);
    assert_int_equal(read_once(GOOD, sizeof GOOD - 1), HTTP_BODY);
}

static void test_fields_are_read_whatever_their_case_and_line_ends(void **state)
{
    (void)state;
    static const char text[] =
            "GET  /y   HTTP/1.0 more\ncontent-LENGTH :\t 3 \nCONTENT-TYPE:c/d\n\nabc";
    struct http_reader http;

    http_reader_init(&http, BODY_MAX);
    assert_int_equal(read_all(&http, text, sizeof text - 1), HTTP_BODY);
    assert_string_equal(http.head.token[0], "GET");
    assert_string_equal(http.head.token[1], "/y");
    assert_string_equal(http.head.token[2], "HTTP/1.0");
    assert_string_equal(http.head.content_type, "c/d");
    assert_int_equal(http.body.len, 3);
    assert_memory_equal(http.body.data, "abc", 3);
    http_reader_clear(&http);
}

static void test_bytes_behind_a_message_stay_in_the_input(void **state)
{
    (void)state;
    static const char text[] = "A B C\r\nContent-Length: 2\r\n\r\nxyZ";
    struct http_reader http;
    struct reader in = reader_over(text, sizeof text - 1);

    http_reader_init(&http, BODY_MAX);
    assert_int_equal(http_next(&http, &in, NULL), HTTP_HEAD);
    assert_int_equal(reader_left(&in), 3);
    assert_int_equal(http_next(&http, &in, NULL), HTTP_BODY);
    assert_int_equal(reader_left(&in), 1);
    assert_int_equal(http_next(&http, &in, NULL), HTTP_BROKEN);
    http_reader_clear(&http);
}

static void test_second_message_knows_nothing_of_the_first(void **state)
{
    (void)state;
    struct http_reader http;

    http_reader_init(&http, BODY_MAX);
    assert_int_equal(read_all(&http, GOOD, sizeof GOOD - 1), HTTP_BODY);
    http_reader_restart(&http);
    assert_int_equal(read_all(&http, "A B C\r\n\r\n", 9), HTTP_BODY);
    assert_int_equal(http.body.len, 0);
    assert_false(http.head.has_length);
    assert_string_equal(http.head.content_type, "");
    http_reader_clear(&http);
}

static void test_body_beyond_the_maximum_is_refused_before_it_comes(void **state)
{
    (void)state;
    static const char fits[] = "A B C\nContent-Length: 8\n\n12345678";
    static const char too_long[] = "A B C\nContent-Length: 9\n\n";

    assert_int_equal(read_once(fits, sizeof fits - 1), HTTP_BODY);
    assert_int_equal(read_once(too_long, sizeof too_long - 1), HTTP_BROKEN);
}

static void test_malformed_heads_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
    } table[] = {
        { "A B\n", 4 },
        { "\n", 1 },
        { "A B C\nno colon\n", 15 },
        { "A B C\nContent-Length: \n", 23 },
        { "A B C\nContent-Length: 1 2\n", 26 },
        { "A B C\nContent-Length: 4294967296\n", 33 },
        { "A B C\nContent-Length: 00000000001\n", 34 },
        { "A B C\nContent-Length: +1\n", 25 },
        { "A B C\nContent-Length: 1\nContent-Length: 2\n", 42 },
        { "A B C\nTransfer-Encoding: chunked\n", 33 },
        { "A B\0 C\n", 7 },
    };

    for (size_t i = 0; i < noren_countof(table); i++) {
        if (read_once(table[i].text, table[i].len) != HTTP_BROKEN)
            fail_msg("accepted: %s", table[i].text);
    }
}

static void test_long_word_equals_no_known_word(void **state)
{
    (void)state;
    struct http_reader http;
    struct writer text;

    writer_init(&text, 0);
    writer_text(&text, "GET ");
    memset(writer_extend(&text, 300), 'x', 300);
    writer_text(&text, " HTTP/1.1\r\n\r\n");
    http_reader_init(&http, BODY_MAX);
    assert_int_equal(read_all(&http, (const char *)text.data, text.len), HTTP_BODY);
    assert_int_equal(strlen(http.head.token[1]), HTTP_TOKEN_MAX);
    assert_string_equal(http.head.token[2], "HTTP/1.1");
    http_reader_clear(&http);
    writer_clear(&text);
}

/* ---- text ---- */

static void test_only_printable_utf8_is_printable(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool printable;
    } table[] = {
        { "", true },
        { "plain text", true },
        { "\xc3\xa4 \xe6\x9a\x96\xe7\xb0\xbe \xf0\x9f\x98\x80", true },
        { "tab\t", false },
        { "bell\a", false },
        { "delete\x7f", false },
        { "C1 \xc2\x85", false },
        { "first beyond C1 \xc2\xa0", true },
        { "lone continuation \x80", false },
        { "cut \xe6\x9a", false },
        { "overlong \xc0\x80", false },
        { "overlong \xe0\x9f\xbf", false },
        { "overlong \xf0\x8f\xbf\xbf", false },
        { "first of three \xe0\xa0\x80", true },
        { "line separator \xe2\x80\xa8", false },
        { "turned around \xe2\x80\xae", false },
        { "isolated \xe2\x81\xa6", false },
        { "surrogate \xed\xa0\x80", false },
        { "last \xf4\x8f\xbf\xbf", true },
        { "beyond \xf4\x90\x80\x80", false },
        { "\xff", false },
    };

    for (size_t i = 0; i < noren_countof(table); i++) {
        if (text_is_printable(table[i].text, 255) != table[i].printable)
            fail_msg("wrong verdict about: %s", table[i].text);
    }
    assert_true(text_is_printable("1234", 4));
    assert_false(text_is_printable("1234", 3));
}

static void test_words_are_found_without_case(void **state)
{
    (void)state;
    assert_true(text_contains("My SERVER", "server"));
    assert_true(text_contains("server", "server"));
    assert_false(text_contains("serve", "server"));
    assert_true(text_same("Content-Type", "CONTENT-type"));
    assert_false(text_same("Content-Type", "Content-Typ"));
    assert_false(text_same("Content-Typ", "Content-Type"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_prefix_of_a_good_message_waits_for_more),
        cmocka_unit_test(test_fields_are_read_whatever_their_case_and_line_ends),
        cmocka_unit_test(test_bytes_behind_a_message_stay_in_the_input),
        cmocka_unit_test(test_second_message_knows_nothing_of_the_first),
        cmocka_unit_test(test_body_beyond_the_maximum_is_refused_before_it_comes),
        cmocka_unit_test(test_malformed_heads_are_refused),
        cmocka_unit_test(test_long_word_equals_no_known_word),
        cmocka_unit_test(test_only_printable_utf8_is_printable),
        cmocka_unit_test(test_words_are_found_without_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
