/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "model/call.h"

/** A JSON text; bytes above 0x7f are UTF-8 already and stay. */
static void put_text(struct writer *out, const char *text)
{
    writer_u8(out, '"');
    for (; *text; text++) {
        uint8_t byte = (uint8_t)*text;

        if (byte == '"' || byte == '\\') {
            writer_u8(out, '\\');
            writer_u8(out, byte);
        } else if (byte < 0x20 || byte == 0x7f) {
            writer_format(out, "\\u%04x", byte);
        } else {
            writer_u8(out, byte);
        }
    }
    writer_u8(out, '"');
}

static void put_member(struct writer *out, const char *name, const char *text)
{
    writer_format(out, ",\"%s\":", name);
    put_text(out, text);
}

void call_write_hello(struct writer *out)
{
    writer_text(out, "{\"call\":\"hello\",\"version\":1}\n");
}

void call_write_connect(
        struct writer *out, const char *profile, const char *user, const char *password, bool save)
{
    writer_text(out, "{\"call\":\"connect\"");
    put_member(out, "profile", profile);
    if (user && password) {
        put_member(out, "username", user);
        put_member(out, "password", password);
        writer_text(out, save ? ",\"save\":true" : ",\"save\":false");
    }
    writer_text(out, "}\n");
}

void call_write_disconnect(struct writer *out)
{
    writer_text(out, "{\"call\":\"disconnect\"}\n");
}

void call_write_forget(struct writer *out, const char *profile)
{
    writer_text(out, "{\"call\":\"forget\"");
    put_member(out, "profile", profile);
    writer_text(out, "}\n");
}

void call_write_log(struct writer *out, unsigned lines)
{
    writer_format(out, "{\"call\":\"log\",\"lines\":%u}\n", lines);
}
