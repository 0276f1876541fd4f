/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/pack/pack.h"

#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/secret.h"

#include "libnoren/pack/element.h"

enum {
    IPV6_BYTES = 16,
    ADDRESS_NAME_ROOM = PACK_NAME_MAX + sizeof "@ipv6_scope_id",
};

struct pack *pack_new(void)
{
    return noren_alloc(sizeof(struct pack));
}

static void clear_entry(struct pack_entry *entry)
{
    for (uint32_t i = 0; i < entry->count; i++) {
        if (entry->values[i].data != NULL)
            secret_wipe(entry->values[i].data, entry->values[i].len);
        free(entry->values[i].data);
    }
    free(entry->values);
}

void pack_free(struct pack *pack)
{
    if (pack == NULL)
        return;
    for (size_t i = 0; i < pack->count; i++)
        clear_entry(&pack->entries[i]);
    free(pack->entries);
    free(pack);
}

static char lower(char letter)
{
    return (char)(letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
}

/* strcasecmp() would follow the locale. */
static bool same_name(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

struct pack_entry *pack_find(const struct pack *pack, const char *name)
{
    for (size_t i = 0; i < pack->count; i++) {
        if (same_name(pack->entries[i].name, name))
            return &pack->entries[i];
    }
    return NULL;
}

struct pack_entry *pack_add_entry(struct pack *pack, const char *name, enum pack_type type)
{
    size_t len = strlen(name);

    noren_assert(len > 0 && len <= PACK_NAME_MAX);
    if (pack->count == pack->room) {
        pack->room = pack->room > 0 ? 2 * pack->room : 8;
        pack->entries = noren_realloc_array(pack->entries, pack->room, sizeof *pack->entries);
    }

    struct pack_entry *entry = &pack->entries[pack->count++];
    *entry = (struct pack_entry){ .type = type };
    memcpy(entry->name, name, len);
    return entry;
}

static struct pack_value *add_value(struct pack_entry *entry)
{
    if (entry->count == entry->room) {
        entry->room = entry->room > 0 ? 2 * entry->room : 1;
        entry->values = noren_realloc_array(entry->values, entry->room, sizeof *entry->values);
    }

    struct pack_value *value = &entry->values[entry->count++];
    *value = (struct pack_value){ 0 };
    return value;
}

void pack_entry_add_number(struct pack_entry *entry, uint64_t number)
{
    add_value(entry)->number = number;
}

void pack_entry_add_data(struct pack_entry *entry, const void *data, size_t len)
{
    struct pack_value *value = add_value(entry);

    value->data = noren_alloc(len + 1);
    value->len = len;
    if (len > 0)
        memcpy(value->data, data, len);
}

static bool is_space(char letter)
{
    return letter == ' ' || (letter >= '\t' && letter <= '\r');
}

void pack_entry_add_text(struct pack_entry *entry, const char *text, size_t len)
{
    len = text != NULL ? strnlen(text, len) : 0;
    while (len > 0 && is_space(*text)) {
        text++;
        len--;
    }
    while (len > 0 && is_space(text[len - 1]))
        len--;
    pack_entry_add_data(entry, text, len);
}

/* The element to add a value to: an old one of the same type or a new one. */
static struct pack_entry *entry_for(struct pack *pack, const char *name, enum pack_type type)
{
    struct pack_entry *entry = pack_find(pack, name);

    if (entry == NULL)
        return pack_add_entry(pack, name, type);
    noren_assert(entry->type == type);
    return entry;
}

void pack_add_int(struct pack *pack, const char *name, uint32_t value)
{
    pack_entry_add_number(entry_for(pack, name, PACK_INT), value);
}

void pack_add_int64(struct pack *pack, const char *name, uint64_t value)
{
    pack_entry_add_number(entry_for(pack, name, PACK_INT64), value);
}

void pack_add_bool(struct pack *pack, const char *name, bool value)
{
    pack_add_int(pack, name, value ? 1 : 0);
}

void pack_add_data(struct pack *pack, const char *name, const void *data, size_t len)
{
    pack_entry_add_data(entry_for(pack, name, PACK_DATA), data, len);
}

void pack_add_str(struct pack *pack, const char *name, const char *text)
{
    pack_entry_add_text(entry_for(pack, name, PACK_STR), text, strlen(text));
}

void pack_add_unistr(struct pack *pack, const char *name, const char *text)
{
    pack_entry_add_text(entry_for(pack, name, PACK_UNISTR), text, strlen(text));
}

/* Joins the name of an address and the name of one of its parts. */
static void part_name(char out[ADDRESS_NAME_ROOM], const char *name, const char *part)
{
    size_t len = strlen(name);

    noren_assert(len + strlen(part) <= PACK_NAME_MAX);
    memcpy(out, name, len);
    memcpy(out + len, part, strlen(part) + 1);
}

/* The wire form has the bytes of the address the other way round: a is the lowest, d the highest. */
static uint32_t wire_from_ipv4(uint32_t ip)
{
    uint8_t byte[4];

    memcpy(byte, &ip, sizeof byte);
    return (uint32_t)byte[0] | (uint32_t)byte[1] << 8 | (uint32_t)byte[2] << 16
           | (uint32_t)byte[3] << 24;
}

static uint32_t ipv4_from_wire(uint32_t wire)
{
    const uint8_t byte[4] = { (uint8_t)wire, (uint8_t)(wire >> 8), (uint8_t)(wire >> 16),
        (uint8_t)(wire >> 24) };
    uint32_t ip;

    memcpy(&ip, byte, sizeof ip);
    return ip;
}

void pack_add_ipv4(struct pack *pack, const char *name, uint32_t ip)
{
    static const uint8_t no_ipv6[IPV6_BYTES];
    char part[ADDRESS_NAME_ROOM];

    part_name(part, name, "@ipv6_bool");
    pack_add_bool(pack, part, false);
    part_name(part, name, "@ipv6_array");
    pack_add_data(pack, part, no_ipv6, sizeof no_ipv6);
    part_name(part, name, "@ipv6_scope_id");
    pack_add_int(pack, part, 0);
    pack_add_int(pack, name, wire_from_ipv4(ip));
}

/* The value asked for, or NULL when any part of the question does not fit. */
static const struct pack_value *find_value(
        const struct pack *pack, const char *name, enum pack_type type, uint32_t index)
{
    const struct pack_entry *entry = pack_find(pack, name);

    if (entry == NULL || entry->type != type || index >= entry->count)
        return NULL;
    return &entry->values[index];
}

bool pack_has(const struct pack *pack, const char *name)
{
    return pack_find(pack, name) != NULL;
}

uint32_t pack_count(const struct pack *pack, const char *name)
{
    const struct pack_entry *entry = pack_find(pack, name);

    return entry != NULL ? entry->count : 0;
}

uint32_t pack_int(const struct pack *pack, const char *name)
{
    return pack_int_at(pack, name, 0);
}

uint32_t pack_int_at(const struct pack *pack, const char *name, uint32_t index)
{
    const struct pack_value *value = find_value(pack, name, PACK_INT, index);

    return value != NULL ? (uint32_t)value->number : 0;
}

uint64_t pack_int64(const struct pack *pack, const char *name)
{
    return pack_int64_at(pack, name, 0);
}

uint64_t pack_int64_at(const struct pack *pack, const char *name, uint32_t index)
{
    const struct pack_value *value = find_value(pack, name, PACK_INT64, index);

    return value != NULL ? value->number : 0;
}

bool pack_bool(const struct pack *pack, const char *name)
{
    return pack_int(pack, name) != 0;
}

struct bytes pack_data(const struct pack *pack, const char *name)
{
    return pack_data_at(pack, name, 0);
}

struct bytes pack_data_at(const struct pack *pack, const char *name, uint32_t index)
{
    const struct pack_value *value = find_value(pack, name, PACK_DATA, index);

    return value != NULL ? (struct bytes){ .data = value->data, .len = value->len }
                         : (struct bytes){ 0 };
}

const char *pack_text(const struct pack *pack, const char *name)
{
    return pack_text_at(pack, name, 0);
}

const char *pack_text_at(const struct pack *pack, const char *name, uint32_t index)
{
    const struct pack_value *value = find_value(pack, name, PACK_STR, index);

    if (value == NULL)
        value = find_value(pack, name, PACK_UNISTR, index);
    return value != NULL ? (const char *)value->data : "";
}

uint32_t pack_ipv4(const struct pack *pack, const char *name)
{
    char part[ADDRESS_NAME_ROOM];

    part_name(part, name, "@ipv6_bool");
    if (pack_bool(pack, part))
        return 0;
    return ipv4_from_wire(pack_int(pack, name));
}

size_t pack_element_count(const struct pack *pack)
{
    return pack->count;
}

struct pack_element pack_element_at(const struct pack *pack, size_t index)
{
    noren_assert(index < pack->count);

    const struct pack_entry *entry = &pack->entries[index];
    return (struct pack_element){ .name = entry->name, .type = entry->type, .count = entry->count };
}
