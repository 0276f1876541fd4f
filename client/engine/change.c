/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "noren/base/alloc.h"

#include "engine/journal.h"
#include "engine/profile_value.h"
#include "engine/text.h"

/* One change as a line of the journal, both directions. */

enum { WORDS_MAX = 8 };

/* Cuts at single blanks, in place; the number of words, or 0 when there are too many. */
static size_t split_words(char *line, char *words[WORDS_MAX])
{
    size_t count = 0;

    for (char *word = line; word != NULL;) {
        if (count == WORDS_MAX)
            return 0;
        words[count++] = word;
        word = strchr(word, ' ');
        if (word != NULL)
            *word++ = '\0';
    }
    return count;
}

static bool read_dev(const char *word, char out[16])
{
    if (!profile_netdev_is_valid(word) && strchr(word, '.') == NULL && strchr(word, '@') == NULL)
        return false;
    if (strlen(word) > 15)
        return false;
    memcpy(out, word, strlen(word) + 1);
    return true;
}

static bool read_metric(const char *word, uint32_t *out)
{
    uint64_t number = 0;

    if (*word == '\0' || strlen(word) > 10)
        return false;
    for (; *word != '\0'; word++) {
        if (*word < '0' || *word > '9')
            return false;
        number = number * 10 + (uint64_t)(*word - '0');
    }
    *out = (uint32_t)number;
    return number <= UINT32_MAX;
}

static bool parse_route(char *const words[WORDS_MAX], size_t count, struct change *change)
{
    struct net_route *route = &change->route;

    change->kind = CHANGE_ROUTE;
    return count == 8 && strcmp(words[2], "via") == 0 && strcmp(words[4], "dev") == 0
           && strcmp(words[6], "metric") == 0
           && text_parse_network(words[1], false, &route->network, &route->prefix)
           && text_parse_ipv4(words[3], &route->gateway) && read_dev(words[5], route->dev)
           && read_metric(words[7], &route->metric);
}

static bool parse_address(char *const words[WORDS_MAX], size_t count, struct change *change)
{
    change->kind = CHANGE_ADDRESS;
    return count == 4 && strcmp(words[2], "dev") == 0
           && text_parse_network(words[1], true, &change->ip, &change->prefix)
           && read_dev(words[3], change->route.dev);
}

/* The path is the rest of the line: it may hold blanks. */
static bool parse_dns(const char *path, struct change *change)
{
    change->kind = CHANGE_DNS;
    if (*path != '/' || strlen(path) >= sizeof change->path)
        return false;
    memcpy(change->path, path, strlen(path) + 1);
    return true;
}

bool change_parse(const char *line, struct change *out)
{
    char copy[JOURNAL_LINE_MAX];
    char *words[WORDS_MAX] = { NULL };
    struct change change = { .kind = CHANGE_DNS };
    size_t len = strcspn(line, "\n");

    if (len >= sizeof copy)
        return false;
    memcpy(copy, line, len);
    copy[len] = '\0';

    bool good = false;
    if (strncmp(copy, "dns ", 4) == 0)
        good = parse_dns(copy + 4, &change);
    else if (strncmp(copy, "route ", 6) == 0)
        good = parse_route(words, split_words(copy, words), &change);
    else if (strncmp(copy, "address ", 8) == 0)
        good = parse_address(words, split_words(copy, words), &change);
    if (good)
        *out = change;
    return good;
}

void change_format(const struct change *change, char *out, size_t size)
{
    switch (change->kind) {
    case CHANGE_ADDRESS:
        snprintf(out, size, "address %s/%u dev %s", text_ipv4(change->ip).text, change->prefix,
                change->route.dev);
        return;
    case CHANGE_ROUTE:
        snprintf(out, size, "route %s/%u via %s dev %s metric %u",
                text_ipv4(change->route.network).text, change->route.prefix,
                text_ipv4(change->route.gateway).text, change->route.dev, change->route.metric);
        return;
    case CHANGE_DNS:
        snprintf(out, size, "dns %s", change->path);
        return;
    }
}
