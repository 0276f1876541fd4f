/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"

#include "libnoren/proto/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { BODY_MAX = 2000 };

/* Reads all messages in pieces; gives a digest of what was seen. */
static uint64_t read_in_pieces(const uint8_t *data, size_t len, size_t piece)
{
    struct http_reader http;
    uint64_t seen = 0;
    bool broken = false;

    http_reader_init(&http, BODY_MAX);
    for (size_t at = 0; at < len && !broken; at += piece) {
        struct reader in = reader_over(data + at, len - at < piece ? len - at : piece);
        enum http_result result;

        while ((result = http_next(&http, &in, NULL)) != HTTP_MORE && !broken) {
            seen = seen * 31 + result + http.head.content_length;
            broken = result == HTTP_BROKEN;
            if (result == HTTP_BODY) {
                noren_assert(http.body.len == http.head.content_length);
                http_reader_restart(&http);
            }
        }
    }
    http_reader_clear(&http);
    return seen;
}

/* However the bytes are cut, the same messages come out. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    uint64_t whole = read_in_pieces(data, len, len + 1);

    noren_assert(read_in_pieces(data, len, 1) == whole);
    noren_assert(read_in_pieces(data, len, 7) == whole);
    return 0;
}
