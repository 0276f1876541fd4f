/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/proto/udp_packet.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/secret.h"
#include "noren/crypto/cert.h"
#include "noren/crypto/rc4.h"

enum {
    CHACHA_KEY_BYTES = 32,
    RC4_KEY_BYTES = 20,
};

enum direction { DECRYPT, ENCRYPT };

struct udp_codec {
    enum udp_form form;
    uint8_t v1_key[UDP_V1_KEY_BYTES];
    EVP_CIPHER_CTX *v2_cipher; /* keyed once, as the key schedule costs as much as a keep-alive */
    struct writer inner;       /* what is about to be sealed */
    uint8_t plain[UDP_PACKET_MAX]; /* what was opened */
};

/* What each form puts around the inner layout, and the key it wants. */
static const struct form {
    size_t key, nonce, trailer;
} FORMS[] = {
    [UDP_FORM_PLAIN] = { 0, 0, 0 },
    [UDP_FORM_V1] = { UDP_V1_KEY_BYTES, UDP_V1_IV_BYTES, UDP_V1_TRAILER_BYTES },
    [UDP_FORM_V2] = { UDP_V2_KEY_BYTES, UDP_V2_NONCE_BYTES, UDP_V2_TAG_BYTES },
};

/* A sealed packet taken apart; all borrowed. */
struct parts {
    const uint8_t *nonce;
    struct bytes content;
    const uint8_t *trailer;
};

struct udp_codec *udp_codec_new(
        enum udp_form form, const uint8_t *key, size_t key_len, struct noren_err *err)
{
    if (key_len != FORMS[form].key) {
        noren_err_set(err, NOREN_E_ARGUMENT, "UDP key of %zu bytes", key_len);
        return NULL;
    }

    struct udp_codec *codec = noren_alloc(sizeof *codec);
    codec->form = form;
    writer_init(&codec->inner, UDP_INNER_MAX + UDP_V1_TRAILER_BYTES);
    if (form == UDP_FORM_V1)
        memcpy(codec->v1_key, key, sizeof codec->v1_key);
    if (form == UDP_FORM_V2) {
        ERR_clear_error();
        codec->v2_cipher = EVP_CIPHER_CTX_new();
        noren_assert(codec->v2_cipher != NULL);
        noren_assert(EVP_CipherInit_ex2(
                             codec->v2_cipher, EVP_chacha20_poly1305(), key, NULL, ENCRYPT, NULL)
                     == 1);
    }
    return codec;
}

void udp_codec_free(struct udp_codec *codec)
{
    if (codec == NULL)
        return;

    EVP_CIPHER_CTX_free(codec->v2_cipher); /* wipes its key */
    writer_clear(&codec->inner);
    secret_wipe(codec->v1_key, sizeof codec->v1_key);
    free(codec);
}

size_t udp_nonce_bytes(enum udp_form form)
{
    return FORMS[form].nonce;
}

/* A key for each packet: SHA-1 over the sender's key and the IV. */
static void v1_crypt(
        const struct udp_codec *codec, const uint8_t *iv, struct bytes from, uint8_t *to)
{
    uint8_t seed[UDP_V1_KEY_BYTES + UDP_V1_IV_BYTES];
    uint8_t key[RC4_KEY_BYTES];

    memcpy(seed, codec->v1_key, UDP_V1_KEY_BYTES);
    memcpy(seed + UDP_V1_KEY_BYTES, iv, UDP_V1_IV_BYTES);
    sha1(seed, sizeof seed, key);
    rc4(key, sizeof key, from.data, from.len, to);
    secret_wipe(seed, sizeof seed);
    secret_wipe(key, sizeof key);
}

static void v2_seal(EVP_CIPHER_CTX *cipher, const uint8_t *nonce, struct bytes inner, uint8_t *to)
{
    int done;

    noren_assert(EVP_CipherInit_ex2(cipher, NULL, NULL, nonce, ENCRYPT, NULL) == 1);
    noren_assert(EVP_CipherUpdate(cipher, to, &done, inner.data, (int)inner.len) == 1);
    noren_assert(EVP_CipherFinal_ex(cipher, to + inner.len, &done) == 1);
    noren_assert(
            EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, UDP_V2_TAG_BYTES, to + inner.len)
            == 1);
}

static void put_inner(struct writer *w, const struct udp_packet *packet, size_t padding)
{
    static const uint8_t zeros[UDP_PADDING_MAX];

    writer_reset(w);
    writer_u32(w, packet->cookie);
    writer_u64(w, packet->my_tick);
    writer_u64(w, packet->your_tick);
    writer_u16(w, (uint16_t)packet->payload.len);
    writer_u8(w, packet->compressed ? 1 : 0);
    writer_put(w, packet->payload.data, packet->payload.len);
    writer_put(w, zeros, padding);
}

void udp_packet_seal(struct udp_codec *codec, const struct udp_packet *packet, const uint8_t *nonce,
        size_t padding, struct writer *out)
{
    static const uint8_t zeros[UDP_V1_TRAILER_BYTES];
    const struct form *form = &FORMS[codec->form];

    noren_assert(packet->payload.len <= UDP_PAYLOAD_MAX);
    noren_assert(padding <= (codec->form == UDP_FORM_PLAIN ? 0 : UDP_PADDING_MAX));
    noren_assert(packet->my_tick != 0);

    put_inner(&codec->inner, packet, padding);
    uint8_t *at = writer_extend(out, form->nonce + codec->inner.len + form->trailer);
    if (at == NULL)
        return;

    if (form->nonce > 0)
        memcpy(at, nonce, form->nonce);
    if (codec->form == UDP_FORM_V1)
        writer_put(&codec->inner, zeros, sizeof zeros);
    noren_assert(!writer_failed(&codec->inner));

    struct bytes inner = { codec->inner.data, codec->inner.len };
    switch (codec->form) {
    case UDP_FORM_PLAIN:
        memcpy(at, inner.data, inner.len);
        return;
    case UDP_FORM_V1:
        v1_crypt(codec, nonce, inner, at + form->nonce);
        return;
    case UDP_FORM_V2:
        v2_seal(codec->v2_cipher, nonce, inner, at + form->nonce);
        return;
    }
}

/* False when it cannot be a packet of this form. */
static bool take_apart(const struct form *form, struct bytes datagram, struct parts *out)
{
    size_t around = form->nonce + form->trailer;
    struct reader r = reader_over(datagram.data, datagram.len);

    if (datagram.len < around + UDP_HEAD_BYTES || datagram.len > UDP_PACKET_MAX)
        return false;
    out->nonce = reader_take(&r, form->nonce);
    out->content.len = datagram.len - around;
    out->content.data = reader_take(&r, out->content.len);
    out->trailer = reader_take(&r, form->trailer);
    return !reader_failed(&r);
}

/* Twenty zero bytes at the end are all that version 1 has for a check. */
static bool v1_open(struct udp_codec *codec, const struct parts *parts)
{
    static const uint8_t zeros[UDP_V1_TRAILER_BYTES];
    struct bytes sealed = { parts->content.data, parts->content.len + UDP_V1_TRAILER_BYTES };

    v1_crypt(codec, parts->nonce, sealed, codec->plain);
    return secret_equal(codec->plain + parts->content.len, zeros, sizeof zeros);
}

static bool v2_open(struct udp_codec *codec, const struct parts *parts)
{
    EVP_CIPHER_CTX *cipher = codec->v2_cipher;
    uint8_t tag[UDP_V2_TAG_BYTES];
    int done;

    memcpy(tag, parts->trailer, sizeof tag);
    noren_assert(EVP_CipherInit_ex2(cipher, NULL, NULL, parts->nonce, DECRYPT, NULL) == 1);
    noren_assert(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, sizeof tag, tag) == 1);

    bool matches = EVP_CipherUpdate(cipher, codec->plain, &done, parts->content.data,
                           (int)parts->content.len)
                           == 1
                   && EVP_CipherFinal_ex(cipher, codec->plain + parts->content.len, &done) == 1;
    if (!matches)
        ERR_clear_error();
    return matches;
}

/* NULL when the packet is not of this key. */
static const uint8_t *decrypt(struct udp_codec *codec, const struct parts *parts)
{
    switch (codec->form) {
    case UDP_FORM_PLAIN:
        return parts->content.data;
    case UDP_FORM_V1:
        return v1_open(codec, parts) ? codec->plain : NULL;
    case UDP_FORM_V2:
        return v2_open(codec, parts) ? codec->plain : NULL;
    }
    return NULL;
}

static enum udp_open read_inner(struct reader r, uint32_t cookie, struct udp_packet *out)
{
    struct udp_packet packet = { .cookie = reader_u32(&r) };

    if (packet.cookie != cookie)
        return UDP_OPEN_WRONG_COOKIE;
    packet.my_tick = reader_u64(&r);
    packet.your_tick = reader_u64(&r);
    packet.payload.len = reader_u16(&r);
    packet.compressed = reader_u8(&r) != 0;
    packet.payload.data = reader_take(&r, packet.payload.len);
    if (reader_failed(&r) || packet.payload.len > UDP_PAYLOAD_MAX)
        return UDP_OPEN_BROKEN;
    *out = packet;
    return UDP_OPEN_OK;
}

enum udp_open udp_packet_open(
        struct udp_codec *codec, struct bytes datagram, uint32_t cookie, struct udp_packet *out)
{
    struct parts parts;

    if (!take_apart(&FORMS[codec->form], datagram, &parts))
        return UDP_OPEN_NOT_OURS;
    const uint8_t *inner = decrypt(codec, &parts);
    if (inner == NULL)
        return UDP_OPEN_NOT_OURS;
    return read_inner(reader_over(inner, parts.content.len), cookie, out);
}
