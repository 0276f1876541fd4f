/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdint.h>
#include <string.h>

#include "noren/base/alloc.h"

#include "branding/placeholder.h"
#include "branding/po.h"

/* Catalogues and their placeholders: whatever is read is bounded, valid UTF-8 text. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void on_problem(void *ctx, int line, enum po_problem problem, const char *text)
{
    (void)ctx;
    (void)problem;
    noren_assert(line >= 1 && text != NULL);
}

static const char *value_of(void *ctx, const char *name)
{
    (void)ctx;
    return strcmp(name, "product") == 0 ? "{product}" : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    noren_cleanup(po_freep) struct po *po = po_parse((const char *)data, len, on_problem, NULL);
    const struct po_entry *entry;

    for (guint i = 0; (entry = po_at(po, i)) != NULL; i++) {
        noren_assert(strlen(entry->text) <= PO_TEXT_MAX_BYTES);
        noren_assert(g_utf8_validate(entry->text, -1, NULL));
        g_autofree char *text = placeholder_fill(entry->text, value_of, NULL);
        g_assert_nonnull(text);
        g_strfreev(placeholder_names(entry->text));
        if (*entry->id != '\0')
            po_find(po, entry->id);
    }
    return 0;
}
