/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/bytes.h"
#include "noren/base/err.h"

/**
 * The little HTTP that carries the log-in: requests and replies with a Content-Length
 * (docs/protocol/login.md, 1). No chunks, no compression, no continuation lines.
 */

enum {
    HTTP_LINE_MAX = 4096, /**< bytes of a line without its end */
    HTTP_FIELDS_MAX = 64, /**< header lines of a message */
    HTTP_TOKEN_MAX = 255, /**< longer tokens are cut, and so equal nothing that is known */
};

#define HTTP_TYPE_PACK "application/octet-stream"

/** First line and fields that matter. A request: method, target, version. A reply: version, status,
 * reason. */
struct http_head {
    char token[3][HTTP_TOKEN_MAX + 1];
    char content_type[HTTP_TOKEN_MAX + 1]; /**< "" when absent */
    uint32_t content_length;               /**< 0 when absent */
    bool has_length;
};

enum http_place { HTTP_AT_FIRST_LINE, HTTP_AT_FIELDS, HTTP_AT_BODY, HTTP_AT_END };

/** Reads one message after another. Owns its buffers: a line, and the body as far as it arrived. */
struct http_reader {
    enum http_place place;
    uint32_t fields;
    size_t line_len;
    char line[HTTP_LINE_MAX + 1];
    struct http_head head;
    struct writer body;
};

enum http_result {
    HTTP_MORE,   /**< the input is used up */
    HTTP_HEAD,   /**< head is complete; judge its length, then go on for the body or give up */
    HTTP_BODY,   /**< body is complete; call http_reader_restart() for the next message */
    HTTP_BROKEN, /**< err says how; the connection is of no further use */
};

/** body_max is the most that any body may have. */
void http_reader_init(struct http_reader *r, size_t body_max);
/** Wipes the body, as it may hold credentials, and gets ready for the next message. */
void http_reader_restart(struct http_reader *r);
void http_reader_clear(struct http_reader *r);

/** Takes bytes off `in`, and none beyond the end of the message. */
enum http_result http_next(struct http_reader *r, struct reader *in, struct noren_err *err);

/** Appends a POST request. `host` may be any text: when it could break the header it is left out. */
void http_write_post(struct writer *out, const char *target, const char *host, const char *type,
        struct bytes body);

enum http_body_kind { HTTP_WITH_BODY, HTTP_HEAD_ONLY };

/** Appends a reply; `status` is "200 OK" and the like. HTTP_HEAD_ONLY leaves the body out. */
void http_write_reply(struct writer *out, const char *status, const char *type, struct bytes body,
        enum http_body_kind kind);
