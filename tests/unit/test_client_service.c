/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/bytes.h"
#include "noren/io/unix_socket.h"
#include "noren/os/paths.h"
#include "noren/proto/handshake.h"

#include "service/admission.h"
#include "service/call.h"
#include "service/control.h"
#include "service/credentials.h"
#include "service/exit_code.h"
#include "service/log_tail.h"
#include "service/place.h"
#include "service/profiles.h"
#include "service/status_json.h"
#include "tests/unit/test.h"

/* ---- calls ---- */

static bool parse(const char *line, struct service_call *out, struct noren_err *err)
{
    return service_call_parse(line, strlen(line), out, err);
}

static void test_a_connect_call_is_read(void **state)
{
    (void)state;
    noren_cleanup(service_call_clear) struct service_call call = { .kind = CALL_HELLO };

    assert_true(parse("{\"call\":\"connect\",\"profile\":\"10-main\",\"username\":\"alice\","
                      "\"password\":\"p \\u00e4\",\"save\":true,\"later\":[1]}",
            &call, NULL));
    assert_int_equal(call.kind, CALL_CONNECT);
    assert_string_equal(call.profile, "10-main");
    assert_string_equal(call.username, "alice");
    assert_string_equal(secret_text(&call.password), "p \xc3\xa4");
    assert_true(call.save);
}

static void test_every_cut_of_a_call_is_refused(void **state)
{
    (void)state;
    static const char line[] = "{\"call\":\"connect\",\"profile\":\"10-main\",\"save\":true}";

    for (size_t len = 0; len < sizeof line - 1; len++) {
        struct service_call call;
        assert_false(service_call_parse(line, len, &call, NULL));
    }
}

static void test_calls_of_another_shape_are_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "[]",
        "\"connect\"",
        "{}",
        "{\"call\":1}",
        "{\"call\":\"fly\"}",
        "{\"call\":\"hello\"}",
        "{\"call\":\"hello\",\"version\":2}",
        "{\"call\":\"connect\"}",
        "{\"call\":\"connect\",\"profile\":\"\"}",
        "{\"call\":\"connect\",\"profile\":\"../../etc/x\"}",
        "{\"call\":\"connect\",\"profile\":\"..\"}",
        "{\"call\":\"connect\",\"profile\":\"a]\\n[b\"}",
        "{\"call\":\"connect\",\"profile\":\"a\\u0000b\"}",
        "{\"call\":\"connect\",\"profile\":\"a\",\"profile\":\"b\"}",
        "{\"call\":\"connect\",\"profile\":\"a\",\"save\":1}",
        "{\"call\":\"connect\",\"profile\":\"a\",\"password\":7}",
        "{\"call\":\"log\",\"lines\":0}",
        "{\"call\":\"log\",\"lines\":-1}",
        "{\"call\":\"log\",\"lines\":2001}",
        "{\"call\":\"log\",\"lines\":\"5\"}",
    };

    for (size_t i = 0; i < noren_countof(lines); i++) {
        struct service_call call;
        struct noren_err err = { 0 };
        if (parse(lines[i], &call, &err))
            fail_msg("taken: %s", lines[i]);
        assert_true(err.code == NOREN_E_ARGUMENT || err.code == NOREN_E_LIMIT);
        assert_false(secret_is_set(&call.password));
    }
}

static void test_a_refused_call_keeps_its_name(void **state)
{
    (void)state;
    struct service_call call;

    assert_false(parse("{\"call\":\"fly\",\"to\":\"the moon\"}", &call, NULL));
    assert_string_equal(call.name, "fly");
}

static void test_too_long_texts_are_refused(void **state)
{
    (void)state;
    static const char *const members[] = { "username", "password", "profile" };

    for (size_t i = 0; i < noren_countof(members); i++) {
        char text[300];
        struct noren_err err = { 0 };
        struct service_call call;
        memset(text, 'x', sizeof text - 1);
        text[sizeof text - 1] = '\0';
        noren_cleanup(noren_freep) char *line = noren_asprintf(
                "{\"call\":\"connect\",%s\"%s\":\"%s\"}",
                strcmp(members[i], "profile") == 0 ? "" : "\"profile\":\"a\",", members[i], text);
        assert_false(parse(line, &call, &err));
        assert_int_equal(err.code, NOREN_E_LIMIT);
    }
}

/* ---- status ---- */

static void test_a_status_line_says_what_the_contract_names(void **state)
{
    (void)state;
    struct engine_status status = { .state = ENGINE_RECONNECTING,
        .error = ENGINE_E_UNREACHABLE,
        .retry_at_ms = 5000,
        .bytes_in = 1234,
        .since_ms = 1764000000000 };
    struct shown_profile profile = { .id = "10-main", .name = "Tokyo", .needs_password = true };

    snprintf(status.detail, sizeof status.detail, "no route \"x\"");
    noren_cleanup(noren_freep) char *line = status_line(&status, 2000, &profile, 1);
    json_t *object = json_loads(line, 0, NULL);
    assert_non_null(object);
    assert_string_equal(json_string_value(json_object_get(object, "state")), "reconnecting");
    assert_string_equal(json_string_value(json_object_get(object, "error")), "unreachable");
    assert_int_equal(json_integer_value(json_object_get(object, "retry_in_ms")), 3000);
    assert_int_equal(json_integer_value(json_object_get(object, "bytes_in")), 1234);
    json_t *first = json_array_get(json_object_get(object, "profiles"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "name")), "Tokyo");
    assert_true(json_is_true(json_object_get(first, "needs_password")));
    json_decref(object);

    struct control_status read;
    assert_true(control_read_status(line, &read));
    assert_string_equal(read.state, "reconnecting");
    assert_false(control_read_status("{\"event\":\"log\"}", &read));
    assert_false(control_read_status("nonsense", &read));
}

static void test_a_status_line_always_fits_the_socket(void **state)
{
    (void)state;
    struct engine_status status = { .state = ENGINE_CONNECTED };
    struct shown_profile profiles[SHOWN_PROFILES_MAX];

    memset(profiles, 0, sizeof profiles);
    memset(status.message, '\x01', sizeof status.message - 1);
    memset(status.detail, '\xff', sizeof status.detail - 1);
    for (size_t i = 0; i < SHOWN_PROFILES_MAX; i++) {
        memset(profiles[i].id, '\x02', sizeof profiles[i].id - 1);
        memset(profiles[i].user, '\x02', sizeof profiles[i].user - 1);
        memset(profiles[i].name, '\x02', sizeof profiles[i].name - 1);
    }
    noren_cleanup(noren_freep) char *line = status_line(&status, 0, profiles, SHOWN_PROFILES_MAX);
    assert_true(strlen(line) <= UNIX_LINE_MAX);
    json_t *object = json_loads(line, 0, NULL);
    assert_non_null(object);
    json_decref(object);
}

static void test_a_log_line_loses_its_oldest_lines_first(void **state)
{
    (void)state;
    struct writer w;

    writer_init(&w, 0);
    for (int i = 0; i < 3000; i++)
        writer_format(&w, "line \"%d\"\n", i);
    writer_u8(&w, 0);
    noren_cleanup(noren_freep) char *line = log_line((char *)w.data);
    assert_true(strlen(line) <= UNIX_LINE_MAX);
    assert_non_null(strstr(line, "2999"));
    assert_null(strstr(line, "line \\\"1\\\""));
    writer_clear(&w);
}

/* ---- log ---- */

static void test_secrets_are_blotted_out_of_the_log(void **state)
{
    (void)state;
    char text[] = "a password=hunter2 b\nPassword: \"two words\" c\n"
                  "session_key=0123 x=00112233445566778899aabbccddeeff00112233 user=alice\n";

    log_redact(text);
    assert_null(strstr(text, "hunter2"));
    assert_null(strstr(text, "two words"));
    assert_null(strstr(text, "0123 "));
    assert_null(strstr(text, "00112233"));
    assert_non_null(strstr(text, "user=alice"));
    assert_non_null(strstr(text, " b\n"));
}

static void test_the_tail_has_as_many_lines_as_asked_for(void **state)
{
    (void)state;
    char path[] = "/tmp/client-tail-XXXXXX";
    int fd = mkstemp(path);
    struct writer w;

    assert_int_equal(write(fd, "one\ntwo\nthree\n", 14), 14);
    close(fd);
    writer_init(&w, 0);
    log_tail(path, 2, 1000, &w);
    writer_u8(&w, 0);
    assert_string_equal((char *)w.data, "two\nthree\n");
    writer_reset(&w);
    log_tail(path, 99, 1000, &w);
    writer_u8(&w, 0);
    assert_string_equal((char *)w.data, "one\ntwo\nthree\n");
    writer_reset(&w);
    log_tail(path, 99, 7, &w);
    writer_u8(&w, 0);
    assert_string_equal((char *)w.data, "three\n");
    writer_clear(&w);
    unlink(path);
}

/* ---- who may ---- */

static void test_root_and_listed_users_are_admitted(void **state)
{
    (void)state;
    static const char text[] = "# who\nalice\n  1002 # bob\n\n100\n";

    assert_true(admission_text_allows("", 0, "root"));
    assert_true(admission_text_allows(text, 1001, "alice"));
    assert_true(admission_text_allows(text, 1002, "bob"));
    assert_true(admission_text_allows(text, 100, ""));
    assert_false(admission_text_allows(text, 1003, "carol"));
    assert_false(admission_text_allows(text, 1003, "ali"));
    assert_false(admission_text_allows(text, 1003, "#"));
    assert_false(admission_text_allows(text, 1003, ""));
    assert_false(admission_text_allows(text, 10, ""));
}

/* ---- credentials ---- */

static void test_credentials_survive_a_restart_and_can_be_forgotten(void **state)
{
    (void)state;
    char folder[] = "/tmp/client-credentials-XXXXXX";
    assert_non_null(mkdtemp(folder));
    noren_cleanup(noren_freep) char *path = noren_asprintf("%s/credentials.conf", folder);
    struct credentials credentials;
    struct secret password = { 0 };
    struct stat st;

    secret_set(&password, " p;w\\\n", 6);
    assert_true(credentials_load(&credentials, path, NULL));
    assert_int_equal(credentials.count, 0);
    assert_true(credentials_save(&credentials, "10-main", "alice", &password, NULL));
    assert_true(credentials_save(&credentials, "20-two", "bob", &password, NULL));
    credentials_clear(&credentials);

    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(credentials_load(&credentials, path, NULL));
    const struct credential *found = credentials_find(&credentials, "10-main");
    assert_string_equal(found->username, "alice");
    assert_string_equal(secret_text(&found->password), " p;w\\\n");
    assert_true(credentials_forget(&credentials, "10-main", NULL));
    assert_true(credentials_forget(&credentials, "10-main", NULL));
    credentials_clear(&credentials);

    assert_true(credentials_load(&credentials, path, NULL));
    assert_null(credentials_find(&credentials, "10-main"));
    assert_non_null(credentials_find(&credentials, "20-two"));
    credentials_clear(&credentials);

    struct noren_err err = { 0 };
    chmod(path, 0644);
    assert_false(credentials_load(&credentials, path, &err));
    assert_non_null(strstr(err.text, "chmod 600"));
    credentials_clear(&credentials);
    secret_clear(&password);
    unlink(path);
    rmdir(folder);
}

static void put_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    chmod(path, 0600);
}

static void test_credentials_that_cannot_be_read_are_moved_aside_and_not_written_over(void **state)
{
    (void)state;
    char folder[] = "/tmp/client-credentials-XXXXXX";
    assert_non_null(mkdtemp(folder));
    noren_cleanup(noren_freep) char *path = noren_asprintf("%s/credentials.conf", folder);
    noren_cleanup(noren_freep) char *aside = noren_asprintf("%s.unread", path);
    struct credentials credentials;
    struct stat before, after;

    put_file(path, "[10-main\nusername=alice\n");
    assert_int_equal(stat(path, &before), 0);
    assert_false(credentials_load(&credentials, path, NULL));
    assert_true(credentials_save(&credentials, "20-two", "bob", &(struct secret){ 0 }, NULL));
    assert_true(credentials_save(&credentials, "20-two", "eve", &(struct secret){ 0 }, NULL));
    credentials_clear(&credentials);

    assert_int_equal(stat(aside, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_true(credentials_load(&credentials, path, NULL));
    assert_string_equal(credentials_find(&credentials, "20-two")->username, "eve");
    credentials_clear(&credentials);
    unlink(path);
    unlink(aside);
    rmdir(folder);
}

static void test_who_can_log_in_is_decided_by_profile_and_credentials(void **state)
{
    (void)state;
    struct profile profile = { .auth = PROTO_AUTH_PASSWORD };
    struct credential saved = { .username = "alice" };

    assert_false(profile_can_log_in(&profile, NULL));
    assert_false(profile_can_log_in(&profile, &saved));
    secret_set(&saved.password, "", 0);
    assert_true(profile_can_log_in(&profile, &saved));
    secret_clear(&saved.password);
    profile.auth = PROTO_AUTH_ANONYMOUS;
    assert_false(profile_can_log_in(&profile, NULL));
    memcpy(profile.username, "guest", 6);
    assert_true(profile_can_log_in(&profile, NULL));
}

/* ---- names and codes ---- */

static void test_the_product_text_does_not_mislead_servers(void **state)
{
    (void)state;
    char text[128];

    place_product_text("Acme VPN", text);
    assert_string_equal(text, "Acme VPN Client");
    place_product_text("Golden Bridge", text);
    assert_string_equal(text, "SSL-VPN Client");
    place_product_text("MyServeR", text);
    assert_string_equal(text, "SSL-VPN Client");
    place_product_text("", text);
    assert_string_equal(text, "SSL-VPN Client");
}

static void test_exit_codes_follow_the_error_words(void **state)
{
    (void)state;

    assert_int_equal(exit_code_of_word("auth"), 4);
    assert_int_equal(exit_code_of_word("trust"), 5);
    assert_int_equal(exit_code_of_word("unreachable"), 6);
    assert_int_equal(exit_code_of_word("device"), 7);
    assert_int_equal(exit_code_of_word("no-address"), 8);
    assert_int_equal(exit_code_of_word("profile"), 3);
    assert_int_equal(exit_code_of_word(""), 0);
    assert_int_equal(exit_code_of_word("whatever"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_connect_call_is_read),
        cmocka_unit_test(test_every_cut_of_a_call_is_refused),
        cmocka_unit_test(test_calls_of_another_shape_are_refused),
        cmocka_unit_test(test_a_refused_call_keeps_its_name),
        cmocka_unit_test(test_too_long_texts_are_refused),
        cmocka_unit_test(test_a_status_line_says_what_the_contract_names),
        cmocka_unit_test(test_a_status_line_always_fits_the_socket),
        cmocka_unit_test(test_a_log_line_loses_its_oldest_lines_first),
        cmocka_unit_test(test_secrets_are_blotted_out_of_the_log),
        cmocka_unit_test(test_the_tail_has_as_many_lines_as_asked_for),
        cmocka_unit_test(test_root_and_listed_users_are_admitted),
        cmocka_unit_test(test_credentials_survive_a_restart_and_can_be_forgotten),
        cmocka_unit_test(test_credentials_that_cannot_be_read_are_moved_aside_and_not_written_over),
        cmocka_unit_test(test_who_can_log_in_is_decided_by_profile_and_credentials),
        cmocka_unit_test(test_the_product_text_does_not_mislead_servers),
        cmocka_unit_test(test_exit_codes_follow_the_error_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
