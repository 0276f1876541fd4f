/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/base/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

_Noreturn static void out_of_memory(void)
{
    static const char text[] = "out of memory\n";

    (void)!write(STDERR_FILENO, text, sizeof text - 1);
    abort();
}

void *noren_alloc(size_t size)
{
    return noren_alloc_array(1, size);
}

void *noren_alloc_array(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

    if (memory == NULL)
        out_of_memory();
    return memory;
}

void *noren_realloc_array(void *old, size_t count, size_t size)
{
    void *memory = reallocarray(old, count > 0 ? count : 1, size > 0 ? size : 1);

    if (memory == NULL)
        out_of_memory();
    return memory;
}

void *noren_try_alloc(size_t size, struct noren_err *err)
{
    void *memory = calloc(1, size > 0 ? size : 1);

    if (memory == NULL)
        noren_err_set(err, NOREN_E_NOMEM, "no memory for %zu bytes", size);
    return memory;
}

char *noren_strdup(const char *text)
{
    return text != NULL ? noren_strndup(text, strlen(text)) : NULL;
}

char *noren_strndup(const char *text, size_t len)
{
    len = strnlen(text, len);

    char *copy = noren_alloc(len + 1);
    memcpy(copy, text, len);
    return copy;
}

char *noren_asprintf(const char *format, ...)
{
    char *text = NULL;
    va_list args;

    va_start(args, format);
    int len = vasprintf(&text, format, args);
    va_end(args);
    if (len < 0 || text == NULL)
        out_of_memory();
    return text;
}

void noren_closep(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

_Noreturn void noren_assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: invariant broken: %s\n", file, line, condition);
    abort();
}
