/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "engine/keyfile.h"
#include "engine/profile.h"

/** The kinds of value that a profile's keys have. `ctx` of the list items is the profile. */

bool profile_add_server(void *ctx, const char *item, struct noren_err *err);
bool profile_add_trust(void *ctx, const char *item, struct noren_err *err);
bool profile_add_route(void *ctx, const char *item, struct noren_err *err);
bool profile_add_dns(void *ctx, const char *item, struct noren_err *err);

/** dhcp, none or A.B.C.D/NN. */
NOREN_MUST_CHECK bool profile_read_address(
        const struct keyfile_entry *e, struct profile *p, struct noren_err *err);
/** One of `words` (NULL-terminated); *out is its place. */
NOREN_MUST_CHECK bool profile_read_word(const struct keyfile_entry *e, const char *const *words,
        unsigned *out, struct noren_err *err);
/** Text without control characters. */
NOREN_MUST_CHECK bool profile_read_printable(
        const struct keyfile_entry *e, char *out, size_t size, struct noren_err *err);

/** What Linux takes and no shell or path is troubled by. */
bool profile_netdev_is_valid(const char *name);
