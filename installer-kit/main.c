/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <locale.h>
#include <string.h>

#include "installer-kit/kit.h"

static const char USAGE[] =
        "usage: noren-kit COMMAND ...\n"
        "\n"
        "  new DIR --id ID --product NAME [--company NAME] [--server HOST:PORT] [--hub HUB]\n"
        "          [--ca FILE] [--color #rrggbb]\n"
        "      makes a brand folder to start from\n"
        "  check DIR\n"
        "      tells everything that is wrong with a brand folder\n"
        "  build DIR --target run --out OUTDIR [--credentials FILE] [--signing-key FILE]\n"
        "          [--payload DIR] [--release]\n"
        "      builds the installer for Linux\n"
        "  schema\n"
        "      prints what may stand in the files of a brand\n"
        "\n"
        "Exit status: 0 done, 1 the brand has errors, 2 wrong use, 3 something refused.\n"
        "See noren-kit(1) and docs/brand-pack.md.\n";

int main(int argc, char **argv)
{
    const char *command = argc > 1 ? argv[1] : "";

    setlocale(LC_ALL, "");
    if (strcmp(command, "new") == 0)
        return kit_new(argc - 1, argv + 1, stdout);
    if (strcmp(command, "check") == 0)
        return kit_check(argc - 1, argv + 1, stdout);
    if (strcmp(command, "build") == 0)
        return kit_build(argc - 1, argv + 1, stdout);
    if (strcmp(command, "schema") == 0)
        return kit_schema(stdout);
    if (strcmp(command, "--version") == 0) {
        puts("noren-kit " PACKAGE_VERSION);
        return KIT_OK;
    }
    bool asked = strcmp(command, "--help") == 0 || strcmp(command, "help") == 0;
    fputs(USAGE, asked ? stdout : stderr);
    return asked ? KIT_OK : KIT_USAGE;
}
