/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"

#include "store/handle.h"
#include "tests/unit/admin_fixture.h"
#include "tests/unit/test.h"

static void make_hub(struct admin_fixture *f, const char *name)
{
    struct pack *request = ask("CreateHub", "HubName", name, NULL);

    pack_add_bool(request, "Online", true);
    assert_int_equal(error_of(f, request), 0);
}

static struct pack *ask_user(const char *function, const char *name, const char *password)
{
    struct pack *request = ask(function, "HubName", "main", "Name", name, NULL);
    struct sha0_digest hash = password_hash_user(password, name);

    pack_add_int(request, "AuthType", 1);
    pack_add_data(request, "HashedKey", hash.byte, sizeof hash.byte);
    return request;
}

static struct store_user find_user(struct admin_fixture *f, const char *name)
{
    struct store_hub hub;
    struct store_user user;

    assert_true(store_hub_find(f->base.store, "main", &hub, NULL));
    assert_true(store_user_find(f->base.store, hub.id, name, &user, NULL));
    return user;
}

static void be_admin_of(struct admin_fixture *f, const char *hub)
{
    (void)snprintf(f->caller.hub, sizeof f->caller.hub, "%s", hub);
    f->caller.hub_id = 0;
}

static void test_an_unknown_function_is_not_supported(void **state)
{
    struct admin_fixture *f = *state;

    assert_int_equal(error_of(f, ask("Reboot", NULL)), 33);
    assert_int_equal(error_of(f, pack_new()), 33);
}

static void test_names_of_functions_compare_without_case(void **state)
{
    struct admin_fixture *f = *state;
    struct pack *request = ask("tEST", NULL);

    pack_add_int(request, "IntValue", 42);
    struct pack *reply = answer(f, request);
    assert_string_equal(pack_text(reply, "StrValue"), "42");
    pack_free(reply);
}

static void test_a_hub_is_created_listed_and_deleted(void **state)
{
    struct admin_fixture *f = *state;

    make_hub(f, "main");
    make_hub(f, "Annex");
    assert_int_equal(f->server.starts, 2);
    struct pack *reply = answer(f, ask("EnumHub", NULL));
    assert_int_equal(pack_count(reply, "HubName"), 2);
    assert_string_equal(pack_text_at(reply, "HubName", 0), "Annex");
    assert_int_equal(pack_int_at(reply, "NumSessions", 1), 2);
    assert_int_equal(pack_int64_at(reply, "Ex.Recv.BroadcastCount", 1), 4);
    pack_free(reply);
    assert_int_equal(error_of(f, ask("DeleteHub", "HubName", "annex", NULL)), 0);
    assert_int_equal(error_of(f, ask("DeleteHub", "HubName", "annex", NULL)), 8);
}

static void test_refusals_carry_the_numbers_of_the_reference(void **state)
{
    struct admin_fixture *f = *state;
    struct pack *request;

    make_hub(f, "main");
    assert_int_equal(error_of(f, ask("CreateHub", "HubName", "MAIN", NULL)), 57);
    assert_int_equal(error_of(f, ask("CreateHub", "HubName", "a/b", NULL)), 38);
    assert_int_equal(error_of(f, ask("CreateHub", NULL)), 38);
    request = ask("CreateHub", "HubName", "static", NULL);
    pack_add_int(request, "HubType", 1);
    assert_int_equal(error_of(f, request), 38);
    assert_int_equal(error_of(f, ask("GetHub", NULL)), 38);
    assert_int_equal(error_of(f, ask("GetHub", "HubName", "nowhere", NULL)), 8);
    assert_int_equal(error_of(f, ask("GetUser", "HubName", "main", "Name", "x", NULL)), 29);
    assert_int_equal(error_of(f, ask_user("CreateUser", "link", "p")), 38);
    assert_int_equal(error_of(f, ask_user("CreateUser", "alice", "p")), 0);
    assert_int_equal(error_of(f, ask_user("CreateUser", "ALICE", "p")), 66);
    assert_int_equal(error_of(f, ask("DeleteSession", "HubName", "main", "Name", "x", NULL)), 29);
}

static void test_a_refusal_says_why_for_our_own_tools(void **state)
{
    struct admin_fixture *f = *state;

    make_hub(f, "main");
    struct pack *reply = answer(f, ask("CreateHub", "HubName", "MAIN", NULL));
    assert_string_equal(pack_text(reply, "noren_error_text"), "hub \"MAIN\" exists already");
    pack_free(reply);
}

static void test_settings_that_are_not_kept_are_refused(void **state)
{
    struct admin_fixture *f = *state;
    struct pack *request = ask("CreateHub", "HubName", "main", NULL);

    pack_add_int(request, "MaxSession", 5);
    assert_int_equal(error_of(f, request), 33);
    make_hub(f, "main");
    request = ask_user("CreateUser", "alice", "p");
    pack_add_str(request, "GroupName", "staff");
    assert_int_equal(error_of(f, request), 65);
    request = ask_user("CreateUser", "alice", "p");
    pack_add_bool(request, "UsePolicy", true);
    assert_int_equal(error_of(f, request), 33);
    request = ask("CreateUser", "HubName", "main", "Name", "alice", NULL);
    pack_add_int(request, "AuthType", 4);
    assert_int_equal(error_of(f, request), 33);
    assert_int_equal(error_of(f, ask("GetUser", "HubName", "main", "Name", "alice", NULL)), 29);
}

static void test_hub_and_securenat_are_made_in_one_call(void **state)
{
    struct admin_fixture *f = *state;
    struct pack *request = ask("CreateHub", "HubName", "main", NULL);
    struct store_hub hub;

    pack_add_bool(request, "noren_securenat", true);
    struct pack *reply = answer(f, request);
    assert_true(pack_bool(reply, "noren_securenat"));
    pack_free(reply);
    assert_true(store_hub_find(f->base.store, "main", &hub, NULL));
    assert_true(hub.securenat);
    assert_false(hub.online);
    assert_int_equal(error_of(f, ask("DisableSecureNAT", "HubName", "main", NULL)), 0);
    assert_true(store_hub_find(f->base.store, "main", &hub, NULL));
    assert_false(hub.securenat);
}

static void test_hub_passwords_are_set_kept_and_taken_away(void **state)
{
    struct admin_fixture *f = *state;
    struct sha0_digest hash = password_hash_admin("secret");
    struct sha0_digest empty = password_hash_admin("");
    struct store_hub hub;
    struct pack *request;

    make_hub(f, "main");
    request = ask("SetHub", "HubName", "main", NULL);
    pack_add_data(request, "HashedPassword", hash.byte, sizeof hash.byte);
    assert_int_equal(error_of(f, request), 0);
    assert_int_equal(error_of(f, ask("SetHub", "HubName", "main", NULL)), 0);
    assert_true(store_hub_find(f->base.store, "main", &hub, NULL));
    assert_true(hub.has_admin);
    assert_memory_equal(&hub.admin_hash, &hash, sizeof hash);
    assert_false(hub.online); /* absent reads as offline */
    request = ask("SetHub", "HubName", "main", NULL);
    pack_add_data(request, "HashedPassword", empty.byte, sizeof empty.byte);
    assert_int_equal(error_of(f, request), 0);
    assert_true(store_hub_find(f->base.store, "main", &hub, NULL));
    assert_false(hub.has_admin);
}

static void test_the_server_password_is_changed_but_never_emptied(void **state)
{
    struct admin_fixture *f = *state;
    struct sha0_digest wanted = password_hash_admin("new one");
    struct sha0_digest empty = password_hash_admin("");
    struct sha0_digest hash;

    assert_int_equal(
            error_of(f, ask("SetServerPassword", "PlainTextPassword", "new one", NULL)), 0);
    assert_true(store_admin_hash(f->base.store, &hash, NULL));
    assert_memory_equal(&hash, &wanted, sizeof hash);
    struct pack *request = ask("SetServerPassword", NULL);
    pack_add_data(request, "HashedPassword", empty.byte, sizeof empty.byte);
    assert_int_equal(error_of(f, request), 38);
    assert_int_equal(error_of(f, ask("SetServerPassword", NULL)), 38);
}

static void test_hashes_go_in_and_never_out(void **state)
{
    struct admin_fixture *f = *state;
    static const char *const READS[] = { "GetUser", "EnumUser" };
    struct sha0_digest hash = password_hash_user("pass", "alice");

    make_hub(f, "main");
    struct pack *created = answer(f, ask_user("CreateUser", "alice", "pass"));
    struct store_user user = find_user(f, "alice");
    assert_memory_equal(&user.hash, &hash, sizeof hash);
    for (size_t i = 0; i <= noren_countof(READS); i++) {
        noren_cleanup(writer_clear) struct writer out;
        struct pack *reply =
                i == 0 ? created
                       : answer(f, ask(READS[i - 1], "HubName", "main", "Name", "alice", NULL));
        writer_init(&out, 0);
        pack_write(reply, &out);
        assert_null(memmem(out.data, out.len, hash.byte, sizeof hash.byte));
        pack_free(reply);
    }
}

static void test_a_user_written_back_without_hash_keeps_the_password(void **state)
{
    struct admin_fixture *f = *state;
    static const uint8_t zeros[SHA0_BYTES];
    struct sha0_digest hash = password_hash_user("pass", "alice");

    make_hub(f, "main");
    assert_int_equal(error_of(f, ask_user("CreateUser", "alice", "pass")), 0);
    struct pack *request = ask("SetUser", "HubName", "main", "Name", "ALICE", NULL);
    pack_add_int(request, "AuthType", 1);
    pack_add_data(request, "HashedKey", zeros, sizeof zeros);
    pack_add_unistr(request, "Realname", "Alice");
    assert_int_equal(error_of(f, request), 0);
    struct store_user user = find_user(f, "alice");
    assert_string_equal(user.real_name, "Alice");
    assert_true(user.has_password);
    assert_memory_equal(&user.hash, &hash, sizeof hash);
    request = ask("SetUser", "HubName", "main", "Name", "alice", NULL);
    assert_int_equal(error_of(f, request), 0);
    user = find_user(f, "alice");
    assert_false(user.has_password);
}

static void test_a_password_user_needs_a_password(void **state)
{
    struct admin_fixture *f = *state;

    make_hub(f, "main");
    struct pack *request = ask("CreateUser", "HubName", "main", "Name", "alice", NULL);
    pack_add_int(request, "AuthType", 1);
    assert_int_equal(error_of(f, request), 38);
}

static void test_times_travel_nine_hours_early_and_zero_is_never(void **state)
{
    struct admin_fixture *f = *state;
    const int64_t expiry = 1893553445000; /* 2030-01-02 03:04:05 UTC */

    make_hub(f, "main");
    struct pack *request = ask_user("CreateUser", "alice", "pass");
    pack_add_int64(request, "ExpireTime", (uint64_t)(expiry - 32400000));
    assert_int_equal(error_of(f, request), 0);
    assert_int_equal(find_user(f, "alice").expires_ms, expiry);
    struct pack *reply = answer(f, ask("GetUser", "HubName", "main", "Name", "alice", NULL));
    assert_int_equal(pack_int64(reply, "ExpireTime"), expiry - 32400000);
    pack_free(reply);
    assert_int_equal(admin_time(0), 0);
    assert_int_equal(admin_time_read(0), 0);
    assert_int_equal(admin_time_read(UINT64_MAX), 0);
    assert_int_equal(admin_time_read(admin_time(expiry)), expiry);
}

static void test_sessions_are_listed_and_ended(void **state)
{
    struct admin_fixture *f = *state;

    make_hub(f, "main");
    struct pack *reply = answer(f, ask("EnumSession", "HubName", "main", NULL));
    assert_int_equal(pack_count(reply, "Name"), 2);
    assert_string_equal(pack_text_at(reply, "Username", 1), "bob");
    assert_int_equal(pack_int64_at(reply, "PacketSize", 0), 11);
    assert_int_equal(pack_int_at(reply, "Ip", 0), 0x010200c0);
    assert_int_equal(pack_int_at(reply, "Ip", 1), 0);
    pack_free(reply);
    assert_int_equal(
            error_of(f, ask("DeleteSession", "HubName", "MAIN", "Name", "SID-ALICE-1", NULL)), 0);
    assert_string_equal(f->server.kicked, "SID-ALICE-1");
}

static void test_listeners_are_listed_by_port(void **state)
{
    struct pack *reply = answer(*state, ask("EnumListener", NULL));

    assert_int_equal(pack_count(reply, "Ports"), 2);
    assert_int_equal(pack_int_at(reply, "Ports", 0), 443);
    assert_int_equal(pack_int_at(reply, "Ports", 1), 5555);
    pack_free(reply);
}

static void test_the_certificate_is_shown_and_the_key_is_not(void **state)
{
    struct pack *reply = answer(*state, ask("GetServerCert", NULL));

    assert_true(pack_data(reply, "Cert").len > 100);
    assert_false(pack_has(reply, "Key"));
    pack_free(reply);
}

static void test_what_stock_tools_ask_at_their_start_is_answered(void **state)
{
    struct admin_fixture *f = *state;

    make_hub(f, "main");
    struct pack *reply = answer(f, ask("GetCaps", NULL));
    assert_int_equal(pack_int(reply, "caps_b_support_securenat"), 1);
    assert_int_equal(pack_count(reply, "CapsName"), pack_count(reply, "CapsValue"));
    pack_free(reply);
    reply = answer(f, ask("GetServerInfo", NULL));
    assert_int_equal(pack_int(reply, "ServerVerInt"), 501);
    pack_free(reply);
    reply = answer(f, ask("GetServerStatus", NULL));
    assert_int_equal(pack_int(reply, "NumHubTotal"), 1);
    assert_int_equal(pack_int(reply, "NumSessionsTotal"), 2);
    assert_true(pack_int64(reply, "StartTime") > 0);
    assert_true(pack_int64(reply, "StartTime") <= pack_int64(reply, "CurrentTime"));
    pack_free(reply);
    reply = answer(f, ask("GetHubStatus", "HubName", "main", NULL));
    assert_int_equal(pack_int64(reply, "Recv.UnicastCount"), 6);
    pack_free(reply);
}

/* ---- rights ---- */

static void test_a_hub_administrator_manages_the_own_hub_only(void **state)
{
    struct admin_fixture *f = *state;

    make_hub(f, "main");
    make_hub(f, "other");
    be_admin_of(f, "Main");
    assert_int_equal(error_of(f, ask_user("CreateUser", "alice", "p")), 0);
    assert_int_equal(error_of(f, ask("EnumUser", "HubName", "MAIN", NULL)), 0);
    assert_int_equal(error_of(f, ask("EnumUser", "HubName", "other", NULL)), 52);
    assert_int_equal(error_of(f, ask("EnumUser", "HubName", "nowhere", NULL)), 52);
    assert_int_equal(error_of(f, ask("EnumUser", NULL)), 52);
    assert_int_equal(error_of(f, ask("CreateHub", "HubName", "third", NULL)), 52);
    assert_int_equal(error_of(f, ask("DeleteHub", "HubName", "main", NULL)), 52);
    assert_int_equal(error_of(f, ask("SetServerPassword", "PlainTextPassword", "x", NULL)), 52);
    struct pack *reply = answer(f, ask("EnumHub", NULL));
    assert_int_equal(pack_count(reply, "HubName"), 1);
    assert_string_equal(pack_text(reply, "HubName"), "main");
    pack_free(reply);
}

static void test_a_hub_made_anew_under_the_name_has_another_administrator(void **state)
{
    struct admin_fixture *f = *state;
    struct admin_caller customer;

    make_hub(f, "main");
    be_admin_of(f, "main");
    assert_int_equal(error_of(f, ask("EnumUser", "HubName", "main", NULL)), 0);
    customer = f->caller;
    be_admin_of(f, "");
    assert_int_equal(error_of(f, ask("DeleteHub", "HubName", "main", NULL)), 0);
    make_hub(f, "main");
    f->caller = customer;
    assert_int_equal(error_of(f, ask("EnumUser", "HubName", "main", NULL)), 8);
    assert_int_equal(error_of(f, ask("EnumHub", NULL)), 8);
}

static void test_what_went_wrong_inside_is_told_to_the_operator_only(void **state)
{
    struct admin_fixture *f = *state;

    make_hub(f, "main");
    assert_int_equal(error_of(f, ask_user("CreateUser", "alice", "p")), 0);
    assert_true(db_exec(f->base.store->db, "UPDATE user SET hash = x'00'", NULL));
    struct pack *reply = answer(f, ask("GetUser", "HubName", "main", "Name", "alice", NULL));
    assert_int_equal(pack_int(reply, "error"), 23);
    assert_true(pack_has(reply, "noren_error_text"));
    pack_free(reply);
    be_admin_of(f, "main");
    reply = answer(f, ask("GetUser", "HubName", "main", "Name", "alice", NULL));
    assert_int_equal(pack_int(reply, "error"), 23);
    assert_false(pack_has(reply, "noren_error_text"));
    pack_free(reply);
}

#define on_admin(test) \
    cmocka_unit_test_setup_teardown(test, admin_fixture_setup, admin_fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_admin(test_an_unknown_function_is_not_supported),
        on_admin(test_names_of_functions_compare_without_case),
        on_admin(test_a_hub_is_created_listed_and_deleted),
        on_admin(test_refusals_carry_the_numbers_of_the_reference),
        on_admin(test_a_refusal_says_why_for_our_own_tools),
        on_admin(test_settings_that_are_not_kept_are_refused),
        on_admin(test_hub_and_securenat_are_made_in_one_call),
        on_admin(test_hub_passwords_are_set_kept_and_taken_away),
        on_admin(test_the_server_password_is_changed_but_never_emptied),
        on_admin(test_hashes_go_in_and_never_out),
        on_admin(test_a_user_written_back_without_hash_keeps_the_password),
        on_admin(test_a_password_user_needs_a_password),
        on_admin(test_times_travel_nine_hours_early_and_zero_is_never),
        on_admin(test_sessions_are_listed_and_ended),
        on_admin(test_listeners_are_listed_by_port),
        on_admin(test_the_certificate_is_shown_and_the_key_is_not),
        on_admin(test_what_stock_tools_ask_at_their_start_is_answered),
        on_admin(test_a_hub_administrator_manages_the_own_hub_only),
        on_admin(test_what_went_wrong_inside_is_told_to_the_operator_only),
        on_admin(test_a_hub_made_anew_under_the_name_has_another_administrator),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
