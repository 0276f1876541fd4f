/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "sdk/norenctl/prompt.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "noren/base/alloc.h"

static bool read_line(FILE *terminal, struct secret *out, struct noren_err *err)
{
    char line[1024];

    if (fgets(line, sizeof line, terminal) == NULL)
        line[0] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    size_t len = strlen(line);
    if (len > 0)
        secret_set(out, line, len);
    secret_wipe(line, sizeof line);
    return len > 0 || noren_err_set(err, NOREN_E_ARGUMENT, "no password was given");
}

bool prompt_password(const char *question, struct secret *out, struct noren_err *err)
{
    FILE *terminal = fopen("/dev/tty", "r+e");
    struct termios before, silent;

    if (terminal == NULL)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "no terminal to ask for the password; give --password-file FILE");
    if (tcgetattr(fileno(terminal), &before) != 0) {
        noren_err_set_os(err, NOREN_E_IO, errno, "terminal");
        (void)fclose(terminal);
        return false;
    }
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    (void)tcsetattr(fileno(terminal), TCSAFLUSH, &silent);
    (void)fprintf(terminal, "%s: ", question);
    (void)fflush(terminal);
    bool ok = read_line(terminal, out, err);
    (void)tcsetattr(fileno(terminal), TCSAFLUSH, &before);
    (void)fputc('\n', terminal);
    (void)fclose(terminal);
    return ok;
}
