/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "branding/archive_private.h"

/* The archive as a whole, and its MANIFEST alone (the signature keeps a fuzzer from the latter). */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void read_manifest(const uint8_t *data, size_t len)
{
    noren_cleanup(brandpack_freep) struct brandpack *pack = brandpack_new();
    uint8_t *one = noren_alloc(1);
    struct noren_err err = { 0 };

    one[0] = 'a';
    brandpack_add(pack, "a.txt", one, 1);
    brandpack_add(pack, BRANDPACK_MANIFEST, noren_alloc(1), 0);
    brandpack_add(pack, BRANDPACK_SIGNATURE, noren_alloc(1), 0);
    noren_assert(brandpack_sort(pack, &err));

    uint8_t *copy = noren_alloc(len + 1);
    memcpy(copy, data, len);
    struct brandpack_file manifest = { .data = copy, .len = len };
    if (brandpack_check_manifest(pack, &manifest, &err)) {
        /* only one text describes these files */
        struct writer only;
        writer_init(&only, 0);
        brandpack_manifest_write(pack, &only);
        noren_assert(only.len == len);
        writer_clear(&only);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const struct brandpack_keys keys = { .count = 1 };
    struct noren_err err = { 0 };

    if (len == 0)
        return 0;
    read_manifest(data, len);
    brandpack_free(brandpack_open_bytes(data, len, &keys, &err));
    return 0;
}
