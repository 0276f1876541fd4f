/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

#include "noren/base/bytes.h"

/**
 * One connection to the service's Unix socket that carries lines. Asynchronous, on the main
 * context of the thread that made it; ends once and is then only good for freeing.
 */

struct channel;

struct channel_callbacks {
    void (*on_open)(gpointer user_data);
    /** One line without its end, at most MODEL_LINE_MAX bytes. */
    void (*on_line)(gpointer user_data, const char *line, size_t len);
    /** Not reached, ended or broken; `why` is for the log. The last callback. May free the channel. */
    void (*on_closed)(gpointer user_data, const char *why);
};

/** Starts to connect. Callbacks come later, never from inside this call. */
struct channel *channel_new(
        const char *path, const struct channel_callbacks *callbacks, gpointer user_data);
/** No callback comes after this. */
void channel_free(struct channel *channel);

/** Sends what was written and wipes the writer. What is sent before on_open waits for it. */
void channel_send(struct channel *channel, struct writer *take_line);
