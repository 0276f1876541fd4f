/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"

#include "engine/keyfile.h"
#include "engine/network.h"
#include "engine/profile.h"
#include "engine/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static bool check_item(void *ctx, const char *item, struct noren_err *err)
{
    (void)ctx;
    (void)err;
    noren_assert(*item != '\0');
    return true;
}

/* Every value can be asked for as anything. */
static void read_values(const struct keyfile *file)
{
    for (size_t i = 0; i < keyfile_count(file); i++) {
        const struct keyfile_entry *e = keyfile_at(file, i);
        noren_cleanup(noren_freep) char *text = NULL;
        char room[16];
        bool flag = false;
        uint32_t number = 0;
        if (keyfile_text(e, &text, NULL))
            noren_assert(strlen(text) <= strlen(e->value));
        if (keyfile_text_into(e, room, sizeof room, NULL))
            noren_assert(strlen(room) < sizeof room);
        (void)!keyfile_bool(e, &flag, NULL);
        (void)!keyfile_number(e, 1, 9, &number, NULL);
        noren_assert(number <= 9);
        (void)!keyfile_list(e, check_item, NULL, NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct noren_err err = { 0 };
    struct profile profile;

    noren_cleanup(keyfile_freep) struct keyfile *file =
            keyfile_parse((const char *)data, len, &err);
    if (file == NULL)
        noren_assert(strncmp(err.text, "line ", 5) == 0);
    else
        read_values(file);
    if (!profile_parse((const char *)data, len, &profile, &err))
        return 0;
    noren_assert(file != NULL && profile.server_count > 0 && *profile.hub != '\0');
    noren_assert(profile.trust_system || profile.trust_count > 0);
    noren_assert(text_is_plain(profile.hub) && text_is_plain(profile.username));
    profile_clear(&profile);
    return 0;
}
