/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/proto/handshake.h"

/** What the tests of the server's handshake have in common: how they talk to it. */

extern const uint8_t TALK_CHALLENGE[CHALLENGE_BYTES];
extern const uint8_t TALK_KEY[PROTO_SESSION_KEY_BYTES];

/** A handshake at time 0; server_handshake_free() it. */
struct server_handshake *talk_start(void);
/** The same after its hello, which was taken. */
struct server_handshake *talk_start_greeted(void);

/** Feeds in pieces until all is taken or the handshake says that it is over (false). */
bool talk_say(
        struct server_handshake *h, const struct writer *text, size_t piece, struct noren_err *err);
/** What waits to be sent. */
struct reader talk_answers(const struct server_handshake *h);
void talk_drop_answers(struct server_handshake *h);
/** Fails the test unless exactly one answer waits, with this error. */
void talk_assert_error(struct server_handshake *h, uint32_t error);

/** Requests: a method without fields, a log-in without credentials, one with. */
struct pack *talk_method(const char *name);
struct pack *talk_login_of(uint32_t auth_type);
struct pack *talk_login_password(void);
/** Sends a request and leaves its event in *event; fails the test when there is none. */
void talk_ask(struct server_handshake *h, struct pack *take_pack, struct server_event *event);
