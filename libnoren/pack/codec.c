/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "noren/base/alloc.h"
#include "noren/pack/pack.h"

#include "libnoren/pack/element.h"

/* The wire form of a PACK, both ways (docs/protocol/pack.md, 1). */

const struct pack_limits PACK_LIMITS_LOGIN = {
    .bytes = 64 * 1024,
    .elements = 512, /* a real log-in has 78 */
    .values = 64,
    .all_values = 2048,
    .text_bytes = 4096,
    .data_bytes = 60000, /* a certificate */
};

const struct pack_limits PACK_LIMITS_WELCOME = {
    .bytes = 1024 * 1024,
    .elements = 512,
    .values = 64,
    .all_values = 2048,
    .text_bytes = 4096,
    .data_bytes = 128 * 1024, /* the message of the day; 80 KiB are the most that is shown */
};

const struct pack_limits PACK_LIMITS_RPC = {
    .bytes = 16 * 1024 * 1024,
    .elements = 1024,
    .values = 256 * 1024, /* one per row of a table */
    .all_values = 512 * 1024,
    .text_bytes = 64 * 1024,
    .data_bytes = 16 * 1024 * 1024, /* a whole configuration file */
};

/* Reads a name: its length plus one, then its bytes without the NUL that was counted. */
static bool read_name(struct reader *r, char out[PACK_NAME_MAX + 1], struct noren_err *err)
{
    uint32_t counted = reader_u32(r);

    if (reader_failed(r))
        return noren_err_set(err, NOREN_E_PROTOCOL, "element name cut short");
    if (counted < 2)
        return noren_err_set(err, NOREN_E_PROTOCOL, "element without a name");
    if (counted - 1 > PACK_NAME_MAX)
        return noren_err_set(err, NOREN_E_LIMIT, "element name of %u bytes", counted - 1);

    size_t len = counted - 1;
    const uint8_t *name = reader_take(r, len);
    if (name == NULL)
        return noren_err_set(err, NOREN_E_PROTOCOL, "element name cut short");
    for (size_t i = 0; i < len; i++) {
        if (name[i] < 0x20 || name[i] == 0x7f)
            return noren_err_set(err, NOREN_E_PROTOCOL, "control character in an element name");
    }
    memcpy(out, name, len);
    out[len] = '\0';
    return true;
}

static void read_number(struct reader *r, struct pack_entry *entry)
{
    uint64_t number = entry->type == PACK_INT ? reader_u32(r) : reader_u64(r);

    if (!reader_failed(r))
        pack_entry_add_number(entry, number);
}

static bool read_run(struct reader *r, struct pack_entry *entry, const struct pack_limits *limits,
        struct noren_err *err)
{
    bool is_data = entry->type == PACK_DATA;
    size_t max = is_data ? limits->data_bytes : limits->text_bytes;
    uint32_t len = reader_u32(r);

    if (len > max)
        return noren_err_set(err, NOREN_E_LIMIT, "%s of %u bytes", is_data ? "data" : "text", len);

    const uint8_t *run = reader_take(r, len);
    if (run != NULL && is_data)
        pack_entry_add_data(entry, run, len);
    else if (run != NULL)
        pack_entry_add_text(entry, (const char *)run, len);
    return true;
}

/* Every value takes bytes off the reader, so memory stays in proportion to what has arrived,
 * whatever `count` claims. */
static bool read_values(struct reader *r, struct pack_entry *entry, uint32_t count,
        const struct pack_limits *limits, struct noren_err *err)
{
    for (uint32_t i = 0; i < count && !reader_failed(r); i++) {
        if (entry->type == PACK_INT || entry->type == PACK_INT64)
            read_number(r, entry);
        else if (!read_run(r, entry, limits, err))
            return false;
    }
    if (reader_failed(r))
        return noren_err_set(err, NOREN_E_PROTOCOL, "value cut short");
    return true;
}

static bool read_element(struct reader *r, struct pack *pack, const struct pack_limits *limits,
        struct noren_err *err)
{
    char name[PACK_NAME_MAX + 1];
    if (!read_name(r, name, err))
        return false;

    uint32_t type = reader_u32(r);
    uint32_t count = reader_u32(r);
    if (reader_failed(r))
        return noren_err_set(err, NOREN_E_PROTOCOL, "element head cut short");
    if (type > PACK_INT64)
        return noren_err_set(err, NOREN_E_PROTOCOL, "element of unknown type %u", type);
    if (count == 0)
        return noren_err_set(err, NOREN_E_PROTOCOL, "element without values");
    if (count > limits->values || count > limits->all_values - pack->values_read)
        return noren_err_set(err, NOREN_E_LIMIT, "element with %u values", count);
    if (pack_find(pack, name) != NULL)
        return noren_err_set(err, NOREN_E_PROTOCOL, "element name used twice");
    pack->values_read += count;
    return read_values(r, pack_add_entry(pack, name, (enum pack_type)type), count, limits, err);
}

struct pack *pack_read(
        const void *bytes, size_t len, const struct pack_limits *limits, struct noren_err *err)
{
    noren_cleanup(pack_freep) struct pack *pack = pack_new();
    struct reader r = reader_over(bytes, len);

    if (len > limits->bytes) {
        noren_err_set(err, NOREN_E_LIMIT, "pack of %zu bytes", len);
        return NULL;
    }

    uint32_t count = reader_u32(&r);
    if (reader_failed(&r)) {
        noren_err_set(err, NOREN_E_PROTOCOL, "pack cut short");
        return NULL;
    }
    if (count > limits->elements) {
        noren_err_set(err, NOREN_E_LIMIT, "pack of %u elements", count);
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!read_element(&r, pack, limits, err)) {
            noren_err_wrap(err, "element %u", i);
            return NULL;
        }
    }
    return noren_steal(&pack);
}

static void write_value(
        const struct pack_entry *entry, const struct pack_value *value, struct writer *out)
{
    switch (entry->type) {
    case PACK_INT:
        writer_u32(out, (uint32_t)value->number);
        return;
    case PACK_INT64:
        writer_u64(out, value->number);
        return;
    case PACK_UNISTR: /* its NUL is sent and counted */
        writer_u32(out, (uint32_t)(value->len + 1));
        writer_put(out, value->data, value->len + 1);
        return;
    case PACK_DATA:
    case PACK_STR:
        writer_u32(out, (uint32_t)value->len);
        writer_put(out, value->data, value->len);
        return;
    }
}

void pack_write(const struct pack *pack, struct writer *out)
{
    writer_u32(out, (uint32_t)pack->count);
    for (size_t i = 0; i < pack->count; i++) {
        const struct pack_entry *entry = &pack->entries[i];
        size_t name_len = strlen(entry->name);

        writer_u32(out, (uint32_t)(name_len + 1));
        writer_put(out, entry->name, name_len);
        writer_u32(out, entry->type);
        writer_u32(out, entry->count);
        for (uint32_t v = 0; v < entry->count; v++)
            write_value(entry, &entry->values[v], out);
    }
}
