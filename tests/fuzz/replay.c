/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"

/* Stands in for the fuzzer: feeds every file of the folders named on the command line, and every
 * prefix of it, to the target. Without a folder, fuzz_x takes tests/fuzz/corpus/x. Fails when a
 * folder is missing or empty. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { FILE_MAX_BYTES = 1 << 20, PREFIXES_MAX = 4096 };

static int replay_file(const char *path)
{
    noren_cleanup(noren_freep) uint8_t *data = noren_alloc(FILE_MAX_BYTES);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return 1;
    }

    size_t len = fread(data, 1, FILE_MAX_BYTES, file);
    fclose(file);
    for (size_t cut = 0; cut < len && cut < PREFIXES_MAX; cut++) {
        /* a copy of exact size, so that a sanitizer sees one byte too many */
        noren_cleanup(noren_freep) uint8_t *prefix = noren_alloc(cut);
        memcpy(prefix, data, cut);
        LLVMFuzzerTestOneInput(prefix, cut);
    }
    return LLVMFuzzerTestOneInput(data, len);
}

static int replay_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    int count = 0;
    int failed = 0;
    if (dir == NULL) {
        perror(folder);
        return 1;
    }

    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        noren_cleanup(noren_freep) char *path = noren_asprintf("%s/%s", folder, entry->d_name);
        if (entry->d_name[0] == '.')
            continue;
        failed |= replay_file(path);
        count++;
    }
    closedir(dir);
    printf("%s: %d inputs replayed\n", folder, count);
    return failed | (count == 0);
}

/* libtool may have put "lt-" in front of the name. */
static int replay_own_corpus(const char *program)
{
    const char *srcdir = getenv("srcdir");
    const char *name = strstr(program, "fuzz_");
    for (const char *next = name; next != NULL; next = strstr(name + 1, "fuzz_"))
        name = next;
    if (name == NULL)
        return 1;

    noren_cleanup(noren_freep) char *folder = noren_asprintf(
            "%s/tests/fuzz/corpus/%s", srcdir != NULL ? srcdir : ".", name + strlen("fuzz_"));
    return replay_folder(folder);
}

int main(int argc, char **argv)
{
    int failed = argc < 2 ? replay_own_corpus(argv[0]) : 0;

    for (int i = 1; i < argc; i++)
        failed |= replay_folder(argv[i]);
    return failed;
}
