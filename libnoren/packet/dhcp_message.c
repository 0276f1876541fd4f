/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "noren/base/alloc.h"
#include "noren/packet/dhcp.h"
#include "noren/packet/packet.h"

/* One message, read and written (RFC 2131 section 2, RFC 2132, RFC 3396, RFC 3442). */

enum {
    OP_REQUEST = 1,
    OP_REPLY = 2,
    HARDWARE_ETHERNET = 1,
    CHADDR_BYTES = 16,
    SNAME_BYTES = 64,
    FILE_BYTES = 128,
    COOKIE = 0x63825363,
    PAYLOAD_MIN = 300,       /**< RFC 1542 section 2.1: relays may drop shorter ones */
    OPTION_BYTES_MAX = 1024, /**< of one option after joining its pieces */
    OPTION_PIECE_MAX = 255,
    MESSAGE_SIZE = 1472, /**< UDP payload of a 1500 byte packet */
};

enum option {
    OPTION_PAD = 0,
    OPTION_MASK = 1,
    OPTION_ROUTER = 3,
    OPTION_DNS = 6,
    OPTION_HOST_NAME = 12,
    OPTION_DOMAIN = 15,
    OPTION_MTU = 26,
    OPTION_BROADCAST = 28,
    OPTION_REQUESTED_IP = 50,
    OPTION_LEASE = 51,
    OPTION_OVERLOAD = 52,
    OPTION_KIND = 53,
    OPTION_SERVER_ID = 54,
    OPTION_WANTED = 55,
    OPTION_MESSAGE_SIZE = 57,
    OPTION_RENEW = 58,
    OPTION_REBIND = 59,
    OPTION_ROUTES = 121,
    OPTION_ROUTES_OLD = 249, /**< the same before RFC 3442 gave it a number */
    OPTION_END = 255,
};

/* The places where options stand, in the order in which pieces are joined (RFC 3396 section 5). */
struct areas {
    struct bytes area[3];
    size_t count;
};

/* One option with its pieces joined. */
struct joined {
    uint8_t data[OPTION_BYTES_MAX];
    size_t len;
    bool found;
};

/* Steps to the next option that is not padding; false at the end mark or when cut short. */
static bool next_option(struct reader *r, uint8_t *code, struct bytes *value)
{
    do {
        *code = reader_u8(r);
    } while (*code == OPTION_PAD && !reader_failed(r));
    if (reader_failed(r) || *code == OPTION_END)
        return false;

    value->len = reader_u8(r);
    value->data = reader_take(r, value->len);
    return !reader_failed(r);
}

static bool area_is_whole(struct bytes area)
{
    struct reader r = reader_over(area.data, area.len);
    struct bytes value;
    uint8_t code;

    while (next_option(&r, &code, &value))
        ;
    return !reader_failed(&r);
}

/* False when the pieces together are longer than any option we read. */
static bool join_option(const struct areas *areas, enum option wanted, struct joined *out)
{
    out->len = 0;
    out->found = false;
    for (size_t i = 0; i < areas->count; i++) {
        struct reader r = reader_over(areas->area[i].data, areas->area[i].len);
        struct bytes value;
        uint8_t code;

        while (next_option(&r, &code, &value)) {
            if (code != wanted)
                continue;
            if (value.len > sizeof out->data - out->len)
                return false;
            if (value.len > 0)
                memcpy(out->data + out->len, value.data, value.len);
            out->len += value.len;
            out->found = true;
        }
    }
    return true;
}

static uint32_t read_ip(struct reader *r)
{
    uint32_t ip;

    reader_copy(r, &ip, sizeof ip);
    return ip;
}

static bool read_ip_option(
        const struct areas *areas, enum option option, uint32_t *out, struct noren_err *err)
{
    struct joined joined;

    if (!join_option(areas, option, &joined) || (joined.found && joined.len != 4))
        return noren_err_set(err, NOREN_E_PROTOCOL, "DHCP option %u is not one address", option);
    if (joined.found)
        memcpy(out, joined.data, sizeof *out);
    return true;
}

static bool read_number_option(
        const struct areas *areas, enum option option, uint32_t *out, struct noren_err *err)
{
    uint32_t value = 0;

    if (!read_ip_option(areas, option, &value, err))
        return false;
    *out = ip_number(value);
    return true;
}

/* Fills at most max addresses; the rest of a longer list is of no use to us. */
static bool read_ip_list(const struct areas *areas, enum option option, uint32_t *out, uint8_t max,
        uint8_t *count, struct noren_err *err)
{
    struct joined joined;

    if (!join_option(areas, option, &joined) || joined.len % 4 != 0)
        return noren_err_set(
                err, NOREN_E_PROTOCOL, "DHCP option %u is not a list of addresses", option);

    struct reader r = reader_over(joined.data, joined.len);
    *count = 0;
    while (reader_left(&r) > 0 && *count < max)
        out[(*count)++] = read_ip(&r);
    return true;
}

static bool is_name_char(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
           || c == '.' || c == '_';
}

/* Names end up in files and logs: anything that is not plainly a name is taken as not given. */
static bool read_name_option(const struct areas *areas, enum option option, char *out, size_t room,
        struct noren_err *err)
{
    struct joined joined;

    if (!join_option(areas, option, &joined))
        return noren_err_set(err, NOREN_E_PROTOCOL, "DHCP option %u is too long", option);
    while (joined.len > 0 && joined.data[joined.len - 1] == '\0')
        joined.len--;
    if (joined.len >= room)
        return true;
    for (size_t i = 0; i < joined.len; i++) {
        if (!is_name_char(joined.data[i]))
            return true;
    }
    memcpy(out, joined.data, joined.len);
    out[joined.len] = '\0';
    return true;
}

/* Width u8 | significant octets of the network | gateway (RFC 3442). */
static bool read_route(struct reader *r, struct dhcp_route *out)
{
    struct dhcp_route route = { .prefix = reader_u8(r) };

    if (route.prefix > 32)
        return false;
    reader_copy(r, &route.network, (size_t)(route.prefix + 7) / 8);
    route.gateway = read_ip(r);
    /* host bits set in the last octet are the server's slip; the kernel would refuse them */
    route.network &= ip_mask_of_prefix(route.prefix);
    *out = route;
    return !reader_failed(r);
}

static bool read_routes(
        const struct areas *areas, struct dhcp_message *message, struct noren_err *err)
{
    struct joined joined;

    if (!join_option(areas, OPTION_ROUTES, &joined)
            || (!joined.found && !join_option(areas, OPTION_ROUTES_OLD, &joined)))
        return noren_err_set(err, NOREN_E_LIMIT, "more routes than %d", DHCP_ROUTES_MAX);

    struct reader r = reader_over(joined.data, joined.len);
    while (reader_left(&r) > 0) {
        if (message->route_count == DHCP_ROUTES_MAX)
            return noren_err_set(err, NOREN_E_LIMIT, "more routes than %d", DHCP_ROUTES_MAX);
        if (!read_route(&r, &message->routes[message->route_count]))
            return noren_err_set(err, NOREN_E_PROTOCOL, "classless routes are malformed");
        message->route_count++;
    }
    return true;
}

static bool read_options(const struct areas *areas, struct dhcp_message *m, struct noren_err *err)
{
    struct joined joined;
    uint8_t routers = 0;

    if (!join_option(areas, OPTION_MTU, &joined) || (joined.found && joined.len != 2))
        return noren_err_set(err, NOREN_E_PROTOCOL, "DHCP option %d is not a size", OPTION_MTU);
    if (joined.found)
        m->mtu = (uint16_t)(joined.data[0] << 8 | joined.data[1]);

    return read_ip_option(areas, OPTION_MASK, &m->mask, err)
           && read_ip_list(areas, OPTION_ROUTER, &m->router, 1, &routers, err)
           && read_ip_list(areas, OPTION_DNS, m->dns, DHCP_DNS_MAX, &m->dns_count, err)
           && read_name_option(areas, OPTION_HOST_NAME, m->host_name, sizeof m->host_name, err)
           && read_name_option(areas, OPTION_DOMAIN, m->domain, sizeof m->domain, err)
           && read_ip_option(areas, OPTION_REQUESTED_IP, &m->requested_ip, err)
           && read_ip_option(areas, OPTION_SERVER_ID, &m->server_id, err)
           && read_number_option(areas, OPTION_LEASE, &m->lease_s, err)
           && read_number_option(areas, OPTION_RENEW, &m->renew_s, err)
           && read_number_option(areas, OPTION_REBIND, &m->rebind_s, err)
           && read_routes(areas, m, err);
}

/* Adds `file` and `sname` when option 52 says that options stand there. */
static bool add_overloaded(
        struct areas *areas, struct bytes sname, struct bytes file, struct noren_err *err)
{
    struct joined joined;

    if (!area_is_whole(areas->area[0]))
        return noren_err_set(err, NOREN_E_PROTOCOL, "DHCP options are cut short");
    if (!join_option(areas, OPTION_OVERLOAD, &joined) || (joined.found && joined.len != 1)
            || (joined.found && (joined.data[0] < 1 || joined.data[0] > 3)))
        return noren_err_set(err, NOREN_E_PROTOCOL, "DHCP option overload is malformed");
    if (!joined.found)
        return true;

    if (joined.data[0] & 1)
        areas->area[areas->count++] = file;
    if (joined.data[0] & 2)
        areas->area[areas->count++] = sname;
    for (size_t i = 1; i < areas->count; i++) {
        if (!area_is_whole(areas->area[i]))
            return noren_err_set(err, NOREN_E_PROTOCOL, "overloaded DHCP options are cut short");
    }
    return true;
}

static uint8_t op_of_kind(enum dhcp_kind kind)
{
    return kind == DHCP_OFFER || kind == DHCP_ACK || kind == DHCP_NAK ? OP_REPLY : OP_REQUEST;
}

static bool read_kind(
        const struct areas *areas, uint8_t op, enum dhcp_kind *out, struct noren_err *err)
{
    struct joined joined;

    if (!join_option(areas, OPTION_KIND, &joined) || joined.len != 1
            || joined.data[0] < DHCP_DISCOVER || joined.data[0] > DHCP_INFORM)
        return noren_err_set(err, NOREN_E_PROTOCOL, "no known DHCP message type");
    *out = (enum dhcp_kind)joined.data[0];
    if (op_of_kind(*out) != op)
        return noren_err_set(err, NOREN_E_PROTOCOL, "DHCP message of type %u with op %u", *out, op);
    return true;
}

bool dhcp_read(struct bytes payload, struct dhcp_message *out, struct noren_err *err)
{
    struct reader r = reader_over(payload.data, payload.len);
    struct dhcp_message m = { 0 };

    uint8_t op = reader_u8(&r);
    uint8_t hardware = reader_u8(&r);
    uint8_t hardware_len = reader_u8(&r);
    reader_skip(&r, 1); /* hops */
    m.xid = reader_u32(&r);
    reader_skip(&r, 2); /* seconds */
    m.flags = reader_u16(&r);
    m.ciaddr = read_ip(&r);
    m.yiaddr = read_ip(&r);
    m.siaddr = read_ip(&r);
    m.giaddr = read_ip(&r);
    reader_copy(&r, m.chaddr.byte, sizeof m.chaddr.byte);
    reader_skip(&r, CHADDR_BYTES - sizeof m.chaddr.byte);
    struct bytes sname = { .data = reader_take(&r, SNAME_BYTES), .len = SNAME_BYTES };
    struct bytes file = { .data = reader_take(&r, FILE_BYTES), .len = FILE_BYTES };
    uint32_t cookie = reader_u32(&r);

    if (reader_failed(&r))
        return noren_err_set(err, NOREN_E_PROTOCOL, "DHCP message of %zu bytes", payload.len);
    if (hardware != HARDWARE_ETHERNET || hardware_len != sizeof m.chaddr.byte || cookie != COOKIE)
        return noren_err_set(err, NOREN_E_PROTOCOL, "not DHCP over Ethernet");

    struct areas areas = { .area = { { .data = r.at, .len = reader_left(&r) } }, .count = 1 };
    if (!add_overloaded(&areas, sname, file, err) || !read_kind(&areas, op, &m.kind, err)
            || !read_options(&areas, &m, err))
        return false;
    *out = m;
    return true;
}

/* ---- writing ---- */

static void write_ip_option(struct writer *w, enum option option, uint32_t ip)
{
    if (ip == 0)
        return;
    writer_u8(w, option);
    writer_u8(w, 4);
    writer_put(w, &ip, sizeof ip);
}

static void write_number_option(struct writer *w, enum option option, uint32_t value)
{
    write_ip_option(w, option, ip_from_number(value));
}

static void write_long_option(struct writer *w, enum option option, const void *data, size_t len)
{
    const uint8_t *at = data;

    /* RFC 3396: longer values are cut into pieces of the same code */
    while (len > 0) {
        size_t piece = len < OPTION_PIECE_MAX ? len : OPTION_PIECE_MAX;
        writer_u8(w, option);
        writer_u8(w, (uint8_t)piece);
        writer_put(w, at, piece);
        at += piece;
        len -= piece;
    }
}

static void write_routes(struct writer *w, const struct dhcp_message *m)
{
    struct writer value;

    writer_init(&value, OPTION_BYTES_MAX);
    for (uint8_t i = 0; i < m->route_count; i++) {
        const struct dhcp_route *route = &m->routes[i];
        writer_u8(&value, route->prefix);
        writer_put(&value, &route->network, (size_t)(route->prefix + 7) / 8);
        writer_put(&value, &route->gateway, sizeof route->gateway);
    }
    write_long_option(w, OPTION_ROUTES, value.data, value.len);
    write_long_option(w, OPTION_ROUTES_OLD, value.data, value.len);
    writer_clear(&value);
}

/* What a client asks for. RFC 3442: the routes stand before the router. */
static void write_wishes(struct writer *w)
{
    static const uint8_t wanted[] = { OPTION_MASK, OPTION_ROUTES, OPTION_ROUTES_OLD, OPTION_ROUTER,
        OPTION_DNS, OPTION_DOMAIN, OPTION_MTU, OPTION_BROADCAST, OPTION_LEASE, OPTION_RENEW,
        OPTION_REBIND };

    write_long_option(w, OPTION_WANTED, wanted, sizeof wanted);
    writer_u8(w, OPTION_MESSAGE_SIZE);
    writer_u8(w, 2);
    writer_u16(w, MESSAGE_SIZE);
}

static void write_options(struct writer *w, const struct dhcp_message *m)
{
    writer_u8(w, OPTION_KIND);
    writer_u8(w, 1);
    writer_u8(w, (uint8_t)m->kind);
    write_ip_option(w, OPTION_SERVER_ID, m->server_id);
    write_ip_option(w, OPTION_REQUESTED_IP, m->requested_ip);
    write_number_option(w, OPTION_LEASE, m->lease_s);
    write_number_option(w, OPTION_RENEW, m->renew_s);
    write_number_option(w, OPTION_REBIND, m->rebind_s);
    write_ip_option(w, OPTION_MASK, m->mask);
    write_ip_option(w, OPTION_ROUTER, m->router);
    write_long_option(w, OPTION_DNS, m->dns, m->dns_count * sizeof m->dns[0]);
    write_long_option(w, OPTION_HOST_NAME, m->host_name, strlen(m->host_name));
    write_long_option(w, OPTION_DOMAIN, m->domain, strlen(m->domain));
    if (m->mtu != 0) {
        writer_u8(w, OPTION_MTU);
        writer_u8(w, 2);
        writer_u16(w, m->mtu);
    }
    write_routes(w, m);
    if (m->kind == DHCP_DISCOVER || m->kind == DHCP_REQUEST || m->kind == DHCP_INFORM)
        write_wishes(w);
    writer_u8(w, OPTION_END);
}

static void write_zeros(struct writer *w, size_t len)
{
    uint8_t *at = writer_extend(w, len);

    if (at != NULL)
        memset(at, 0, len);
}

void dhcp_write(struct writer *w, const struct dhcp_message *m)
{
    size_t start = w->len;

    noren_assert(m->dns_count <= DHCP_DNS_MAX && m->route_count <= DHCP_ROUTES_MAX);
    writer_u8(w, op_of_kind(m->kind));
    writer_u8(w, HARDWARE_ETHERNET);
    writer_u8(w, sizeof m->chaddr.byte);
    writer_u8(w, 0);
    writer_u32(w, m->xid);
    writer_u16(w, 0);
    writer_u16(w, m->flags);
    writer_put(w, &m->ciaddr, sizeof m->ciaddr);
    writer_put(w, &m->yiaddr, sizeof m->yiaddr);
    writer_put(w, &m->siaddr, sizeof m->siaddr);
    writer_put(w, &m->giaddr, sizeof m->giaddr);
    writer_put(w, m->chaddr.byte, sizeof m->chaddr.byte);
    write_zeros(w, CHADDR_BYTES - sizeof m->chaddr.byte + SNAME_BYTES + FILE_BYTES);
    writer_u32(w, COOKIE);
    write_options(w, m);
    if (!writer_failed(w) && w->len - start < PAYLOAD_MIN)
        write_zeros(w, PAYLOAD_MIN - (w->len - start));
}
