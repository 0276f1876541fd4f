/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/unit/admin_fixture.h"

#include "noren/base/alloc.h"

#include "tests/unit/test.h"

int admin_fixture_setup(void **state)
{
    struct admin_fixture *f = noren_alloc(sizeof *f);

    fixture_make(&f->base);
    (void)snprintf(f->caller.source, sizeof f->caller.source, "192.0.2.9:1");
    *state = f;
    return 0;
}

int admin_fixture_teardown(void **state)
{
    struct admin_fixture *f = *state;

    fixture_remove(&f->base);
    free(f);
    return 0;
}

struct pack *ask(const char *function, ...)
{
    struct pack *request = pack_new();
    va_list args;

    pack_add_str(request, "function_name", function);
    va_start(args, function);
    for (const char *name = va_arg(args, const char *); name != NULL;
            name = va_arg(args, const char *))
        pack_add_str(request, name, va_arg(args, const char *));
    va_end(args);
    return request;
}

struct pack *answer(struct admin_fixture *f, struct pack *take_request)
{
    struct admin_call call = {
        .server = &f->server,
        .backend = &FAKE_BACKEND,
        .store = f->base.store,
        .caller = &f->caller,
    };

    struct pack *reply = admin_call_run(&call, take_request);
    pack_free(take_request);
    return reply;
}

uint32_t error_of(struct admin_fixture *f, struct pack *take_request)
{
    struct pack *reply = answer(f, take_request);
    uint32_t error = pack_int(reply, "error");

    pack_free(reply);
    return error;
}
