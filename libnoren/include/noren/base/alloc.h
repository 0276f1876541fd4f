/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "noren/base/err.h"

/**
 * Memory, ownership and invariants.
 *
 * noren_alloc() aborts when memory is out, so callers have no branch for it. A size chosen by a
 * peer is limited first; large ones go through noren_try_alloc().
 */

/** Zeroed memory for `size` bytes, never NULL. Free with free(). */
void *noren_alloc(size_t size) __attribute__((malloc, returns_nonnull, alloc_size(1)));

/** Zeroed array, never NULL; aborts when count * size wraps. */
void *noren_alloc_array(size_t count, size_t size)
        __attribute__((malloc, returns_nonnull, alloc_size(1, 2)));

/** Grows or shrinks an array; new elements are not zeroed. Never NULL. */
void *noren_realloc_array(void *old, size_t count, size_t size) __attribute__((returns_nonnull));

/** Zeroed memory, or NULL with NOREN_E_NOMEM: for sizes that a peer had a say in. */
void *noren_try_alloc(size_t size, struct noren_err *err) __attribute__((alloc_size(1)));

/** A copy that the caller frees; text NULL gives NULL. */
char *noren_strdup(const char *text) __attribute__((malloc));
char *noren_strndup(const char *text, size_t len) __attribute__((malloc, returns_nonnull));

/** printf into fresh memory, never NULL. The caller frees. */
char *noren_asprintf(const char *format, ...) __attribute__((malloc, returns_nonnull))
NOREN_PRINTF(1, 2);

/** *sum = a + b; false when it would wrap. */
static inline bool noren_add_size(size_t a, size_t b, size_t *sum)
{
    return !__builtin_add_overflow(a, b, sum);
}

/** Runs `fn(&variable)` when the variable goes out of scope. */
#define noren_cleanup(fn) __attribute__((cleanup(fn)))

/** Defines `x_freep(struct x **)` for noren_cleanup() from `x_free(struct x *)`. */
#define NOREN_DEFINE_CLEANUP(type, free_fn)       \
    static inline void free_fn##p(type **pointer) \
    {                                             \
        free_fn(*pointer);                        \
    }

/** Moves a pointer out and leaves NULL. */
#define noren_steal(pointer)                   \
    __extension__({                            \
        __auto_type noren_stolen = *(pointer); \
        *(pointer) = NULL;                     \
        noren_stolen;                          \
    })

/** For `noren_cleanup(noren_freep) char *text`. */
static inline void noren_freep(void *pointer)
{
    free(*(void **)pointer);
}

/** For `noren_cleanup(noren_closep) int fd = -1`. */
void noren_closep(const int *fd);

#define noren_countof(array)                 (sizeof(array) / sizeof((array)[0]))
#define noren_container_of(ptr, type, field) ((type *)(void *)((char *)(ptr)-offsetof(type, field)))

/** Guards invariants that protect memory; stays on in release builds; never reachable by a peer. */
#define noren_assert(condition) \
    ((condition) ? (void)0 : noren_assert_failed(#condition, __FILE__, __LINE__))

_Noreturn void noren_assert_failed(const char *condition, const char *file, int line);
