/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "noren/crypto/cert.h"
#include "noren/os/paths.h"

#include "branding/archive_private.h"

/* MANIFEST: "brandpack 1", then "<SHA-256 in hex> <bytes> <path>" a line, sorted by path. */

#define MANIFEST_HEAD "brandpack 1\n"

enum { HASH_BYTES = 32, HASH_DIGITS = 64, SIZE_DIGITS_MAX = 8, KEY_FILE_MAX_BYTES = 4096 };

struct manifest_line {
    uint8_t hash[HASH_BYTES];
    size_t len;
    char path[BRANDPACK_PATH_MAX_BYTES + 1];
};

static bool is_own(const char *path)
{
    return strcmp(path, BRANDPACK_MANIFEST) == 0 || strcmp(path, BRANDPACK_SIGNATURE) == 0;
}

void brandpack_manifest_write(const struct brandpack *pack, struct writer *out)
{
    writer_text(out, MANIFEST_HEAD);
    for (size_t i = 0; i < pack->count; i++) {
        const struct brandpack_file *file = &pack->files[i];
        uint8_t hash[HASH_BYTES];
        char digits[HASH_DIGITS + 1];

        if (is_own(file->path))
            continue;
        sha256(file->data, file->len, hash);
        noren_hex(hash, sizeof hash, digits);
        writer_format(out, "%s %zu %s\n", digits, file->len, file->path);
    }
}

/* Borrows the next line without its LF; false when there is no whole line left. */
static bool take_line(struct reader *r, struct bytes *out)
{
    if (reader_left(r) == 0)
        return false;

    const uint8_t *end = memchr(r->at, '\n', r->left);
    if (end == NULL)
        return false;
    out->len = (size_t)(end - r->at);
    out->data = reader_take(r, out->len);
    reader_skip(r, 1);
    return true;
}

static bool parse_size(struct reader *r, size_t *out)
{
    size_t size = 0;

    for (int digits = 0; digits <= SIZE_DIGITS_MAX; digits++) {
        uint8_t c = reader_u8(r);
        if (c == ' ' && digits > 0) {
            *out = size;
            return !reader_failed(r);
        }
        if (c < '0' || c > '9' || reader_failed(r))
            return false;
        size = size * 10 + (size_t)(c - '0');
    }
    return false;
}

static bool parse_line(struct bytes line, struct manifest_line *out)
{
    struct reader r = reader_over(line.data, line.len);
    char digits[HASH_DIGITS + 1] = { 0 };

    reader_copy(&r, digits, HASH_DIGITS);
    if (reader_u8(&r) != ' ' || reader_failed(&r))
        return false;
    if (!noren_unhex(digits, out->hash, HASH_BYTES) || !parse_size(&r, &out->len))
        return false;

    size_t path_len = reader_left(&r);
    if (path_len == 0 || path_len > BRANDPACK_PATH_MAX_BYTES)
        return false;
    reader_copy(&r, out->path, path_len);
    out->path[path_len] = '\0';
    return strlen(out->path) == path_len && brandpack_path_ok(out->path);
}

static bool check_file(
        const struct brandpack *pack, const struct manifest_line *line, struct noren_err *err)
{
    const struct brandpack_file *file = brandpack_find(pack, line->path);
    uint8_t hash[HASH_BYTES];

    if (file == NULL || is_own(line->path))
        return noren_err_set(err, NOREN_E_TRUST, "%s is in MANIFEST only", line->path);
    sha256(file->data, file->len, hash);
    if (file->len != line->len || memcmp(hash, line->hash, sizeof hash) != 0)
        return noren_err_set(err, NOREN_E_TRUST, "%s changed after signing", line->path);
    return true;
}

bool brandpack_check_manifest(
        const struct brandpack *pack, const struct brandpack_file *manifest, struct noren_err *err)
{
    struct reader r = reader_over(manifest->data, manifest->len);
    const size_t head_len = strlen(MANIFEST_HEAD);
    const uint8_t *head = reader_take(&r, head_len);
    struct manifest_line line = { 0 };
    char previous[sizeof line.path] = "";
    struct bytes text;
    size_t checked = 0;

    if (head == NULL || memcmp(head, MANIFEST_HEAD, head_len) != 0)
        return noren_err_set(err, NOREN_E_PROTOCOL, "MANIFEST is of another format");
    for (; take_line(&r, &text); checked++) {
        /* strictly rising, so that no file is named twice */
        if (!parse_line(text, &line) || strcmp(previous, line.path) >= 0)
            return noren_err_set(err, NOREN_E_PROTOCOL, "MANIFEST line %zu", checked + 2);
        if (!check_file(pack, &line, err))
            return false;
        memcpy(previous, line.path, sizeof previous);
    }
    if (reader_left(&r) != 0)
        return noren_err_set(err, NOREN_E_PROTOCOL, "MANIFEST is cut short");
    if (checked + 2 != pack->count)
        return noren_err_set(err, NOREN_E_TRUST, "a file is not named in MANIFEST");
    return true;
}

bool brandpack_verify(
        const struct brandpack *pack, const struct brandpack_keys *keys, struct noren_err *err)
{
    const struct brandpack_file *manifest = brandpack_find(pack, BRANDPACK_MANIFEST);
    const struct brandpack_file *signature = brandpack_find(pack, BRANDPACK_SIGNATURE);
    bool signed_by_one = false;

    if (manifest == NULL || signature == NULL)
        return noren_err_set(err, NOREN_E_TRUST, "MANIFEST or its signature is missing");
    if (signature->len != ED25519_SIGNATURE_BYTES)
        return noren_err_set(err, NOREN_E_TRUST, "MANIFEST.sig of %zu bytes", signature->len);
    for (size_t i = 0; i < keys->count && !signed_by_one; i++)
        signed_by_one =
                ed25519_verify(keys->key[i], manifest->data, manifest->len, signature->data, NULL);
    if (!signed_by_one)
        return noren_err_set(err, NOREN_E_TRUST, "MANIFEST.sig is by none of the trusted keys");
    return brandpack_check_manifest(pack, manifest, err);
}

static bool add_key(struct brandpack_keys *keys, struct bytes line)
{
    char digits[2 * BRANDPACK_KEY_BYTES + 1] = { 0 };

    while (line.len > 0 && (line.data[line.len - 1] == '\r' || line.data[line.len - 1] == ' '))
        line.len--;
    if (line.len == 0 || line.data[0] == '#')
        return true;
    if (line.len != sizeof digits - 1 || keys->count == BRANDPACK_KEYS_MAX)
        return false;
    memcpy(digits, line.data, line.len);
    return noren_unhex(digits, keys->key[keys->count++], BRANDPACK_KEY_BYTES);
}

bool brandpack_keys_read(const char *path, struct brandpack_keys *out, struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer text = { 0 };
    struct brandpack_keys keys = { .count = 0 };
    struct bytes line;
    int number = 0;

    writer_init(&text, KEY_FILE_MAX_BYTES + 1);
    if (!noren_file_read(path, KEY_FILE_MAX_BYTES, &text, err))
        return false;
    writer_u8(&text, '\n');
    struct reader r = reader_over(text.data, text.len);
    while (take_line(&r, &line)) {
        number++;
        if (!add_key(&keys, line))
            return noren_err_set(err, NOREN_E_ARGUMENT,
                    "%s line %d: a key is 64 hexadecimal digits, at most %d keys", path, number,
                    BRANDPACK_KEYS_MAX);
    }
    if (keys.count == 0)
        return noren_err_set(err, NOREN_E_ARGUMENT, "%s holds no key", path);
    *out = keys;
    return true;
}
