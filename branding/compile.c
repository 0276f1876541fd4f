/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/compile.h"

#include "noren/crypto/cert.h"

#include "branding/tarball.h"

bool brand_compile(const struct brandpack *folder, EVP_PKEY *key, gint64 time_s, struct writer *out,
        struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer manifest = { 0 };
    g_autoptr(GPtrArray) files = tarball_new();
    uint8_t signature[ED25519_SIGNATURE_BYTES];

    writer_init(&manifest, BRANDPACK_FILE_MAX_BYTES);
    brandpack_manifest_write(folder, &manifest);
    if (!ed25519_sign(key, manifest.data, manifest.len, signature, err))
        return noren_err_wrap(err, "sign the pack");
    tarball_add(files, BRANDPACK_MANIFEST, g_bytes_new(manifest.data, manifest.len), 0644);
    tarball_add(files, BRANDPACK_SIGNATURE, g_bytes_new(signature, sizeof signature), 0644);
    for (size_t i = 0; i < brandpack_count(folder); i++) {
        const struct brandpack_file *file = brandpack_at(folder, i);
        tarball_add(files, file->path, g_bytes_new(file->data, file->len), 0644);
    }
    return tarball_write(files, time_s, out, err);
}
