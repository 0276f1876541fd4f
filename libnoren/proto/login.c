/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "noren/base/alloc.h"

#include "libnoren/proto/messages.h"
#include "libnoren/proto/text.h"

/* Requests of a client: log-in, further connection, management (docs/protocol/login.md, 3). */

enum {
    AUTH_INTERNAL_FIRST = 96, /* exist inside the reference server only */
    AUTH_INTERNAL_LAST = 98,
    PLAIN_PASSWORD_MAX = 255,
};

/* A server takes a client whose text holds one of these words for a bridge (login.md, 3.1). */
static const char *product_for_wire(const char *product)
{
    if (text_contains(product, "server") || text_contains(product, "bridge"))
        return "VPN Client";
    return product;
}

static struct pack *request_build(const char *method, const struct client_request *request)
{
    struct pack *pack = pack_new();

    pack_add_str(pack, "method", method);
    pack_add_str(pack, "client_str", product_for_wire(request->product));
    pack_add_int(pack, "client_ver", request->version);
    pack_add_int(pack, "client_build", request->build);
    return pack;
}

static void add_answer(
        struct pack *pack, struct sha0_digest hash, const uint8_t challenge[CHALLENGE_BYTES])
{
    struct sha0_digest answer = password_answer(&hash, challenge);

    pack_add_data(pack, "secure_password", answer.byte, sizeof answer.byte);
    secret_wipe(&hash, sizeof hash);
}

static void add_credential(struct pack *pack, const struct client_request *request,
        const uint8_t challenge[CHALLENGE_BYTES])
{
    const char *password = request->password != NULL ? secret_text(request->password) : "";

    pack_add_int(pack, "authtype", request->auth_type);
    switch (request->auth_type) {
    case PROTO_AUTH_PASSWORD:
        add_answer(pack, password_hash_user(password, request->user), challenge);
        return;
    case PROTO_AUTH_PLAIN:
        pack_add_str(pack, "plain_password", password);
        return;
    case PROTO_AUTH_TICKET:
        noren_assert(request->ticket != NULL);
        pack_add_data(pack, "ticket", request->ticket, PROTO_TICKET_BYTES);
        return;
    case PROTO_AUTH_ANONYMOUS:
    case PROTO_AUTH_CERT: /* not offered by this client: the server refuses it */
        return;
    }
}

static void add_optional(struct pack *pack, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0')
        pack_add_str(pack, name, text);
}

/* What an administrator of the server sees. The hub's name must not come again: it would collide
 * with `hubname`, as names compare without regard to case. */
static void add_node_info(struct pack *pack, const struct client_request *request)
{
    add_optional(pack, "ClientProductName", request->product);
    add_optional(pack, "ClientOsName", request->os_name);
    add_optional(pack, "ClientHostname", request->host_name);
}

struct pack *login_build(
        const struct client_request *request, const uint8_t challenge[CHALLENGE_BYTES])
{
    struct pack *pack = request_build("login", request);

    pack_add_str(pack, "hello", request->product);
    pack_add_int(pack, "version", request->version);
    pack_add_int(pack, "build", request->build);
    pack_add_str(pack, "hubname", request->hub != NULL ? request->hub : "");
    pack_add_str(pack, "username", request->user);
    add_credential(pack, request, challenge);
    pack_add_int(pack, "protocol", 0);
    pack_add_int(pack, "max_connection", request->max_connection);
    pack_add_bool(pack, "use_encrypt", true);
    pack_add_bool(pack, "use_compress", request->use_compress);
    pack_add_bool(pack, "half_connection", false);
    pack_add_bool(pack, "require_bridge_routing_mode", request->wants_bridge);
    pack_add_bool(pack, "require_monitor_mode", false);
    pack_add_bool(pack, "qos", false);
    pack_add_data(pack, "unique_id", request->machine_id, sizeof request->machine_id);
    add_node_info(pack, request);
    return pack;
}

/* A name that may be looked up and logged. */
static bool is_name(const char *name)
{
    return name[0] != '\0' && text_is_printable(name, PROTO_NAME_MAX);
}

static const uint8_t *read_answer(const struct pack *pack)
{
    struct bytes answer = pack_data(pack, "secure_password");

    return answer.len == SHA0_BYTES ? answer.data : NULL;
}

static enum proto_error read_credential(const struct pack *pack, struct server_login *out)
{
    out->auth_type = pack_int(pack, "authtype");
    if (out->auth_type >= AUTH_INTERNAL_FIRST && out->auth_type <= AUTH_INTERNAL_LAST)
        return PROTO_E_AUTH_TYPE;

    if (out->auth_type == PROTO_AUTH_PASSWORD) {
        out->answer = read_answer(pack);
        return out->answer != NULL ? PROTO_OK : PROTO_E_PROTOCOL;
    }
    if (out->auth_type == PROTO_AUTH_PLAIN) {
        out->plain_password = pack_text(pack, "plain_password");
        if (!pack_has(pack, "plain_password") || strlen(out->plain_password) > PLAIN_PASSWORD_MAX)
            return PROTO_E_PROTOCOL;
    }
    return PROTO_OK;
}

static void read_client(const struct pack *pack, struct server_login *out)
{
    const char *product = pack_text(pack, "client_str");

    if (product[0] == '\0')
        product = pack_text(pack, "hello");
    out->client_product = text_is_printable(product, PROTO_NAME_MAX) ? product : "";
    out->client_version = pack_int(pack, "client_ver");
    out->client_build = pack_int(pack, "client_build");
    out->pack = pack;
}

static void read_options(const struct pack *pack, struct server_login *out)
{
    uint32_t connections = pack_int(pack, "max_connection");

    if (connections > PROTO_CONNECTIONS_MAX)
        connections = PROTO_CONNECTIONS_MAX;
    out->max_connection = connections > 0 ? connections : 1;
    out->use_encrypt = pack_bool(pack, "use_encrypt");
    out->use_compress = pack_bool(pack, "use_compress");
    out->half_connection = pack_bool(pack, "half_connection");
    out->wants_monitor = pack_bool(pack, "require_monitor_mode");
    /* cascades and bridges do not set the flag: their product text tells */
    out->wants_bridge = pack_bool(pack, "require_bridge_routing_mode")
                        || text_contains(out->client_product, "server")
                        || text_contains(out->client_product, "bridge");
}

enum proto_error login_read(const struct pack *pack, struct server_login *out)
{
    struct server_login login = { .hub = pack_text(pack, "hubname"),
        .user = pack_text(pack, "username") };

    if (!is_name(login.hub) || !is_name(login.user))
        return PROTO_E_PROTOCOL;

    enum proto_error error = read_credential(pack, &login);
    if (error != PROTO_OK)
        return error;
    read_client(pack, &login);
    read_options(pack, &login);
    *out = login;
    return PROTO_OK;
}

struct pack *admin_build(
        const struct client_request *request, const uint8_t challenge[CHALLENGE_BYTES])
{
    struct pack *pack = request_build("admin", request);
    const char *password = request->password != NULL ? secret_text(request->password) : "";

    pack_add_bool(pack, "accept_empty_password", true);
    add_optional(pack, "hubname", request->hub);
    add_answer(pack, password_hash_admin(password), challenge);
    return pack;
}

enum proto_error admin_read(const struct pack *pack, struct server_login *out)
{
    struct server_login login = { .hub = pack_text(pack, "hubname"), .user = "" };

    login.auth_type = PROTO_AUTH_PASSWORD;
    login.answer = read_answer(pack);
    if (login.answer == NULL || !text_is_printable(login.hub, PROTO_NAME_MAX))
        return PROTO_E_PROTOCOL;
    login.max_connection = 1;
    read_client(pack, &login);
    *out = login;
    return PROTO_OK;
}

struct pack *attach_build(const struct client_request *request)
{
    struct pack *pack = request_build("additional_connect", request);

    noren_assert(request->session_key != NULL);
    pack_add_data(pack, "session_key", request->session_key, PROTO_SESSION_KEY_BYTES);
    return pack;
}

enum proto_error attach_read(const struct pack *pack, const uint8_t **out_key)
{
    struct bytes key = pack_data(pack, "session_key");

    if (key.len != PROTO_SESSION_KEY_BYTES)
        return PROTO_E_PROTOCOL;
    *out_key = key.data;
    return PROTO_OK;
}
