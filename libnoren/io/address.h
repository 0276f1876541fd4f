/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <sys/socket.h>

#include "noren/io/link.h"

/** Socket addresses as text, inside this room. */

/** "192.0.2.1:443", "[2001:db8::1]:443"; "-" for anything else. */
struct link_address_text address_format(const struct sockaddr *address);
/** Turns an IPv4 address mapped into IPv6 (::ffff:192.0.2.1) into a plain one. */
void address_unmap(struct sockaddr_storage *address);
