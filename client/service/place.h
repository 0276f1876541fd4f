/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "noren/base/err.h"

/**
 * Who the program is and where its files lie (docs/installed-layout.md). All of it follows from the
 * brand's id, or, without a brand, from the name under which the program was started.
 */

/** What the command line gave; NULL: not given. Borrowed. */
struct place_options {
    const char *brand_file, *keys_file, *state_dir, *run_dir, *log_file;
};

struct place {
    char name[64];     /**< folder names: the brand's id or the program's name */
    char product[128]; /**< told to servers: "Acme VPN Client" */
    char netdev[16];
    bool has_brand;
    bool auto_connect;                    /**< [first-run] auto-connect of the pack */
    char *state_dir, *run_dir, *log_file; /**< owned, as those below */
    char *socket, *pid_file, *users, *credentials, *profiles_dir;
};

/**
 * Finds brand and folders; with a brand, verifies the pack and unpacks its profiles and trust files
 * into run_dir/pack when `unpack` is set. NOREN_E_TRUST: the pack is not by its keys.
 */
NOREN_MUST_CHECK bool place_find(const struct place_options *options, const char *program,
        bool unpack, struct place *out, struct noren_err *err);
void place_clear(struct place *place);

/** Makes the folders: state 0700, run 0755. */
NOREN_MUST_CHECK bool place_make_folders(const struct place *place, struct noren_err *err);
/** The folder of the log file, 0755, for who writes one. */
NOREN_MUST_CHECK bool place_make_log_folder(const struct place *place, struct noren_err *err);
/** 20 random bytes made at the first start and kept in the state folder. */
NOREN_MUST_CHECK bool place_machine_id(
        const struct place *place, uint8_t out[20], struct noren_err *err);

/**
 * The text for servers. They take a peer whose name holds "server" or "bridge" for one (protocol,
 * 3.2), so that a product with such a name is told as plain "SSL-VPN Client". Pure.
 */
void place_product_text(const char *product, char out[128]);
