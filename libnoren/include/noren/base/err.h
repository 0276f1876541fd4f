/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/**
 * Failure as a value: set at the origin, wrapped on the way up, logged once where the chain ends.
 *
 * A function that can fail returns bool and takes `struct noren_err *err` last. NULL means that
 * the caller wants the verdict only. Outputs are written on success only.
 */

#define NOREN_MUST_CHECK       __attribute__((warn_unused_result))
#define NOREN_PRINTF(at, args) __attribute__((format(printf, at, args)))

/** For branching; the text is for people. */
enum noren_code {
    NOREN_OK,
    NOREN_E_ARGUMENT,  /**< the caller or the command line gave something unusable */
    NOREN_E_AUTH,      /**< credentials refused */
    NOREN_E_CRYPTO,    /**< the crypto library refused or a seal or signature does not match */
    NOREN_E_EXISTS,    /**< the name is taken */
    NOREN_E_IO,        /**< the system refused; os_code says why */
    NOREN_E_LIMIT,     /**< larger, longer or more than the named bound */
    NOREN_E_NOMEM,     /**< a large allocation was refused */
    NOREN_E_NOT_FOUND, /**< no such thing */
    NOREN_E_PROTOCOL,  /**< the peer broke the protocol */
    NOREN_E_STATE,     /**< not possible in the present state */
    NOREN_E_TIMEOUT,   /**< the peer or the path took too long */
    NOREN_E_TRUST,     /**< the server is not the one the profile trusts */
    NOREN_E_CLOSED,    /**< the peer ended the connection */
};

/** Lives on the caller's stack and never allocates. */
struct noren_err {
    enum noren_code code;
    int os_code;    /**< errno at the origin, else 0 */
    char text[240]; /**< "outer: inner: origin"; a long one is cut between characters */
};

/** Sets the origin of a failure. err may be NULL. Always returns false. */
bool noren_err_set(struct noren_err *err, enum noren_code code, const char *format, ...)
        NOREN_PRINTF(3, 4);

/** The same, with errno: the text ends with ": <what strerror says>". Always returns false. */
bool noren_err_set_os(struct noren_err *err, enum noren_code code, int os_code, const char *format,
        ...) NOREN_PRINTF(4, 5);

/** Puts "<task>: " in front of the text. Code and os_code stay. Always returns false. */
bool noren_err_wrap(struct noren_err *err, const char *format, ...) NOREN_PRINTF(2, 3);

/** "not-found" and the like, for log fields and tests. Never NULL. */
const char *noren_code_name(enum noren_code code);
