/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdint.h>

#include "noren/base/alloc.h"

#include "model/view.h"

/* Lines of the service: what is read is whole UTF-8 text, and there is always something to show. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_status(const struct model_status *status)
{
    struct view_facts facts = { .link = MODEL_LINK_UP, .status = status };

    noren_assert(status->profiles->len <= MODEL_PROFILES_MAX);
    noren_assert(g_utf8_validate(status->server, -1, NULL));
    noren_assert(g_utf8_validate(status->message, -1, NULL));
    if (status->profiles->len)
        facts.profile = status->profiles->pdata[0];
    struct view view = view_of(&facts);
    noren_assert(view.status_id && view.button_id && view.button_help_id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct model_event event = { 0 };
    struct noren_err err;

    if (!model_event_parse((const char *)data, len, &event, &err))
        return 0;
    if (event.kind == MODEL_EVENT_STATUS)
        check_status(event.status);
    else
        noren_assert(event.text != NULL);
    model_event_clear(&event);
    return 0;
}
