/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tests/unit/vectors.h"

#include <stdlib.h>

#include "noren/base/alloc.h"

#include "tests/unit/test.h"

json_t *vectors_load(const char *name)
{
    const char *srcdir = getenv("srcdir");
    noren_cleanup(noren_freep) char *path =
            noren_asprintf("%s/tests/vectors/%s", srcdir != NULL ? srcdir : ".", name);
    json_error_t error;
    json_t *root = json_load_file(path, 0, &error);

    if (root == NULL)
        fail_msg("%s:%d: %s", path, error.line, error.text);
    return root;
}

const char *vectors_text(json_t *object, const char *member)
{
    const char *text = json_string_value(json_object_get(object, member));

    if (text == NULL)
        fail_msg("no text named %s", member);
    return text;
}

struct vector_bytes vectors_unhex(const char *text)
{
    struct vector_bytes bytes = { .len = strlen(text) / 2 };

    bytes.data = noren_alloc(bytes.len);
    assert_true(noren_unhex(text, bytes.data, bytes.len));
    return bytes;
}

struct vector_bytes vectors_bytes(json_t *object, const char *member)
{
    return vectors_unhex(vectors_text(object, member));
}
