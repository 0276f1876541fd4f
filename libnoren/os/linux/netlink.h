/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/err.h"

/**
 * One rtnetlink request and its answer, for os/linux only. A request is built on the stack, sent on
 * a socket of its own and answered by the kernel before the call returns.
 */

enum { NETLINK_MESSAGE_MAX = 512, NETLINK_ANSWER_MAX = 8192 };

struct netlink_request {
    union {
        struct nlmsghdr head;
        uint8_t bytes[NETLINK_MESSAGE_MAX];
    };
    size_t len;
};

/** `body` is the fixed part of this kind of message (struct rtmsg and the like). */
void netlink_begin(struct netlink_request *request, uint16_t type, uint16_t flags, const void *body,
        size_t body_len);
void netlink_put(struct netlink_request *request, uint16_t type, const void *data, size_t len);
/** Opens an attribute that holds attributes; pass the result to netlink_end_nest(). */
size_t netlink_begin_nest(struct netlink_request *request, uint16_t type);
void netlink_end_nest(struct netlink_request *request, size_t at);

struct netlink_answer {
    int os_code; /**< errno of the kernel's verdict, 0 when granted */
    union {
        struct nlmsghdr head;
        uint8_t bytes[NETLINK_ANSWER_MAX];
    };
    size_t len; /**< of the message before the verdict, if there was one */
};

/**
 * Sends and waits for the verdict, which is part of the answer: true even when the kernel refused.
 * NOREN_E_IO: no netlink, or an answer that is none.
 */
NOREN_MUST_CHECK bool netlink_ask(
        struct netlink_request *request, struct netlink_answer *answer, struct noren_err *err);

/** Copies an attribute of exactly len bytes that follows a fixed part of body_len; false: absent. */
bool netlink_find(
        const struct netlink_answer *answer, size_t body_len, uint16_t type, void *out, size_t len);
