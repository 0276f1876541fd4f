/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/io/loop.h"

#include "tests/unit/test.h"

enum {
    SENDERS = 4,
    MAILS = 20000, /* of each sender */
    AFTER_END = 100,
};

/* What the mails of one test have in common; touched by the loop's thread unless atomic. */
struct office {
    struct loop *loop;
    int next[SENDERS]; /* number expected from each */
    int delivered;
    int stop_at;
    bool in_order;
    atomic_int disposed;
};

struct numbered {
    struct mail mail; /* first */
    struct office *office;
    int sender, number;
};

static void deliver(struct mail *mail)
{
    struct numbered *numbered = (struct numbered *)mail;
    struct office *office = numbered->office;

    loop_assert_here(office->loop);
    if (numbered->number != office->next[numbered->sender]++)
        office->in_order = false;
    if (++office->delivered == office->stop_at)
        loop_stop(office->loop);
    free(numbered);
}

static void dispose(struct mail *mail)
{
    struct numbered *numbered = (struct numbered *)mail;

    atomic_fetch_add(&numbered->office->disposed, 1);
    free(numbered);
}

static void post(struct office *office, int sender, int number)
{
    struct numbered *numbered = noren_alloc(sizeof *numbered);

    numbered->mail.deliver = deliver;
    numbered->mail.dispose = dispose;
    numbered->office = office;
    numbered->sender = sender;
    numbered->number = number;
    noren_mailbox_post(office->loop, &numbered->mail);
}

struct sender {
    struct office *office;
    int number;
    pthread_t thread;
};

static void *send_all(void *ctx)
{
    struct sender *sender = ctx;

    for (int i = 0; i < MAILS; i++)
        post(sender->office, sender->number, i);
    return NULL;
}

static void start_senders(struct sender senders[SENDERS], struct office *office)
{
    for (int i = 0; i < SENDERS; i++) {
        senders[i] = (struct sender){ .office = office, .number = i };
        pthread_create(&senders[i].thread, NULL, send_all, &senders[i]);
    }
}

static void join_senders(struct sender senders[SENDERS])
{
    for (int i = 0; i < SENDERS; i++)
        pthread_join(senders[i].thread, NULL);
}

static void test_mail_of_many_threads_arrives_in_order_of_each(void **state)
{
    (void)state;
    struct office office = {
        .loop = loop_new("test", NULL), .stop_at = SENDERS * MAILS, .in_order = true
    };
    struct sender senders[SENDERS];

    start_senders(senders, &office);
    loop_run(office.loop);
    join_senders(senders);
    loop_free(office.loop);

    assert_int_equal(office.delivered, SENDERS * MAILS);
    assert_true(office.in_order);
    assert_int_equal(office.disposed, 0);
}

static void test_mail_is_delivered_or_disposed_when_the_loop_ends_meanwhile(void **state)
{
    (void)state;
    struct office office = { .loop = loop_new("test", NULL), .stop_at = AFTER_END };
    struct sender senders[SENDERS];

    start_senders(senders, &office);
    loop_run(office.loop);
    join_senders(senders); /* they went on posting */
    loop_free(office.loop);

    assert_true(office.delivered >= AFTER_END);
    assert_int_equal(office.delivered + office.disposed, SENDERS * MAILS);
}

static void test_mail_to_a_loop_that_never_ran_is_disposed(void **state)
{
    (void)state;
    struct office office = { .loop = loop_new("test", NULL) };

    for (int i = 0; i < 3; i++)
        post(&office, 0, i);
    loop_free(office.loop);

    assert_int_equal(office.delivered, 0);
    assert_int_equal(office.disposed, 3);
}

static void test_loop_stopped_before_it_runs_returns_at_once(void **state)
{
    (void)state;
    struct loop *loop = loop_new("test", NULL);

    loop_stop(loop);
    loop_run(loop);
    loop_stop(loop);
    loop_free(loop);
    loop_free(NULL);
}

static void on_foreign_timer(uv_timer_t *timer)
{
    loop_stop(timer->data);
}

static void test_handles_that_others_made_are_closed_with_the_loop(void **state)
{
    (void)state;
    struct loop *loop = loop_new("test", NULL);
    uv_timer_t quick, late;

    uv_timer_init(loop_uv(loop), &quick);
    uv_timer_init(loop_uv(loop), &late);
    quick.data = loop;
    uv_timer_start(&quick, on_foreign_timer, 1, 0);
    uv_timer_start(&late, on_foreign_timer, 60000, 0);
    loop_run(loop);
    assert_true(uv_is_closing((uv_handle_t *)&late));
    loop_free(loop);
}

/* ---- timers ---- */

struct ringing {
    struct loop *loop;
    struct loop_timer timer;
    int64_t rang_ms;
    int count;
    bool is_last;
};

static void on_due(void *ctx)
{
    struct ringing *ringing = ctx;

    ringing->rang_ms = loop_now_ms(ringing->loop);
    ringing->count++;
    if (ringing->is_last)
        loop_stop(ringing->loop);
}

static void test_loop_time_is_the_clock_of_the_base_room(void **state)
{
    (void)state;
    struct loop *loop = loop_new("test", NULL);

    assert_in_range(noren_now_ms() - loop_now_ms(loop), 0, 5000);
    loop_free(loop);
}

static void test_timer_rings_at_the_last_time_that_was_set(void **state)
{
    (void)state;
    struct loop *loop = loop_new("test", NULL);
    struct ringing later = { .loop = loop }, sooner = { .loop = loop },
                   last = { .loop = loop, .is_last = true };
    int64_t now_ms = loop_now_ms(loop);

    loop_timer_init(&later.timer, loop, on_due, &later);
    loop_timer_init(&sooner.timer, loop, on_due, &sooner);
    loop_timer_init(&last.timer, loop, on_due, &last);
    loop_timer_set(&later.timer, now_ms + 5);
    loop_timer_set(&later.timer, now_ms + 40);
    loop_timer_set(&sooner.timer, now_ms + 60000);
    loop_timer_set(&sooner.timer, now_ms + 20);
    loop_timer_set(&last.timer, now_ms + 60);
    loop_run(loop);

    assert_int_equal(later.count, 1);
    assert_true(later.rang_ms >= now_ms + 40);
    assert_int_equal(sooner.count, 1);
    assert_true(sooner.rang_ms >= now_ms + 20);
    assert_true(sooner.rang_ms <= later.rang_ms);
    loop_timer_clear(&later.timer);
    loop_timer_clear(&sooner.timer);
    loop_timer_clear(&last.timer);
    loop_free(loop);
}

static void test_disarmed_and_cleared_timers_stay_silent(void **state)
{
    (void)state;
    struct loop *loop = loop_new("test", NULL);
    struct ringing disarmed = { .loop = loop }, cleared = { .loop = loop },
                   last = { .loop = loop, .is_last = true };
    int64_t now_ms = loop_now_ms(loop);

    loop_timer_init(&disarmed.timer, loop, on_due, &disarmed);
    loop_timer_init(&cleared.timer, loop, on_due, &cleared);
    loop_timer_init(&last.timer, loop, on_due, &last);
    loop_timer_set(&disarmed.timer, now_ms + 5);
    loop_timer_set(&disarmed.timer, NOREN_NO_DEADLINE);
    loop_timer_set(&cleared.timer, now_ms + 5);
    loop_timer_clear(&cleared.timer);
    loop_timer_clear(&cleared.timer);
    loop_timer_set(&last.timer, now_ms + 30);
    loop_run(loop);
    loop_free(loop);

    assert_int_equal(disarmed.count, 0);
    assert_int_equal(cleared.count, 0);
    loop_timer_set(&disarmed.timer, 1); /* after its loop: quiet, and no harm */
    loop_timer_clear(&disarmed.timer);
    loop_timer_clear(&last.timer);
}

static void on_due_again(void *ctx)
{
    struct ringing *ringing = ctx;

    if (++ringing->count < 3) {
        loop_timer_set(&ringing->timer, loop_now_ms(ringing->loop) - 1000); /* overdue: at once */
        return;
    }
    loop_timer_clear(&ringing->timer);
    loop_stop(ringing->loop);
}

static void test_timer_may_be_armed_and_cleared_from_its_own_callback(void **state)
{
    (void)state;
    struct loop *loop = loop_new("test", NULL);
    struct ringing ringing = { .loop = loop };

    loop_timer_init(&ringing.timer, loop, on_due_again, &ringing);
    loop_timer_set(&ringing.timer, 0);
    loop_run(loop);
    loop_free(loop);
    assert_int_equal(ringing.count, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mail_of_many_threads_arrives_in_order_of_each),
        cmocka_unit_test(test_mail_is_delivered_or_disposed_when_the_loop_ends_meanwhile),
        cmocka_unit_test(test_mail_to_a_loop_that_never_ran_is_disposed),
        cmocka_unit_test(test_loop_stopped_before_it_runs_returns_at_once),
        cmocka_unit_test(test_handles_that_others_made_are_closed_with_the_loop),
        cmocka_unit_test(test_loop_time_is_the_clock_of_the_base_room),
        cmocka_unit_test(test_timer_rings_at_the_last_time_that_was_set),
        cmocka_unit_test(test_disarmed_and_cleared_timers_stay_silent),
        cmocka_unit_test(test_timer_may_be_armed_and_cleared_from_its_own_callback),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
