/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/**
 * The base brand, compiled in: strings, images, style and pages as data under /noren/base/.
 *
 * Needs GIO only, so that the brand loader and the kit can use it without a display.
 */

/** The bundle; registered with GIO as soon as this is called. Borrowed. */
GResource *resources_base(void);

/** A file by its path below resources/ ("strings/en.po"); NULL when there is none. Own it. */
GBytes *resources_file(const char *path);

/** The names in a folder ("strings"), sorted, NULL-terminated; empty when there is none. Own it. */
char **resources_list(const char *folder);
