/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <netdb.h>
#include <semaphore.h>
#include <unistd.h>

#include "libnoren/io/link_internal.h"
#include "tests/unit/link_rig.h"
#include "tests/unit/test.h"

/* A resolver that answers when it is told to. */
static sem_t asked, may_answer;

/* Takes the place of the C library's, also for libuv. */
__attribute__((visibility("default"))) int getaddrinfo(
        const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **list)
{
    (void)name;
    (void)service;
    (void)hints;
    (void)list;
    sem_post(&asked);
    while (sem_wait(&may_answer) != 0)
        ;
    return EAI_NONAME;
}

struct question {
    struct rig rig; /* only its contexts */
    struct loop *loop;
    struct link *link;
    int closed;
    struct noren_err why;
};

static void on_closed(struct link *link, void *ctx, const struct noren_err *why)
{
    struct question *question = ctx;

    (void)link;
    question->closed++;
    question->why = *why;
    loop_stop(question->loop);
}

static const struct link_callbacks CALLBACKS = { .on_closed = on_closed };

static void question_init(struct question *question)
{
    memset(question, 0, sizeof *question);
    rig_init(&question->rig);
    question->loop = loop_new("question", NULL);
    question->link = link_connect(
            question->loop, "vpn.example", 443, question->rig.client_context, &CALLBACKS, question);
    while (sem_wait(&asked) != 0)
        ;
}

static void question_clear(struct question *question)
{
    loop_free(question->loop);
    rig_clear(&question->rig);
}

static void test_answer_of_the_resolver_reaches_the_link(void **state)
{
    (void)state;
    struct question question;

    question_init(&question);
    sem_post(&may_answer);
    loop_run(question.loop);
    assert_int_equal(question.closed, 1);
    assert_int_equal(question.why.code, NOREN_E_NOT_FOUND);
    question_clear(&question);
}

static void test_answer_for_a_link_that_has_gone_is_dropped(void **state)
{
    (void)state;
    struct question question;

    question_init(&question);
    link_close(question.link);
    sem_post(&may_answer);
    loop_run(question.loop);
    assert_int_equal(question.closed, 1);
    assert_int_equal(question.why.code, NOREN_OK);
    question_clear(&question);
}

static void test_answer_that_nobody_fetched_goes_with_the_loop(void **state)
{
    (void)state;
    struct question question;

    question_init(&question);
    sem_post(&may_answer);
    question_clear(&question);
    assert_int_equal(question.closed, 1);
}

/* The resolver is silent to the end, so the end of this program is part of the test. */
static void test_neither_loop_nor_process_waits_for_a_silent_resolver(void **state)
{
    (void)state;
    struct question question;

    question_init(&question);
    link_set_handshake_ms(question.link, 20);
    loop_run(question.loop);
    assert_int_equal(question.closed, 1);
    assert_int_equal(question.why.code, NOREN_E_TIMEOUT);
    question_clear(&question);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answer_of_the_resolver_reaches_the_link),
        cmocka_unit_test(test_answer_for_a_link_that_has_gone_is_dropped),
        cmocka_unit_test(test_answer_that_nobody_fetched_goes_with_the_loop),
        cmocka_unit_test(test_neither_loop_nor_process_waits_for_a_silent_resolver),
    };

    alarm(60); /* instead of hanging */
    sem_init(&asked, 0, 0);
    sem_init(&may_answer, 0, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
