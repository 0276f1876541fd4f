/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "noren/base/alloc.h"
#include "noren/packet/dhcp.h"
#include "noren/packet/packet.h"

/*
 * A conversation: pieces of "how u8 | length u16 | DHCP message". Bit 0 of `how` gives the message
 * the client's transaction id and address, which a fuzzer cannot guess; bit 1 lets the time pass to
 * the client's next deadline. Each piece comes as a frame of its own, too.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct mac ALICE = { { 0x5e, 0, 0, 0, 0, 1 } };

enum { XID_AT = 4, CHADDR_AT = 28, HEADERS = 14 + 20 + 8, MESSAGE_MAX = 2047 };

/* Takes what the client sends and keeps the transaction id of it. */
static void drain(struct dhcp_client *client, uint8_t xid[4])
{
    struct dhcp_lease lease;
    struct writer out;

    writer_init(&out, 0);
    while (dhcp_client_next_frame(client, &out)) {
        noren_assert(out.len >= HEADERS + 300);
        memcpy(xid, out.data + HEADERS + XID_AT, 4);
        writer_reset(&out);
    }
    while (dhcp_client_next_event(client, &lease) != DHCP_CLIENT_NONE)
        noren_assert(lease.dns_count <= DHCP_DNS_MAX && lease.route_count <= DHCP_ROUTES_MAX);
    writer_clear(&out);
}

static void say(struct dhcp_client *client, const uint8_t *message, size_t len, int64_t now_ms)
{
    struct writer frame;

    dhcp_client_receive(client, (struct bytes){ .data = message, .len = len }, now_ms);
    writer_init(&frame, 0);
    udp_write_frame(&frame, ALICE, (struct mac){ { 0x5e, 0, 0, 0, 0, 0xff } },
            &(struct udp_packet){
                    .src_port = DHCP_SERVER_PORT,
                    .dst_port = DHCP_CLIENT_PORT,
                    .payload = { .data = message, .len = len },
            });
    dhcp_client_receive(client, (struct bytes){ .data = frame.data, .len = frame.len }, now_ms);
    writer_clear(&frame);
}

static int64_t take_piece(
        struct dhcp_client *client, struct reader *r, uint8_t xid[4], int64_t now_ms)
{
    uint8_t message[MESSAGE_MAX];
    uint8_t how = reader_u8(r);
    size_t len = reader_u16(r) % sizeof message;

    if (len > reader_left(r))
        len = reader_left(r);
    reader_copy(r, message, len);
    if ((how & 1) != 0 && len >= CHADDR_AT + sizeof ALICE) {
        memcpy(message + XID_AT, xid, 4);
        memcpy(message + CHADDR_AT, &ALICE, sizeof ALICE);
    }
    int64_t deadline_ms = dhcp_client_deadline_ms(client);
    if ((how & 2) != 0 && deadline_ms < INT64_MAX / 2)
        now_ms = deadline_ms > now_ms ? deadline_ms : now_ms;
    say(client, message, len, now_ms);
    return now_ms;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct dhcp_client *client = dhcp_client_new(ALICE, "fuzz", 0, 1, 1000);
    struct reader r = reader_over(data, len);
    uint8_t xid[4] = { 0 };
    int64_t now_ms = 1000;

    while (!reader_failed(&r) && reader_left(&r) > 0) {
        dhcp_client_tick(client, now_ms);
        drain(client, xid);
        now_ms = take_piece(client, &r, xid, now_ms);
        drain(client, xid);
        /* time never stands still for the client */
        noren_assert(dhcp_client_deadline_ms(client) > 0);
    }
    dhcp_client_release(client);
    drain(client, xid);
    dhcp_client_free(client);
    return 0;
}
