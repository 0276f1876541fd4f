/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "libnoren/proto/page.h"

/*
 * The wording is part of the protocol: before its log-in the stock client (5.01.9674, unless its
 * account says "/tcp") asks GET / with "X-VPN: 1" and goes on only when it reads exactly this, from
 * the first line to "on this server.<P>" (tried against it; the rest may differ).
 */
static const char PAGE[] = "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\r\n"
                           "<HTML><HEAD>\r\n"
                           "<TITLE>403 Forbidden</TITLE>\r\n"
                           "</HEAD><BODY>\r\n"
                           "<H1>Forbidden</H1>\r\n"
                           "You don't have permission to access /\r\n"
                           "on this server.<P>\r\n"
                           "</BODY></HTML>\r\n";

void page_write(struct writer *out, const char *status, enum http_body_kind kind)
{
    struct bytes page = { .data = (const uint8_t *)PAGE, .len = sizeof PAGE - 1 };

    http_write_reply(out, status, "text/html; charset=iso-8859-1", page, kind);
}
