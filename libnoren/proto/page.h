/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "libnoren/proto/http.h"

/**
 * Appends the page that answers whoever does not speak the protocol; `status` is "403 Forbidden" and
 * the like. The page is the same whatever was asked: nothing of the peer comes back
 * (docs/protocol/login.md, 1).
 */
void page_write(struct writer *out, const char *status, enum http_body_kind kind);
