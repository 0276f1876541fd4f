/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/proto/handshake.h"

#include "libnoren/proto/http.h"
#include "libnoren/proto/messages.h"
#include "libnoren/proto/page.h"
#include "libnoren/proto/text.h"

/* The server's side of the conversation before data mode (docs/protocol/login.md, 6 has the picture
 * of the two tables below). */

enum state {
    AWAIT_SIGNATURE,
    AWAIT_REQUEST, /* hello was sent */
    AWAIT_ANSWER,  /* our owner decides about `asked` */
    ACCEPTED,      /* data mode or management calls follow */
    OVER,          /* refused, broken or used up */
    STATES,
};

/* What a complete HTTP request is, judged by its head and, for the signature, its body. */
enum request {
    REQUEST_SIGNATURE,
    REQUEST_WRONG_SIGNATURE,
    REQUEST_WRONG_LENGTH, /* told by the head; the body is not waited for */
    REQUEST_HOME,
    REQUEST_ELSEWHERE,
    REQUEST_STRANGE_METHOD,
    REQUEST_PACK,
    REQUESTS,
};

struct server_handshake {
    enum state state;
    char *product;
    uint8_t challenge[CHALLENGE_BYTES];
    struct http_reader http;
    struct writer in; /* not read yet; after ACCEPTED the rest */
    struct writer out;
    size_t received;
    uint32_t requests;
    uint32_t noops;
    int64_t step_deadline_ms;
    int64_t total_deadline_ms;
    struct pack *pack; /* the request in hand; events borrow from it */
    enum server_event_kind asked;
    struct server_event event;
};

enum {
    OUT_MAX = 1024 * 1024,
};

struct server_handshake *server_handshake_new(
        const char *product, const uint8_t challenge[CHALLENGE_BYTES], int64_t now_ms)
{
    struct server_handshake *h = noren_alloc(sizeof *h);

    h->product = noren_strdup(product);
    memcpy(h->challenge, challenge, CHALLENGE_BYTES);
    http_reader_init(&h->http, HANDSHAKE_MESSAGE_MAX);
    writer_init_secret(&h->in, HANDSHAKE_CONNECTION_MAX);
    writer_init_secret(&h->out, OUT_MAX);
    h->step_deadline_ms = now_ms + HANDSHAKE_STEP_MS;
    h->total_deadline_ms = now_ms + HANDSHAKE_TOTAL_MS;
    return h;
}

void server_handshake_free(struct server_handshake *h)
{
    if (h == NULL)
        return;
    http_reader_clear(&h->http);
    writer_clear(&h->in);
    writer_clear(&h->out);
    pack_free(h->pack);
    free(h->product);
    free(h);
}

/* ---- answers ---- */

static void send_pack(struct server_handshake *h, struct pack *take_pack)
{
    noren_cleanup(pack_freep) struct pack *pack = take_pack;
    struct writer body;

    writer_init_secret(&body, 0);
    pack_write(pack, &body);
    http_write_reply(&h->out, "200 OK", HTTP_TYPE_PACK,
            (struct bytes){ .data = body.data, .len = body.len }, HTTP_WITH_BODY);
    writer_clear(&body);
}

static void send_error(struct server_handshake *h, uint32_t error)
{
    struct pack *pack = pack_new();

    pack_add_int(pack, "error", error);
    pack_add_bool(pack, "no_save_password", false);
    send_pack(h, pack);
}

static void send_page(struct server_handshake *h, const char *status)
{
    bool head_only = strcmp(h->http.head.token[0], "HEAD") == 0;

    page_write(&h->out, status, head_only ? HTTP_HEAD_ONLY : HTTP_WITH_BODY);
}

/* ---- steps before the hello ---- */

static bool step_hello(struct server_handshake *h, struct noren_err *err)
{
    (void)err;
    send_pack(h, hello_build(h->product, h->challenge));
    h->state = AWAIT_REQUEST;
    return true;
}

static bool step_forbidden(struct server_handshake *h, struct noren_err *err)
{
    (void)err;
    send_page(h, "403 Forbidden");
    return true;
}

static bool step_give_up(struct server_handshake *h, struct noren_err *err)
{
    send_page(h, "403 Forbidden");
    return noren_err_set(err, NOREN_E_PROTOCOL, "first request of %u bytes is no signature",
            h->http.head.content_length);
}

static bool step_not_found(struct server_handshake *h, struct noren_err *err)
{
    (void)err;
    send_page(h, "404 Not Found");
    return true;
}

static bool step_not_implemented(struct server_handshake *h, struct noren_err *err)
{
    (void)err;
    send_page(h, "501 Method Not Implemented");
    return true;
}

/* ---- methods after the hello ---- */

static bool refuse_method(struct server_handshake *h, enum proto_error error, struct noren_err *err)
{
    send_error(h, error);
    return noren_err_set(err, NOREN_E_PROTOCOL, "request answered with error %d", (int)error);
}

/* Hands a request up, or refuses it when its fields were not fit for that. */
static bool ask_owner(struct server_handshake *h, enum server_event_kind kind,
        enum proto_error error, struct noren_err *err)
{
    if (error != PROTO_OK)
        return refuse_method(h, error, err);
    memcpy(h->event.login.challenge, h->challenge, CHALLENGE_BYTES);
    h->event.kind = kind;
    h->asked = kind;
    h->state = AWAIT_ANSWER;
    return true;
}

static bool method_login(struct server_handshake *h, struct noren_err *err)
{
    return ask_owner(h, SERVER_EVENT_LOGIN, login_read(h->pack, &h->event.login), err);
}

static bool method_attach(struct server_handshake *h, struct noren_err *err)
{
    return ask_owner(h, SERVER_EVENT_ATTACH, attach_read(h->pack, &h->event.session_key), err);
}

static bool method_admin(struct server_handshake *h, struct noren_err *err)
{
    return ask_owner(h, SERVER_EVENT_ADMIN, admin_read(h->pack, &h->event.login), err);
}

static bool method_enum_hub(struct server_handshake *h, struct noren_err *err)
{
    return ask_owner(h, SERVER_EVENT_ENUM_HUB, PROTO_OK, err);
}

static bool method_password(struct server_handshake *h, struct noren_err *err)
{
    return refuse_method(h, PROTO_E_NOT_SUPPORTED, err);
}

static bool method_farm_connect(struct server_handshake *h, struct noren_err *err)
{
    return refuse_method(h, PROTO_E_NOT_CONTROLLER, err);
}

static const struct method {
    const char *name;
    bool (*run)(struct server_handshake *h, struct noren_err *err);
} METHODS[] = {
    { "login", method_login },
    { "additional_connect", method_attach },
    { "admin", method_admin },
    { "enum_hub", method_enum_hub },
    { "password", method_password },
    { "farm_connect", method_farm_connect },
};

/* Keeps a connection alive. Only a question (1) is answered; an answer to an answer never ends. */
static bool answer_noop(struct server_handshake *h, struct noren_err *err)
{
    if (++h->noops > HANDSHAKE_NOOPS_MAX)
        return noren_err_set(err, NOREN_E_LIMIT, "over %d noops", HANDSHAKE_NOOPS_MAX);
    h->requests--; /* has its own limit */
    if (pack_int(h->pack, "noop") == 1) {
        struct pack *pack = pack_new();
        pack_add_int(pack, "error", 0);
        pack_add_int(pack, "noop", 1);
        send_pack(h, pack);
    }
    return true;
}

static bool run_method(struct server_handshake *h, struct noren_err *err)
{
    const char *name = pack_text(h->pack, "method");

    for (size_t i = 0; i < noren_countof(METHODS); i++) {
        if (strcmp(name, METHODS[i].name) == 0)
            return METHODS[i].run(h, err);
    }
    return refuse_method(h, PROTO_E_PROTOCOL, err);
}

static bool step_pack(struct server_handshake *h, struct noren_err *err)
{
    pack_free(h->pack);
    h->pack = pack_read(h->http.body.data, h->http.body.len, &PACK_LIMITS_LOGIN, err);
    if (h->pack == NULL) {
        send_error(h, PROTO_E_CONNECTION_LOST);
        return noren_err_wrap(err, "request");
    }
    if (pack_int(h->pack, "error") != 0) {
        send_error(h, pack_int(h->pack, "error"));
        return noren_err_set(err, NOREN_E_CLOSED, "client gave up");
    }
    if (pack_int(h->pack, "noop") != 0 && !pack_has(h->pack, "method"))
        return answer_noop(h, err);
    return run_method(h, err);
}

/* ---- the table ---- */

typedef bool (*step_fn)(struct server_handshake *h, struct noren_err *err);

/* An empty cell is a violation: answered with error 3, and the connection ends. The other states
 * read no requests. */
static const step_fn STEPS[STATES][REQUESTS] = {
    [AWAIT_SIGNATURE] = {
        [REQUEST_SIGNATURE] = step_hello,
        [REQUEST_WRONG_SIGNATURE] = step_forbidden,
        [REQUEST_WRONG_LENGTH] = step_give_up,
        [REQUEST_HOME] = step_forbidden,
        [REQUEST_ELSEWHERE] = step_not_found,
        [REQUEST_STRANGE_METHOD] = step_not_implemented,
        [REQUEST_PACK] = step_not_found,
    },
    [AWAIT_REQUEST] = {
        [REQUEST_PACK] = step_pack,
    },
};

static bool is_page_method(const struct http_head *head)
{
    return strcmp(head->token[0], "GET") == 0 || strcmp(head->token[0], "HEAD") == 0;
}

static bool is_post_to(const struct http_head *head, const char *target)
{
    return strcmp(head->token[0], "POST") == 0 && text_same(head->token[1], target);
}

/* Whether a body of this length is worth waiting for. */
static bool length_fits(const struct server_handshake *h)
{
    const struct http_head *head = &h->http.head;

    if (strcmp(head->token[0], "POST") != 0)
        return head->content_length <= SIGNATURE_LEGACY_MAX;
    if (h->state == AWAIT_SIGNATURE)
        return signature_fits(head->content_length);
    return head->content_length > 0 && head->content_length <= HANDSHAKE_MESSAGE_MAX;
}

static enum request classify(const struct server_handshake *h)
{
    const struct http_head *head = &h->http.head;
    struct bytes body = { .data = h->http.body.data, .len = h->http.body.len };

    if (is_post_to(head, TARGET_SIGNATURE))
        return signature_check(body) ? REQUEST_SIGNATURE : REQUEST_WRONG_SIGNATURE;
    if (is_post_to(head, TARGET_PACK) && strcmp(head->token[2], "HTTP/1.1") == 0
            && text_same(head->content_type, HTTP_TYPE_PACK))
        return REQUEST_PACK;
    if (is_page_method(head))
        return strcmp(head->token[1], "/") == 0 ? REQUEST_HOME : REQUEST_ELSEWHERE;
    return strcmp(head->token[0], "POST") == 0 ? REQUEST_ELSEWHERE : REQUEST_STRANGE_METHOD;
}

static bool end_with(struct server_handshake *h, int64_t now_ms)
{
    h->state = OVER;
    h->step_deadline_ms = now_ms + HANDSHAKE_STEP_MS;
    return false;
}

static bool run_step(
        struct server_handshake *h, enum request request, int64_t now_ms, struct noren_err *err)
{
    step_fn step = STEPS[h->state][request];

    h->requests++;
    if (step == NULL) {
        send_error(h, PROTO_E_CONNECTION_LOST);
        noren_err_set(err, NOREN_E_PROTOCOL, "unexpected request");
        return end_with(h, now_ms);
    }
    if (!step(h, err))
        return end_with(h, now_ms);
    if (h->state != AWAIT_ANSWER && h->requests >= HANDSHAKE_REQUESTS_MAX) {
        noren_err_set(err, NOREN_E_LIMIT, "over %d requests", HANDSHAKE_REQUESTS_MAX);
        return end_with(h, now_ms);
    }
    http_reader_restart(&h->http);
    h->step_deadline_ms = now_ms + HANDSHAKE_STEP_MS;
    return true;
}

static bool reads_requests(const struct server_handshake *h)
{
    return h->state == AWAIT_SIGNATURE || h->state == AWAIT_REQUEST;
}

/* Works through the requests that have arrived, until one needs our owner's answer. */
static bool read_requests(
        struct server_handshake *h, struct reader *in, int64_t now_ms, struct noren_err *err)
{
    while (reads_requests(h)) {
        switch (http_next(&h->http, in, err)) {
        case HTTP_MORE:
            return true;
        case HTTP_HEAD:
            if (!length_fits(h) && !run_step(h, REQUEST_WRONG_LENGTH, now_ms, err))
                return false;
            break;
        case HTTP_BODY:
            if (!run_step(h, classify(h), now_ms, err))
                return false;
            break;
        case HTTP_BROKEN:
            return end_with(h, now_ms);
        }
    }
    return true;
}

bool server_handshake_receive(struct server_handshake *h, const uint8_t *bytes, size_t len,
        int64_t now_ms, struct noren_err *err)
{
    if (h->state == OVER)
        return noren_err_set(err, NOREN_E_CLOSED, "bytes after the end of the conversation");
    if (len > HANDSHAKE_CONNECTION_MAX - h->received) {
        noren_err_set(
                err, NOREN_E_LIMIT, "over %d bytes before the log-in", HANDSHAKE_CONNECTION_MAX);
        return end_with(h, now_ms);
    }
    h->received += len;
    writer_put(&h->in, bytes, len);

    struct reader in = reader_over(h->in.data, h->in.len);
    bool ok = read_requests(h, &in, now_ms, err);
    writer_consume(&h->in, h->in.len - reader_left(&in));
    return ok;
}

/* ---- time, events, bytes ---- */

int64_t server_handshake_deadline_ms(const struct server_handshake *h)
{
    switch (h->state) {
    case AWAIT_SIGNATURE:
    case AWAIT_REQUEST:
        return h->step_deadline_ms < h->total_deadline_ms ? h->step_deadline_ms
                                                          : h->total_deadline_ms;
    case OVER:
        return h->step_deadline_ms;
    case AWAIT_ANSWER: /* the wait is ours, not the peer's */
    case ACCEPTED:
    case STATES:
        break;
    }
    return NOREN_NO_DEADLINE;
}

bool server_handshake_tick(struct server_handshake *h, int64_t now_ms, struct noren_err *err)
{
    if (now_ms < server_handshake_deadline_ms(h))
        return true;
    noren_err_set(err, NOREN_E_TIMEOUT, "peer too slow before the log-in");
    return end_with(h, now_ms);
}

bool server_handshake_next_event(struct server_handshake *h, struct server_event *out)
{
    if (h->event.kind == SERVER_EVENT_NONE)
        return false;
    if (h->event.kind == SERVER_EVENT_DONE && h->out.len > 0)
        return false; /* first the answer has to leave */
    *out = h->event;
    h->event = (struct server_event){ .kind = SERVER_EVENT_NONE };
    return true;
}

size_t server_handshake_pending(const struct server_handshake *h, const uint8_t **out)
{
    *out = h->out.data;
    return h->out.len;
}

void server_handshake_sent(struct server_handshake *h, size_t len)
{
    writer_consume(&h->out, len);
}

struct bytes server_handshake_rest(const struct server_handshake *h)
{
    return (struct bytes){ .data = h->in.data, .len = h->in.len };
}

/* ---- our owner's answers ---- */

static void accept_with(
        struct server_handshake *h, enum server_event_kind asked, struct pack *take_pack)
{
    noren_assert(h->state == AWAIT_ANSWER && h->asked == asked);
    send_pack(h, take_pack);
    h->state = ACCEPTED;
    h->event = (struct server_event){ .kind = SERVER_EVENT_DONE };
}

void server_handshake_welcome(struct server_handshake *h, const struct proto_session_terms *terms,
        const char *message, int64_t now_ms)
{
    struct server_login login;
    (void)now_ms;

    noren_assert(h->pack != NULL && login_read(h->pack, &login) == PROTO_OK);
    accept_with(h, SERVER_EVENT_LOGIN, welcome_build(terms, message, login.wants_bridge));
}

void server_handshake_attach(
        struct server_handshake *h, enum proto_direction direction, int64_t now_ms)
{
    struct pack *pack = pack_new();
    (void)now_ms;

    pack_add_int(pack, "direction", direction);
    pack_add_int(pack, "error", 0);
    accept_with(h, SERVER_EVENT_ATTACH, pack);
}

void server_handshake_admit_admin(struct server_handshake *h, int64_t now_ms)
{
    struct pack *pack = pack_new();
    (void)now_ms;

    pack_add_int(pack, "error", 0);
    accept_with(h, SERVER_EVENT_ADMIN, pack);
}

void server_handshake_list_hubs(
        struct server_handshake *h, const char *const *names, size_t count, int64_t now_ms)
{
    struct pack *pack = pack_new();

    noren_assert(h->state == AWAIT_ANSWER && h->asked == SERVER_EVENT_ENUM_HUB);
    for (size_t i = 0; i < count; i++)
        pack_add_str(pack, "HubName", names[i]);
    pack_add_int(pack, "NumHub", (uint32_t)count);
    send_pack(h, pack);
    (void)end_with(h, now_ms);
}

void server_handshake_refuse(struct server_handshake *h, enum proto_error error, int64_t now_ms)
{
    noren_assert(h->state == AWAIT_ANSWER);
    send_error(h, error);
    (void)end_with(h, now_ms);
}
