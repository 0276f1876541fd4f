/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/unit/net_programs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/packet/packet.h"

#include "tests/unit/test.h"

enum { BULK_BYTES = 4 * 1024 * 1024 };

uint32_t net_ip(const char *text)
{
    uint32_t out = 0;

    ip_parse(text, &out);
    return out;
}

struct sockaddr_in net_address(const char *text, uint16_t port)
{
    struct sockaddr_in out = { .sin_family = AF_INET, .sin_port = htons(port) };

    out.sin_addr.s_addr = net_ip(text);
    return out;
}

int net_listen_on(const char *text, uint16_t port, int type)
{
    struct sockaddr_in own = net_address(text, port);
    int sock = socket(AF_INET, type | SOCK_CLOEXEC, 0);
    int yes = 1;

    setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    assert_int_equal(bind(sock, (struct sockaddr *)&own, sizeof own), 0);
    if (type == SOCK_STREAM)
        assert_int_equal(listen(sock, 128), 0);
    return sock;
}

/* Sends everything back, until the other side has said all. */
void *net_serve_tcp(void *ctx)
{
    int listener = *(int *)ctx;
    uint8_t buffer[16384];

    for (;;) {
        int sock = accept(listener, NULL, NULL);
        if (sock < 0)
            return NULL;
        for (ssize_t got = recv(sock, buffer, sizeof buffer, 0); got > 0;
                got = recv(sock, buffer, sizeof buffer, 0)) {
            for (ssize_t put = 0, n; put < got; put += n) {
                n = send(sock, buffer + put, (size_t)(got - put), MSG_NOSIGNAL);
                if (n <= 0)
                    break;
            }
        }
        close(sock);
    }
}

void *net_serve_udp(void *ctx)
{
    int sock = *(int *)ctx;
    uint8_t buffer[2048];
    struct sockaddr_in peer;
    socklen_t peer_len = sizeof peer;

    for (;;) {
        ssize_t got = recvfrom(sock, buffer, sizeof buffer, 0, (struct sockaddr *)&peer, &peer_len);
        if (got <= 0)
            return NULL;
        sendto(sock, buffer, (size_t)got, 0, (struct sockaddr *)&peer, peer_len);
    }
}

bool net_wait_for(int fd, short events, int ms)
{
    struct pollfd wait = { .fd = fd, .events = events };

    return poll(&wait, 1, ms) == 1;
}

/* The answer has to come from the address that was asked. */
bool net_udp_is_answered(const char *text, uint16_t port, int ms)
{
    struct sockaddr_in peer = net_address(text, port);
    char buffer[16] = "";
    int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    bool ok = connect(sock, (struct sockaddr *)&peer, sizeof peer) == 0
              && send(sock, "question", 8, 0) == 8 && net_wait_for(sock, POLLIN, ms)
              && recv(sock, buffer, sizeof buffer, 0) == 8 && strcmp(buffer, "question") == 0;
    close(sock);
    return ok;
}

bool net_ping_is_answered(const char *text, int ms)
{
    struct sockaddr_in peer = net_address(text, 0);
    struct icmphdr echo = { .type = ICMP_ECHO, .un.echo = { .id = htons(77) } };
    uint8_t buffer[256];
    int sock = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
    bool answered = false;

    uint16_t checksum = inet_checksum(&echo, sizeof echo, 0);
    echo.checksum = htons(checksum);
    sendto(sock, &echo, sizeof echo, 0, (struct sockaddr *)&peer, sizeof peer);
    while (!answered && net_wait_for(sock, POLLIN, ms)) {
        struct sockaddr_in from = { 0 };
        socklen_t from_len = sizeof from;
        ssize_t got = recvfrom(sock, buffer, sizeof buffer, 0, (struct sockaddr *)&from, &from_len);
        answered = got >= 28 && buffer[20] == ICMP_ECHOREPLY
                   && from.sin_addr.s_addr == peer.sin_addr.s_addr;
    }
    close(sock);
    return answered;
}

int net_tcp_connect(const char *text, uint16_t port, int ms)
{
    struct sockaddr_in peer = net_address(text, port);
    int sock = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int trouble = 0;
    socklen_t len = sizeof trouble;

    if ((connect(sock, (struct sockaddr *)&peer, sizeof peer) == 0 || errno == EINPROGRESS)
            && net_wait_for(sock, POLLOUT, ms)
            && getsockopt(sock, SOL_SOCKET, SO_ERROR, &trouble, &len) == 0 && trouble == 0)
        return sock;
    close(sock);
    return -1;
}

bool net_bulk_comes_back(int sock)
{
    noren_cleanup(noren_freep) uint8_t *sent = noren_alloc(BULK_BYTES);
    noren_cleanup(noren_freep) uint8_t *got = noren_alloc(BULK_BYTES);
    size_t out = 0, in = 0;

    for (size_t i = 0; i < BULK_BYTES; i++)
        sent[i] = (uint8_t)(i * 2654435761U >> 13);
    while (in < BULK_BYTES) {
        struct pollfd wait = { .fd = sock,
            .events = (short)(POLLIN | (out < BULK_BYTES ? POLLOUT : 0)) };
        if (poll(&wait, 1, WAIT_MS) != 1)
            return false;
        if ((wait.revents & POLLOUT) != 0) {
            ssize_t n = send(sock, sent + out, BULK_BYTES - out, MSG_NOSIGNAL);
            out += n > 0 ? (size_t)n : 0;
        }
        if ((wait.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
            ssize_t n = recv(sock, got + in, BULK_BYTES - in, 0);
            if (n <= 0)
                return false;
            in += (size_t)n;
        }
    }
    return memcmp(sent, got, BULK_BYTES) == 0;
}
