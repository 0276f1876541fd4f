/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "noren/base/err.h"
#include "noren/base/log.h"
#include "noren/os/netconf.h"

/**
 * Every change that a connection makes to this machine goes through here: written to the journal,
 * then made; undone in reverse order. Belongs to one loop; calls block for a disk write.
 */

struct machine;

/**
 * Opens the journal and undoes what a process that died left behind. `dns_backup` is where the
 * system's own DNS settings are kept while ours are in place. NOREN_E_STATE: another client runs.
 */
NOREN_MUST_CHECK struct machine *machine_new(const char *journal_path, const char *dns_backup,
        struct noren_log *log, struct noren_err *err);
/**
 * Undoes what dead processes left behind in the journals of a folder: every file "journal" or
 * "journal.*" that no living process owns. Best effort; what stays is logged.
 */
void machine_undo_left(const char *state_dir, struct noren_log *log);

/** Undoes everything first. */
void machine_free(struct machine *machine);
static inline void machine_freep(struct machine **machine)
{
    machine_free(*machine);
}

NOREN_MUST_CHECK bool machine_add_address(struct machine *machine, const char *dev, uint32_t ip,
        uint8_t prefix, struct noren_err *err);
NOREN_MUST_CHECK bool machine_add_route(
        struct machine *machine, const struct net_route *route, struct noren_err *err);
NOREN_MUST_CHECK bool machine_set_dns(struct machine *machine, const char *dev,
        const uint32_t *servers, uint8_t count, const char *domain, struct noren_err *err);

/** Routes and DNS only: the address stays, so that connections over the tunnel live on. */
void machine_undo_paths(struct machine *machine);
/** Everything, in reverse order. What cannot be undone is logged and stays in the journal. */
void machine_undo_all(struct machine *machine);
