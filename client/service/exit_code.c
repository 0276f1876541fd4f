/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "service/exit_code.h"

#include <string.h>

enum exit_code exit_code_of(enum engine_error error)
{
    switch (error) {
    case ENGINE_OK:
        return EXIT_FINE;
    case ENGINE_E_PROFILE:
        return EXIT_PROFILE;
    case ENGINE_E_AUTH:
    case ENGINE_E_HUB:
    case ENGINE_E_LIMIT:
    case ENGINE_E_DENIED:
        return EXIT_AUTH;
    case ENGINE_E_TRUST:
        return EXIT_TRUST;
    case ENGINE_E_UNREACHABLE:
    case ENGINE_E_NAME:
    case ENGINE_E_NOT_VPN:
        return EXIT_UNREACHABLE;
    case ENGINE_E_DEVICE:
        return EXIT_DEVICE;
    case ENGINE_E_NO_ADDRESS:
        return EXIT_NO_ADDRESS;
    case ENGINE_E_INTERNAL:
        return EXIT_OTHER;
    }
    return EXIT_OTHER;
}

enum exit_code exit_code_of_word(const char *word)
{
    for (int error = ENGINE_OK; error <= ENGINE_E_INTERNAL; error++)
        if (strcmp(engine_error_name((enum engine_error)error), word) == 0)
            return exit_code_of((enum engine_error)error);
    return EXIT_OTHER;
}
