/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/bytes.h"
#include "noren/base/err.h"
#include "noren/pack/pack.h"
#include "noren/proto/handshake.h"

/**
 * The messages of a log-in, each written and read in one file. No state: the handshakes decide when
 * (docs/protocol/login.md).
 */

#define TARGET_SIGNATURE "/vpnsvc/connect.cgi"
#define TARGET_PACK      "/vpnsvc/vpn.cgi"

enum {
    /* What peers are told: the protocol generation that we speak. */
    PROTO_VERSION = 501,
    PROTO_BUILD = 9674,

    SIGNATURE_SHORT_BYTES = 10,
    SIGNATURE_LEGACY_MIN = 1411,
    SIGNATURE_LEGACY_MAX = 3411,
    SIGNATURE_DIGEST_BYTES = 32,
};

/* ---- signature.c ---- */

struct bytes signature_short(void);
/** Whether any signature has this length. */
bool signature_fits(uint32_t len);
bool signature_check(struct bytes body);
/** The same with another digest of the legacy prefix: the picture itself is not ours to keep, so the
 * test brings its own. */
bool signature_check_against(
        struct bytes body, const uint8_t legacy_digest[SIGNATURE_DIGEST_BYTES]);
/** SHA-256 of the first 1411 bytes of the legacy form. */
extern const uint8_t SIGNATURE_LEGACY_DIGEST[];

/* ---- hello.c ---- */

struct pack *hello_build(const char *product, const uint8_t challenge[CHALLENGE_BYTES]);
/** NOREN_E_PROTOCOL: whoever answers is not a VPN server. */
NOREN_MUST_CHECK bool hello_read(
        const struct pack *pack, uint8_t challenge[CHALLENGE_BYTES], struct noren_err *err);

/* ---- login.c: requests. _read gives PROTO_OK or the error to refuse with ---- */

struct pack *login_build(
        const struct client_request *request, const uint8_t challenge[CHALLENGE_BYTES]);
enum proto_error login_read(const struct pack *pack, struct server_login *out);
struct pack *admin_build(
        const struct client_request *request, const uint8_t challenge[CHALLENGE_BYTES]);
enum proto_error admin_read(const struct pack *pack, struct server_login *out);
struct pack *attach_build(const struct client_request *request);
enum proto_error attach_read(const struct pack *pack, const uint8_t **out_key);

/* ---- welcome.c: replies ---- */

struct pack *welcome_build(
        const struct proto_session_terms *terms, const char *message, bool may_bridge);
/** `asked_connections` is our own limit. NOREN_E_PROTOCOL when the terms cannot be accepted. */
NOREN_MUST_CHECK bool welcome_read(const struct pack *pack, uint32_t asked_connections,
        struct proto_session_terms *out, struct noren_err *err);
/** The message of the day as plain text; the caller frees. */
char *welcome_message(const struct pack *pack);
/** Fills the redirect fields of *out, borrowed from pack. */
NOREN_MUST_CHECK bool redirect_read(const struct pack *pack, uint16_t port_in_use,
        struct client_event *out, struct noren_err *err);
