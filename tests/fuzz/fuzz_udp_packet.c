/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "noren/base/alloc.h"
#include "noren/proto/udp_packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

NOREN_DEFINE_CLEANUP(struct udp_codec, udp_codec_free)

enum { COOKIE = 0x11223344 };

static void assert_same(const struct udp_packet *a, const struct udp_packet *b)
{
    noren_assert(a->cookie == b->cookie && a->compressed == b->compressed);
    noren_assert(a->my_tick == b->my_tick && a->your_tick == b->your_tick);
    noren_assert(a->payload.len == b->payload.len);
    noren_assert(
            a->payload.len == 0 || memcmp(a->payload.data, b->payload.data, a->payload.len) == 0);
}

/* What was opened can be sealed, and comes back the same; of version 2 only when it is whole. */
static void seal_and_open(
        struct udp_codec *codec, enum udp_form form, const struct udp_packet *packet, size_t pick)
{
    static const uint8_t nonce[UDP_V1_IV_BYTES] = "nonce of the fuzzer";
    noren_cleanup(writer_clear) struct writer sealed;
    struct udp_packet again;

    writer_init(&sealed, UDP_PACKET_MAX);
    udp_packet_seal(codec, packet, nonce, form == UDP_FORM_PLAIN ? 0 : pick % (UDP_PADDING_MAX + 1),
            &sealed);
    noren_assert(!writer_failed(&sealed));

    struct bytes bytes = { sealed.data, sealed.len };
    noren_assert(udp_packet_open(codec, bytes, packet->cookie, &again) == UDP_OPEN_OK);
    assert_same(packet, &again);
    if (form == UDP_FORM_V2) {
        sealed.data[pick % sealed.len] ^= (uint8_t)(1 << pick % 8);
        noren_assert(udp_packet_open(codec, bytes, packet->cookie, &again) == UDP_OPEN_NOT_OURS);
    }
}

/* The first byte chooses form and padding; the rest is a datagram. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const size_t key_lens[] = { 0, UDP_V1_KEY_BYTES, UDP_V2_KEY_BYTES };
    struct reader r = reader_over(data, len);
    uint8_t pick = reader_u8(&r);
    enum udp_form form = (enum udp_form)(pick % 3);
    uint8_t key[UDP_V2_KEY_BYTES];
    struct udp_packet packet;
    struct udp_packet read;

    /* the keys of the computed vectors, from which the corpus is */
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(form == UDP_FORM_V1 ? i : i * 7 + 1);
    noren_cleanup(udp_codec_freep) struct udp_codec *codec =
            udp_codec_new(form, key, key_lens[form], NULL);

    struct bytes datagram = { r.at, r.left };
    enum udp_open result = udp_packet_open(codec, datagram, COOKIE, &read);
    if (result == UDP_OPEN_OK)
        packet = read;
    else
        packet = (struct udp_packet){ .cookie = COOKIE, .payload = datagram };
    if (packet.my_tick == 0)
        packet.my_tick = 1;
    if (packet.payload.len > UDP_PAYLOAD_MAX)
        packet.payload.len = UDP_PAYLOAD_MAX;

    /* sealing goes through the codec's memory, from which the payload is borrowed */
    noren_cleanup(noren_freep) uint8_t *payload = noren_alloc(packet.payload.len);
    if (packet.payload.len > 0)
        memcpy(payload, packet.payload.data, packet.payload.len);
    packet.payload.data = payload;
    seal_and_open(codec, form, &packet, pick + len);
    return 0;
}
