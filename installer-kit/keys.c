/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "noren/crypto/cert.h"
#include "noren/os/paths.h"

#include "installer-kit/kit.h"

/* What is kept beside a brand folder and never inside it: the signing key, the last release. */

enum { RELEASE_MAX_BYTES = 4096 };

char *kit_beside(const char *dir, const char *ending)
{
    g_autofree char *full = g_canonicalize_filename(dir, NULL);

    return g_strconcat(full, ending, NULL);
}

EVP_PKEY *kit_signing_key(const char *path, bool *out_made, struct noren_err *err)
{
    *out_made = !g_file_test(path, G_FILE_TEST_EXISTS);
    if (!*out_made) {
        EVP_PKEY *key = key_read_pem(path, err);
        if (key != NULL && EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519) {
            EVP_PKEY_free(key);
            noren_err_set(err, NOREN_E_CRYPTO, "%s is not an Ed25519 key", path);
            return NULL;
        }
        return key;
    }

    EVP_PKEY *key = ed25519_make_key(err);
    if (key != NULL && !key_write_pem(path, key, err)) {
        EVP_PKEY_free(key);
        return NULL;
    }
    return key;
}

bool kit_release_write(const char *dir, const struct brandpack *folder, int serial, const char *id,
        struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer manifest = { 0 };
    g_autofree char *path = kit_beside(dir, ".released");
    uint8_t hash[32];
    char digits[65];

    writer_init(&manifest, 0);
    brandpack_manifest_write(folder, &manifest);
    sha256(manifest.data, manifest.len, hash);
    noren_hex(hash, sizeof hash, digits);
    g_autofree char *line = g_strdup_printf("%s %d %s\n", id, serial, digits);
    return noren_file_replace(path, line, strlen(line), 0644, err);
}

bool kit_release_read(const char *dir, struct check_released *out, struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer text = { 0 };
    g_autofree char *path = kit_beside(dir, ".released");
    struct check_released released = { .serial = 0 };

    writer_init(&text, RELEASE_MAX_BYTES + 1);
    if (!noren_file_read(path, RELEASE_MAX_BYTES, &text, err))
        return false;
    writer_u8(&text, '\0');
    if (sscanf((const char *)text.data, "%23s %d %64s", released.id, &released.serial,
                released.manifest)
            != 3)
        return noren_err_set(
                err, NOREN_E_PROTOCOL, "%s is not what --release writes: id, serial, hash", path);
    *out = released;
    return true;
}
