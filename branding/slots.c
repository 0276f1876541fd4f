/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/slots.h"

#include <string.h>

enum { DRAWN = SLOT_SVG | SLOT_PNG, PHOTO = SLOT_PNG | SLOT_JPEG };

#define ICON(slot_name, need, reason)                                                          \
    {                                                                                          \
        slot_name, DRAWN, .required = (need), .square = TRUE, .alpha = TRUE, .min_width = 256, \
                          .min_height = 256, .best_width = 1024, .best_height = 1024,          \
                          .why = (reason)                                                      \
    }
#define TRAY(slot_name, reason)                                                                   \
    {                                                                                             \
        slot_name, DRAWN, .required = TRUE, .square = TRUE, .alpha = TRUE, .has_dark = TRUE,      \
                          .min_width = 32, .min_height = 32, .best_width = 64, .best_height = 64, \
                          .why = (reason)                                                         \
    }
#define STATE(slot_name)                                                                     \
    {                                                                                        \
        slot_name, DRAWN, .square = TRUE, .alpha = TRUE, .has_dark = TRUE, .min_width = 256, \
                          .min_height = 256, .best_width = 512, .best_height = 512           \
    }
#define PICTURE(slot_name, formats_, w, h, bytes)                                        \
    {                                                                                    \
        slot_name, formats_, .has_dark = TRUE, .min_width = (w), .min_height = (h),      \
                             .best_width = (w), .best_height = (h), .max_bytes = (bytes) \
    }

static const struct slot SLOTS[] = {
    ICON("app-icon", TRUE, "without it the program has no icon"),
    { "app-icon-small", DRAWN, .square = TRUE, .alpha = TRUE, .min_width = 32, .min_height = 32,
            .best_width = 64, .best_height = 64 },
    TRAY("tray-off", "without it nobody sees that the connection is off"),
    TRAY("tray-connecting", "without it nobody sees that a connection is being made"),
    TRAY("tray-on", "without it nobody sees that the connection stands"),
    TRAY("tray-error", "without it a broken connection looks connected"),
    { "logo", DRAWN, .required = TRUE, .has_dark = TRUE, .min_width = 400, .min_height = 100,
            .best_width = 800, .best_height = 200, .why = "without it the window has no head" },
    PICTURE("welcome", PHOTO, 1200, 800, 600 * 1024),
    STATE("state-off"),
    STATE("state-on"),
    STATE("state-busy"),
    STATE("state-error"),
    PICTURE("setup-side", SLOT_PNG, 656, 1256, 0),
    PICTURE("setup-head", SLOT_PNG, 600, 228, 0),
    ICON("setup-icon", FALSE, NULL),
    ICON("uninstall-icon", FALSE, NULL),
    PICTURE("web-hero", PHOTO, 1600, 900, 0),
    PICTURE("social", PHOTO, 1200, 630, 0),
    { .name = NULL },
};

static const struct slot SCREENSHOT = { "screenshot", SLOT_PNG, .min_width = 1280,
    .min_height = 720, .best_width = 1280, .best_height = 720 };

const struct slot *slots_all(void)
{
    return SLOTS;
}

static unsigned format_of(const char *ending)
{
    if (strcmp(ending, ".svg") == 0)
        return SLOT_SVG;
    if (strcmp(ending, ".png") == 0)
        return SLOT_PNG;
    return strcmp(ending, ".jpg") == 0 || strcmp(ending, ".jpeg") == 0 ? SLOT_JPEG : 0;
}

static gboolean is_named(const struct slot *slot, const char *stem)
{
    size_t len = strlen(slot->name);

    if (strncmp(slot->name, stem, len) != 0)
        return FALSE;
    return stem[len] == '\0' || (slot->has_dark && strcmp(stem + len, "-dark") == 0);
}

const struct slot *slot_of_path(const char *path)
{
    const char *ending = strrchr(path, '.');
    unsigned format = ending != NULL ? format_of(ending) : 0;

    if (!g_str_has_prefix(path, "images/") || format == 0)
        return NULL;
    g_autofree char *stem =
            g_strndup(path + strlen("images/"), (gsize)(ending - path) - strlen("images/"));
    if (format == SLOT_PNG && g_regex_match_simple("^screenshot-[a-z0-9-]{1,20}$", stem, 0, 0))
        return &SCREENSHOT;
    for (const struct slot *slot = SLOTS; slot->name != NULL; slot++) {
        if (is_named(slot, stem) && (slot->formats & format) != 0)
            return slot;
    }
    return NULL;
}
