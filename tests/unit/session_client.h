/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/io/link.h"
#include "noren/io/loop.h"
#include "noren/io/tls.h"
#include "noren/proto/handshake.h"
#include "noren/proto/stream.h"

/**
 * A VPN client for tests, made of the real link, handshake and stream. Runs on a loop that the test
 * turns by hand with client_until(), so that everything happens in the test's own thread.
 */

enum { CLIENT_FRAMES_MAX = 4096, CLIENT_WAIT_MS = 10000 };

struct test_client {
    struct loop *loop;
    struct link *link; /* NULL once closed */
    struct client_handshake *handshake;
    struct stream *stream;
    bool plain_tls; /* no handshake: the test sends bytes of its own */
    bool open;      /* TLS is up */
    bool welcomed;
    bool admitted;
    bool refused;
    bool closed;
    uint32_t error;
    struct proto_session_terms terms;
    struct noren_err why;
    size_t count; /* frames received */
    uint16_t number[CLIENT_FRAMES_MAX];
    size_t raw_len;
    char raw[8192]; /* plain_tls: what the server said */
};

struct client_login {
    const char *hub;
    const char *user;
    const char *password;
    enum proto_auth_type type;
    enum client_method method;
    const uint8_t *session_key;
};

/** `login` NULL: TLS only. The client is freed by test_client_free(). */
struct test_client *test_client_new(struct loop *loop, struct tls_context *tls, const char *where,
        const struct client_login *login);
void test_client_free(struct test_client *client);
/** Turns the loop until *flag is true; false after CLIENT_WAIT_MS. */
bool client_until(struct test_client *client, const bool *flag);
/** Turns the loop until the client has `count` frames. */
bool client_until_frames(struct test_client *client, size_t count);
/** Whether the client has got the frame of that number, and turning the loop until it has. */
bool client_has(const struct test_client *client, uint16_t number);
bool client_until_number(struct test_client *client, uint16_t number);
/** Sends frames from station `from` to station `to` (0xff: everybody), numbered from `first`. */
void client_send(
        struct test_client *client, uint8_t to, uint8_t from, uint16_t first, size_t count);
