/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libnoren/proto/http.h"

#include <string.h>

#include "libnoren/proto/text.h"

void http_reader_init(struct http_reader *r, size_t body_max)
{
    memset(r, 0, sizeof *r);
    writer_init_secret(&r->body, body_max);
}

void http_reader_restart(struct http_reader *r)
{
    struct writer body = r->body;

    writer_reset(&body);
    memset(r, 0, sizeof *r);
    r->body = body;
}

void http_reader_clear(struct http_reader *r)
{
    writer_clear(&r->body);
}

/* Gathers one line without its end, LF or CRLF. False when it has not ended yet or is refused;
 * then *failed tells which. */
static bool take_line(struct http_reader *r, struct reader *in, bool *failed, struct noren_err *err)
{
    while (reader_left(in) > 0) {
        char letter = (char)reader_u8(in);

        if (letter == '\n') {
            if (r->line_len > 0 && r->line[r->line_len - 1] == '\r')
                r->line_len--;
            r->line[r->line_len] = '\0';
            r->line_len = 0;
            return true;
        }
        if (letter == '\0') {
            *failed = true;
            return noren_err_set(err, NOREN_E_PROTOCOL, "NUL in an HTTP header");
        }
        if (r->line_len == HTTP_LINE_MAX) {
            *failed = true;
            return noren_err_set(err, NOREN_E_LIMIT, "HTTP line over %d bytes", HTTP_LINE_MAX);
        }
        r->line[r->line_len++] = letter;
    }
    return false;
}

static void copy_token(char out[HTTP_TOKEN_MAX + 1], const char *from, size_t len)
{
    if (len > HTTP_TOKEN_MAX)
        len = HTTP_TOKEN_MAX;
    memcpy(out, from, len);
    out[len] = '\0';
}

static bool read_first_line(struct http_reader *r, struct noren_err *err)
{
    const char *at = r->line;

    for (size_t i = 0; i < 3; i++) {
        at += strspn(at, " ");
        size_t len = strcspn(at, " ");
        if (len == 0)
            return noren_err_set(err, NOREN_E_PROTOCOL, "first HTTP line of %zu words", i);
        copy_token(r->head.token[i], at, len);
        at += len;
    }
    r->place = HTTP_AT_FIELDS;
    return true;
}

static bool read_length(struct http_head *head, const char *value, struct noren_err *err)
{
    uint64_t length = 0;
    size_t digits = strspn(value, "0123456789");

    if (digits == 0 || digits > 10 || value[digits] != '\0')
        return noren_err_set(err, NOREN_E_PROTOCOL, "unreadable Content-Length");
    for (size_t i = 0; i < digits; i++)
        length = length * 10 + (uint64_t)(value[i] - '0');
    if (length > UINT32_MAX)
        return noren_err_set(err, NOREN_E_LIMIT, "Content-Length beyond 32 bits");
    if (head->has_length && head->content_length != length)
        return noren_err_set(err, NOREN_E_PROTOCOL, "two values of Content-Length");
    head->content_length = (uint32_t)length;
    head->has_length = true;
    return true;
}

static void trim_end(char *text)
{
    size_t len = strlen(text);

    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        text[--len] = '\0';
}

static bool read_field(struct http_reader *r, struct noren_err *err)
{
    char *colon = strchr(r->line, ':');

    if (++r->fields > HTTP_FIELDS_MAX)
        return noren_err_set(err, NOREN_E_LIMIT, "over %d HTTP header lines", HTTP_FIELDS_MAX);
    if (colon == NULL)
        return noren_err_set(err, NOREN_E_PROTOCOL, "HTTP header line without a colon");

    *colon = '\0';
    trim_end(r->line);
    char *value = colon + 1 + strspn(colon + 1, " \t");
    trim_end(value);
    if (text_same(r->line, "Content-Length"))
        return read_length(&r->head, value, err);
    if (text_same(r->line, "Transfer-Encoding"))
        return noren_err_set(err, NOREN_E_PROTOCOL, "HTTP transfer coding");
    if (text_same(r->line, "Content-Type"))
        copy_token(r->head.content_type, value, strlen(value));
    return true;
}

/* Lines up to the empty one. */
static enum http_result read_head(struct http_reader *r, struct reader *in, struct noren_err *err)
{
    bool failed = false;

    while (take_line(r, in, &failed, err)) {
        if (r->place == HTTP_AT_FIRST_LINE) {
            if (!read_first_line(r, err))
                return HTTP_BROKEN;
        } else if (r->line[0] == '\0') {
            r->place = HTTP_AT_BODY;
            return HTTP_HEAD;
        } else if (!read_field(r, err)) {
            return HTTP_BROKEN;
        }
    }
    return failed ? HTTP_BROKEN : HTTP_MORE;
}

/* The buffer grows with what arrives, not with what is announced. */
static enum http_result read_body(struct http_reader *r, struct reader *in, struct noren_err *err)
{
    size_t missing = r->head.content_length - r->body.len;
    size_t part = missing < reader_left(in) ? missing : reader_left(in);

    if (r->head.content_length > r->body.max) {
        noren_err_set(err, NOREN_E_LIMIT, "HTTP body of %u bytes", r->head.content_length);
        return HTTP_BROKEN;
    }
    writer_put(&r->body, reader_take(in, part), part);
    if (part < missing)
        return HTTP_MORE;
    r->place = HTTP_AT_END;
    return HTTP_BODY;
}

enum http_result http_next(struct http_reader *r, struct reader *in, struct noren_err *err)
{
    switch (r->place) {
    case HTTP_AT_FIRST_LINE:
    case HTTP_AT_FIELDS:
        return read_head(r, in, err);
    case HTTP_AT_BODY:
        return read_body(r, in, err);
    case HTTP_AT_END:
        break;
    }
    noren_err_set(err, NOREN_E_STATE, "HTTP message already read");
    return HTTP_BROKEN;
}

/* Fields stand in alphabetical order, as the reference writes them. There is no Date: this room
 * has no clock, and nobody reads it. */
static void write_length_and_type(struct writer *out, const char *type, size_t len)
{
    writer_format(out, "Connection: Keep-Alive\r\nContent-Length: %zu\r\nContent-Type: %s\r\n", len,
            type);
}

static void write_keep_alive(struct writer *out)
{
    writer_text(out, "Keep-Alive: timeout=15; max=19\r\n\r\n");
}

void http_write_post(struct writer *out, const char *target, const char *host, const char *type,
        struct bytes body)
{
    writer_format(out, "POST %s HTTP/1.1\r\n", target);
    write_length_and_type(out, type, body.len);
    if (host != NULL && text_is_printable(host, HTTP_TOKEN_MAX))
        writer_format(out, "Host: %s\r\n", host);
    write_keep_alive(out);
    writer_put(out, body.data, body.len);
}

void http_write_reply(struct writer *out, const char *status, const char *type, struct bytes body,
        enum http_body_kind kind)
{
    writer_format(out, "HTTP/1.1 %s\r\n", status);
    write_length_and_type(out, type, body.len);
    write_keep_alive(out);
    if (kind == HTTP_WITH_BODY)
        writer_put(out, body.data, body.len);
}
