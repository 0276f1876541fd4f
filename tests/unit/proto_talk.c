/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/unit/proto_talk.h"

#include <stdlib.h>

#include "noren/base/alloc.h"

#include "libnoren/proto/http.h"
#include "libnoren/proto/text.h"
#include "tests/unit/test.h"

void talk_post(struct writer *out, const char *path, const void *body, size_t len)
{
    http_write_post(
            out, path, "192.0.2.1", HTTP_TYPE_PACK, (struct bytes){ .data = body, .len = len });
}

void talk_signature(struct writer *out)
{
    talk_post(out, "/vpnsvc/connect.cgi", "VPNCONNECT", 10);
}

static struct writer pack_bytes(struct pack *take_pack)
{
    struct writer body;

    writer_init(&body, 0);
    pack_write(take_pack, &body);
    pack_free(take_pack);
    return body;
}

void talk_request(struct writer *out, struct pack *take_pack)
{
    struct writer body = pack_bytes(take_pack);

    talk_post(out, "/vpnsvc/vpn.cgi", body.data, body.len);
    writer_clear(&body);
}

void talk_reply(struct writer *out, struct pack *take_pack)
{
    struct writer body = pack_bytes(take_pack);

    http_write_reply(out, "200 OK", HTTP_TYPE_PACK,
            (struct bytes){ .data = body.data, .len = body.len }, HTTP_WITH_BODY);
    writer_clear(&body);
}

struct talk_answer talk_read(struct reader *in, bool head_only)
{
    struct talk_answer answer = { 0 };
    struct http_reader http;
    struct noren_err err;

    http_reader_init(&http, 1024 * 1024);
    assert_int_equal(http_next(&http, in, &err), HTTP_HEAD);
    answer.status = (int)strtol(http.head.token[1], NULL, 10);
    if (!head_only)
        assert_int_equal(http_next(&http, in, &err), HTTP_BODY);
    if (text_same(http.head.content_type, HTTP_TYPE_PACK)) {
        answer.pack = pack_read(http.body.data, http.body.len, &PACK_LIMITS_WELCOME, &err);
        assert_non_null(answer.pack);
    }
    http_reader_clear(&http);
    return answer;
}
