/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdint.h>

#include "noren/base/alloc.h"

#include "branding/keyscan.h"
#include "branding/schema.h"

/* Key files of a brand: the scan, and every value against every row of the tables. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void on_problem(void *ctx, int line, enum keyscan_problem problem, const char *text)
{
    (void)ctx;
    (void)problem;
    noren_assert(line >= 1 && text != NULL);
}

static void judge(const struct schema *schema, const struct keyscan_item *item)
{
    const struct schema_key *row = schema_find(schema, item->group, item->key);

    g_free(schema_nearest(schema, item->key));
    if (row != NULL)
        g_free(schema_value_problem(row, item->text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    const char *bad = NULL;
    if (!g_utf8_validate_len((const char *)data, len, &bad))
        len = (size_t)((const uint8_t *)bad - data);

    noren_cleanup(keyscan_freep) struct keyscan *scan =
            keyscan_parse((const char *)data, len, on_problem, NULL);
    for (guint i = 0; i < keyscan_count(scan); i++) {
        const struct keyscan_item *item = keyscan_at(scan, i);
        judge(&SCHEMA_BRAND, item);
        judge(&SCHEMA_PROFILE, item);
        judge(&SCHEMA_LOCKS, item);
        judge(&SCHEMA_LINUX, item);
        noren_assert(keyscan_group_line(scan, item->group) <= item->line);
    }
    return 0;
}
