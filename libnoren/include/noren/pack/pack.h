/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/bytes.h"
#include "noren/base/err.h"

/**
 * PACK: named, typed, repeated values; the message format of the SSL-VPN and management protocols.
 *
 * Wire form and rules: docs/protocol/pack.md. Pure: bytes in, values out. Names compare without
 * regard to ASCII case and are unique. Asking for an element that is absent, has another type or
 * fewer values gives the empty value, as the reference does.
 */

enum pack_type { PACK_INT, PACK_DATA, PACK_STR, PACK_UNISTR, PACK_INT64 };

enum {
    PACK_NAME_MAX = 63, /**< bytes of an element name */
};

/** What one message may cost. Checked before any memory is taken. */
struct pack_limits {
    size_t bytes; /**< of the whole PACK */
    uint32_t elements;
    uint32_t values;     /**< in one element */
    uint32_t all_values; /**< of all elements: each costs memory, also when it is empty */
    size_t text_bytes;   /**< of one str or unistr value */
    size_t data_bytes;   /**< of one data value */
};

/** Before log-in, on both sides of a connection to a stranger. */
extern const struct pack_limits PACK_LIMITS_LOGIN;
/** Replies from a server that passed the trust check (welcome with a message of the day). */
extern const struct pack_limits PACK_LIMITS_WELCOME;
/** Management calls after the log-in. */
extern const struct pack_limits PACK_LIMITS_RPC;

struct pack;

struct pack *pack_new(void);
/** Wipes the values, as they may be credentials. */
void pack_free(struct pack *pack);
static inline void pack_freep(struct pack **pack)
{
    pack_free(*pack);
}

/**
 * Reads one PACK. Bytes after the last element are ignored.
 *
 * NULL with NOREN_E_PROTOCOL (cut short, no values, unknown type, repeated name, bad name) or
 * NOREN_E_LIMIT (more than `limits` allows).
 */
NOREN_MUST_CHECK struct pack *pack_read(
        const void *bytes, size_t len, const struct pack_limits *limits, struct noren_err *err);

/** Appends the wire form. Elements stand in the order in which they were first added. */
void pack_write(const struct pack *pack, struct writer *out);

/* Adding. A value added to an existing name of the same type becomes its next value; another type
 * under the same name is a programming error (asserted). Text is copied and trimmed of white space
 * at both ends, as the reference does. */
void pack_add_int(struct pack *pack, const char *name, uint32_t value);
void pack_add_int64(struct pack *pack, const char *name, uint64_t value);
void pack_add_bool(struct pack *pack, const char *name, bool value);
void pack_add_data(struct pack *pack, const char *name, const void *data, size_t len);
void pack_add_str(struct pack *pack, const char *name, const char *text);
void pack_add_unistr(struct pack *pack, const char *name, const char *text);
/** The four elements of one IPv4 address; `ip` in network byte order (docs/protocol/pack.md, 3). */
void pack_add_ipv4(struct pack *pack, const char *name, uint32_t ip);

/* Reading. Results are borrowed until the pack is freed. */
bool pack_has(const struct pack *pack, const char *name);
/** Number of values of the element whatever its type; 0 when absent. */
uint32_t pack_count(const struct pack *pack, const char *name);
uint32_t pack_int(const struct pack *pack, const char *name);
uint32_t pack_int_at(const struct pack *pack, const char *name, uint32_t index);
uint64_t pack_int64(const struct pack *pack, const char *name);
uint64_t pack_int64_at(const struct pack *pack, const char *name, uint32_t index);
bool pack_bool(const struct pack *pack, const char *name);
/** .data NULL when absent. */
struct bytes pack_data(const struct pack *pack, const char *name);
struct bytes pack_data_at(const struct pack *pack, const char *name, uint32_t index);
/** "" when absent. Reads str and unistr alike. */
const char *pack_text(const struct pack *pack, const char *name);
const char *pack_text_at(const struct pack *pack, const char *name, uint32_t index);
/** IPv4 address in network byte order; 0 when absent or IPv6. */
uint32_t pack_ipv4(const struct pack *pack, const char *name);

/** One element as seen by a walk in wire order; for dumps, tests and proxies. */
struct pack_element {
    const char *name;
    enum pack_type type;
    uint32_t count;
};
size_t pack_element_count(const struct pack *pack);
struct pack_element pack_element_at(const struct pack *pack, size_t index);
