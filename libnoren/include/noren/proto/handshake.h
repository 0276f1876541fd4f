/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/bytes.h"
#include "noren/base/err.h"
#include "noren/base/secret.h"
#include "noren/crypto/password.h"
#include "noren/pack/pack.h"

/**
 * Everything between the TLS handshake and data mode, for both roles, without I/O.
 *
 * A handshake eats decrypted bytes and time and yields bytes, one event at a time and a deadline.
 * Clock and randomness come in as arguments. States and their picture: docs/protocol/login.md.
 *
 *     while (x_handshake_next_event(...)) ...   after every _receive, _tick and _sent
 *
 * After SERVER_EVENT_DONE, CLIENT_EVENT_WELCOME, _ATTACHED or _ADMITTED the bytes that the peer
 * already sent in data mode (or as management calls) are in _rest(); then the object may be freed.
 * Messages hold credentials, so all memory is wiped before it goes back.
 */

/** Errors of the reference, as they travel in `error` (docs/protocol/login.md, 4). */
enum proto_error {
    PROTO_OK = 0,
    PROTO_E_CONNECTION_LOST = 3,
    PROTO_E_PROTOCOL = 4,
    PROTO_E_AUTH_TYPE = 7,
    PROTO_E_HUB_NOT_FOUND = 8,
    PROTO_E_AUTH = 9,
    PROTO_E_HUB_OFFLINE = 10,
    PROTO_E_SESSION_REMOVED = 11,
    PROTO_E_ACCESS_DENIED = 12,
    PROTO_E_SESSION_UNKNOWN = 13,
    PROTO_E_TOO_MANY_CONNECTIONS = 15,
    PROTO_E_TOO_MANY_SESSIONS = 16,
    PROTO_E_INTERNAL = 23,
    PROTO_E_NOT_FOUND = 29,
    PROTO_E_NOT_SUPPORTED = 33,
    PROTO_E_INVALID_PARAMETER = 38,
    PROTO_E_NOT_CONTROLLER = 46,
    PROTO_E_EMPTY_PASSWORD = 51,
    PROTO_E_NOT_ENOUGH_RIGHT = 52,
    PROTO_E_HUB_EXISTS = 57,
    PROTO_E_TOO_MANY_HUBS = 58,
    PROTO_E_TOO_MANY_USERS = 63,
    PROTO_E_GROUP_NOT_FOUND = 65,
    PROTO_E_USER_EXISTS = 66,
    PROTO_E_INVALID_NAME = 94,
    PROTO_E_MONITOR_DENIED = 107,
    PROTO_E_BRIDGE_DENIED = 108,
};

enum {
    PROTO_SESSION_KEY_BYTES = 20,
    PROTO_TICKET_BYTES = 20,
    PROTO_NAME_MAX = 255,       /**< bytes of hub, user and session names */
    PROTO_CONNECTIONS_MAX = 32, /**< TCP connections of one session */
    PROTO_TIMEOUT_MIN_MS = 5000,
    PROTO_TIMEOUT_MAX_MS = 60000,
    PROTO_TIMEOUT_DEFAULT_MS = 20000,
    HANDSHAKE_STEP_MS = 15000,  /**< for each wait before log-in */
    HANDSHAKE_TOTAL_MS = 60000, /**< from the first byte to the log-in */
    HANDSHAKE_REQUESTS_MAX = 19,
    HANDSHAKE_NOOPS_MAX = 30,
    HANDSHAKE_MESSAGE_MAX = 65536,
    HANDSHAKE_CONNECTION_MAX = 128 * 1024, /**< bytes that a server takes before the log-in */
};

/** How a log-in proves who it is (docs/protocol/login.md, 3). */
enum proto_auth_type {
    PROTO_AUTH_ANONYMOUS = 0,
    PROTO_AUTH_PASSWORD = 1,
    PROTO_AUTH_PLAIN = 2,
    PROTO_AUTH_CERT = 3,
    PROTO_AUTH_TICKET = 99,
};

/** Which way frames go on a further connection. Always both unless half_connection. */
enum proto_direction {
    PROTO_DIRECTION_BOTH,
    PROTO_DIRECTION_TO_CLIENT,
    PROTO_DIRECTION_TO_SERVER,
};

/** A welcome or log-in as agreed: the same numbers on both sides. */
struct proto_session_terms {
    char session_name[PROTO_NAME_MAX + 1];
    char connection_name[PROTO_NAME_MAX + 1];
    uint8_t session_key[PROTO_SESSION_KEY_BYTES];
    uint32_t session_key_32;
    uint32_t max_connection;
    bool use_encrypt;
    bool use_compress;
    bool half_connection;
    uint32_t timeout_ms;
};

/* ---- server role ---- */

enum server_event_kind {
    SERVER_EVENT_NONE,
    SERVER_EVENT_LOGIN,    /**< answer with _welcome or _refuse */
    SERVER_EVENT_ADMIN,    /**< answer with _admit_admin or _refuse */
    SERVER_EVENT_ATTACH,   /**< additional_connect: answer with _attach or _refuse */
    SERVER_EVENT_ENUM_HUB, /**< answer with _list_hubs */
    SERVER_EVENT_DONE, /**< the accepting answer was handed to the link; data mode or RPC follows */
};

/**
 * What a server knows after it read a log-in: fields checked for length and printable text. Borrowed
 * from the handshake until the answer.
 */
struct server_login {
    const char *hub;
    const char *user;
    uint32_t auth_type;                 /**< enum proto_auth_type, or a number to refuse with 7 */
    const uint8_t *answer;              /**< 20 bytes; NULL unless PROTO_AUTH_PASSWORD */
    const char *plain_password;         /**< NULL unless PROTO_AUTH_PLAIN */
    uint8_t challenge[CHALLENGE_BYTES]; /**< that was sent in this connection's hello */
    uint32_t max_connection;            /**< as asked, at least 1 */
    bool use_encrypt;
    bool use_compress;
    bool half_connection;
    bool wants_bridge;
    bool wants_monitor;
    const char *client_product;
    uint32_t client_version;
    uint32_t client_build;
    const struct pack *pack; /**< the whole request, for what has no field here */
};

struct server_event {
    enum server_event_kind kind;
    struct server_login login;  /**< LOGIN; for ADMIN: hub ("" = whole server), answer, challenge */
    const uint8_t *session_key; /**< ATTACH: 20 bytes */
};

struct server_handshake;

/** `challenge` is fresh randomness; `product` is the hello text. Time starts at now_ms. */
struct server_handshake *server_handshake_new(
        const char *product, const uint8_t challenge[CHALLENGE_BYTES], int64_t now_ms);
void server_handshake_free(struct server_handshake *h);

/**
 * Takes decrypted bytes. False when the connection is to be closed after what is pending was sent:
 * NOREN_E_PROTOCOL, NOREN_E_LIMIT, NOREN_E_TIMEOUT. Error replies are queued before it returns.
 */
NOREN_MUST_CHECK bool server_handshake_receive(struct server_handshake *h, const uint8_t *bytes,
        size_t len, int64_t now_ms, struct noren_err *err);
/** Call at or after the deadline; false (NOREN_E_TIMEOUT) when the peer was too slow. */
NOREN_MUST_CHECK bool server_handshake_tick(
        struct server_handshake *h, int64_t now_ms, struct noren_err *err);
/** When to call _tick, on the clock of `now_ms`; NOREN_NO_DEADLINE while the owner decides. */
int64_t server_handshake_deadline_ms(const struct server_handshake *h);
/** False when there is none. What *out points to is borrowed until the event is answered. */
bool server_handshake_next_event(struct server_handshake *h, struct server_event *out);
/** Bytes to send; borrowed until _sent. */
size_t server_handshake_pending(const struct server_handshake *h, const uint8_t **out);
void server_handshake_sent(struct server_handshake *h, size_t len);
/** Bytes behind the last message read here. Valid after SERVER_EVENT_DONE, borrowed until _free. */
struct bytes server_handshake_rest(const struct server_handshake *h);

/* The owner's answer, once, to the event of the same kind; anything else is a programming error
 * (asserted). All of them copy what they are given. */
/** `message`: of the day, UTF-8, "" for none. */
void server_handshake_welcome(struct server_handshake *h, const struct proto_session_terms *terms,
        const char *message, int64_t now_ms);
void server_handshake_attach(
        struct server_handshake *h, enum proto_direction direction, int64_t now_ms);
void server_handshake_admit_admin(struct server_handshake *h, int64_t now_ms);
void server_handshake_list_hubs(
        struct server_handshake *h, const char *const *names, size_t count, int64_t now_ms);
/** Sends {error, no_save_password=0}. After this and after _list_hubs the conversation is over: close
 * the link once the answer is sent, or let the peer close; _tick fails when it does not in time. */
void server_handshake_refuse(struct server_handshake *h, enum proto_error error, int64_t now_ms);

/* ---- client role ---- */

enum client_method { CLIENT_LOGIN, CLIENT_ATTACH, CLIENT_ADMIN };

/** Copied by _new; the secrets are wiped with the handshake. */
struct client_request {
    enum client_method method;
    const char *server; /**< host as configured, for the Host header */
    uint16_t port;
    const char *hub; /**< ADMIN: NULL or "" for the whole server */
    const char *user;
    enum proto_auth_type auth_type;
    const struct secret *password; /**< for PASSWORD, PLAIN and ADMIN */
    uint32_t max_connection;
    bool use_compress;
    bool wants_bridge;
    /** Shown to administrators. A product with "server" or "bridge" in it goes as "VPN Client" where
     * servers would take it for a bridge. */
    const char *product;
    const char *os_name;   /**< shown to administrators; NULL: not told */
    const char *host_name; /**< the same */
    uint32_t version;      /**< major * 100 + minor */
    uint32_t build;
    const uint8_t *session_key; /**< ATTACH: 20 bytes */
    const uint8_t *ticket;      /**< for TICKET, after a redirect: 20 bytes */
    uint8_t machine_id[20];     /**< stable per machine and brand */
};

enum client_event_kind {
    CLIENT_EVENT_NONE,
    CLIENT_EVENT_WELCOME,  /**< terms are valid; data mode follows at once */
    CLIENT_EVENT_ATTACHED, /**< direction is valid; data mode follows at once */
    CLIENT_EVENT_ADMITTED, /**< management calls follow */
    CLIENT_EVENT_REFUSED,  /**< error is valid; close */
    CLIENT_EVENT_REDIRECT, /**< a cluster sends us elsewhere; close and follow */
};

struct client_event {
    enum client_event_kind kind;
    struct proto_session_terms terms;
    const char *message;  /**< message of the day, plain text, "" if none; until _free */
    uint32_t direction;   /**< enum proto_direction */
    uint32_t error;       /**< enum proto_error or a number we do not know */
    uint32_t redirect_ip; /**< network byte order */
    uint16_t redirect_port;
    const uint8_t *ticket; /**< 20 bytes, until _free */
    struct bytes redirect_cert;
};

struct client_handshake;

struct client_handshake *client_handshake_new(const struct client_request *request, int64_t now_ms);
void client_handshake_free(struct client_handshake *h);
/** False: close. NOREN_E_PROTOCOL covers "not a VPN server". */
NOREN_MUST_CHECK bool client_handshake_receive(struct client_handshake *h, const uint8_t *bytes,
        size_t len, int64_t now_ms, struct noren_err *err);
NOREN_MUST_CHECK bool client_handshake_tick(
        struct client_handshake *h, int64_t now_ms, struct noren_err *err);
int64_t client_handshake_deadline_ms(const struct client_handshake *h);
bool client_handshake_next_event(struct client_handshake *h, struct client_event *out);
size_t client_handshake_pending(const struct client_handshake *h, const uint8_t **out);
void client_handshake_sent(struct client_handshake *h, size_t len);
struct bytes client_handshake_rest(const struct client_handshake *h);
