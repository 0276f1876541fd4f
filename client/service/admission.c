/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "service/admission.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/os/paths.h"

enum { USERS_FILE_MAX = 65536 };

static bool line_names(const char *line, size_t len, uid_t uid, const char *name)
{
    char number[16];

    snprintf(number, sizeof number, "%u", (unsigned)uid);
    if (len == strlen(number) && memcmp(line, number, len) == 0)
        return true;
    return len > 0 && len == strlen(name) && memcmp(line, name, len) == 0;
}

bool admission_text_allows(const char *text, uid_t uid, const char *name)
{
    if (uid == 0)
        return true;
    while (*text != '\0') {
        const char *line = text + strspn(text, " \t");
        if (line_names(line, strcspn(line, " \t\r\n#"), uid, name))
            return true;
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return false;
}

bool admission_allows(const char *users_path, uid_t uid)
{
    noren_cleanup(writer_clear) struct writer text;
    struct passwd entry, *found = NULL;
    char buffer[4096];

    if (uid == 0)
        return true;
    writer_init(&text, USERS_FILE_MAX + 1);
    if (!noren_file_read(users_path, USERS_FILE_MAX, &text, NULL))
        return false;
    writer_u8(&text, 0);
    if (getpwuid_r(uid, &entry, buffer, sizeof buffer, &found) != 0)
        found = NULL;
    return admission_text_allows((const char *)text.data, uid, found == NULL ? "" : entry.pw_name);
}
