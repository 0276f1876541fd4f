/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"

#include "engine/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A line that is understood is written back as one that means the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    noren_cleanup(noren_freep) char *line = noren_strndup(len == 0 ? "" : (const char *)data, len);
    struct change change, again;
    char text[JOURNAL_LINE_MAX];

    if (!change_parse(line, &change))
        return 0;
    change_format(&change, text, sizeof text);
    noren_assert(strchr(text, '\n') == NULL);
    noren_assert(change_parse(text, &again));
    noren_assert(memcmp(&change, &again, sizeof change) == 0);
    return 0;
}
