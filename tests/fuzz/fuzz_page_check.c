/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdint.h>
#include <string.h>

#include "noren/base/alloc.h"

#include "branding/page.h"

/* Pages of a brand: every finding has its parts, and a page without one is small enough to load. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static gboolean is_short(const char *id, gpointer count)
{
    (void)count;
    return strlen(id) < 40;
}

static void on_finding(const struct page_finding *finding, gpointer count)
{
    noren_assert(finding->line >= 0 && finding->code[0] == 'E');
    noren_assert(finding->text && finding->remedy);
    ++*(unsigned *)count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    g_autoptr(GBytes) file = g_bytes_new_static(data, len);

    for (const struct page_contract *c = page_contracts(); c->page; c++) {
        unsigned count = 0;
        gboolean clean = page_check(file, c->page, is_short, on_finding, &count);

        noren_assert(clean == (count == 0));
        noren_assert(!clean || len <= PAGE_BYTES_MAX);
    }
    return 0;
}
