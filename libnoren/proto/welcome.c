/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "libnoren/proto/messages.h"
#include "libnoren/proto/text.h"

/* The server's answers to a log-in: welcome and redirect (docs/protocol/login.md, 4 and 5). */

enum {
    MESSAGE_MAX = 80 * 1024, /* bytes of a message of the day that are shown */
};

struct pack *welcome_build(
        const struct proto_session_terms *terms, const char *message, bool may_bridge)
{
    struct pack *pack = pack_new();

    pack_add_str(pack, "session_name", terms->session_name);
    pack_add_str(pack, "connection_name", terms->connection_name);
    pack_add_data(pack, "session_key", terms->session_key, sizeof terms->session_key);
    pack_add_int(pack, "session_key_32", terms->session_key_32);
    pack_add_int(pack, "max_connection", terms->max_connection);
    pack_add_bool(pack, "use_encrypt", terms->use_encrypt);
    pack_add_bool(pack, "use_compress", terms->use_compress);
    pack_add_bool(pack, "half_connection", terms->half_connection);
    pack_add_int(pack, "timeout", terms->timeout_ms);
    pack_add_bool(pack, "qos", false);
    pack_add_bool(pack, "is_azure_session", false);
    pack_add_int(pack, "vlan_id", 0);
    /* elements of the policy that are absent read as 0 */
    pack_add_bool(pack, "policy:Access", true);
    pack_add_bool(pack, "policy:NoBridge", !may_bridge);
    pack_add_bool(pack, "policy:NoRouting", !may_bridge);
    pack_add_int(pack, "policy:MaxConnection", terms->max_connection);
    pack_add_int(pack, "policy:TimeOut", terms->timeout_ms / 1000);
    pack_add_bool(pack, "policy:Ver3", true);
    pack_add_data(pack, "Msg", message, message != NULL ? strlen(message) : 0);
    return pack;
}

static bool read_name(const struct pack *pack, const char *element, char out[PROTO_NAME_MAX + 1],
        struct noren_err *err)
{
    const char *name = pack_text(pack, element);

    if (name[0] == '\0' || !text_is_printable(name, PROTO_NAME_MAX))
        return noren_err_set(err, NOREN_E_PROTOCOL, "welcome without a usable %s", element);
    snprintf(out, PROTO_NAME_MAX + 1, "%s", name);
    return true;
}

static bool read_key(
        const struct pack *pack, uint8_t out[PROTO_SESSION_KEY_BYTES], struct noren_err *err)
{
    struct bytes key = pack_data(pack, "session_key");

    if (key.len != PROTO_SESSION_KEY_BYTES)
        return noren_err_set(err, NOREN_E_PROTOCOL, "welcome without a usable session_key");
    memcpy(out, key.data, PROTO_SESSION_KEY_BYTES);
    return true;
}

static uint32_t clamp_timeout(uint32_t timeout_ms)
{
    if (timeout_ms == 0)
        return PROTO_TIMEOUT_DEFAULT_MS;
    if (timeout_ms < PROTO_TIMEOUT_MIN_MS)
        return PROTO_TIMEOUT_MIN_MS;
    return timeout_ms < PROTO_TIMEOUT_MAX_MS ? timeout_ms : PROTO_TIMEOUT_MAX_MS;
}

static uint32_t clamp_connections(uint32_t granted, uint32_t asked)
{
    if (granted > asked)
        granted = asked;
    if (granted > PROTO_CONNECTIONS_MAX)
        granted = PROTO_CONNECTIONS_MAX;
    return granted > 0 ? granted : 1;
}

bool welcome_read(const struct pack *pack, uint32_t asked_connections,
        struct proto_session_terms *out, struct noren_err *err)
{
    struct proto_session_terms terms = {
        .session_key_32 = pack_int(pack, "session_key_32"),
        .max_connection = clamp_connections(pack_int(pack, "max_connection"), asked_connections),
        .use_encrypt = pack_bool(pack, "use_encrypt"),
        .use_compress = pack_bool(pack, "use_compress"),
        .half_connection = pack_bool(pack, "half_connection"),
        .timeout_ms = clamp_timeout(pack_int(pack, "timeout")),
    };

    if (!read_name(pack, "session_name", terms.session_name, err)
            || !read_name(pack, "connection_name", terms.connection_name, err)
            || !read_key(pack, terms.session_key, err))
        return false;
    /* we always ask for it: a server that says no would have us go on in the clear */
    if (!terms.use_encrypt)
        return noren_err_set(err, NOREN_E_PROTOCOL, "server wants the session unencrypted");
    if (terms.half_connection)
        return noren_err_set(err, NOREN_E_PROTOCOL, "server wants half-duplex connections");
    *out = terms;
    return true;
}

char *welcome_message(const struct pack *pack)
{
    return text_clean(pack_data(pack, "Msg"), MESSAGE_MAX);
}

/* The port in use if the member has it, else its first. 0 when there is none. */
static uint16_t choose_port(const struct pack *pack, uint16_t port_in_use)
{
    uint32_t first = pack_int(pack, "Port");

    for (uint32_t i = 0; i < pack_count(pack, "Port"); i++) {
        if (pack_int_at(pack, "Port", i) == port_in_use)
            return port_in_use;
    }
    return first <= UINT16_MAX ? (uint16_t)first : 0;
}

bool redirect_read(const struct pack *pack, uint16_t port_in_use, struct client_event *out,
        struct noren_err *err)
{
    struct bytes ticket = pack_data(pack, "Ticket");
    struct bytes cert = pack_data(pack, "Cert");
    uint32_t ip = pack_ipv4(pack, "Ip");
    uint16_t port = choose_port(pack, port_in_use);

    if (ticket.len != PROTO_TICKET_BYTES || cert.len == 0 || ip == 0 || port == 0)
        return noren_err_set(err, NOREN_E_PROTOCOL, "redirect without address, ticket or cert");
    out->ticket = ticket.data;
    out->redirect_cert = cert;
    out->redirect_ip = ip;
    out->redirect_port = port;
    return true;
}
