/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/io/listener.h"

#include "session/server.h"
#include "store/store.h"
#include "tests/unit/session_client.h"
#include "tests/unit/session_world.h"
#include "tests/unit/test.h"

/* A whole server and clients of flesh and blood. */

static const struct client_login ALICE = { .hub = "tokyo",
    .user = "ALICE",
    .password = "Secret123",
    .type = PROTO_AUTH_PASSWORD };
static const struct client_login BOB = { .hub = "TOKYO",
    .user = "bob",
    .password = "Pass-Wort-2",
    .type = PROTO_AUTH_PLAIN };

static struct test_client *try_login(struct world *world, const struct client_login *login)
{
    return test_client_new(world->loop, world->tls, server_where(world->server, 0), login);
}

static struct test_client *join(struct world *world, const struct client_login *login)
{
    struct test_client *client = try_login(world, login);

    if (!client_until(client, &client->welcomed))
        fail_msg("no welcome: error %u, %s", client->error, client->why.text);
    return client;
}

static void assert_refused(struct world *world, const struct client_login *login, uint32_t error)
{
    struct test_client *client = try_login(world, login);

    assert_true(client_until(client, &client->refused));
    assert_int_equal(client->error, error);
    assert_true(client_until(client, &client->closed)); /* by the server */
    test_client_free(client);
}

/* Each learns where the other is: a call to everybody and an answer. The numbers are used once. */
static void introduce(struct test_client *a, uint8_t mac_a, struct test_client *b, uint8_t mac_b)
{
    uint16_t call = (uint16_t)(60000 + mac_a * 100 + mac_b);

    client_send(a, 0xff, mac_a, call, 1);
    assert_true(client_until_number(b, call));
    client_send(b, mac_a, mac_b, call + 1000, 1);
    assert_true(client_until_number(a, call + 1000));
}

/* ---- traffic ---- */

static void test_clients_exchange_frames_in_order(void **state)
{
    struct world *world = *state;
    struct test_client *alice = join(world, &ALICE);
    struct test_client *bob = join(world, &BOB);

    assert_string_equal(alice->terms.session_name, "SID-ALICE-1");
    assert_string_equal(bob->terms.session_name, "SID-BOB-2");
    assert_int_equal(alice->terms.timeout_ms, PROTO_TIMEOUT_DEFAULT_MS);
    assert_true(alice->terms.use_encrypt);
    introduce(alice, 1, bob, 2);
    client_send(alice, 2, 1, 0, 2000);
    assert_true(client_until_frames(bob, 2001));
    for (size_t i = 0; i < 2000; i++)
        assert_int_equal(bob->number[1 + i], i); /* behind the call */
    test_client_free(alice);
    test_client_free(bob);
}

static void test_unicast_is_seen_by_its_owner_alone_and_broadcast_by_all(void **state)
{
    struct world *world = *state;
    struct test_client *alice = join(world, &ALICE);
    struct test_client *bob = join(world, &BOB);
    struct test_client *carol = join(world, &ALICE);

    introduce(alice, 1, bob, 2);
    introduce(carol, 3, bob, 2);
    client_send(alice, 2, 1, 100, 5);
    assert_true(client_until_number(bob, 104));
    client_send(alice, 0xff, 1, 200, 1);
    assert_true(client_until_number(bob, 200));
    assert_true(client_until_number(carol, 200));

    for (uint16_t i = 100; i < 105; i++)
        assert_false(client_has(carol, i));
    assert_false(client_has(alice, 200));
    test_client_free(alice);
    test_client_free(bob);
    test_client_free(carol);
}

static bool has_sessions(void *ctx, const struct server_session_info *info)
{
    size_t *left = ctx;

    assert_string_equal(info->hub, "TOKYO");
    assert_string_equal(info->product, "Test Client");
    (*left)++;
    return true;
}

static size_t session_count(struct world *world)
{
    size_t count = 0;
    server_session_each(world->server, "tokyo", has_sessions, &count);
    return count;
}

/* The end of a session is the server's work on another thread: watch until it is done. */
static bool until_sessions(struct world *world, size_t count)
{
    int64_t late_ms = noren_now_ms() + CLIENT_WAIT_MS;

    while (session_count(world) != count && noren_now_ms() < late_ms)
        sched_yield();
    return session_count(world) == count;
}

static struct server_hub_status status(struct world *world)
{
    struct server_hub_status out;
    assert_true(server_hub_get_status(world->server, "TOKYO", &out));
    return out;
}

static void test_one_that_leaves_takes_its_addresses_along(void **state)
{
    struct world *world = *state;
    struct test_client *alice = join(world, &ALICE);
    struct test_client *bob = join(world, &BOB);
    struct test_client *carol = join(world, &ALICE);

    introduce(alice, 1, bob, 2);
    assert_int_equal(status(world).macs, 2);
    assert_int_equal(session_count(world), 3);
    test_client_free(bob);
    assert_true(until_sessions(world, 2));
    client_send(alice, 2, 1, 300, 1);
    assert_true(client_until_number(carol, 300)); /* flooded: nobody knows bob any more */

    assert_int_equal(status(world).macs, 1);
    assert_true(world_log_has(world, "session ended: session=SID-BOB-2 hub=TOKYO user=bob"));
    test_client_free(alice);
    test_client_free(carol);
}

/* Sends 24 MB of full frames as fast as the connection takes them. */
static void send_much(struct test_client *client, uint8_t to, uint8_t from)
{
    uint8_t frame[1514] = { 0x5e, 0, 0, 0, 0, to, 0x5e, 0, 0, 0, 0, from };
    struct bytes batch[16];
    struct writer out;

    writer_init(&out, 0);
    for (size_t i = 0; i < noren_countof(batch); i++)
        batch[i] = (struct bytes){ .data = frame, .len = sizeof frame };
    for (size_t i = 0; i < 1000; i++) {
        while (link_is_full(client->link))
            uv_run(loop_uv(client->loop), UV_RUN_ONCE);
        writer_reset(&out);
        stream_put(client->stream, batch, noren_countof(batch), &out, loop_now_ms(client->loop));
        assert_true(link_send(client->link, out.data, out.len));
    }
    writer_clear(&out);
}

static void test_one_that_does_not_read_loses_frames_and_holds_nobody_back(void **state)
{
    struct world *world = *state;
    struct test_client *alice = join(world, &ALICE);
    struct test_client *bob = join(world, &BOB);
    struct test_client *carol = join(world, &ALICE);

    introduce(alice, 1, bob, 2);
    introduce(alice, 1, carol, 3);
    link_pause(bob->link, true);
    send_much(alice, 2, 1);
    client_send(alice, 3, 1, 400, 1);
    assert_true(client_until_number(carol, 400));

    assert_true(status(world).counters.dropped[HUB_DROP_QUEUE_FULL] > 0);
    test_client_free(alice);
    test_client_free(bob);
    test_client_free(carol);
}

/* The client for tests never sends keep-alives by itself. */
static void test_a_silent_peer_is_let_go(void **state)
{
    struct world *world = *state;
    struct test_client *alice = join(world, &ALICE);

    assert_true(client_until(alice, &alice->closed));
    assert_true(world_log_has(world, "reason=\"peer silent for 200 ms\""));
    assert_true(until_sessions(world, 0));
    test_client_free(alice);
}

/* ---- who is let in ---- */

static void test_wrong_credentials_are_refused_with_their_number(void **state)
{
    struct world *world = *state;
    struct client_login login = ALICE;

    login.password = "wrong";
    assert_refused(world, &login, PROTO_E_AUTH);
    login.type = PROTO_AUTH_PLAIN;
    assert_refused(world, &login, PROTO_E_AUTH);
    login = ALICE;
    login.user = "nobody";
    assert_refused(world, &login, PROTO_E_AUTH);
    login.user = "old";
    assert_refused(world, &login, PROTO_E_ACCESS_DENIED);
    login = ALICE;
    login.hub = "OSAKA";
    assert_refused(world, &login, PROTO_E_HUB_NOT_FOUND);
    login.hub = "CLOSED";
    assert_refused(world, &login, PROTO_E_HUB_OFFLINE);
    login = ALICE;
    login.type = PROTO_AUTH_ANONYMOUS;
    assert_refused(world, &login, PROTO_E_AUTH);
    login.type =
            (enum proto_auth_type)96; /* "checked elsewhere": nobody may say that from outside */
    assert_refused(world, &login, PROTO_E_AUTH_TYPE);
    assert_int_equal(session_count(world), 0);
    assert_true(
            world_log_has(world, "log-in refused: hub=\"tokyo\" user=\"ALICE\" source=127.0.0.1:"));
}

static void test_a_further_connection_is_refused_as_of_an_unknown_session(void **state)
{
    struct world *world = *state;
    struct test_client *alice = join(world, &ALICE);
    struct client_login attach = ALICE;

    attach.method = CLIENT_ATTACH;
    attach.session_key = alice->terms.session_key;
    assert_refused(world, &attach, PROTO_E_SESSION_UNKNOWN);
    test_client_free(alice);
}

static void test_the_administrator_is_admitted_by_password_only(void **state)
{
    struct world *world = *state;
    struct client_login admin = { .hub = "", .method = CLIENT_ADMIN, .password = "admin-pw" };
    struct test_client *client = try_login(world, &admin);

    assert_true(client_until(client, &client->admitted));
    test_client_free(client);
    admin.password = "wrong";
    assert_refused(world, &admin, PROTO_E_ACCESS_DENIED);
    admin.hub = "TOKYO"; /* has no administrator of its own */
    admin.password = "";
    assert_refused(world, &admin, PROTO_E_ACCESS_DENIED);
}

static void test_one_administrator_too_many_is_refused_until_another_leaves(void **state)
{
    struct world *world = *state;
    struct client_login admin = { .hub = "", .method = CLIENT_ADMIN, .password = "admin-pw" };
    struct test_client *clients[ADMINS_MAX];

    for (size_t i = 0; i < ADMINS_MAX; i++) {
        clients[i] = try_login(world, &admin);
        assert_true(client_until(clients[i], &clients[i]->admitted));
    }
    assert_refused(world, &admin, PROTO_E_TOO_MANY_CONNECTIONS);
    assert_true(world_log_has(world, "reason=\"too many management connections\""));
    test_client_free(clients[0]);
    int64_t until_ms = noren_now_ms() + CLIENT_WAIT_MS;
    while (!world_log_has(world, "management ended: ") && noren_now_ms() < until_ms)
        ;
    clients[0] = try_login(world, &admin);
    assert_true(client_until(clients[0], &clients[0]->admitted));
    for (size_t i = 0; i < ADMINS_MAX; i++)
        test_client_free(clients[i]);
}

/* ---- what comes before the log-in ---- */

static void send_raw(struct test_client *client, const char *text)
{
    assert_true(client_until(client, &client->open));
    assert_true(link_send(client->link, (const uint8_t *)text, strlen(text)));
}

static void test_garbage_after_tls_is_refused_and_logged(void **state)
{
    struct world *world = *state;
    struct test_client *client = try_login(world, NULL);

    send_raw(client, "\x01\x02garbage\r\n\r\n");
    assert_true(client_until(client, &client->closed));
    assert_true(world_log_has(world, "connection refused: source=127.0.0.1:"));
    test_client_free(client);
}

static void test_a_wrong_signature_gets_no_hello(void **state)
{
    struct world *world = *state;
    struct test_client *client = try_login(world, NULL);

    send_raw(client, "POST /vpnsvc/connect.cgi HTTP/1.1\r\nContent-Length: 20\r\n\r\n");
    assert_true(client_until(client, &client->closed));
    assert_non_null(strstr(client->raw, "HTTP/1.1 403 "));
    test_client_free(client);
}

static void test_an_oversized_request_is_refused_before_it_is_read(void **state)
{
    struct world *world = *state;
    struct test_client *client = try_login(world, NULL);

    send_raw(client, "POST /vpnsvc/connect.cgi HTTP/1.1\r\nContent-Length: 10\r\n\r\nVPNCONNECT"
                     "POST /vpnsvc/vpn.cgi HTTP/1.1\r\nContent-Type: application/octet-stream\r\n"
                     "Content-Length: 65537\r\n\r\n");
    assert_true(client_until(client, &client->closed));
    assert_non_null(memmem(client->raw, client->raw_len, "hello", 5)); /* the first one was */
    test_client_free(client);
}

static int connect_raw(struct world *world)
{
    struct sockaddr_in to = { .sin_family = AF_INET };
    char host[256];
    uint16_t port;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(noren_split_host_port(server_where(world->server, 0), host, &port, NULL));
    to.sin_port = htons(port);
    inet_pton(AF_INET, host, &to.sin_addr);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* The peer's end of the connection, in time. */
static bool is_cut(int fd)
{
    struct pollfd waiting = { .fd = fd, .events = POLLIN };
    char rest[256];
    ssize_t got = 1;

    while (got > 0 && poll(&waiting, 1, CLIENT_WAIT_MS) == 1)
        got = read(fd, rest, sizeof rest);
    return got <= 0;
}

static void test_garbage_before_tls_is_refused(void **state)
{
    struct world *world = *state;
    int fd = connect_raw(world);

    assert_int_equal(write(fd, "SSH-2.0-nonsense\r\n\r\n", 20), 20);
    assert_true(is_cut(fd));
    close(fd);
}

static void test_one_source_cannot_take_all_places_before_the_log_in(void **state)
{
    struct world *world = *state;
    struct test_client *alice = join(world, &ALICE); /* logged in: holds no place any more */
    int fd[SOURCE_MAX];

    for (size_t i = 0; i < SOURCE_MAX; i++)
        fd[i] = connect_raw(world);
    int surplus = connect_raw(world);
    assert_true(is_cut(surplus));
    assert_true(
            world_log_has(world, "reason=\"too many connections of this source before log-in\""));
    close(surplus);
    for (size_t i = 0; i < SOURCE_MAX; i++) {
        struct pollfd waiting = { .fd = fd[i], .events = POLLIN };
        assert_int_equal(poll(&waiting, 1, 0), 0); /* nothing came, not even an end */
        close(fd[i]);
    }
    test_client_free(alice);
}

static void test_a_slow_sender_is_cut_at_each_stage(void **state)
{
    struct world *world = *state;
    static const char *const stages[] = {
        "",
        "POST /vpnsvc/connect.cgi HTTP/1.1\r\nContent-Le",
        "POST /vpnsvc/connect.cgi HTTP/1.1\r\nContent-Length: 10\r\n\r\nVPN",
        "POST /vpnsvc/connect.cgi HTTP/1.1\r\nContent-Length: 10\r\n\r\nVPNCONNECT"
        "POST /vpnsvc/vpn.cgi HTTP/1.1\r\nContent-Type: application/octet-stream\r\n"
        "Content-Length: 100\r\n\r\nabc",
    };

    for (size_t i = 0; i < noren_countof(stages); i++) {
        struct test_client *client = try_login(world, NULL);
        send_raw(client, stages[i]);
        assert_true(client_until(client, &client->closed));
        test_client_free(client);
    }
    assert_true(world_log_has(world, "peer too slow before the log-in"));
}

/* ---- management while sessions run ---- */

struct order {
    struct clerk_job job;
    bool (*fn)(struct server *server, struct store *store);
    struct server *server;
    bool ok;
    sem_t *done;
};

static void run_order(struct clerk_job *job, struct store *store)
{
    struct order *order = noren_container_of(job, struct order, job);
    order->ok = order->fn(order->server, store);
}

static void forget_order(struct clerk_job *job)
{
    (void)job;
}

static bool is_done(sem_t *done)
{
    return sem_trywait(done) == 0;
}

static void end_order(struct clerk_job *job)
{
    const struct order *order = noren_container_of(job, struct order, job);
    sem_post(order->done);
}

/* Runs fn on the management clerk, turning the clients' loop meanwhile. */
static bool manage(struct world *world, bool (*fn)(struct server *server, struct store *store))
{
    sem_t done;
    struct order order = {
        .job = { .run = run_order, .done = end_order, .dispose = forget_order },
        .fn = fn,
        .server = world->server,
        .done = &done,
    };

    sem_init(&done, 0, 0);
    clerk_post(server_clerk(world->server), &order.job, world->loop);
    while (!is_done(&done))
        uv_run(loop_uv(world->loop), UV_RUN_ONCE);
    sem_destroy(&done);
    return order.ok;
}

static bool alice_was_here_twice(struct server *server, struct store *store)
{
    struct store_hub hub;
    struct store_user user;

    (void)server;
    return store_hub_find(store, "TOKYO", &hub, NULL)
           && store_user_find(store, hub.id, "alice", &user, NULL) && user.logins == 2
           && user.last_login_ms > 0;
}

static void test_log_ins_are_counted(void **state)
{
    struct world *world = *state;

    for (int i = 0; i < 2; i++)
        test_client_free(join(world, &ALICE));
    assert_true(manage(world, alice_was_here_twice)); /* behind the notes, on the same clerk */
}

static bool take_offline(struct server *server, struct store *store)
{
    return server_hub_set_online(server, store, "tokyo", false, NULL);
}

static bool take_online(struct server *server, struct store *store)
{
    return server_hub_set_online(server, store, "tokyo", true, NULL);
}

static void test_a_hub_that_goes_offline_ends_its_sessions_and_comes_back(void **state)
{
    struct world *world = *state;
    struct test_client *alice = join(world, &ALICE);

    assert_true(manage(world, take_offline));
    assert_true(client_until(alice, &alice->closed));
    assert_int_equal(alice->why.code, NOREN_E_CLOSED); /* with close_notify */
    test_client_free(alice);
    assert_false(status(world).online);
    assert_refused(world, &ALICE, PROTO_E_HUB_OFFLINE);

    assert_true(manage(world, take_online));
    alice = join(world, &ALICE);
    test_client_free(alice);
}

static bool make_it(struct server *server, struct store *store)
{
    struct store_hub hub = { .name = "OSAKA", .online = true };
    struct server_hub_status out;
    struct noren_err err;

    return server_hub_create(server, store, &hub, NULL)
           && !server_hub_create(server, store, &hub, &err) && err.code == NOREN_E_EXISTS
           && server_hub_set_securenat(server, store, "osaka", true, NULL)
           && server_hub_get_status(server, "osaka", &out) && out.online && out.securenat;
}

static bool delete_it(struct server *server, struct store *store)
{
    struct server_hub_status out;
    struct noren_err err;

    return server_hub_delete(server, store, "osaka", NULL)
           && !server_hub_get_status(server, "osaka", &out)
           && !server_hub_delete(server, store, "osaka", &err) && err.code == NOREN_E_NOT_FOUND;
}

static void test_a_hub_is_made_changed_and_deleted_at_run_time(void **state)
{
    assert_true(manage(*state, make_it));
    assert_true(manage(*state, delete_it));
}

static void test_a_session_is_removed_by_name(void **state)
{
    struct world *world = *state;
    struct test_client *alice = join(world, &ALICE);
    struct test_client *bob = join(world, &BOB);

    assert_false(server_session_kick(world->server, "TOKYO", "SID-NOBODY-9"));
    assert_true(server_session_kick(world->server, "tokyo", "sid-bob-2"));
    assert_true(client_until(bob, &bob->closed));
    assert_false(alice->closed);
    assert_true(world_log_has(world, "reason=\"removed by an administrator\""));
    test_client_free(alice);
    test_client_free(bob);
}

/* ---- the end ---- */

static void test_the_server_stops_in_time_and_in_order_with_sessions(void **state)
{
    struct world *world = *state;
    struct test_client *clients[4];
    int half_open = connect_raw(world);

    for (size_t i = 0; i < noren_countof(clients); i++)
        clients[i] = join(world, i % 2 ? &ALICE : &BOB);
    int64_t before_ms = noren_now_ms();
    server_stop(world->server); /* the clients do not even read meanwhile */
    assert_true(noren_now_ms() - before_ms < 5000);
    server_free(noren_steal(&world->server));
    for (size_t i = 0; i < noren_countof(clients); i++) {
        assert_true(client_until(clients[i], &clients[i]->closed));
        assert_int_equal(clients[i]->why.code, NOREN_E_CLOSED);
        test_client_free(clients[i]);
    }
    assert_true(is_cut(half_open));
    close(half_open);
    assert_true(world_log_has(world, "reason=\"server stops\""));
}

static void test_two_servers_do_not_share_a_state_folder(void **state)
{
    struct world *world = *state;
    const char *listen[] = { "127.0.0.1:0" };
    struct server_options options = {
        .state_dir = world->dir, .listen = listen, .listen_count = 1, .workers = 1
    };
    struct noren_err err;

    assert_null(server_start(&options, &err));
    assert_int_equal(err.code, NOREN_E_STATE);
}

int main(void)
{
#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_set_up, world_tear_down)
    const struct CMUnitTest tests[] = {
        IN_WORLD(test_clients_exchange_frames_in_order),
        IN_WORLD(test_unicast_is_seen_by_its_owner_alone_and_broadcast_by_all),
        IN_WORLD(test_one_that_leaves_takes_its_addresses_along),
        IN_WORLD(test_one_that_does_not_read_loses_frames_and_holds_nobody_back),
        cmocka_unit_test_setup_teardown(
                test_a_silent_peer_is_let_go, world_set_up_impatient, world_tear_down),
        IN_WORLD(test_wrong_credentials_are_refused_with_their_number),
        IN_WORLD(test_a_further_connection_is_refused_as_of_an_unknown_session),
        IN_WORLD(test_the_administrator_is_admitted_by_password_only),
        IN_WORLD(test_one_administrator_too_many_is_refused_until_another_leaves),
        IN_WORLD(test_garbage_after_tls_is_refused_and_logged),
        IN_WORLD(test_a_wrong_signature_gets_no_hello),
        IN_WORLD(test_an_oversized_request_is_refused_before_it_is_read),
        IN_WORLD(test_garbage_before_tls_is_refused),
        IN_WORLD(test_one_source_cannot_take_all_places_before_the_log_in),
        cmocka_unit_test_setup_teardown(
                test_a_slow_sender_is_cut_at_each_stage, world_set_up_hasty, world_tear_down),
        IN_WORLD(test_log_ins_are_counted),
        IN_WORLD(test_a_hub_that_goes_offline_ends_its_sessions_and_comes_back),
        IN_WORLD(test_a_hub_is_made_changed_and_deleted_at_run_time),
        IN_WORLD(test_a_session_is_removed_by_name),
        IN_WORLD(test_the_server_stops_in_time_and_in_order_with_sessions),
        IN_WORLD(test_two_servers_do_not_share_a_state_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
