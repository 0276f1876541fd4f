/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/base/secret.h"

#include "libnoren/io/link_internal.h"

/* Bytes of a connection in both directions. */

enum {
    RECORD_BYTES = 16 * 1024, /* of plain pieces make a full record */
    SMALL_BYTES = 4096,       /* log-ins and calls, as opposed to a stream of frames */
};

/* ---- reading ---- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
    struct link *link = noren_container_of(handle, struct link, tcp);

    (void)suggested;
    *out = loop_read_buffer(link->loop);
}

/* The peer ended TLS in order, or the connection without a word. */
static void peer_left(struct link *link, enum noren_code code, const char *text)
{
    link->peer_done = true;
    link_set_why(link, code, text);
    if (link->state == LINK_OPEN && code == NOREN_E_CLOSED)
        link_close(link); /* answers close_notify */
    else
        link_destroy(link);
}

/* While we close: what is still queued goes out, as long as the peer may take it. */
static void peer_finished(struct link *link, ssize_t status)
{
    if (status != UV_EOF) {
        link_destroy(link);
        return;
    }
    link->peer_done = true;
    link_stop_reading(link);
    link_send_soon(link);
}

static void opened(struct link *link)
{
    link->state = LINK_OPEN;
    loop_timer_set(&link->timer, NOREN_NO_DEADLINE);
    if (link->paused)
        link_stop_reading(link);
    if (link->callbacks->on_open != NULL)
        link->callbacks->on_open(link, link->ctx);
}

static void receive(struct link *link, const uint8_t *bytes, size_t len)
{
    struct writer *plain = loop_scratch(link->loop);
    bool fine = tls_receive(link->tls, bytes, len, plain, &link->out, &link->why);
    enum tls_state tls_state = tls_get_state(link->tls);

    link_send_soon(link);
    if (link->state == LINK_HANDSHAKING && tls_state != TLS_HANDSHAKING && fine)
        opened(link);
    if (link->state == LINK_OPEN && plain->len > 0)
        link->callbacks->on_bytes(link, link->ctx, plain->data, plain->len);
    if (!fine)
        link_fail(link);
    else if (tls_state == TLS_PEER_CLOSED && link->state == LINK_OPEN)
        peer_left(link, NOREN_E_CLOSED, "the peer closed the connection");
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
    struct link *link = noren_container_of(stream, struct link, tcp);

    if (link->state == LINK_GONE || got == 0)
        return;
    if (link->state == LINK_CLOSING) {
        if (got < 0)
            peer_finished(link, got);
        return;
    }
    if (got < 0) {
        bool shaking = link->state == LINK_HANDSHAKING;
        peer_left(link, NOREN_E_IO,
                got != UV_EOF ? uv_strerror((int)got)
                : shaking     ? "the peer cut the connection during the TLS handshake"
                              : "the peer cut the connection");
        return;
    }
    if (link->state == LINK_HANDSHAKING) {
        link->shaken_bytes += (size_t)got;
        if (link->shaken_bytes > LINK_HANDSHAKE_BYTES) {
            link_set_why(link, NOREN_E_LIMIT, "TLS handshake of too many bytes");
            link_destroy(link);
            return;
        }
    }
    receive(link, (const uint8_t *)buffer->base, (size_t)got);
}

void link_start_reading(struct link *link)
{
    if (link->reading)
        return;

    int status = uv_read_start((uv_stream_t *)&link->tcp, on_alloc, on_read);
    if (status != 0) {
        link_set_why(link, NOREN_E_IO, uv_strerror(status));
        link_destroy(link);
        return;
    }
    link->reading = true;
}

void link_stop_reading(struct link *link)
{
    if (!link->reading)
        return;
    uv_read_stop((uv_stream_t *)&link->tcp);
    link->reading = false;
}

/* ---- writing ---- */

static bool is_writing(const struct link *link)
{
    return link->sending.len > 0;
}

static void encrypt(struct link *link, const uint8_t *bytes, size_t len)
{
    loop_lend(link->loop, &link->out);
    if (link->state == LINK_OPEN && !tls_send(link->tls, bytes, len, &link->out, &link->why))
        link_fail(link);
}

void link_encrypt(struct link *link)
{
    if (link->plain.len == 0)
        return;
    encrypt(link, link->plain.data, link->plain.len);
    if (link->plain.len <= SMALL_BYTES) /* it may have held a password */
        secret_wipe(link->plain.data, link->plain.len);
    loop_take_back(link->loop, &link->plain);
}

/* Whole at once: what never grows leaves no copies of passwords behind. */
static void lend_plain(struct link *link)
{
    struct writer *plain = &link->plain;

    loop_lend(link->loop, plain);
    if (plain->room < RECORD_BYTES && plain->len == 0) {
        (void)writer_extend(plain, RECORD_BYTES);
        writer_reset(plain);
    }
}

/* Makes full records as far as it goes, without a copy where they lie whole in the bytes; the rest
 * waits for more, or for the end of this turn. */
static void gather(struct link *link, const uint8_t *bytes, size_t len)
{
    struct reader in = reader_over(bytes, len);

    while (reader_left(&in) > 0) {
        size_t left = reader_left(&in);
        if (link->plain.len == 0 && left >= RECORD_BYTES) {
            size_t whole = left - left % RECORD_BYTES;
            encrypt(link, reader_take(&in, whole), whole);
            continue;
        }
        size_t part = RECORD_BYTES - link->plain.len;
        if (part > left)
            part = left;
        lend_plain(link);
        writer_put(&link->plain, reader_take(&in, part), part);
        if (link->plain.len == RECORD_BYTES)
            link_encrypt(link);
    }
}

static void on_written(uv_write_t *write, int status)
{
    struct link *link = noren_container_of(write, struct link, write);

    loop_take_back(link->loop, &link->sending);
    if (link->state == LINK_GONE)
        return;
    if (status < 0) {
        link_set_why(link, NOREN_E_IO, uv_strerror(status));
        link_destroy(link);
        return;
    }
    link_send_soon(link);
}

/* What the system did not take at once goes to libuv, which waits until it does. */
static void write_rest(struct link *link)
{
    link->sending = link->out;
    writer_init(&link->out, link->sending.max);

    uv_buf_t buffer = uv_buf_init((char *)link->sending.data, (unsigned)link->sending.len);
    int status = uv_write(&link->write, (uv_stream_t *)&link->tcp, &buffer, 1, on_written);
    if (status != 0) {
        writer_clear(&link->sending);
        link_set_why(link, NOREN_E_IO, uv_strerror(status));
        link_destroy(link);
    }
}

static void on_shut(uv_shutdown_t *shutdown, int status)
{
    (void)shutdown;
    (void)status; /* the read side and the timer see whatever goes wrong */
}

/* All is said: FIN, then the peer's FIN is waited for, so that our last bytes are not reset. */
static void finish_closing(struct link *link)
{
    if (link->peer_done) {
        link_destroy(link);
        return;
    }
    if (link->shut)
        return;
    link->shut = true;
    if (uv_shutdown(&link->shutdown, (uv_stream_t *)&link->tcp, on_shut) != 0)
        link_destroy(link);
}

static void report_drained(struct link *link)
{
    if (link->state != LINK_OPEN || !link->was_full || link_unsent(link) >= LINK_HIGH_WATER / 2)
        return;
    link->was_full = false;
    if (link->callbacks->on_drained != NULL)
        link->callbacks->on_drained(link, link->ctx);
}

void link_flush(struct link *link)
{
    if (is_writing(link) || link->out.len == 0)
        return;

    uv_buf_t buffer = uv_buf_init((char *)link->out.data, (unsigned)link->out.len);
    int status = uv_try_write((uv_stream_t *)&link->tcp, &buffer, 1);
    if (status < 0 && status != UV_EAGAIN) {
        link_set_why(link, NOREN_E_IO, uv_strerror(status));
        link_destroy(link);
        return;
    }
    if (status > 0)
        writer_consume(&link->out, (size_t)status);
    if (link->out.len > 0)
        write_rest(link);
    else
        loop_take_back(link->loop, &link->out);
}

static void run_task(struct loop_task *task)
{
    struct link *link = noren_container_of(task, struct link, task);

    link_encrypt(link);
    link_flush(link);
    report_drained(link);
    if (link->state == LINK_CLOSING && !is_writing(link) && link->out.len == 0)
        finish_closing(link);
}

void link_send_soon(struct link *link)
{
    if (link->state == LINK_HANDSHAKING || link->state == LINK_OPEN || link->state == LINK_CLOSING)
        loop_task_queue(&link->task, link->loop, run_task);
}

bool link_send(struct link *link, const uint8_t *bytes, size_t len)
{
    loop_assert_here(link->loop);
    if (link->state != LINK_OPEN || len > LINK_UNSENT_MAX
            || link_unsent(link) > LINK_UNSENT_MAX - len)
        return false;

    gather(link, bytes, len);
    link->was_full = link->was_full || link_is_full(link);
    link_send_soon(link);
    return link->state == LINK_OPEN;
}
