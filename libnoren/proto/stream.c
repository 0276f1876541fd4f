/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/proto/stream.h"

#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"

#include "libnoren/proto/squeeze.h"

enum {
    WORD_BYTES = 4,
    KEEPALIVE_BODY_END = 512, /* our bodies have 0..511 bytes */
    TIMEOUT_LEAST_MS = 10,    /* below it there is no room for the keep-alive interval */
};

static const uint32_t KEEPALIVE_MARK = 0xffffffff;

/* What the next bytes of the peer are. */
enum stream_place {
    AT_UNIT,             /* frame count or keep-alive mark */
    AT_BLOCK_SIZE,       /* of one of the blocks that are left in the unit */
    AT_BLOCK,            /* want bytes */
    AT_KEEPALIVE_LENGTH, /* of the body */
    AT_KEEPALIVE,        /* want bytes */
    AT_END,              /* the peer broke the framing */
    STREAM_PLACES,
};

struct stream {
    struct stream_terms terms;
    struct stream_counters counters;
    struct squeeze *squeeze; /* owned; NULL unless compressed */
    uint64_t random;
    int64_t last_heard_ms;
    int64_t next_keepalive_ms;

    enum stream_place place;
    uint32_t want;        /* bytes of the block or keep-alive body that comes */
    uint32_t blocks_left; /* of the unit, the one in hand included */
    size_t gathered;      /* bytes of a piece that arrived in parts */
    uint8_t gather[STREAM_BLOCK_MAX];
};

/* splitmix64: keep-alive times and bodies have to differ, not to be unguessable. */
static uint64_t next_random(struct stream *s)
{
    uint64_t z = s->random += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* [T/5, T/2) from now on. */
static void restart_keepalive(struct stream *s, int64_t now_ms)
{
    uint32_t least = s->terms.timeout_ms / 5;
    uint32_t span = s->terms.timeout_ms / 2 - least;

    s->next_keepalive_ms = now_ms + least + (span > 0 ? (int64_t)(next_random(s) % span) : 0);
}

struct stream *stream_new(const struct stream_terms *terms, uint64_t seed, int64_t now_ms)
{
    struct stream *s = noren_alloc(sizeof *s);

    noren_assert(terms->timeout_ms >= TIMEOUT_LEAST_MS);
    s->terms = *terms;
    s->random = seed;
    s->last_heard_ms = now_ms;
    s->next_keepalive_ms = now_ms; /* the first one leaves at once */
    if (terms->use_compress)
        s->squeeze = squeeze_new();
    return s;
}

void stream_free(struct stream *s)
{
    if (s == NULL)
        return;
    squeeze_free(s->squeeze);
    free(s);
}

/* `len` bytes in one piece: borrowed from the input if they lie there whole, else gathered.
 * NULL when they have not all arrived; what has is kept. */
static const uint8_t *take_piece(struct stream *s, struct reader *in, size_t len)
{
    if (s->gathered == 0 && reader_left(in) >= len)
        return reader_take(in, len);

    size_t part = len - s->gathered;
    if (part > reader_left(in))
        part = reader_left(in);
    reader_copy(in, s->gather + s->gathered, part);
    s->gathered += part;
    if (s->gathered < len)
        return NULL;
    s->gathered = 0;
    return s->gather;
}

static bool take_word(struct stream *s, struct reader *in, uint32_t *out)
{
    const uint8_t *piece = take_piece(s, in, WORD_BYTES);
    if (piece == NULL)
        return false;

    struct reader word = reader_over(piece, WORD_BYTES);
    *out = reader_u32(&word);
    return true;
}

/* What one step of the parser came to. */
enum step_result {
    STEP_ON,      /* go on */
    STEP_STARVED, /* the input is used up */
    STEP_FRAME,
    STEP_BROKEN,
};

static enum step_result read_unit(
        struct stream *s, struct reader *in, struct bytes *out, struct noren_err *err)
{
    uint32_t word;
    (void)out;
    (void)err;

    if (!take_word(s, in, &word))
        return STEP_STARVED;
    if (word == KEEPALIVE_MARK) {
        s->place = AT_KEEPALIVE_LENGTH;
    } else if (word > 0) {
        s->blocks_left = word;
        s->place = AT_BLOCK_SIZE;
    }
    return STEP_ON;
}

static enum step_result read_block_size(
        struct stream *s, struct reader *in, struct bytes *out, struct noren_err *err)
{
    (void)out;
    if (!take_word(s, in, &s->want))
        return STEP_STARVED;
    if (s->want > STREAM_BLOCK_MAX) {
        noren_err_set(err, NOREN_E_LIMIT, "block of %u bytes", s->want);
        return STEP_BROKEN;
    }
    s->place = AT_BLOCK;
    return STEP_ON;
}

/* Undoes compression. False when there is no frame in it, which is counted. */
static bool unpack_block(struct stream *s, struct bytes block, struct bytes *out)
{
    switch (squeeze_unpack(s->squeeze, block, out)) {
    case SQUEEZE_OK:
        return true;
    case SQUEEZE_TOO_LONG:
        s->counters.dropped_long++;
        return false;
    case SQUEEZE_BROKEN:
        s->counters.dropped_inflate++;
        return false;
    }
    return false;
}

/* The size that every frame must have, in both directions. */
static bool admit_frame(struct stream *s, struct bytes frame)
{
    if (frame.len < STREAM_FRAME_MIN) {
        s->counters.dropped_short++;
        return false;
    }
    if (frame.len > STREAM_FRAME_MAX) {
        s->counters.dropped_long++;
        return false;
    }
    return true;
}

static enum step_result read_block(
        struct stream *s, struct reader *in, struct bytes *out, struct noren_err *err)
{
    struct bytes frame = { .data = take_piece(s, in, s->want), .len = s->want };
    (void)err;

    if (frame.data == NULL && s->want > 0)
        return STEP_STARVED;
    s->place = --s->blocks_left > 0 ? AT_BLOCK_SIZE : AT_UNIT;
    if (frame.len == 0) /* legal and means nothing */
        return STEP_ON;
    if (s->squeeze != NULL && !unpack_block(s, frame, &frame))
        return STEP_ON;
    if (!admit_frame(s, frame))
        return STEP_ON;
    s->counters.frames_in++;
    s->counters.bytes_in += frame.len;
    *out = frame;
    return STEP_FRAME;
}

static enum step_result read_keepalive_length(
        struct stream *s, struct reader *in, struct bytes *out, struct noren_err *err)
{
    (void)out;
    if (!take_word(s, in, &s->want))
        return STEP_STARVED;
    if (s->want > STREAM_KEEPALIVE_MAX) {
        noren_err_set(err, NOREN_E_LIMIT, "keep-alive of %u bytes", s->want);
        return STEP_BROKEN;
    }
    s->place = AT_KEEPALIVE;
    return STEP_ON;
}

/* The body may hold hints for a UDP path (docs/protocol/data.md, 5). There is none, so no parser
 * looks at it. */
static enum step_result read_keepalive(
        struct stream *s, struct reader *in, struct bytes *out, struct noren_err *err)
{
    (void)out;
    (void)err;
    if (take_piece(s, in, s->want) == NULL && s->want > 0)
        return STEP_STARVED;
    s->counters.keepalives_in++;
    s->place = AT_UNIT;
    return STEP_ON;
}

static enum step_result stay_broken(
        struct stream *s, struct reader *in, struct bytes *out, struct noren_err *err)
{
    (void)s;
    (void)in;
    (void)out;
    noren_err_set(err, NOREN_E_PROTOCOL, "bytes after broken framing");
    return STEP_BROKEN;
}

typedef enum step_result (*step_fn)(
        struct stream *s, struct reader *in, struct bytes *out, struct noren_err *err);

static const step_fn STEPS[STREAM_PLACES] = {
    [AT_UNIT] = read_unit,
    [AT_BLOCK_SIZE] = read_block_size,
    [AT_BLOCK] = read_block,
    [AT_KEEPALIVE_LENGTH] = read_keepalive_length,
    [AT_KEEPALIVE] = read_keepalive,
    [AT_END] = stay_broken,
};

enum stream_result stream_next(struct stream *s, struct reader *in, struct bytes *out,
        int64_t now_ms, struct noren_err *err)
{
    for (;;) {
        enum stream_place before = s->place;
        enum step_result result = STEPS[before](s, in, out, err);

        /* only whole blocks and whole keep-alives count as a sign of life */
        if ((before == AT_BLOCK || before == AT_KEEPALIVE) && s->place != before)
            s->last_heard_ms = now_ms;
        if (result == STEP_FRAME)
            return STREAM_FRAME;
        if (result == STEP_STARVED)
            return STREAM_MORE;
        if (result == STEP_BROKEN) {
            s->place = AT_END;
            return STREAM_BROKEN;
        }
    }
}

/* Whether any block still fits: a unit once begun must never be cut by the writer's maximum. */
static bool has_room(const struct writer *out)
{
    return !writer_failed(out) && out->max - out->len >= 2 * WORD_BYTES + STREAM_BLOCK_MAX;
}

static void put_frame(struct stream *s, struct bytes frame, struct writer *out)
{
    struct bytes block = s->squeeze != NULL ? squeeze_pack(s->squeeze, frame) : frame;

    writer_u32(out, (uint32_t)block.len);
    writer_put(out, block.data, block.len);
    s->counters.frames_out++;
    s->counters.bytes_out += frame.len;
}

static void put_unit(struct stream *s, const struct bytes *frames, size_t count, struct writer *out)
{
    size_t head = out->len;
    uint32_t taken = 0;

    for (size_t i = 0; i < count; i++) {
        if (!admit_frame(s, frames[i]))
            continue;
        if (!has_room(out)) {
            s->counters.dropped_full++;
            continue;
        }
        if (taken++ == 0)
            writer_u32(out, 0);
        put_frame(s, frames[i], out);
    }
    if (taken > 0)
        writer_patch_u32(out, head, taken);
}

void stream_put(struct stream *s, const struct bytes *frames, size_t count, struct writer *out,
        int64_t now_ms)
{
    while (count > 0) {
        size_t part = count < STREAM_UNIT_FRAMES_MAX ? count : STREAM_UNIT_FRAMES_MAX;

        put_unit(s, frames, part, out);
        frames += part;
        count -= part;
        restart_keepalive(s, now_ms);
    }
}

static void put_keepalive(struct stream *s, struct writer *out)
{
    uint32_t len = (uint32_t)(next_random(s) % KEEPALIVE_BODY_END);

    writer_u32(out, KEEPALIVE_MARK);
    writer_u32(out, len);
    for (uint32_t i = 0; i < len; i++)
        writer_u8(out, (uint8_t)next_random(s));
}

bool stream_tick(struct stream *s, struct writer *out, int64_t now_ms, struct noren_err *err)
{
    if (s->terms.may_receive && now_ms - s->last_heard_ms >= s->terms.timeout_ms)
        return noren_err_set(err, NOREN_E_TIMEOUT, "peer silent for %u ms", s->terms.timeout_ms);
    if (s->terms.may_send && now_ms >= s->next_keepalive_ms) {
        if (has_room(out)) /* else there is enough under way to show that we live */
            put_keepalive(s, out);
        restart_keepalive(s, now_ms);
    }
    return true;
}

int64_t stream_deadline_ms(const struct stream *s)
{
    int64_t deadline = NOREN_NO_DEADLINE;

    if (s->terms.may_receive)
        deadline = s->last_heard_ms + s->terms.timeout_ms;
    if (s->terms.may_send && s->next_keepalive_ms < deadline)
        deadline = s->next_keepalive_ms;
    return deadline;
}

const struct stream_counters *stream_get_counters(const struct stream *s)
{
    return &s->counters;
}
