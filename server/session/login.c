/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "session/login.h"

#include <stdio.h>
#include <string.h>

static void copy_name(char out[STORE_NAME_MAX + 1], const char *name)
{
    snprintf(out, STORE_NAME_MAX + 1, "%s", name != NULL ? name : "");
}

void login_claim_init(
        struct login_claim *claim, enum login_kind kind, const struct server_login *login)
{
    *claim = (struct login_claim){ .kind = kind, .auth_type = login->auth_type };
    copy_name(claim->hub, login->hub);
    copy_name(claim->user, login->user);
    memcpy(claim->challenge, login->challenge, sizeof claim->challenge);
    if (login->answer != NULL) {
        claim->has_answer = true;
        memcpy(claim->answer, login->answer, sizeof claim->answer);
    }
    if (login->plain_password != NULL)
        secret_set(&claim->plain, login->plain_password, strlen(login->plain_password));
}

void login_claim_clear(struct login_claim *claim)
{
    secret_clear(&claim->plain);
    secret_wipe(claim, sizeof *claim);
}

static void refuse(struct login_verdict *out, enum proto_error error, const char *why)
{
    out->error = error;
    out->why = why;
}

static bool answer_fits(const struct login_claim *claim, const struct sha0_digest *hash)
{
    struct sha0_digest expected = password_answer(hash, claim->challenge);
    bool fits = claim->has_answer && secret_equal(expected.byte, claim->answer, SHA0_BYTES);

    secret_wipe(&expected, sizeof expected);
    return fits;
}

static bool plain_fits(const struct login_claim *claim, const struct sha0_digest *hash)
{
    struct sha0_digest given = password_hash_user(secret_text(&claim->plain), claim->user);
    bool fits = secret_is_set(&claim->plain) && secret_equal(given.byte, hash->byte, SHA0_BYTES);

    secret_wipe(&given, sizeof given);
    return fits;
}

static bool password_fits(const struct login_claim *claim, const struct sha0_digest *hash)
{
    return claim->auth_type == PROTO_AUTH_PLAIN ? plain_fits(claim, hash)
                                                : answer_fits(claim, hash);
}

/* What cannot succeed whoever asks; PROTO_OK when the password decides. */
static enum proto_error judge_type(uint32_t auth_type)
{
    switch (auth_type) {
    case PROTO_AUTH_PASSWORD:
    case PROTO_AUTH_PLAIN:
        return PROTO_OK;
    case PROTO_AUTH_ANONYMOUS:
    case PROTO_AUTH_CERT:
    case PROTO_AUTH_TICKET:
        return PROTO_E_AUTH;
    default: /* 96..98 are for use inside a server only; nobody may claim them from outside */
        return PROTO_E_AUTH_TYPE;
    }
}

static void check_user(struct store *store, const struct login_claim *claim, int64_t wall_ms,
        struct login_verdict *out)
{
    struct store_user user = { 0 };
    enum proto_error by_type = judge_type(claim->auth_type);

    if (by_type != PROTO_OK) {
        refuse(out, by_type, "authentication type");
        return;
    }
    bool known = store_user_find(store, out->hub_id, claim->user, &user, NULL);
    /* for an unknown user the hash is zeros: the same work, and no password fits */
    bool fits = password_fits(claim, &user.hash) && known && user.has_password;
    bool expired = user.expires_ms != 0 && user.expires_ms <= wall_ms;
    secret_wipe(&user.hash, sizeof user.hash);
    if (!fits) {
        refuse(out, PROTO_E_AUTH, known ? "password" : "unknown user");
        return;
    }
    if (expired) {
        refuse(out, PROTO_E_ACCESS_DENIED, "account expired");
        return;
    }
    copy_name(out->user, user.name);
}

static bool find_hub(
        struct store *store, const char *name, struct store_hub *hub, struct login_verdict *out)
{
    struct noren_err err;

    if (store_hub_find(store, name, hub, &err))
        return true;
    if (err.code == NOREN_E_NOT_FOUND || err.code == NOREN_E_ARGUMENT)
        refuse(out, PROTO_E_HUB_NOT_FOUND, "unknown hub");
    else
        refuse(out, PROTO_E_INTERNAL, "store");
    return false;
}

static void check_session_login(struct store *store, const struct login_claim *claim,
        int64_t wall_ms, struct login_verdict *out)
{
    struct store_hub hub;

    if (!find_hub(store, claim->hub, &hub, out))
        return;
    out->hub_id = hub.id;
    copy_name(out->hub, hub.name);
    if (!hub.online)
        refuse(out, PROTO_E_HUB_OFFLINE, "hub is offline");
    else
        check_user(store, claim, wall_ms, out);
    secret_wipe(&hub, sizeof hub);
}

static void check_admin(
        struct store *store, const struct login_claim *claim, struct login_verdict *out)
{
    struct sha0_digest hash = { { 0 } };
    bool has_admin = true;

    if (claim->hub[0] == '\0') {
        has_admin = store_admin_hash(store, &hash, NULL);
    } else {
        struct store_hub hub;
        if (!find_hub(store, claim->hub, &hub, out))
            return;
        has_admin = hub.has_admin;
        hash = hub.admin_hash;
        copy_name(out->hub, hub.name);
        secret_wipe(&hub, sizeof hub);
    }
    if (!answer_fits(claim, &hash) || !has_admin)
        refuse(out, PROTO_E_ACCESS_DENIED, has_admin ? "password" : "no administrator is set");
    secret_wipe(&hash, sizeof hash);
}

void login_check(struct store *store, const struct login_claim *claim, int64_t wall_ms,
        struct login_verdict *out)
{
    *out = (struct login_verdict){ .error = PROTO_OK, .why = "" };
    if (claim->kind == LOGIN_ADMIN)
        check_admin(store, claim, out);
    else
        check_session_login(store, claim, wall_ms, out);
}
