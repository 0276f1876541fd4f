/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/io/tls.h"

#include "engine/profile.h"

/**
 * The TLS context that trusts what the profile's files say: every certificate of each *.pem, every
 * pin (one a line, # comments) of each *.pin, and the system's roots for trust=system.
 * NULL with NOREN_E_ARGUMENT or NOREN_E_IO, naming the file.
 */
NOREN_MUST_CHECK struct tls_context *trust_load(
        const struct profile *profile, struct noren_err *err);
