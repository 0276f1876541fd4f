/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/po.h"
#include "model/call.h"
#include "model/view.h"
#include "resources/resources.h"
#include "tests/unit/test.h"

static const char FULL[] =
        "{\"event\":\"status\",\"state\":\"connected\",\"profile\":\"10-main\",\"server\":"
        "\"vpn.example.net:443\",\"user\":\"alice\",\"address\":\"192.168.30.10\",\"since_ms\":"
        "1764000000000,\"bytes_in\":1234,\"bytes_out\":567,\"error\":\"\",\"detail\":\"\","
        "\"retry_in_ms\":0,\"profiles\":[{\"id\":\"10-main\",\"name\":\"Tokyo\","
        "\"needs_password\":false,\"user\":\"alice\"},{\"id\":\"20-b\",\"needs_password\":true}],"
        "\"message\":\"Hi\",\"later\":[1,{}]}";

static void test_the_line_of_the_document_is_read(void **state)
{
    (void)state;
    struct model_event event = { 0 };

    assert_true(model_event_parse(FULL, sizeof FULL - 1, &event, NULL));
    assert_int_equal(event.kind, MODEL_EVENT_STATUS);
    assert_int_equal(event.status->state, MODEL_CONNECTED);
    assert_string_equal(event.status->server, "vpn.example.net:443");
    assert_string_equal(event.status->address, "192.168.30.10");
    assert_int_equal(event.status->since_ms, 1764000000000);
    assert_int_equal(event.status->bytes_in, 1234);
    assert_int_equal(event.status->bytes_out, 567);
    assert_string_equal(event.status->message, "Hi");
    assert_int_equal(event.status->profiles->len, 2);
    assert_string_equal(model_status_profile(event.status, "10-main")->name, "Tokyo");
    assert_false(model_status_profile(event.status, "10-main")->needs_password);
    assert_string_equal(model_status_profile(event.status, "20-b")->name, "20-b");
    assert_true(model_status_profile(event.status, "20-b")->needs_password);
    assert_null(model_status_profile(event.status, "nope"));
    model_event_clear(&event);
}

static void test_every_cut_line_is_refused(void **state)
{
    (void)state;
    for (size_t cut = 0; cut < sizeof FULL - 1; cut++) {
        struct model_event event = { .kind = MODEL_EVENT_LOG };
        struct noren_err err;

        assert_false(model_event_parse(FULL, cut, &event, &err));
        assert_int_equal(err.code, NOREN_E_PROTOCOL);
        assert_null(event.status);
    }
}

static void test_members_of_another_kind_are_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "[]",
        "{\"event\":\"party\"}",
        "{\"event\":\"status\"}",
        "{\"event\":\"status\",\"state\":\"sleeping\"}",
        "{\"event\":\"status\",\"state\":7}",
        "{\"event\":\"status\",\"state\":\"off\",\"server\":7}",
        "{\"event\":\"status\",\"state\":\"off\",\"bytes_in\":\"7\"}",
        "{\"event\":\"status\",\"state\":\"off\",\"bytes_in\":-7}",
        "{\"event\":\"status\",\"state\":\"off\",\"profiles\":{}}",
        "{\"event\":\"status\",\"state\":\"off\",\"profiles\":[7]}",
        "{\"event\":\"status\",\"state\":\"off\",\"profiles\":[{\"name\":\"x\"}]}",
        "{\"event\":\"status\",\"state\":\"off\",\"state\":\"off\"}",
        "{\"event\":\"log\",\"text\":[]}",
        "{\"event\":\"log\",\"text\":\"\xff\"}",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(BAD); i++) {
        struct model_event event = { 0 };

        if (model_event_parse(BAD[i], strlen(BAD[i]), &event, NULL))
            fail_msg("accepted: %s", BAD[i]);
    }
}

static void test_length_and_profiles_are_bounded(void **state)
{
    (void)state;
    g_autofree char *blanks = g_strnfill(MODEL_LINE_MAX + 1, ' ');
    GString *many =
            g_string_new("{\"event\":\"status\",\"state\":\"off\",\"profiles\":[{\"id\":\"x\"}");
    struct model_event event = { 0 };
    struct noren_err err;

    assert_false(model_event_parse(blanks, MODEL_LINE_MAX + 1, &event, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);
    for (int i = 1; i < MODEL_PROFILES_MAX; i++)
        g_string_append(many, ",{\"id\":\"x\"}");
    size_t fits = many->len;
    g_string_append(many, "]}");
    assert_true(model_event_parse(many->str, many->len, &event, NULL));
    model_event_clear(&event);
    g_string_truncate(many, fits);
    g_string_append(many, ",{\"id\":\"x\"}]}");
    assert_false(model_event_parse(many->str, many->len, &event, &err));
    assert_int_equal(err.code, NOREN_E_LIMIT);
    g_string_free(many, TRUE);
}

static void test_a_password_survives_its_quotes_and_control_characters(void **state)
{
    (void)state;
    struct writer line;

    writer_init(&line, MODEL_LINE_MAX);
    call_write_connect(&line, "10-main", "al\"ice", "p\\w\n\x01\xe6\x97\xa5", true);
    writer_u8(&line, 0);
    assert_string_equal((char *)line.data,
            "{\"call\":\"connect\",\"profile\":\"10-main\",\"username\":\"al\\\"ice\","
            "\"password\":\"p\\\\w\\u000a\\u0001\xe6\x97\xa5\",\"save\":true}\n");
    writer_wipe(&line);
}

static void test_a_connect_without_credentials_names_none(void **state)
{
    (void)state;
    struct writer line;

    writer_init(&line, MODEL_LINE_MAX);
    call_write_connect(&line, "10-main", NULL, NULL, true);
    writer_u8(&line, 0);
    assert_string_equal((char *)line.data, "{\"call\":\"connect\",\"profile\":\"10-main\"}\n");
    writer_wipe(&line);
}

/** The view of a state on a link that is up, with one profile. */
static struct view view_for(enum model_state state, const char *error, bool needs_password)
{
    struct model_status *status = model_status_new();
    struct model_profile profile = { .needs_password = needs_password };
    struct view_facts facts = { .link = MODEL_LINK_UP, .status = status, .profile = &profile };

    status->state = state;
    g_free(status->error);
    status->error = g_strdup(error);
    struct view view = view_of(&facts);
    model_status_free(status);
    return view;
}

static void test_each_state_has_its_icon_and_its_button(void **state)
{
    (void)state;
    static const struct {
        enum model_state state;
        enum view_icon icon;
        enum view_action action;
        const char *button_id;
    } ROWS[] = {
        { MODEL_OFF, VIEW_OFF, VIEW_CONNECT, "button.connect" },
        { MODEL_CONNECTING, VIEW_BUSY, VIEW_CANCEL, "button.cancel" },
        { MODEL_CONNECTED, VIEW_ON, VIEW_DISCONNECT, "button.disconnect" },
        { MODEL_RECONNECTING, VIEW_BUSY, VIEW_CANCEL, "button.cancel" },
        { MODEL_ERROR, VIEW_ERROR, VIEW_CONNECT, "button.retry" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(ROWS); i++) {
        struct view view = view_for(ROWS[i].state, "", false);

        assert_int_equal(view.icon, ROWS[i].icon);
        assert_int_equal(view.action, ROWS[i].action);
        assert_string_equal(view.button_id, ROWS[i].button_id);
        assert_int_equal(view.show_details, ROWS[i].state == MODEL_CONNECTED);
    }
}

static void test_the_form_comes_when_credentials_are_missing_or_refused_only(void **state)
{
    (void)state;
    assert_true(view_for(MODEL_OFF, "", true).show_login);
    assert_false(view_for(MODEL_OFF, "", false).show_login);
    assert_true(view_for(MODEL_ERROR, "auth", false).show_login);
    assert_false(view_for(MODEL_ERROR, "trust", false).show_login);
    assert_true(view_for(MODEL_ERROR, "trust", true).show_login);
    assert_false(view_for(MODEL_CONNECTING, "", true).show_login);
    assert_false(view_for(MODEL_CONNECTED, "", true).show_login);
}

static void test_an_error_that_the_service_retries_can_be_cancelled(void **state)
{
    (void)state;
    struct model_status *status = model_status_new();
    struct model_profile profile = { .needs_password = TRUE };
    struct view_facts facts = {
        .link = MODEL_LINK_UP, .status = status, .profile = &profile, .retry_left_s = 4
    };

    status->state = MODEL_ERROR;
    status->retry_in_ms = 4000;
    struct view view = view_of(&facts);
    assert_int_equal(view.action, VIEW_CANCEL);
    assert_int_equal(view.icon, VIEW_ERROR);
    assert_string_equal(view.hint_id, "hint.retry");
    assert_false(view.show_login);
    assert_non_null(view.error_title_id);
    model_status_free(status);
}

static void test_without_the_service_the_button_is_off_and_words_say_why(void **state)
{
    (void)state;
    struct model_status *status = model_status_new();
    struct view_facts facts = { .link = MODEL_LINK_STARTING, .status = status };

    assert_int_equal(view_of(&facts).action, VIEW_NOTHING);
    assert_null(view_of(&facts).error_title_id);
    facts.link = MODEL_LINK_DOWN;
    assert_string_equal(view_of(&facts).error_title_id, "err.no-service.title");
    assert_string_equal(view_of(&facts).status_id, "status.no-service");
    facts.link = MODEL_LINK_REFUSED;
    assert_string_equal(view_of(&facts).error_title_id, "err.access.title");
    facts.link = MODEL_LINK_UP;
    assert_int_equal(view_of(&facts).action, VIEW_NOTHING);
    assert_string_equal(view_of(&facts).hint_id, "hint.no-profile");
    model_status_free(status);
}

static void test_what_was_asked_shows_before_the_service_answers(void **state)
{
    (void)state;
    struct model_status *status = model_status_new();
    struct view_facts facts = { .link = MODEL_LINK_UP, .status = status };

    facts.pending = MODEL_PENDING_CONNECT;
    assert_int_equal(view_of(&facts).action, VIEW_CANCEL);
    facts.pending = MODEL_PENDING_DISCONNECT;
    assert_int_equal(view_of(&facts).action, VIEW_NOTHING);
    assert_string_equal(view_of(&facts).status_id, "status.disconnecting");
    model_status_free(status);
}

static void assert_words(const struct po *words, const char *id)
{
    if (id && !po_find(words, id))
        fail_msg("%s is in no catalogue", id);
}

static void test_every_error_of_the_document_has_its_own_words(void **state)
{
    (void)state;
    static const char *const ERRORS[] = { "auth", "trust", "unreachable", "name", "no-address",
        "hub", "limit", "denied", "not-vpn", "device", "profile", "internal" };
    g_autoptr(GBytes) file = resources_file("strings/ja.po");
    gsize len;
    const char *text = g_bytes_get_data(file, &len);
    noren_cleanup(po_freep) struct po *words = po_parse(text, len, NULL, NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(ERRORS); i++) {
        struct view view = view_for(MODEL_ERROR, ERRORS[i], false);
        g_autofree char *title = g_strdup_printf("err.%s.title", ERRORS[i]);

        assert_string_equal(view.error_title_id, title);
        assert_words(words, view.error_title_id);
        assert_words(words, view.error_text_id);
    }
    assert_string_equal(
            view_for(MODEL_ERROR, "of-tomorrow", false).error_title_id, "err.internal.title");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_line_of_the_document_is_read),
        cmocka_unit_test(test_every_cut_line_is_refused),
        cmocka_unit_test(test_members_of_another_kind_are_refused),
        cmocka_unit_test(test_length_and_profiles_are_bounded),
        cmocka_unit_test(test_a_password_survives_its_quotes_and_control_characters),
        cmocka_unit_test(test_a_connect_without_credentials_names_none),
        cmocka_unit_test(test_each_state_has_its_icon_and_its_button),
        cmocka_unit_test(test_the_form_comes_when_credentials_are_missing_or_refused_only),
        cmocka_unit_test(test_an_error_that_the_service_retries_can_be_cancelled),
        cmocka_unit_test(test_without_the_service_the_button_is_off_and_words_say_why),
        cmocka_unit_test(test_what_was_asked_shows_before_the_service_answers),
        cmocka_unit_test(test_every_error_of_the_document_has_its_own_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
