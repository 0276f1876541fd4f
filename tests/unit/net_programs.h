/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * Servers and clients with ordinary sockets, for tests that join networks. They work in the network
 * namespace of the calling thread and assert nothing but what a server needs to start.
 */

enum { WAIT_MS = 5000 };

/** An address that is known to be one. */
uint32_t net_ip(const char *text);
struct sockaddr_in net_address(const char *text, uint16_t port);

/** A bound socket of SOCK_STREAM (listening) or SOCK_DGRAM. */
int net_listen_on(const char *text, uint16_t port, int type);
/** Threads that send everything back; ctx is an int, the socket. They end when it is shut down. */
void *net_serve_tcp(void *ctx);
void *net_serve_udp(void *ctx);

bool net_wait_for(int fd, short events, int ms);
/** Whether a datagram comes back from the very address and port that it was sent to. */
bool net_udp_is_answered(const char *text, uint16_t port, int ms);
bool net_ping_is_answered(const char *text, int ms);
/** A connected socket, non-blocking, or -1. */
int net_tcp_connect(const char *text, uint16_t port, int ms);
/** Sends some megabytes and reads them back at the same time; false when anything differs. */
bool net_bulk_comes_back(int sock);
