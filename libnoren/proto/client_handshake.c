/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/proto/handshake.h"

#include "libnoren/proto/http.h"
#include "libnoren/proto/messages.h"
#include "libnoren/proto/text.h"

/* The client's side of the conversation before data mode (docs/protocol/login.md, 6). */

enum state {
    AWAIT_HELLO,   /* the signature was sent */
    AWAIT_WELCOME, /* each of the three methods has its own state to wait in */
    AWAIT_ATTACHED,
    AWAIT_ADMITTED,
    ACCEPTED, /* data mode or management calls follow */
    OVER,
    STATES,
};

/* What a reply is. */
enum reply {
    REPLY_PACK, /* none of the others */
    REPLY_ERROR,
    REPLY_REDIRECT,
    REPLY_NOOP,
    REPLIES,
};

/* Our own copy of the request: its pointers point to what stands behind it. */
struct request_copy {
    struct client_request view;
    struct secret password;
    uint8_t session_key[PROTO_SESSION_KEY_BYTES];
    uint8_t ticket[PROTO_TICKET_BYTES];
    char *server, *hub, *user, *product, *os_name, *host_name;
};

struct client_handshake {
    enum state state;
    struct request_copy request;
    struct http_reader http;
    struct writer in; /* not read yet; after ACCEPTED the rest */
    struct writer out;
    uint32_t noops;
    int64_t step_deadline_ms;
    int64_t total_deadline_ms;
    struct pack *pack; /* the reply in hand; events borrow from it */
    char *message;
    struct client_event event;
};

enum {
    REPLY_MAX = 1024 * 1024,
    IN_MAX = 4 * 1024 * 1024, /* a reply and what a server may send behind it at once */
    OUT_MAX = 256 * 1024,
};

static void copy_key(const uint8_t **view, uint8_t *copy, size_t len, const uint8_t *from)
{
    if (from == NULL)
        return;
    memcpy(copy, from, len);
    *view = copy;
}

static void copy_request(struct request_copy *copy, const struct client_request *from)
{
    copy->view = *from;
    copy->view.server = copy->server = noren_strdup(from->server);
    copy->view.hub = copy->hub = noren_strdup(from->hub);
    copy->view.user = copy->user = noren_strdup(from->user != NULL ? from->user : "");
    copy->view.product = copy->product = noren_strdup(from->product);
    copy->view.os_name = copy->os_name = noren_strdup(from->os_name);
    copy->view.host_name = copy->host_name = noren_strdup(from->host_name);
    copy_key(&copy->view.session_key, copy->session_key, sizeof copy->session_key,
            from->session_key);
    copy_key(&copy->view.ticket, copy->ticket, sizeof copy->ticket, from->ticket);
    if (from->password != NULL && secret_is_set(from->password))
        secret_set(&copy->password, from->password->data, from->password->len);
    copy->view.password = &copy->password;
}

static void clear_request(struct request_copy *copy)
{
    secret_clear(&copy->password);
    free(copy->server);
    free(copy->hub);
    free(copy->user);
    free(copy->product);
    free(copy->os_name);
    free(copy->host_name);
    secret_wipe(copy, sizeof *copy);
}

struct client_handshake *client_handshake_new(const struct client_request *request, int64_t now_ms)
{
    struct client_handshake *h = noren_alloc(sizeof *h);

    copy_request(&h->request, request);
    http_reader_init(&h->http, REPLY_MAX);
    writer_init_secret(&h->in, IN_MAX);
    writer_init_secret(&h->out, OUT_MAX);
    h->step_deadline_ms = now_ms + HANDSHAKE_STEP_MS;
    h->total_deadline_ms = now_ms + HANDSHAKE_TOTAL_MS;
    http_write_post(&h->out, TARGET_SIGNATURE, h->request.server, "image/jpeg", signature_short());
    return h;
}

void client_handshake_free(struct client_handshake *h)
{
    if (h == NULL)
        return;
    clear_request(&h->request);
    http_reader_clear(&h->http);
    writer_clear(&h->in);
    writer_clear(&h->out);
    pack_free(h->pack);
    free(h->message);
    secret_wipe(&h->event, sizeof h->event);
    free(h);
}

static void send_pack(struct client_handshake *h, struct pack *take_pack)
{
    noren_cleanup(pack_freep) struct pack *pack = take_pack;
    struct writer body;

    writer_init_secret(&body, 0);
    pack_write(pack, &body);
    http_write_post(&h->out, TARGET_PACK, h->request.server, HTTP_TYPE_PACK,
            (struct bytes){ .data = body.data, .len = body.len });
    writer_clear(&body);
}

/* ---- steps ---- */

static bool step_hello(struct client_handshake *h, struct noren_err *err)
{
    const struct client_request *request = &h->request.view;
    uint8_t challenge[CHALLENGE_BYTES];

    if (!hello_read(h->pack, challenge, err))
        return false;
    switch (request->method) {
    case CLIENT_LOGIN:
        send_pack(h, login_build(request, challenge));
        h->state = AWAIT_WELCOME;
        return true;
    case CLIENT_ATTACH:
        send_pack(h, attach_build(request));
        h->state = AWAIT_ATTACHED;
        return true;
    case CLIENT_ADMIN:
        send_pack(h, admin_build(request, challenge));
        h->state = AWAIT_ADMITTED;
        return true;
    }
    return noren_err_set(err, NOREN_E_ARGUMENT, "unknown method");
}

static bool step_welcome(struct client_handshake *h, struct noren_err *err)
{
    if (!welcome_read(h->pack, h->request.view.max_connection, &h->event.terms, err))
        return false;
    h->message = welcome_message(h->pack);
    h->event.message = h->message;
    h->event.kind = CLIENT_EVENT_WELCOME;
    h->state = ACCEPTED;
    return true;
}

static bool step_attached(struct client_handshake *h, struct noren_err *err)
{
    uint32_t direction = pack_int(h->pack, "direction");

    if (direction > PROTO_DIRECTION_TO_SERVER)
        return noren_err_set(err, NOREN_E_PROTOCOL, "connection of unknown direction");
    h->event.direction = direction;
    h->event.kind = CLIENT_EVENT_ATTACHED;
    h->state = ACCEPTED;
    return true;
}

static bool step_admitted(struct client_handshake *h, struct noren_err *err)
{
    (void)err;
    h->event.kind = CLIENT_EVENT_ADMITTED;
    h->state = ACCEPTED;
    return true;
}

static bool step_refused(struct client_handshake *h, struct noren_err *err)
{
    (void)err;
    h->event.error = pack_int(h->pack, "error");
    h->event.kind = CLIENT_EVENT_REFUSED;
    h->state = OVER;
    return true;
}

/* The server wants one more request, of whatever content, before it lets go of the ticket. */
static bool step_redirect(struct client_handshake *h, struct noren_err *err)
{
    struct pack *last = pack_new();

    pack_add_data(last, "pencore", NULL, 0);
    send_pack(h, last);
    if (!redirect_read(h->pack, h->request.view.port, &h->event, err))
        return false;
    h->event.kind = CLIENT_EVENT_REDIRECT;
    h->state = OVER;
    return true;
}

static bool step_skip(struct client_handshake *h, struct noren_err *err)
{
    if (++h->noops > HANDSHAKE_NOOPS_MAX)
        return noren_err_set(err, NOREN_E_LIMIT, "over %d noops", HANDSHAKE_NOOPS_MAX);
    return true;
}

/* ---- the table ---- */

typedef bool (*step_fn)(struct client_handshake *h, struct noren_err *err);

/* An empty cell is a violation. ACCEPTED and OVER read no replies. */
static const step_fn STEPS[STATES][REPLIES] = {
    [AWAIT_HELLO] = {
        [REPLY_PACK] = step_hello,
        [REPLY_ERROR] = step_refused,
        [REPLY_NOOP] = step_skip,
    },
    [AWAIT_WELCOME] = {
        [REPLY_PACK] = step_welcome,
        [REPLY_ERROR] = step_refused,
        [REPLY_REDIRECT] = step_redirect,
        [REPLY_NOOP] = step_skip,
    },
    [AWAIT_ATTACHED] = {
        [REPLY_PACK] = step_attached,
        [REPLY_ERROR] = step_refused,
        [REPLY_NOOP] = step_skip,
    },
    [AWAIT_ADMITTED] = {
        [REPLY_PACK] = step_admitted,
        [REPLY_ERROR] = step_refused,
        [REPLY_NOOP] = step_skip,
    },
};

static enum reply classify(const struct pack *pack)
{
    if (pack_int(pack, "error") != 0)
        return REPLY_ERROR;
    if (pack_int(pack, "noop") != 0)
        return REPLY_NOOP;
    return pack_int(pack, "Redirect") != 0 ? REPLY_REDIRECT : REPLY_PACK;
}

/* The most that a reply may have: little until the server has said hello. */
static const struct pack_limits *reply_limits(const struct client_handshake *h)
{
    return h->state == AWAIT_HELLO ? &PACK_LIMITS_LOGIN : &PACK_LIMITS_WELCOME;
}

static bool check_head(const struct client_handshake *h, struct noren_err *err)
{
    const struct http_head *head = &h->http.head;

    if (strcmp(head->token[0], "HTTP/1.1") != 0 || strcmp(head->token[1], "200") != 0
            || !text_same(head->content_type, HTTP_TYPE_PACK))
        return noren_err_set(err, NOREN_E_PROTOCOL, "not a VPN server: unexpected HTTP reply");
    if (head->content_length == 0)
        return noren_err_set(err, NOREN_E_PROTOCOL, "HTTP reply without a body");
    if (head->content_length > reply_limits(h)->bytes)
        return noren_err_set(err, NOREN_E_LIMIT, "reply of %u bytes", head->content_length);
    return true;
}

static bool run_step(struct client_handshake *h, int64_t now_ms, struct noren_err *err)
{
    pack_free(h->pack);
    h->pack = pack_read(h->http.body.data, h->http.body.len, reply_limits(h), err);
    if (h->pack == NULL)
        return noren_err_wrap(err, "reply");

    step_fn step = STEPS[h->state][classify(h->pack)];
    if (step == NULL)
        return noren_err_set(err, NOREN_E_PROTOCOL, "unexpected reply");
    if (!step(h, err))
        return false;
    http_reader_restart(&h->http);
    h->step_deadline_ms = now_ms + HANDSHAKE_STEP_MS;
    return true;
}

static bool reads_replies(const struct client_handshake *h)
{
    return h->state != ACCEPTED && h->state != OVER;
}

/* Not a byte more is read once data mode may begin. */
static bool read_replies(
        struct client_handshake *h, struct reader *in, int64_t now_ms, struct noren_err *err)
{
    while (reads_replies(h)) {
        switch (http_next(&h->http, in, err)) {
        case HTTP_MORE:
            return true;
        case HTTP_HEAD:
            if (!check_head(h, err))
                return false;
            break;
        case HTTP_BODY:
            if (!run_step(h, now_ms, err))
                return false;
            break;
        case HTTP_BROKEN:
            return noren_err_wrap(err, "not a VPN server");
        }
    }
    return true;
}

bool client_handshake_receive(struct client_handshake *h, const uint8_t *bytes, size_t len,
        int64_t now_ms, struct noren_err *err)
{
    if (h->state == OVER)
        return noren_err_set(err, NOREN_E_CLOSED, "bytes after the end of the conversation");
    if (len > IN_MAX - h->in.len) {
        h->state = OVER;
        return noren_err_set(err, NOREN_E_LIMIT, "over %d bytes in the log-in", IN_MAX);
    }
    writer_put(&h->in, bytes, len);

    struct reader in = reader_over(h->in.data, h->in.len);
    bool ok = read_replies(h, &in, now_ms, err);
    writer_consume(&h->in, h->in.len - reader_left(&in));
    if (!ok)
        h->state = OVER;
    return ok;
}

/* ---- time, events, bytes ---- */

int64_t client_handshake_deadline_ms(const struct client_handshake *h)
{
    if (!reads_replies(h))
        return NOREN_NO_DEADLINE;
    return h->step_deadline_ms < h->total_deadline_ms ? h->step_deadline_ms : h->total_deadline_ms;
}

bool client_handshake_tick(struct client_handshake *h, int64_t now_ms, struct noren_err *err)
{
    if (now_ms < client_handshake_deadline_ms(h))
        return true;
    h->state = OVER;
    return noren_err_set(err, NOREN_E_TIMEOUT, "server does not answer");
}

bool client_handshake_next_event(struct client_handshake *h, struct client_event *out)
{
    if (h->event.kind == CLIENT_EVENT_NONE)
        return false;
    *out = h->event;
    h->event.kind = CLIENT_EVENT_NONE;
    return true;
}

size_t client_handshake_pending(const struct client_handshake *h, const uint8_t **out)
{
    *out = h->out.data;
    return h->out.len;
}

void client_handshake_sent(struct client_handshake *h, size_t len)
{
    writer_consume(&h->out, len);
}

struct bytes client_handshake_rest(const struct client_handshake *h)
{
    return (struct bytes){ .data = h->in.data, .len = h->in.len };
}
