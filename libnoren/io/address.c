/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libnoren/io/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noren/io/listener.h"

struct link_address_text address_format(const struct sockaddr *address)
{
    struct link_address_text out = { "-" };
    char text[INET6_ADDRSTRLEN];

    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)address;
        inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
        snprintf(out.text, sizeof out.text, "%s:%u", text, ntohs(v4->sin_port));
    } else if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)address;
        inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
        snprintf(out.text, sizeof out.text, "[%s]:%u", text, ntohs(v6->sin6_port));
    }
    return out;
}

void address_unmap(struct sockaddr_storage *address)
{
    struct sockaddr_in6 v6;
    struct sockaddr_in v4 = { .sin_family = AF_INET };

    if (address->ss_family != AF_INET6)
        return;
    memcpy(&v6, address, sizeof v6);
    if (!IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
        return;
    v4.sin_port = v6.sin6_port;
    memcpy(&v4.sin_addr, v6.sin6_addr.s6_addr + 12, 4);
    memset(address, 0, sizeof *address);
    memcpy(address, &v4, sizeof v4);
}

static bool parse_port(const char *text, uint16_t *port)
{
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > 5 || text[digits] != '\0')
        return false;

    unsigned long value = strtoul(text, NULL, 10);
    if (value > UINT16_MAX)
        return false;
    *port = (uint16_t)value;
    return true;
}

bool noren_split_host_port(const char *where, char host[256], uint16_t *port, struct noren_err *err)
{
    const char *colon = strrchr(where, ':');
    const char *start = where;
    const char *end = colon;
    uint16_t number;

    if (colon == NULL || !parse_port(colon + 1, &number))
        return noren_err_set(err, NOREN_E_ARGUMENT, "no port in \"%.100s\"", where);
    if (where[0] == '[') {
        start = where + 1;
        end = colon - 1;
        if (end < start || *end != ']')
            return noren_err_set(err, NOREN_E_ARGUMENT, "unclosed [ in \"%.100s\"", where);
    } else if (memchr(where, ':', (size_t)(colon - where)) != NULL) {
        return noren_err_set(
                err, NOREN_E_ARGUMENT, "an IPv6 address needs [ ] in \"%.100s\"", where);
    }
    if (end - start > 255)
        return noren_err_set(err, NOREN_E_ARGUMENT, "host of %td bytes", end - start);

    memcpy(host, start, (size_t)(end - start));
    host[end - start] = '\0';
    *port = number;
    return true;
}
