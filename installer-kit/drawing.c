/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "installer-kit/kit.h"

/* Neutral drawings for a new brand, good enough to start with: a gate in the brand's colour. */

#define HEAD(size, height) \
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " size " " height "\">\n"

/* COLOR stands for the accent. */
static const struct {
    const char *shape, *svg;
} DRAWINGS[] = {
    { "app-icon",
            HEAD("256",
                    "256") "  <rect x=\"16\" y=\"16\" width=\"224\" height=\"224\" rx=\"52\" "
                           "fill=\"COLOR\"/>\n"
                           "  <path d=\"M64 188v-44a64 64 0 0 1 128 0v44\" fill=\"none\" "
                           "stroke=\"#ffffff\" stroke-width=\"26\" stroke-linecap=\"round\"/>\n"
                           "  <circle cx=\"128\" cy=\"160\" r=\"22\" fill=\"#ffffff\"/>\n</svg>\n" },
    { "logo", HEAD("320", "80") "  <rect x=\"4\" y=\"4\" width=\"72\" height=\"72\" rx=\"17\" "
                                "fill=\"COLOR\"/>\n"
                                "  <path d=\"M20 59V46a20 20 0 0 1 40 0v13\" fill=\"none\" "
                                "stroke=\"#ffffff\" stroke-width=\"8\" stroke-linecap=\"round\"/>\n"
                                "  <circle cx=\"40\" cy=\"50\" r=\"7\" fill=\"#ffffff\"/>\n"
                                "  <path d=\"M100 30h196M100 52h132\" stroke=\"COLOR\" "
                                "stroke-width=\"10\" stroke-linecap=\"round\"/>\n</svg>\n" },
    { "tray-off", HEAD("64", "64") "  <circle cx=\"32\" cy=\"32\" r=\"22\" fill=\"none\" "
                                   "stroke=\"#6b7280\" stroke-width=\"6\"/>\n</svg>\n" },
    { "tray-connecting",
            HEAD("64", "64") "  <circle cx=\"12\" cy=\"32\" r=\"7\" fill=\"COLOR\"/>\n"
                             "  <circle cx=\"32\" cy=\"32\" r=\"7\" fill=\"COLOR\"/>\n"
                             "  <circle cx=\"52\" cy=\"32\" r=\"7\" fill=\"COLOR\"/>\n</svg>\n" },
    { "tray-on",
            HEAD("64", "64") "  <path fill-rule=\"evenodd\" fill=\"COLOR\" d=\"M32 4a28 28 0 1 0 0 "
                             "56 28 28 0 0 0 0-56zM18 33l5-5 7 7 13-14 5 5-18 19z\"/>\n</svg>\n" },
    { "tray-error",
            HEAD("64", "64") "  <path fill-rule=\"evenodd\" fill=\"#b3261e\" d=\"M32 5l29 53H3zM29 "
                             "24v16h6V24zm0 20v6h6v-6z\"/>\n</svg>\n" },
};

char *kit_drawing(const char *shape, const char *color)
{
    for (gsize i = 0; i < G_N_ELEMENTS(DRAWINGS); i++) {
        if (strcmp(DRAWINGS[i].shape, shape) != 0)
            continue;
        g_auto(GStrv) parts = g_strsplit(DRAWINGS[i].svg, "COLOR", -1);
        return g_strjoinv(color, parts);
    }
    return NULL;
}
