/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * The RC4 key stream, for version 1 of UDP acceleration only (docs/decisions/0008-rc4-of-our-own.md).
 * It is broken: nothing of ours offers it and nothing new may be built on it.
 */

/** Encrypts or decrypts len bytes from data to out, from the start of the key stream. data and out
 * may be the same. key_len is 1..256. */
void rc4(const uint8_t *key, size_t key_len, const uint8_t *data, size_t len, uint8_t *out);
