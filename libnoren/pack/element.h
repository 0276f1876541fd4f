/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/pack/pack.h"

/** The inside of a pack, shared by the files of this room. */

/** One value. Numbers stand in `number`; data and text in `data`, with a NUL behind the content. */
struct pack_value {
    uint64_t number;
    uint8_t *data; /**< owned; NULL for numbers */
    size_t len;
};

struct pack_entry {
    char name[PACK_NAME_MAX + 1];
    enum pack_type type;
    uint32_t count;
    uint32_t room;
    struct pack_value *values; /**< owned */
};

struct pack {
    struct pack_entry *entries; /**< owned, in wire order */
    size_t count;
    size_t room;
    uint32_t values_read; /**< by pack_read(), in all elements */
};

/** The element of that name without regard to ASCII case, or NULL. Borrowed until the next add. */
struct pack_entry *pack_find(const struct pack *pack, const char *name);
/** A new element without values; the name must be fresh and fit. Borrowed until the next add. */
struct pack_entry *pack_add_entry(struct pack *pack, const char *name, enum pack_type type);
void pack_entry_add_number(struct pack_entry *entry, uint64_t number);
/** Copies len bytes and puts a NUL behind them. */
void pack_entry_add_data(struct pack_entry *entry, const void *data, size_t len);
/** The same for text: ends at the first NUL and loses white space at both ends. */
void pack_entry_add_text(struct pack_entry *entry, const char *text, size_t len);
