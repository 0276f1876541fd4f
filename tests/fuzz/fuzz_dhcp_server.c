/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"
#include "noren/packet/dhcp.h"
#include "noren/packet/packet.h"

/*
 * A conversation: pieces of "length u16 | DHCP message", put into good frames so that the checksums
 * do not keep the fuzzer out, and once as the frame itself. A second passes between them.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_answer(struct dhcp_server *server, struct bytes frame, int64_t now_ms)
{
    struct eth_frame eth;
    struct udp_packet udp;
    struct dhcp_message m;
    struct writer out;

    writer_init(&out, 0);
    dhcp_server_receive(server, frame, &out, now_ms);
    if (out.len > 0) {
        noren_assert(eth_read((struct bytes){ .data = out.data, .len = out.len }, &eth));
        noren_assert(udp_read(eth.payload, &udp));
        noren_assert(dhcp_read(udp.payload, &m, NULL));
        noren_assert(m.kind == DHCP_OFFER || m.kind == DHCP_ACK || m.kind == DHCP_NAK);
    }
    noren_assert(dhcp_server_lease_count(server, now_ms) <= 3);
    writer_clear(&out);
}

static void say(struct dhcp_server *server, struct bytes piece, int64_t now_ms)
{
    struct writer frame;

    check_answer(server, piece, now_ms);
    writer_init(&frame, 0);
    udp_write_frame(&frame, (struct mac){ { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
            (struct mac){ { 0x5e, 0, 0, 0, 0, 1 } },
            &(struct udp_packet){
                    .src_port = DHCP_CLIENT_PORT,
                    .dst_port = DHCP_SERVER_PORT,
                    .payload = piece,
            });
    check_answer(server, (struct bytes){ .data = frame.data, .len = frame.len }, now_ms);
    writer_clear(&frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct dhcp_pool pool = {
        .own_ip = ip_from_number(0xc0a81e01),
        .own_mac = { { 0x5e, 0, 0, 0, 0, 0xff } },
        .first_ip = ip_from_number(0xc0a81e0a),
        .last_ip = ip_from_number(0xc0a81e0c),
        .mask = ip_mask_of_prefix(24),
        .lease_s = 15,
    };
    struct dhcp_server *server = dhcp_server_new(&pool);
    struct reader r = reader_over(data, len);

    for (int64_t now_ms = 1000; !reader_failed(&r) && reader_left(&r) > 0; now_ms += 1000) {
        size_t piece_len = reader_u16(&r) % 2048;
        if (piece_len > reader_left(&r))
            piece_len = reader_left(&r);
        struct bytes piece = { .data = reader_take(&r, piece_len), .len = piece_len };
        if (piece.data != NULL)
            say(server, piece, now_ms);
    }
    dhcp_server_free(server);
    return 0;
}
