/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libnoren/os/linux/netlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "noren/base/alloc.h"

enum { ANSWER_TIMEOUT_S = 5 };

static void *extend(struct netlink_request *request, size_t len)
{
    size_t padded = NLMSG_ALIGN(len);

    /* what we send is of our own making and fits; nothing of it has a length from outside */
    noren_assert(padded <= sizeof request->bytes - request->len);
    void *at = request->bytes + request->len;
    memset(at, 0, padded);
    request->len += padded;
    return at;
}

void netlink_begin(struct netlink_request *request, uint16_t type, uint16_t flags, const void *body,
        size_t body_len)
{
    *request = (struct netlink_request){ .len = 0 };
    extend(request, NLMSG_HDRLEN);
    memcpy(extend(request, body_len), body, body_len);
    request->head.nlmsg_type = type;
    request->head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    request->head.nlmsg_seq = 1;
}

void netlink_put(struct netlink_request *request, uint16_t type, const void *data, size_t len)
{
    struct rtattr head = { .rta_type = type, .rta_len = (uint16_t)RTA_LENGTH(len) };
    uint8_t *at = extend(request, RTA_LENGTH(len));

    memcpy(at, &head, sizeof head);
    memcpy(at + RTA_LENGTH(0), data, len);
}

size_t netlink_begin_nest(struct netlink_request *request, uint16_t type)
{
    size_t at = request->len;

    netlink_put(request, type, "", 0);
    return at;
}

void netlink_end_nest(struct netlink_request *request, size_t at)
{
    uint16_t len = (uint16_t)(request->len - at);

    memcpy(request->bytes + at + offsetof(struct rtattr, rta_len), &len, sizeof len);
}

static bool open_socket(int *out, struct noren_err *err)
{
    struct timeval timeout = { .tv_sec = ANSWER_TIMEOUT_S };
    int sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

    if (sock < 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "netlink socket");
    if (setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) < 0) {
        noren_err_set_os(err, NOREN_E_IO, errno, "netlink socket");
        close(sock);
        return false;
    }
    *out = sock;
    return true;
}

/* Looks at one message: true when it was the verdict. */
static bool take_message(
        struct netlink_answer *answer, const uint8_t *at, const struct nlmsghdr *head)
{
    struct nlmsgerr verdict;

    if (head->nlmsg_type == NLMSG_ERROR && head->nlmsg_len >= NLMSG_LENGTH(sizeof verdict)) {
        memcpy(&verdict, at + NLMSG_HDRLEN, sizeof verdict);
        answer->os_code = -verdict.error;
        return true;
    }
    if (answer->len == 0) {
        memcpy(answer->bytes, at, head->nlmsg_len);
        answer->len = head->nlmsg_len;
    }
    return false;
}

/* The messages of one datagram; *done when the verdict was among them. */
static bool take_datagram(
        struct netlink_answer *answer, const uint8_t *data, size_t len, bool *done)
{
    size_t at = 0;

    while (!*done && len - at >= NLMSG_HDRLEN) {
        struct nlmsghdr head;
        memcpy(&head, data + at, sizeof head);
        if (head.nlmsg_len < NLMSG_HDRLEN || head.nlmsg_len > len - at)
            return false;
        *done = take_message(answer, data + at, &head);
        size_t step = NLMSG_ALIGN(head.nlmsg_len);
        at += step < len - at ? step : len - at;
    }
    return true;
}

bool netlink_ask(
        struct netlink_request *request, struct netlink_answer *answer, struct noren_err *err)
{
    noren_cleanup(noren_closep) int sock = -1;
    uint8_t datagram[NETLINK_ANSWER_MAX];
    bool done = false;

    if (!open_socket(&sock, err))
        return false;
    request->head.nlmsg_len = (uint32_t)request->len;
    if (send(sock, request->bytes, request->len, 0) != (ssize_t)request->len)
        return noren_err_set_os(err, NOREN_E_IO, errno, "netlink send");

    answer->os_code = 0;
    answer->len = 0;
    while (!done) {
        ssize_t got = recv(sock, datagram, sizeof datagram, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return noren_err_set_os(err, NOREN_E_IO, errno, "netlink receive");
        if (!take_datagram(answer, datagram, (size_t)got, &done))
            return noren_err_set(err, NOREN_E_IO, "netlink answer is malformed");
    }
    return true;
}

bool netlink_find(
        const struct netlink_answer *answer, size_t body_len, uint16_t type, void *out, size_t len)
{
    size_t at = NLMSG_HDRLEN + NLMSG_ALIGN(body_len);

    while (at < answer->len && answer->len - at >= sizeof(struct rtattr)) {
        struct rtattr head;
        memcpy(&head, answer->bytes + at, sizeof head);
        if (head.rta_len < sizeof head || head.rta_len > answer->len - at)
            return false;
        if (head.rta_type == type && head.rta_len == RTA_LENGTH(len)) {
            memcpy(out, answer->bytes + at + RTA_LENGTH(0), len);
            return true;
        }
        size_t step = RTA_ALIGN(head.rta_len);
        at += step;
    }
    return false;
}
