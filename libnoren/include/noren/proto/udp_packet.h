/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/bytes.h"
#include "noren/base/err.h"
#include "noren/proto/stream.h"

/**
 * Packets of UDP acceleration (docs/protocol/udp.md): one datagram carries one Ethernet frame or a
 * keep-alive. Seals and opens; without clock, random numbers or socket. Which packets are too old,
 * where the peer is and when the path is usable is decided elsewhere.
 *
 * Only UDP_FORM_V2 protects anything. UDP_FORM_V1 is for old peers and never offered; it has no
 * authentication. UDP_FORM_PLAIN has neither.
 */

enum udp_form {
    UDP_FORM_PLAIN, /**< the inner layout itself */
    UDP_FORM_V1,    /**< RC4 */
    UDP_FORM_V2,    /**< ChaCha20-Poly1305 */
};

enum {
    UDP_HEAD_BYTES = 23,                /**< of the inner layout, before the payload */
    UDP_PAYLOAD_MAX = STREAM_BLOCK_MAX, /**< as for a block on TCP */
    UDP_PADDING_MAX = 31,
    UDP_V1_KEY_BYTES = 20,
    UDP_V1_IV_BYTES = 20,
    UDP_V1_TRAILER_BYTES = 20,
    UDP_V2_KEY_BYTES = 128, /**< of which the first 32 are used */
    UDP_V2_NONCE_BYTES = 12,
    UDP_V2_TAG_BYTES = 16,
    UDP_INNER_MAX = UDP_HEAD_BYTES + UDP_PAYLOAD_MAX + UDP_PADDING_MAX,
    UDP_PACKET_MAX = UDP_V1_IV_BYTES + UDP_INNER_MAX + UDP_V1_TRAILER_BYTES,
};

/** What a packet says. */
struct udp_packet {
    uint32_t cookie;      /**< the receiver's */
    uint64_t my_tick;     /**< sender's clock in ms; we never send 0, a peer may say anything */
    uint64_t your_tick;   /**< highest my_tick seen from the receiver, 0: none */
    bool compressed;      /**< the payload is a zlib stream */
    struct bytes payload; /**< len 0: keep-alive; at most UDP_PAYLOAD_MAX */
};

/** One sender's key: seals what we send with ours, opens what came with the peer's. */
struct udp_codec;

/**
 * Copies the key. NOREN_E_ARGUMENT when key_len is not UDP_V1_KEY_BYTES or UDP_V2_KEY_BYTES as the
 * form wants it; UDP_FORM_PLAIN takes none (NULL, 0).
 */
NOREN_MUST_CHECK struct udp_codec *udp_codec_new(
        enum udp_form form, const uint8_t *key, size_t key_len, struct noren_err *err);
/** Wipes the key; NULL is fine. */
void udp_codec_free(struct udp_codec *codec);

/** Bytes of nonce (version 2) or IV (version 1) in each packet; 0 in plain mode. */
size_t udp_nonce_bytes(enum udp_form form);

/**
 * Appends one packet to `out`, or nothing when the writer has no room for it (and has failed).
 *
 * `nonce` has udp_nonce_bytes() bytes and must never come twice with the same key: a counter or
 * fresh random. `padding` is 0..UDP_PADDING_MAX zero bytes, 0 in plain mode. my_tick must not be 0.
 */
void udp_packet_seal(struct udp_codec *codec, const struct udp_packet *packet, const uint8_t *nonce,
        size_t padding, struct writer *out);

enum udp_open {
    UDP_OPEN_OK,
    UDP_OPEN_NOT_OURS,     /**< no packet of this key: of impossible length, forged or damaged */
    UDP_OPEN_WRONG_COOKIE, /**< of this key, but for another session or an earlier one */
    UDP_OPEN_BROKEN,       /**< of this key and for us, but its sizes do not fit */
};

/**
 * Verifies and reads a datagram that should carry `cookie`. *out is written on UDP_OPEN_OK only;
 * its payload is borrowed until the codec is used again or the datagram's memory goes.
 *
 * What lies behind the payload is padding: nobody looks at it.
 */
NOREN_MUST_CHECK enum udp_open udp_packet_open(
        struct udp_codec *codec, struct bytes datagram, uint32_t cookie, struct udp_packet *out);
