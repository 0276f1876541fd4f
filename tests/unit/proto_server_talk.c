/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/unit/proto_server_talk.h"

#include <stdlib.h>

#include "tests/unit/proto_talk.h"
#include "tests/unit/test.h"

const uint8_t TALK_CHALLENGE[CHALLENGE_BYTES] = { 0xa5, 0xfd, 0xd3 };
const uint8_t TALK_KEY[PROTO_SESSION_KEY_BYTES] = { 7, 7, 7 };

struct server_handshake *talk_start(void)
{
    return server_handshake_new("Some Server", TALK_CHALLENGE, 0);
}

bool talk_say(
        struct server_handshake *h, const struct writer *text, size_t piece, struct noren_err *err)
{
    struct reader r = reader_over(text->data, text->len);

    while (reader_left(&r) > 0) {
        size_t part = piece < reader_left(&r) ? piece : reader_left(&r);
        if (!server_handshake_receive(h, reader_take(&r, part), part, 0, err))
            return false;
    }
    return true;
}

struct reader talk_answers(const struct server_handshake *h)
{
    const uint8_t *bytes;
    size_t len = server_handshake_pending(h, &bytes);

    return reader_over(bytes, len);
}

void talk_drop_answers(struct server_handshake *h)
{
    const uint8_t *bytes;

    server_handshake_sent(h, server_handshake_pending(h, &bytes));
}

struct server_handshake *talk_start_greeted(void)
{
    struct server_handshake *h = talk_start();
    struct writer text;

    writer_init(&text, 0);
    talk_signature(&text);
    assert_true(talk_say(h, &text, text.len, NULL));
    talk_drop_answers(h);
    writer_clear(&text);
    return h;
}

struct pack *talk_method(const char *name)
{
    struct pack *pack = pack_new();

    pack_add_str(pack, "method", name);
    return pack;
}

struct pack *talk_login_of(uint32_t auth_type)
{
    struct pack *pack = talk_method("login");

    pack_add_str(pack, "hubname", "Hub One");
    pack_add_str(pack, "username", "alice");
    pack_add_int(pack, "authtype", auth_type);
    return pack;
}

struct pack *talk_login_password(void)
{
    struct pack *pack = talk_login_of(PROTO_AUTH_PASSWORD);
    pack_add_data(pack, "secure_password", TALK_KEY, SHA0_BYTES);
    return pack;
}

void talk_ask(struct server_handshake *h, struct pack *take_pack, struct server_event *event)
{
    struct writer text;

    writer_init(&text, 0);
    talk_request(&text, take_pack);
    assert_true(talk_say(h, &text, SIZE_MAX, NULL));
    assert_true(server_handshake_next_event(h, event));
    writer_clear(&text);
}

void talk_assert_error(struct server_handshake *h, uint32_t error)
{
    struct reader in = talk_answers(h);
    struct talk_answer answer = talk_read(&in, false);

    assert_int_equal(answer.status, 200);
    assert_non_null(answer.pack);
    assert_int_equal(pack_int(answer.pack, "error"), error);
    assert_true(pack_has(answer.pack, "no_save_password"));
    assert_int_equal(reader_left(&in), 0);
    pack_free(answer.pack);
}
