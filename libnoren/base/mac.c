/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/mac.h"

#include <stdio.h>

#include "noren/base/bytes.h"

struct mac_text mac_format(struct mac mac)
{
    struct mac_text out;
    const uint8_t *b = mac.byte;

    snprintf(out.text, sizeof out.text, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3],
            b[4], b[5]);
    return out;
}

bool mac_parse(const char *text, struct mac *out)
{
    char digits[13] = "";

    if (strlen(text) != 17)
        return false;
    for (size_t i = 0; i < 17; i++) {
        if (i % 3 != 2)
            digits[i - i / 3] = text[i];
        else if (text[i] != ':' && text[i] != '-')
            return false;
    }
    return noren_unhex(digits, out->byte, sizeof out->byte);
}
