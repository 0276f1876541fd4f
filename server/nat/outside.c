/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "nat/outside.h"

#include <slirp/libslirp.h>
#include <string.h>
#include <sys/resource.h>
#include <uthash.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/packet/packet.h"

#define LOG_ROOM "nat"

enum {
    IDLE_WAIT_MS = 1000,  /**< what libslirp answers when it has nothing to wait for */
    CLOCK_STALE_MS = 200, /**< its clock moves only when it is polled */
    FRAME_MAX = 1514,
    IPV4_SRC_AT = ETH_HEADER_BYTES + 12,
    IPV4_CHECKSUM_AT = ETH_HEADER_BYTES + 10,
    IPV4_HEADER_BYTES = 20,
    IPV4_TCP = 6,
    TCP_FLAGS_AT = 13,
    TCP_SYN = 0x02,
    TCP_ACK = 0x10,
};

/* One socket of libslirp under watch. Freed when libuv has closed the handle. */
struct watch {
    uv_poll_t handle;
    UT_hash_handle hh;
    struct outside *outside;
    int fd;
    int events;     /**< asked of libuv now */
    int wanted;     /**< asked for by libslirp in the last round */
    unsigned round; /**< in which `wanted` and `index` are valid */
    int index;      /**< into `revents` */
};

struct outside {
    struct loop *loop;
    struct outside_options options;
    struct outside_callbacks callbacks;
    void *ctx;
    struct noren_log *log;
    struct log_limit error_limit, full_limit;

    Slirp *slirp;
    uint32_t hidden_ip;
    size_t tcp_max, sockets_max;
    uint32_t taught_ip;
    struct mac taught_mac;

    struct watch *watches; /**< uthash by fd */
    int *revents;          /**< by index, of the present round */
    size_t revents_room;
    int index_count;
    unsigned round;
    bool changed;   /**< libslirp wants to be asked again what to watch */
    bool ready;     /**< some socket has something */
    bool waiting;   /**< a packet waits for an address that has been told meanwhile */
    unsigned asked; /**< addresses asked for on the segment and not yet told */
    int64_t polled_ms;

    struct loop_timer timer;
    uv_prepare_t prepare;
    uv_check_t check;
    int open_handles; /**< prepare and check; the memory goes with the last of them */
};

/* ---- watching sockets ---- */

static int events_of_slirp(int events)
{
    /* urgent data is read in line, so SLIRP_POLL_PRI is not asked for; errors always come */
    return ((events & SLIRP_POLL_IN) != 0 ? UV_READABLE : 0)
           | ((events & SLIRP_POLL_OUT) != 0 ? UV_WRITABLE : 0);
}

static void watch_on_event(uv_poll_t *handle, int status, int events)
{
    struct watch *watch = handle->data;
    struct outside *outside = watch->outside;
    int revents = 0;

    if ((events & UV_READABLE) != 0)
        revents |= SLIRP_POLL_IN;
    if ((events & UV_WRITABLE) != 0)
        revents |= SLIRP_POLL_OUT;
    if (status < 0) {
        /* libuv has stopped the handle; libslirp finds out by reading and writing */
        watch->events = 0;
        revents |= SLIRP_POLL_ERR | SLIRP_POLL_HUP;
    }
    if (watch->round == outside->round)
        outside->revents[watch->index] |= revents;
    outside->ready = true;
}

static struct watch *watch_find(const struct outside *outside, int fd)
{
    struct watch *watch;

    HASH_FIND_INT(outside->watches, &fd, watch);
    return watch;
}

static struct watch *watch_add(struct outside *outside, int fd)
{
    struct watch *watch = noren_alloc(sizeof *watch);

    if (uv_poll_init(loop_uv(outside->loop), &watch->handle, fd) != 0) {
        free(watch);
        return NULL;
    }
    watch->handle.data = watch;
    watch->outside = outside;
    watch->fd = fd;
    HASH_ADD_INT(outside->watches, fd, watch);
    return watch;
}

static void watch_on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

/* At once, as the descriptor is about to be closed and its number used anew. */
static void watch_remove(struct watch *watch)
{
    HASH_DEL(watch->outside->watches, watch);
    uv_close((uv_handle_t *)&watch->handle, watch_on_closed);
}

static int on_add_poll(int fd, int events, void *opaque)
{
    struct outside *outside = opaque;
    struct watch *watch = watch_find(outside, fd);

    if (watch == NULL)
        watch = watch_add(outside, fd);
    if (watch == NULL)
        return -1;
    if ((size_t)outside->index_count == outside->revents_room) {
        outside->revents_room = outside->revents_room > 0 ? 2 * outside->revents_room : 64;
        outside->revents =
                noren_realloc_array(outside->revents, outside->revents_room, sizeof(int));
    }
    watch->wanted = events_of_slirp(events);
    watch->round = outside->round;
    watch->index = outside->index_count++;
    outside->revents[watch->index] = 0;
    return watch->index;
}

static int on_get_revents(int index, void *opaque)
{
    struct outside *outside = opaque;

    return index >= 0 && index < outside->index_count ? outside->revents[index] : 0;
}

static void watch_apply(struct watch *watch)
{
    int wanted = watch->round == watch->outside->round ? watch->wanted : 0;

    if (wanted == watch->events)
        return;
    if (wanted == 0)
        uv_poll_stop(&watch->handle);
    else if (uv_poll_start(&watch->handle, wanted, watch_on_event) != 0)
        wanted = 0;
    watch->events = wanted;
}

/* Asks libslirp what it waits for. Its answer depends on what it did, not on time: so only then. */
static void refresh(struct outside *outside)
{
    uint32_t wait_ms = UINT32_MAX;
    struct watch *watch, *next;

    outside->changed = false;
    outside->round++;
    outside->index_count = 0;
    slirp_pollfds_fill(outside->slirp, &wait_ms, on_add_poll, outside);
    HASH_ITER(hh, outside->watches, watch, next)
    watch_apply(watch);

    if (outside->waiting)
        wait_ms = 0;
    if (wait_ms >= IDLE_WAIT_MS && outside->watches == NULL)
        loop_timer_set(&outside->timer, NOREN_NO_DEADLINE);
    else
        loop_timer_set(&outside->timer, loop_now_ms(outside->loop) + wait_ms);
}

static void poll_now(struct outside *outside)
{
    outside->ready = false;
    outside->waiting = false;
    outside->changed = true;
    outside->polled_ms = noren_now_ms();
    slirp_pollfds_poll(outside->slirp, 0, on_get_revents, outside);
    if (outside->index_count > 0)
        memset(outside->revents, 0, (size_t)outside->index_count * sizeof(int));
    outside->callbacks.flush(outside->ctx);
}

static void on_prepare(uv_prepare_t *handle)
{
    struct outside *outside = handle->data;

    if (outside->changed)
        refresh(outside);
}

static void on_check(uv_check_t *handle)
{
    struct outside *outside = handle->data;

    if (outside->ready)
        poll_now(outside);
}

static void on_timer(void *ctx)
{
    poll_now(ctx);
}

/* ---- what libslirp asks of us ---- */

static int64_t on_clock(void *opaque)
{
    (void)opaque;
    /* the same clock for all instances: libslirp keeps it in a variable that they share */
    return noren_now_ms() * 1000000;
}

static void on_guest_error(const char *text, void *opaque)
{
    struct outside *outside = opaque;

    noren_log_limited(outside->log, NOREN_DEBUG, &outside->error_limit, "odd packet: what=%s",
            log_quote(text).text);
}

/* Only router advertisements use timers, and IPv6 is off. */
static void *on_timer_new(SlirpTimerCb callback, void *callback_ctx, void *opaque)
{
    (void)callback, (void)callback_ctx, (void)opaque;
    return NULL;
}

static void on_timer_free(void *timer, void *opaque)
{
    (void)timer, (void)opaque;
}

static void on_timer_mod(void *timer, int64_t expire_ms, void *opaque)
{
    (void)timer, (void)expire_ms, (void)opaque;
}

static void on_register(int fd, void *opaque)
{
    (void)fd;
    ((struct outside *)opaque)->changed = true;
}

static void on_unregister(int fd, void *opaque)
{
    struct watch *watch = watch_find(opaque, fd);

    if (watch != NULL)
        watch_remove(watch);
}

static void on_notify(void *opaque)
{
    ((struct outside *)opaque)->changed = true;
}

/* libslirp asks who has an address: the answer is ours, the segment hears of it only if need be. */
static void answer_arp(struct outside *outside, const struct eth_frame *eth)
{
    struct arp_packet arp;
    struct mac mac;

    if (!arp_read(eth->payload, &arp) || arp.op != ARP_REQUEST)
        return;
    if (!outside->callbacks.resolve(outside->ctx, arp.target_ip, &mac)) {
        outside->asked++;
        return;
    }
    outside_learn(outside, arp.target_ip, mac);
    /* what waits for the address leaves at the next poll */
    outside->waiting = true;
    outside->changed = true;
}

/* Errors come from libslirp's own address, which nobody is to see: they speak for the host. */
static void show_own_address(const struct outside *outside, uint8_t *frame)
{
    if (memcmp(frame + IPV4_SRC_AT, &outside->hidden_ip, 4) != 0)
        return;
    size_t header_len = (size_t)(frame[ETH_HEADER_BYTES] & 15) * 4;
    memcpy(frame + IPV4_SRC_AT, &outside->options.own_ip, 4);
    memset(frame + IPV4_CHECKSUM_AT, 0, 2);
    uint16_t checksum = inet_checksum(frame + ETH_HEADER_BYTES, header_len, 0);
    frame[IPV4_CHECKSUM_AT] = (uint8_t)(checksum >> 8);
    frame[IPV4_CHECKSUM_AT + 1] = (uint8_t)checksum;
}

static ssize_t on_send_packet(const void *data, size_t len, void *opaque)
{
    struct outside *outside = opaque;
    struct eth_frame eth;
    uint8_t frame[FRAME_MAX];

    if (len > sizeof frame || !eth_read((struct bytes){ .data = data, .len = len }, &eth))
        return (ssize_t)len;
    if (eth.type == ETH_TYPE_ARP)
        answer_arp(outside, &eth);
    if (eth.type != ETH_TYPE_IPV4 || eth.payload.len < IPV4_HEADER_BYTES
            || (size_t)(eth.payload.data[0] & 15) * 4 > eth.payload.len)
        return (ssize_t)len;

    memcpy(frame, data, len);
    memcpy(frame + sizeof eth.dst, outside->options.mac.byte, sizeof eth.src);
    show_own_address(outside, frame);
    outside->callbacks.send(outside->ctx, (struct bytes){ .data = frame, .len = len });
    return (ssize_t)len;
}

static const SlirpCb SLIRP_CALLBACKS = {
    .send_packet = on_send_packet,
    .guest_error = on_guest_error,
    .clock_get_ns = on_clock,
    .timer_new = on_timer_new,
    .timer_free = on_timer_free,
    .timer_mod = on_timer_mod,
    .register_poll_fd = on_register,
    .unregister_poll_fd = on_unregister,
    .notify = on_notify,
};

/* ---- the way in ---- */

void outside_learn(struct outside *outside, uint32_t ip, struct mac mac)
{
    struct arp_packet arp = {
        .op = ARP_REPLY,
        .sender_mac = mac,
        .sender_ip = ip,
        .target_mac = outside->options.mac,
        .target_ip = outside->hidden_ip,
    };
    struct writer frame;

    if (ip == outside->taught_ip && mac_equal(mac, outside->taught_mac))
        return;
    outside->taught_ip = ip;
    outside->taught_mac = mac;
    writer_init(&frame, 0);
    arp_write_frame(&frame, outside->options.mac, &arp);
    slirp_input(outside->slirp, frame.data, (int)frame.len);
    writer_clear(&frame);
}

void outside_resolved(struct outside *outside, uint32_t ip, struct mac mac)
{
    if (outside->asked == 0)
        return;
    outside->asked--;
    /* at once: libslirp holds few addresses and asks only once, so the next may push this one out */
    outside_learn(outside, ip, mac);
    poll_now(outside);
}

static bool begins_tcp(struct bytes frame)
{
    struct reader r = reader_over(frame.data, frame.len);

    reader_skip(&r, ETH_HEADER_BYTES);
    size_t header_len = (size_t)(reader_u8(&r) & 15) * 4;
    reader_skip(&r, 8);
    bool is_tcp = reader_u8(&r) == IPV4_TCP;
    reader_skip(&r, header_len >= IPV4_HEADER_BYTES ? header_len - 10 : 0);
    reader_skip(&r, TCP_FLAGS_AT);
    return is_tcp && (reader_u8(&r) & (TCP_SYN | TCP_ACK)) == TCP_SYN && !reader_failed(&r);
}

static bool is_tcp(struct bytes frame)
{
    return frame.len > ETH_HEADER_BYTES + 9 && frame.data[ETH_HEADER_BYTES + 9] == IPV4_TCP;
}

/* The sockets belong to the whole process: one segment must not use them up. */
static bool has_room(struct outside *outside, struct bytes frame)
{
    size_t count = outside_socket_count(outside);
    bool full = is_tcp(frame) ? count >= outside->tcp_max && begins_tcp(frame)
                              : count >= outside->sockets_max;

    if (full)
        noren_log_limited(outside->log, NOREN_WARN, &outside->full_limit,
                "too many translated connections: sockets=%zu", count);
    return !full;
}

void outside_input(struct outside *outside, struct bytes frame)
{
    if (!has_room(outside, frame))
        return;
    /* after a long rest its clock stands still, and new sockets would be born expired */
    if (noren_now_ms() - outside->polled_ms > CLOCK_STALE_MS)
        poll_now(outside);
    slirp_input(outside->slirp, frame.data, (int)frame.len);
    outside->changed = true;
}

size_t outside_socket_count(const struct outside *outside)
{
    return HASH_COUNT(outside->watches);
}

/* ---- life ---- */

/* A process that may open few files needs most of them for its sessions. */
static void set_limits(struct outside *outside)
{
    struct rlimit files;

    outside->tcp_max = OUTSIDE_TCP_MAX;
    outside->sockets_max = OUTSIDE_SOCKETS_MAX;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur / 4 >= OUTSIDE_SOCKETS_MAX)
        return;
    outside->sockets_max = files.rlim_cur / 4;
    outside->tcp_max = outside->sockets_max / 5 * 4;
}

static Slirp *start_slirp(struct outside *outside)
{
    SlirpConfig config = {
        .version = 4,
        .in_enabled = true,
        .vnetwork.s_addr = outside->options.own_ip & outside->options.mask,
        .vnetmask.s_addr = outside->options.mask,
        .vhost.s_addr = outside->hidden_ip,
        .vnameserver.s_addr = outside->options.own_ip,
        .disable_host_loopback = true,
        .disable_dhcp = true,
    };

    return slirp_new(&config, &SLIRP_CALLBACKS, outside);
}

struct outside *outside_new(struct loop *loop, const struct outside_options *options,
        const struct outside_callbacks *callbacks, void *ctx, struct noren_log *log,
        struct noren_err *err)
{
    struct outside *outside = noren_alloc(sizeof *outside);

    outside->loop = loop;
    outside->options = *options;
    outside->callbacks = *callbacks;
    outside->ctx = ctx;
    outside->log = log;
    set_limits(outside);
    /* RFC 7600: an address that belongs to no host; no segment has a use for it */
    ip_parse("192.0.0.8", &outside->hidden_ip);
    outside->slirp = start_slirp(outside);
    if (outside->slirp == NULL) {
        free(outside);
        noren_err_set(err, NOREN_E_IO, "libslirp refuses its settings");
        return NULL;
    }

    loop_timer_init(&outside->timer, loop, on_timer, outside);
    uv_prepare_init(loop_uv(loop), &outside->prepare);
    uv_check_init(loop_uv(loop), &outside->check);
    outside->prepare.data = outside;
    outside->check.data = outside;
    outside->open_handles = 2;
    uv_prepare_start(&outside->prepare, on_prepare);
    uv_check_start(&outside->check, on_check);
    return outside;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct outside *outside = handle->data;

    if (--outside->open_handles > 0)
        return;
    free(outside->revents);
    free(outside);
}

void outside_free(struct outside *outside)
{
    struct watch *watch, *next;

    if (outside == NULL)
        return;
    slirp_cleanup(outside->slirp);
    HASH_ITER(hh, outside->watches, watch, next)
    watch_remove(watch);
    loop_timer_clear(&outside->timer);
    uv_close((uv_handle_t *)&outside->prepare, on_handle_closed);
    uv_close((uv_handle_t *)&outside->check, on_handle_closed);
}
