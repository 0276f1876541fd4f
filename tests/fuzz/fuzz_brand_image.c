/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdint.h>

#include "noren/base/alloc.h"

#include "branding/image_info.h"

/* Heads of pictures, and SVG as a whole. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void on_problem(void *ctx, int line, const char *text, const char *remedy)
{
    (void)ctx;
    noren_assert(line >= 1 && text != NULL && remedy != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct image_info info;

    if (image_info_png(data, len, &info) || image_info_jpeg(data, len, &info))
        noren_assert(info.width > 0 && info.height > 0);
    if (len > 0)
        image_info_svg((const char *)data, len, on_problem, NULL, &info);
    return 0;
}
