/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/os/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/packet/packet.h"

#include "libnoren/packet/tcp_fields.h"

static bool set_mac(const char *name, struct mac mac, struct noren_err *err)
{
    noren_cleanup(noren_closep) int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request = { .ifr_hwaddr.sa_family = ARPHRD_ETHER };

    if (sock < 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "socket");
    strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    memcpy(request.ifr_hwaddr.sa_data, mac.byte, sizeof mac.byte);
    if (ioctl(sock, SIOCSIFHWADDR, &request) < 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "set address of interface");
    return true;
}

static bool attach(int fd, const char *name, bool *has_vnet_header, struct noren_err *err)
{
    const int flags = IFF_TAP | IFF_NO_PI | IFF_TUN_EXCL; /* the last one is the sign bit */
    struct ifreq request = { .ifr_flags = (short)(flags | IFF_VNET_HDR) };

    strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    int result = ioctl(fd, TUNSETIFF, &request);
    if (result < 0 && errno == EINVAL) {
        /* a kernel without the header: plain frames will do */
        request.ifr_flags = (short)flags;
        result = ioctl(fd, TUNSETIFF, &request);
    }
    if (result < 0)
        return noren_err_set_os(
                err, errno == EBUSY ? NOREN_E_EXISTS : NOREN_E_IO, errno, "create interface");

    *has_vnet_header = (request.ifr_flags & IFF_VNET_HDR) != 0;
    return true;
}

/* The header has to have the size that we read, and at first nothing larger than a frame may come. */
static bool set_up_vnet_header(int fd, struct noren_err *err)
{
    int size = sizeof(struct virtio_net_hdr);

    if (ioctl(fd, TUNSETVNETHDRSZ, &size) < 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "set header size");
    if (ioctl(fd, TUNSETOFFLOAD, 0UL) < 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "switch offloads off");
    return true;
}

bool tap_open(struct tap *out, const char *name, struct mac mac, struct noren_err *err)
{
    struct tap tap = { .mac = mac };
    noren_cleanup(noren_closep) int fd = -1;

    if (name[0] == '\0' || strlen(name) >= sizeof tap.name)
        return noren_err_set(err, NOREN_E_ARGUMENT, "interface name of %zu bytes", strlen(name));
    fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "open /dev/net/tun");
    if (!attach(fd, name, &tap.has_vnet_header, err)
            || (tap.has_vnet_header && !set_up_vnet_header(fd, err)) || !set_mac(name, mac, err))
        return noren_err_wrap(err, "tap %s", name);

    memcpy(tap.name, name, strlen(name) + 1);
    tap.fd = fd;
    fd = -1;
    *out = tap;
    return true;
}

bool tap_use_offload(struct tap *tap)
{
    return tap->has_vnet_header
           && ioctl(tap->fd, TUNSETOFFLOAD, (unsigned long)(TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6))
                      == 0;
}

void tap_close(struct tap *tap)
{
    if (tap->fd >= 0)
        close(tap->fd);
    tap->fd = -1;
}

/* The kernel left the checksum to the hardware, which is us. False: the header makes no sense. */
static bool complete_checksum(const struct virtio_net_hdr *header, uint8_t *frame, size_t len)
{
    size_t start = header->csum_start;
    size_t at = start + header->csum_offset;

    if ((header->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) == 0)
        return true;
    if (start > len || at + 2 > len)
        return false;
    /* the field holds the sum over the pseudo header, so it takes part as it stands */
    uint16_t checksum = inet_checksum(frame + start, len - start, 0);
    if (checksum == 0)
        checksum = 0xffff; /* UDP: zero would mean "none"; for TCP both are the same number */
    frame[at] = (uint8_t)(checksum >> 8);
    frame[at + 1] = (uint8_t)checksum;
    return true;
}

/* One frame of any kind, and what its header says; zeros where there is none. */
static enum tap_result read_any(struct tap *tap, uint8_t *buffer, size_t room, size_t *len,
        struct virtio_net_hdr *header, struct noren_err *err)
{
    size_t skip = tap->has_vnet_header ? sizeof *header : 0;
    struct iovec parts[2] = { { header, skip }, { buffer, room } };

    for (;;) {
        *header = (struct virtio_net_hdr){ 0 };
        ssize_t got = readv(tap->fd, parts, 2);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return TAP_AGAIN;
        if (got <= 0) {
            noren_err_set_os(err, NOREN_E_IO, got < 0 ? errno : ENODEV, "read %s", tap->name);
            return TAP_FAILED;
        }
        if ((size_t)got < skip + ETH_HEADER_BYTES)
            continue; /* cut short */
        *len = (size_t)got - skip;
        return TAP_FRAME;
    }
}

enum tap_result tap_read(struct tap *tap, uint8_t *buffer, size_t *len, struct noren_err *err)
{
    struct virtio_net_hdr header;
    enum tap_result result;

    do {
        result = read_any(tap, buffer, TAP_FRAME_MAX, len, &header, err);
        /* promised to be completed by hardware that we never said to be, or not to be completed */
    } while (result == TAP_FRAME
             && (header.gso_type != VIRTIO_NET_HDR_GSO_NONE
                     || !complete_checksum(&header, buffer, *len)));
    return result;
}

/* The kinds that tap_use_offload() asked for. */
static bool is_large_tcp(const struct virtio_net_hdr *header)
{
    return (header->gso_type == VIRTIO_NET_HDR_GSO_TCPV4
                   || header->gso_type == VIRTIO_NET_HDR_GSO_TCPV6)
           && (header->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0;
}

enum tap_result tap_read_large(
        struct tap *tap, uint8_t *buffer, struct large_frame *out, struct noren_err *err)
{
    for (;;) {
        struct virtio_net_hdr header;
        size_t len;
        enum tap_result result = read_any(tap, buffer, LARGE_FRAME_MAX, &len, &header, err);

        if (result != TAP_FRAME)
            return result;
        *out = (struct large_frame){ .frame = { .data = buffer, .len = len } };
        if (is_large_tcp(&header)) {
            out->tcp_at = header.csum_start;
            out->segment_bytes = header.gso_size;
            return TAP_FRAME;
        }
        if (header.gso_type == VIRTIO_NET_HDR_GSO_NONE && len <= TAP_FRAME_MAX
                && complete_checksum(&header, buffer, len))
            return TAP_FRAME;
    }
}

static enum tap_result write_any(struct tap *tap, struct virtio_net_hdr *header,
        const uint8_t *frame, size_t len, struct noren_err *err)
{
    size_t skip = tap->has_vnet_header ? sizeof *header : 0;
    struct iovec parts[2] = { { header, skip }, { .iov_len = len } };
    ssize_t put;

    /* writev() does not write to it, but has no const */
    memcpy(&parts[1].iov_base, &frame, sizeof frame);
    do {
        put = writev(tap->fd, parts, 2);
    } while (put < 0 && errno == EINTR);
    if (put >= 0)
        return TAP_FRAME;
    /* EIO: somebody set the interface down; frames are lost as on a cable without a link */
    if (errno == EAGAIN || errno == ENOBUFS || errno == EIO)
        return TAP_AGAIN;
    noren_err_set_os(err, NOREN_E_IO, errno, "write %s", tap->name);
    return TAP_FAILED;
}

enum tap_result tap_write(struct tap *tap, const uint8_t *frame, size_t len, struct noren_err *err)
{
    struct virtio_net_hdr header = { 0 };

    return write_any(tap, &header, frame, len, err);
}

enum tap_result tap_write_large(
        struct tap *tap, const struct large_frame *large, struct noren_err *err)
{
    struct virtio_net_hdr header = { 0 };

    if (large->segment_bytes > 0) {
        header.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
        header.gso_type = large->is_v6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
        header.gso_size = large->segment_bytes;
        header.hdr_len = large->payload_at;
        header.csum_start = large->tcp_at;
        header.csum_offset = TCP_CHECKSUM_AT;
    }
    return write_any(tap, &header, large->frame.data, large->frame.len, err);
}
