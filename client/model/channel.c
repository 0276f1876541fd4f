/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "model/channel.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/secret.h"

#include "model/status.h"

enum { CHUNK_BYTES = 4096, QUEUE_BYTES_MAX = 4 * MODEL_LINE_MAX };

/* GIO calls back after a cancel too; the callback then finds `freed` and touches nothing else. So
 * the struct is counted: one for the owner, one for each operation under way. */
struct channel {
    gatomicrefcount refs;
    gboolean freed;
    const struct channel_callbacks *callbacks;
    gpointer user_data;
    GCancellable *cancellable;
    GSocketConnection *connection; /* NULL until open */
    GByteArray *received;          /* the beginning of a line */
    struct writer queued;          /* waits for the write under way */
    struct writer sending;
    gboolean is_sending;
    char chunk[CHUNK_BYTES];
};

static void flush(struct channel *channel);
static void read_more(struct channel *channel);

static struct channel *channel_hold(struct channel *channel)
{
    g_atomic_ref_count_inc(&channel->refs);
    return channel;
}

static void channel_drop(struct channel *channel)
{
    if (!g_atomic_ref_count_dec(&channel->refs))
        return;
    g_clear_object(&channel->cancellable);
    g_clear_object(&channel->connection);
    g_byte_array_unref(channel->received);
    writer_wipe(&channel->queued);
    writer_wipe(&channel->sending);
    g_free(channel);
}

NOREN_DEFINE_CLEANUP(struct channel, channel_drop)

static void end(struct channel *channel, const char *why)
{
    if (channel->freed)
        return;
    channel->freed = TRUE; /* no callback after this one */
    g_cancellable_cancel(channel->cancellable);
    channel->callbacks->on_closed(channel->user_data, why);
}

/** Hands out every whole line. FALSE when a line is too long or the channel ended meanwhile. */
static gboolean hand_out_lines(struct channel *channel)
{
    GByteArray *received = channel->received;
    const guint8 *line_end;

    while (received->len && (line_end = memchr(received->data, '\n', received->len))) {
        guint len = (guint)(line_end - received->data);
        g_autofree char *line = g_strndup((const char *)received->data, len);

        g_byte_array_remove_range(received, 0, len + 1);
        channel->callbacks->on_line(channel->user_data, line, len);
        if (channel->freed)
            return FALSE;
    }
    if (received->len <= MODEL_LINE_MAX)
        return TRUE;
    end(channel, "line too long");
    return FALSE;
}

static void on_read(GObject *source, GAsyncResult *result, gpointer data)
{
    noren_cleanup(channel_dropp) struct channel *channel = data;
    g_autoptr(GError) error = NULL;
    gssize got = g_input_stream_read_finish(G_INPUT_STREAM(source), result, &error);

    if (channel->freed)
        return;
    if (got <= 0) {
        end(channel, error ? error->message : "closed by the service");
        return;
    }
    g_byte_array_append(channel->received, (const guint8 *)channel->chunk, (guint)got);
    if (hand_out_lines(channel))
        read_more(channel);
}

static void read_more(struct channel *channel)
{
    GInputStream *input = g_io_stream_get_input_stream(G_IO_STREAM(channel->connection));

    g_input_stream_read_async(input, channel->chunk, sizeof channel->chunk, G_PRIORITY_DEFAULT,
            channel->cancellable, on_read, channel_hold(channel));
}

static void on_written(GObject *source, GAsyncResult *result, gpointer data)
{
    noren_cleanup(channel_dropp) struct channel *channel = data;
    g_autoptr(GError) error = NULL;
    gboolean ok = g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, &error);

    channel->is_sending = FALSE;
    writer_wipe(&channel->sending);
    if (channel->freed)
        return;
    if (ok)
        flush(channel);
    else
        end(channel, error->message);
}

static void flush(struct channel *channel)
{
    if (!channel->connection || channel->is_sending || channel->queued.len == 0)
        return;
    channel->sending = channel->queued;
    writer_init_secret(&channel->queued, QUEUE_BYTES_MAX);
    channel->is_sending = TRUE;

    GOutputStream *output = g_io_stream_get_output_stream(G_IO_STREAM(channel->connection));
    g_output_stream_write_all_async(output, channel->sending.data, channel->sending.len,
            G_PRIORITY_DEFAULT, channel->cancellable, on_written, channel_hold(channel));
}

static void on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
    noren_cleanup(channel_dropp) struct channel *channel = data;
    g_autoptr(GError) error = NULL;

    if (channel->freed)
        return;
    channel->connection = g_socket_client_connect_finish(G_SOCKET_CLIENT(source), result, &error);
    if (!channel->connection) {
        end(channel, error->message);
        return;
    }
    read_more(channel);
    channel->callbacks->on_open(channel->user_data);
    if (!channel->freed)
        flush(channel);
}

struct channel *channel_new(
        const char *path, const struct channel_callbacks *callbacks, gpointer user_data)
{
    struct channel *channel = g_new0(struct channel, 1);
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);

    g_atomic_ref_count_init(&channel->refs);
    channel->callbacks = callbacks;
    channel->user_data = user_data;
    channel->cancellable = g_cancellable_new();
    channel->received = g_byte_array_new();
    writer_init_secret(&channel->queued, QUEUE_BYTES_MAX);
    writer_init_secret(&channel->sending, QUEUE_BYTES_MAX);
    g_socket_client_set_enable_proxy(client, FALSE);
    g_socket_client_connect_async(client, G_SOCKET_CONNECTABLE(address), channel->cancellable,
            on_connected, channel_hold(channel));
    return channel;
}

void channel_free(struct channel *channel)
{
    if (!channel)
        return;
    channel->freed = TRUE;
    g_cancellable_cancel(channel->cancellable);
    channel_drop(channel);
}

void channel_send(struct channel *channel, struct writer *take_line)
{
    if (!writer_failed(take_line))
        writer_put(&channel->queued, take_line->data, take_line->len);
    writer_wipe(take_line);
    if (writer_failed(&channel->queued))
        end(channel, "the service does not read");
    else
        flush(channel);
}
