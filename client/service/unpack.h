/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "branding/archive.h"

/**
 * Writes profiles/ and trust/ of a verified pack into run_dir/pack, readable by root alone, in
 * place of what an earlier run left there.
 */
NOREN_MUST_CHECK bool unpack_connections(
        const struct brandpack *pack, const char *run_dir, struct noren_err *err);
