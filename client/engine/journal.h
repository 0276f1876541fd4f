/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "noren/base/err.h"
#include "noren/os/netconf.h"

/**
 * What has to be undone on this machine, on disk before it is done.
 *
 * A text file of one line a change. It is only ever appended to, so a power cut can do no worse than
 * cut its last line short, and the change of a line cut short was never made. The file is locked
 * while it is open: one process owns it.
 *
 *     netns 4026531840
 *     route 10.0.0.0/8 via 192.168.30.1 dev acme0 metric 5
 *     address 192.168.30.10/24 dev acme0
 *     dns /var/lib/acme/resolv.conf.before
 *     undone 1
 *
 * "undone N" takes back the N-th change, counted from 0. Belongs to one thread; calls block for a
 * disk write.
 */

enum { JOURNAL_CHANGES_MAX = 256, JOURNAL_LINE_MAX = 1024, JOURNAL_COMPACT_BYTES = 65536 };

enum change_kind { CHANGE_ADDRESS, CHANGE_ROUTE, CHANGE_DNS };

struct change {
    enum change_kind kind;
    struct net_route route; /**< ROUTE; for ADDRESS its dev */
    uint32_t ip;            /**< ADDRESS, network byte order */
    uint8_t prefix;         /**< ADDRESS */
    char path[256];         /**< DNS: where the former content is kept */
};

struct journal;

/**
 * Opens or makes the file, mode 0600. Changes left by a process that died are there to be walked.
 * NOREN_E_STATE when another process owns it, NOREN_E_IO. Lines that are no lines of ours are
 * skipped and counted.
 */
NOREN_MUST_CHECK struct journal *journal_open(const char *path, struct noren_err *err);
/** Closes; the file stays as it is. */
void journal_close(struct journal *journal);

/** Changes not yet undone, in the order in which they were made. Borrowed until the next call. */
size_t journal_count(const struct journal *journal);
const struct change *journal_at(const struct journal *journal, size_t index);
uint32_t journal_bad_lines(const struct journal *journal);
/** Whether the file was written in this process's network namespace (or is new). */
bool journal_is_of_this_network(const struct journal *journal);

/** On disk when it returns true: only then make the change. NOREN_E_IO, NOREN_E_LIMIT. */
NOREN_MUST_CHECK bool journal_add(
        struct journal *journal, const struct change *change, struct noren_err *err);
/** Call after the change at `index` was undone. The last one empties the file. */
NOREN_MUST_CHECK bool journal_undone(struct journal *journal, size_t index, struct noren_err *err);

/** One line with or without its LF; false when it is none of ours. */
bool change_parse(const char *line, struct change *out);
/** The line without LF. */
void change_format(const struct change *change, char *out, size_t size);
