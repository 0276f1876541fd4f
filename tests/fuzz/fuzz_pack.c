/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/pack/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What was read can be written, and reads back as the same. */
static void check_round_trip(const struct pack *pack)
{
    struct writer first;
    struct writer second;

    writer_init(&first, 0);
    writer_init(&second, 0);
    pack_write(pack, &first);

    struct pack *again = pack_read(first.data, first.len, &PACK_LIMITS_RPC, NULL);
    noren_assert(again != NULL);
    pack_write(again, &second);
    noren_assert(first.len == second.len && memcmp(first.data, second.data, first.len) == 0);
    pack_free(again);
    writer_clear(&first);
    writer_clear(&second);
}

static void ask_everything(const struct pack *pack)
{
    for (size_t i = 0; i < pack_element_count(pack); i++) {
        struct pack_element element = pack_element_at(pack, i);
        uint32_t last = element.count - 1;

        noren_assert(element.count > 0);
        noren_assert(pack_has(pack, element.name));
        noren_assert(strlen(pack_text_at(pack, element.name, last)) <= PACK_LIMITS_RPC.text_bytes);
        (void)pack_int_at(pack, element.name, last);
        (void)pack_int64_at(pack, element.name, last);
        (void)pack_data_at(pack, element.name, last);
    }
    (void)pack_ipv4(pack, "Ip");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const struct pack_limits *const limits[] = { &PACK_LIMITS_LOGIN, &PACK_LIMITS_WELCOME,
        &PACK_LIMITS_RPC };

    for (size_t i = 0; i < noren_countof(limits); i++) {
        noren_cleanup(pack_freep) struct pack *pack = pack_read(data, len, limits[i], NULL);
        if (pack == NULL)
            continue;
        ask_everything(pack);
        check_round_trip(pack);
    }
    return 0;
}
