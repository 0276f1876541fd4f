/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "noren/base/bytes.h"
#include "noren/pack/pack.h"

/** What the conversations in the tests of proto are made of. */

/** Appends a POST of `body` to `path` with the content type of PACKs. */
void talk_post(struct writer *out, const char *path, const void *body, size_t len);
/** Appends the short signature. */
void talk_signature(struct writer *out);
/** Appends a request that carries the pack. */
void talk_request(struct writer *out, struct pack *take_pack);
/** Appends a reply that carries the pack. */
void talk_reply(struct writer *out, struct pack *take_pack);

/** Takes one reply off `in`; fails the test when there is no whole one. `head_only` as after HEAD. */
struct talk_answer {
    int status;
    struct pack *pack; /**< NULL unless the reply carries one; pack_free() it */
};
struct talk_answer talk_read(struct reader *in, bool head_only);
