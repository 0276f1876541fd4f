/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "resources/resources.h"

#include <string.h>

#include "resources/base-resources.h"

#define PREFIX "/noren/base/"

GResource *resources_base(void)
{
    return base_get_resource();
}

GBytes *resources_file(const char *path)
{
    g_autofree char *full = g_strconcat(PREFIX, path, NULL);

    return g_resource_lookup_data(resources_base(), full, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char **resources_list(const char *folder)
{
    g_autofree char *full = g_strconcat(PREFIX, folder, NULL);
    char **names = g_resource_enumerate_children(
            resources_base(), full, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

    if (!names)
        return g_new0(char *, 1);
    qsort(names, g_strv_length(names), sizeof *names, by_name);
    return names;
}
