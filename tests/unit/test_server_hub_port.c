/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

#include "noren/base/alloc.h"

#include "hub/parts.h"
#include "tests/unit/test.h"

/* Two loops on threads of their own. The test tells them what to do and waits until it is done. */

enum { TAKEN_MAX = 4096 };

struct rig {
    struct loop *home, *away; /* the hub lives at home */
    pthread_t home_thread, away_thread;
    struct hub *hub;
};

struct listener_port {
    struct rig *rig;
    struct loop *loop;
    struct hub_port *port;
    uint32_t mac_limit;
    bool deaf; /* takes nothing */
    bool told_gone;
    struct hub_port *answers_by; /* a reply is sent from inside deliver */
    size_t count;
    uint16_t number[TAKEN_MAX]; /* of the frames taken, in order */
};

static void *run(void *loop)
{
    loop_run(loop);
    return NULL;
}

struct errand {
    struct mail mail;
    void (*fn)(void *arg);
    void *arg;
    sem_t done;
};

static void run_errand(struct mail *mail)
{
    struct errand *errand = noren_container_of(mail, struct errand, mail);
    errand->fn(errand->arg);
    sem_post(&errand->done);
}

static void on(struct loop *loop, void (*fn)(void *arg), void *arg)
{
    struct errand errand = { .mail = { .deliver = run_errand }, .fn = fn, .arg = arg };

    sem_init(&errand.done, 0, 0);
    noren_mailbox_post(loop, &errand.mail);
    while (sem_wait(&errand.done) != 0)
        ;
    sem_destroy(&errand.done);
}

static void do_nothing(void *arg)
{
    (void)arg;
}

/* What was sent before has been decided at home and has arrived. */
static void settle(struct rig *rig)
{
    on(rig->home, do_nothing, NULL);
    on(rig->away, do_nothing, NULL);
    on(rig->home, do_nothing, NULL);
}

static struct mac mac_of(uint8_t owner)
{
    return (struct mac){ { 0x5e, 0, 0, 0, 0, owner } };
}

static struct frame *make_frame(uint8_t to, uint8_t from, uint16_t number)
{
    struct mac dst = to == 0xff ? (struct mac){ { 255, 255, 255, 255, 255, 255 } } : mac_of(to);
    struct mac src = mac_of(from);
    uint8_t bytes[60] = { 0 };

    memcpy(bytes, &dst, 6);
    memcpy(bytes + 6, &src, 6);
    memcpy(bytes + 14, &number, sizeof number);
    return frame_new((struct bytes){ .data = bytes, .len = sizeof bytes });
}

static size_t take(void *ctx, struct frame *const *frames, size_t count)
{
    struct listener_port *listener = ctx;

    loop_assert_here(listener->loop);
    if (listener->deaf)
        return 0;
    for (size_t i = 0; i < count && listener->count < TAKEN_MAX; i++)
        memcpy(&listener->number[listener->count++], frames[i]->data + 14, sizeof(uint16_t));
    if (listener->answers_by != NULL) {
        struct frame *answer = make_frame(1, 2, 999);
        hub_port_send(listener->answers_by, &answer, 1);
        frame_unref(answer);
    }
    return count;
}

static void note_gone(void *ctx)
{
    struct listener_port *listener = ctx;
    listener->told_gone = true;
}

static void join(void *arg)
{
    static const struct hub_port_callbacks callbacks = { .deliver = take,
        .on_hub_gone = note_gone };
    struct listener_port *listener = arg;
    listener->port = hub_port_new(listener->rig->hub, listener->loop, "SID-TEST-1",
            listener->mac_limit, &callbacks, listener);
}

static void leave(void *arg)
{
    struct listener_port *listener = arg;
    hub_port_free(noren_steal(&listener->port));
}

struct load {
    struct listener_port *from;
    uint8_t to, src;
    uint16_t first;
    size_t count;
};

static void send_load(void *arg)
{
    const struct load *load = arg;
    struct frame **frames = noren_alloc_array(load->count, sizeof *frames);

    for (size_t i = 0; i < load->count; i++)
        frames[i] = make_frame(load->to, load->src, (uint16_t)(load->first + i));
    hub_port_send(load->from->port, frames, load->count);
    for (size_t i = 0; i < load->count; i++)
        frame_unref(frames[i]);
    free(frames);
}

static void say(struct listener_port *from, uint8_t to, uint8_t src, uint16_t first, size_t count)
{
    struct load load = { .from = from, .to = to, .src = src, .first = first, .count = count };
    on(from->loop, send_load, &load);
}

static struct listener_port *add(struct rig *rig, struct loop *loop)
{
    struct listener_port *listener = noren_alloc(sizeof *listener);

    listener->rig = rig;
    listener->loop = loop;
    on(loop, join, listener);
    settle(rig);
    return listener;
}

static void drop(struct listener_port *listener)
{
    if (listener->port != NULL)
        on(listener->loop, leave, listener);
    settle(listener->rig);
    free(listener);
}

static void close_hub(void *arg)
{
    struct rig *rig = arg;
    hub_close(noren_steal(&rig->hub));
}

static int set_up(void **state)
{
    struct rig *rig = noren_alloc(sizeof *rig);

    rig->home = loop_new("home", NULL);
    rig->away = loop_new("away", NULL);
    rig->hub = hub_new("TEST", rig->home, NULL);
    pthread_create(&rig->home_thread, NULL, run, rig->home);
    pthread_create(&rig->away_thread, NULL, run, rig->away);
    *state = rig;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *rig = *state;

    if (rig->hub != NULL)
        on(rig->home, close_hub, rig);
    settle(rig);
    loop_stop(rig->home);
    loop_stop(rig->away);
    pthread_join(rig->home_thread, NULL);
    pthread_join(rig->away_thread, NULL);
    loop_free(rig->home);
    loop_free(rig->away);
    free(rig);
    return 0;
}

static uint64_t dropped(struct rig *rig, enum hub_drop reason)
{
    return hub_get_counters(rig->hub).dropped[reason];
}

static void test_frames_reach_ports_on_both_loops_in_order(void **state)
{
    struct rig *rig = *state;
    struct listener_port *alice = add(rig, rig->home);
    struct listener_port *bob = add(rig, rig->away);
    struct listener_port *carol = add(rig, rig->away);

    say(bob, 0xff, 2, 0, 1);
    settle(rig);
    say(alice, 2, 1, 100, 700);
    settle(rig);
    say(bob, 1, 2, 5000, 3);
    settle(rig);

    assert_int_equal(bob->count, 700);
    for (uint16_t i = 0; i < 700; i++)
        assert_int_equal(bob->number[i], 100 + i);
    assert_int_equal(alice->count, 1 + 3);
    assert_int_equal(alice->number[3], 5002);
    assert_int_equal(carol->count, 1); /* the broadcast only */
    struct hub_counters counters = hub_get_counters(rig->hub);
    assert_int_equal(counters.frames_in, 704);
    assert_int_equal(counters.bytes_in, 704 * 60);
    assert_int_equal(counters.delivered, 705);
    assert_int_equal(counters.flooded, 1);
    assert_int_equal(hub_get_mac_count(rig->hub), 2);
    drop(alice);
    drop(bob);
    drop(carol);
}

static void test_the_addresses_of_a_port_that_left_are_gone(void **state)
{
    struct rig *rig = *state;
    struct listener_port *alice = add(rig, rig->home);
    struct listener_port *bob = add(rig, rig->away);
    struct listener_port *carol = add(rig, rig->home);

    say(bob, 0xff, 2, 0, 1);
    settle(rig);
    assert_int_equal(hub_get_mac_count(rig->hub), 1);
    drop(bob);
    assert_int_equal(hub_get_mac_count(rig->hub), 0);
    say(alice, 2, 1, 7, 1);
    settle(rig);

    assert_int_equal(carol->count, 2); /* unknown again: flooded */
    drop(alice);
    drop(carol);
}

static void test_what_a_port_cannot_take_is_counted(void **state)
{
    struct rig *rig = *state;
    struct listener_port *alice = add(rig, rig->home);
    struct listener_port *bob = add(rig, rig->away);

    bob->deaf = true;
    say(alice, 0xff, 1, 0, 10);
    settle(rig);

    assert_int_equal(dropped(rig, HUB_DROP_QUEUE_FULL), 10);
    assert_int_equal(hub_get_counters(rig->hub).delivered, 0);
    drop(alice);
    drop(bob);
}

static void test_alone_on_the_segment_frames_go_nowhere(void **state)
{
    struct rig *rig = *state;
    struct listener_port *alice = add(rig, rig->away);

    say(alice, 0xff, 1, 0, 4);
    settle(rig);

    assert_int_equal(dropped(rig, HUB_DROP_NO_PORT), 4);
    assert_int_equal(alice->count, 0);
    drop(alice);
}

static void hold(void *arg)
{
    sem_t *gate = arg;
    while (sem_wait(gate) != 0)
        ;
}

/* The hub's loop stands still while a port on another loop keeps sending. */
static void test_mail_to_a_hub_that_stands_still_is_bounded(void **state)
{
    struct rig *rig = *state;
    struct listener_port *alice = add(rig, rig->home);
    struct listener_port *bob = add(rig, rig->away);
    sem_t gate;
    struct errand pause = { .mail = { .deliver = run_errand }, .fn = hold, .arg = &gate };

    sem_init(&gate, 0, 0);
    sem_init(&pause.done, 0, 0);
    noren_mailbox_post(rig->home, &pause.mail);
    say(bob, 0xff, 2, 0, 3 * PORT_MAIL_FRAMES_MAX);
    sem_post(&gate);
    hold(&pause.done);
    settle(rig);

    assert_int_equal(dropped(rig, HUB_DROP_QUEUE_FULL), 2 * PORT_MAIL_FRAMES_MAX);
    assert_int_equal(alice->count, PORT_MAIL_FRAMES_MAX);
    say(bob, 0xff, 2, 1, 1);
    settle(rig);
    assert_int_equal(dropped(rig, HUB_DROP_QUEUE_FULL), 2 * PORT_MAIL_FRAMES_MAX);
    drop(alice);
    drop(bob);
}

static void test_frames_under_way_to_a_port_that_leaves_are_counted(void **state)
{
    struct rig *rig = *state;
    struct listener_port *alice = add(rig, rig->home);
    struct listener_port *bob = add(rig, rig->away);
    sem_t gate;
    struct errand pause = { .mail = { .deliver = run_errand }, .fn = hold, .arg = &gate };
    struct errand quit = { .mail = { .deliver = run_errand }, .fn = leave, .arg = bob };

    sem_init(&gate, 0, 0);
    sem_init(&pause.done, 0, 0);
    sem_init(&quit.done, 0, 0);
    noren_mailbox_post(rig->away, &pause.mail);
    noren_mailbox_post(rig->away, &quit.mail);
    say(alice, 0xff, 1, 0, 5); /* decided while bob is about to leave */
    sem_post(&gate);
    hold(&quit.done);
    settle(rig);

    assert_int_equal(dropped(rig, HUB_DROP_PORT_GONE), 5);
    assert_int_equal(bob->count, 0);
    drop(alice);
    drop(bob);
}

static void test_a_closed_hub_tells_its_ports_and_refuses_new_ones(void **state)
{
    struct rig *rig = *state;
    struct listener_port *alice = add(rig, rig->home);
    struct listener_port *bob = add(rig, rig->away);
    struct hub *hub = hub_ref(rig->hub);

    on(rig->home, close_hub, rig);
    settle(rig);
    assert_true(alice->told_gone);
    assert_true(bob->told_gone);

    rig->hub = hub;
    struct listener_port *late_here = add(rig, rig->home);
    struct listener_port *late_there = add(rig, rig->away);
    assert_true(late_here->told_gone);
    assert_true(late_there->told_gone);
    say(bob, 0xff, 2, 0, 6);
    settle(rig);
    assert_int_equal(dropped(rig, HUB_DROP_PORT_GONE), 6);

    drop(alice);
    drop(bob);
    drop(late_here);
    drop(late_there);
    rig->hub = NULL;
    hub_unref(hub);
}

static void test_a_port_may_answer_while_it_is_given_frames(void **state)
{
    struct rig *rig = *state;
    struct listener_port *alice = add(rig, rig->home);
    struct listener_port *bob = add(rig, rig->home);

    bob->answers_by = bob->port;
    say(alice, 0xff, 1, 0, 300);
    settle(rig);

    assert_int_equal(bob->count, 300);
    assert_int_equal(alice->count, 2); /* one answer a batch */
    assert_int_equal(alice->number[0], 999);
    drop(alice);
    drop(bob);
}

static void test_a_port_over_its_limit_is_held_to_it(void **state)
{
    struct rig *rig = *state;
    struct listener_port *alice = add(rig, rig->home);
    struct listener_port *bob = noren_alloc(sizeof *bob);

    *bob = (struct listener_port){ .rig = rig, .loop = rig->away, .mac_limit = 3 };
    on(rig->away, join, bob);
    for (uint8_t src = 10; src < 20; src++)
        say(bob, 0xff, src, src, 1);
    settle(rig);

    assert_int_equal(alice->count, 3);
    assert_int_equal(dropped(rig, HUB_DROP_PORT_LIMIT), 7);
    drop(alice);
    drop(bob);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
        WITH_RIG(test_frames_reach_ports_on_both_loops_in_order),
        WITH_RIG(test_the_addresses_of_a_port_that_left_are_gone),
        WITH_RIG(test_what_a_port_cannot_take_is_counted),
        WITH_RIG(test_alone_on_the_segment_frames_go_nowhere),
        WITH_RIG(test_mail_to_a_hub_that_stands_still_is_bounded),
        WITH_RIG(test_frames_under_way_to_a_port_that_leaves_are_counted),
        WITH_RIG(test_a_closed_hub_tells_its_ports_and_refuses_new_ones),
        WITH_RIG(test_a_port_may_answer_while_it_is_given_frames),
        WITH_RIG(test_a_port_over_its_limit_is_held_to_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
