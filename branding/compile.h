/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>
#include <openssl/evp.h>

#include "noren/base/bytes.h"
#include "noren/base/err.h"

#include "branding/archive.h"

/**
 * Turns a checked folder into the bytes of a `.brandpack`: MANIFEST, its signature by `key`, and
 * every file. Equal folder, key and time give equal bytes (Ed25519 signs without chance).
 */
NOREN_MUST_CHECK bool brand_compile(const struct brandpack *folder, EVP_PKEY *key, gint64 time_s,
        struct writer *out, struct noren_err *err);
