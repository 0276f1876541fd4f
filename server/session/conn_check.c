/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/clock.h"
#include "noren/crypto/random.h"

#include "session/conn_parts.h"
#include "session/login_note.h"
#include "session/state.h"

#define LOG_ROOM "session"

/* From a log-in request to the answer: claim -> clerk -> verdict -> seat -> welcome. */

struct check {
    struct clerk_job job;
    struct conn *conn; /* referenced; the clerk's thread does not look inside */
    char product[64];
    bool may_bridge;
    bool use_compress;
    struct login_claim claim;
    struct login_verdict verdict;
};

static struct check *check_of(struct clerk_job *job)
{
    return noren_container_of(job, struct check, job);
}

static void run_check(struct clerk_job *job, struct store *store)
{
    struct check *check = check_of(job);
    login_check(store, &check->claim, noren_wall_ms(), &check->verdict);
}

static void free_check(struct clerk_job *job)
{
    struct check *check = check_of(job);

    conn_unref(check->conn);
    login_claim_clear(&check->claim);
    free(check);
}

static const char *type_name(uint32_t auth_type)
{
    switch (auth_type) {
    case PROTO_AUTH_ANONYMOUS:
        return "anonymous";
    case PROTO_AUTH_PASSWORD:
        return "password";
    case PROTO_AUTH_PLAIN:
        return "plain";
    case PROTO_AUTH_CERT:
        return "certificate";
    case PROTO_AUTH_TICKET:
        return "ticket";
    default:
        return "unknown";
    }
}

static void refuse(struct check *check, enum proto_error error, const char *why)
{
    struct conn *conn = check->conn;
    const struct login_claim *claim = &check->claim;

    noren_log_limited(conn->log, NOREN_WARN, &conn->worker->login_limit,
            "%s refused: hub=%s user=%s source=%s type=%s reason=\"%s\" error=%d",
            claim->kind == LOGIN_ADMIN ? "management log-in" : "log-in", log_quote(claim->hub).text,
            log_quote(claim->user).text, conn->source.text, type_name(claim->auth_type), why,
            (int)error);
    conn_refuse(conn, error, NULL);
}

static void make_terms(const struct conn *conn, struct proto_session_terms *out)
{
    *out = (struct proto_session_terms){
        .max_connection = 1,
        .use_encrypt = true,
        .use_compress = conn->use_compress,
        .timeout_ms = conn->worker->server->session_ms,
    };
    memcpy(out->session_name, conn->seat->name, sizeof out->session_name);
    snprintf(out->connection_name, sizeof out->connection_name, "CID-%llu",
            (unsigned long long)conn->seat->id);
    noren_random(out->session_key, sizeof out->session_key);
    noren_random(&out->session_key_32, sizeof out->session_key_32);
}

static const char *seat_refusal(enum proto_error error)
{
    if (error == PROTO_E_TOO_MANY_SESSIONS)
        return "too many sessions";
    return error == PROTO_E_HUB_OFFLINE ? "hub is offline" : "hub has gone";
}

static void admit_user(struct check *check)
{
    struct conn *conn = check->conn;
    struct seat_request request = {
        .hub = check->verdict.hub,
        .hub_id = check->verdict.hub_id,
        .user = check->verdict.user,
        .source = conn->source.text,
        .product = check->product,
        .loop = conn->worker->loop,
    };
    struct proto_session_terms terms;

    enum proto_error error =
            register_take_seat(conn->worker->server->reg, &request, &conn->seat, &conn->hub);
    if (error != PROTO_OK) {
        refuse(check, error, seat_refusal(error));
        return;
    }
    conn->may_bridge = check->may_bridge;
    conn->use_compress = check->use_compress;
    noren_log(conn->log, NOREN_INFO,
            "log-in accepted: session=%s hub=%s user=%s source=%s type=%s product=%s",
            conn->seat->name, conn->seat->hub, conn->seat->user, conn->source.text,
            type_name(check->claim.auth_type), log_quote(check->product).text);
    login_note(conn->worker->server, conn->worker->loop, request.hub_id, request.user);
    make_terms(conn, &terms);
    conn_accept(conn, &terms);
    secret_wipe(&terms, sizeof terms);
}

static void admit_admin(struct check *check)
{
    struct conn *conn = check->conn;

    if (!server_enter_admin(conn->worker->server, check->verdict.hub)) {
        refuse(check, PROTO_E_TOO_MANY_CONNECTIONS, "too many management connections");
        return;
    }
    conn->is_admin = true;
    memcpy(conn->admin_hub, check->verdict.hub, sizeof conn->admin_hub);
    noren_log(conn->log, NOREN_INFO, "management log-in accepted: scope=%s source=%s",
            conn->admin_hub[0] != '\0' ? conn->admin_hub : "server", conn->source.text);
    conn_accept(conn, NULL);
}

static void on_checked(struct clerk_job *job)
{
    struct check *check = check_of(job);

    if (check->conn->stage == CONN_LOGIN) { /* else it has ended meanwhile */
        if (check->verdict.error != PROTO_OK)
            refuse(check, check->verdict.error, check->verdict.why);
        else if (check->claim.kind == LOGIN_ADMIN)
            admit_admin(check);
        else
            admit_user(check);
    }
    free_check(job);
}

void conn_check(struct conn *conn, enum login_kind kind, const struct server_login *login)
{
    struct check *check = noren_alloc(sizeof *check);
    const char *product = login->client_product != NULL ? login->client_product : "";

    check->conn = conn_ref(conn);
    check->may_bridge = login->wants_bridge;
    check->use_compress = login->use_compress;
    snprintf(check->product, sizeof check->product, "%s", product);
    login_claim_init(&check->claim, kind, login);
    check->job.run = run_check;
    check->job.done = on_checked;
    check->job.dispose = free_check;
    clerk_post(conn->worker->server->login_clerk, &check->job, conn->worker->loop);
}
