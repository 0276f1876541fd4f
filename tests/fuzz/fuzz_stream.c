/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/proto/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Reads all frames in pieces and sends each back; gives a digest of what was seen. */
static uint64_t read_in_pieces(struct reader all, bool compress, size_t piece)
{
    const struct stream_terms terms = {
        .use_compress = compress,
        .may_send = true,
        .may_receive = true,
        .timeout_ms = 20000,
    };
    struct stream *s = stream_new(&terms, 1, 0);
    enum stream_result result = STREAM_MORE;
    uint64_t seen = 0;
    struct writer out;

    writer_init(&out, 0);
    while (reader_left(&all) > 0 && result != STREAM_BROKEN) {
        size_t part = piece < reader_left(&all) ? piece : reader_left(&all);
        struct reader in = reader_over(reader_take(&all, part), part);
        struct bytes frame;

        while ((result = stream_next(s, &in, &frame, 1, NULL)) == STREAM_FRAME) {
            noren_assert(frame.len >= STREAM_FRAME_MIN && frame.len <= STREAM_FRAME_MAX);
            for (size_t i = 0; i < frame.len; i++)
                seen = seen * 31 + frame.data[i];
            writer_reset(&out);
            stream_put(s, &frame, 1, &out, 1);
            noren_assert(!writer_failed(&out) && out.len > 8);
        }
        noren_assert(result == STREAM_BROKEN || reader_left(&in) == 0);
    }
    seen = seen * 31 + result + stream_get_counters(s)->keepalives_in;
    writer_clear(&out);
    stream_free(s);
    return seen;
}

/* The first byte says whether the session is compressed. However the bytes are cut, the same frames
 * come out. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct reader in = reader_over(data, len);
    bool compress = reader_u8(&in) & 1;
    uint64_t whole = read_in_pieces(in, compress, SIZE_MAX);

    noren_assert(read_in_pieces(in, compress, 1) == whole);
    noren_assert(read_in_pieces(in, compress, 33) == whole);
    return 0;
}
