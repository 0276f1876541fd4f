/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "noren/crypto/cert.h"
#include "noren/os/paths.h"

#include "branding/brand.h"
#include "branding/compile.h"
#include "branding/tarball.h"
#include "installer-kit/kit.h"
#include "installer-kit/run_files.h"

/* Builds the .run: a shell script of fixed size, then the payload as tar.xz. */

enum {
    HEADER_BYTES = 16384, /**< as run/header.sh says */
    PAYLOAD_MAX_BYTES = 256 << 20,
    CREDENTIALS_MAX_BYTES = 64 << 10,
};

static void free_key(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

NOREN_DEFINE_CLEANUP(struct brand, brand_free)

/* One group of the file: a profile of the pack, with user name and password and nothing else. */
static bool check_credentials(
        GKeyFile *file, const char *group, const struct brand *brand, struct noren_err *err)
{
    g_auto(GStrv) keys = g_key_file_get_keys(file, group, NULL, NULL);

    if (!g_strv_contains(brand_profiles(brand), group))
        return noren_err_set(err, NOREN_E_ARGUMENT, "[%s] is not a profile of this brand", group);
    for (char **key = keys; *key != NULL; key++) {
        g_autofree char *value = g_key_file_get_string(file, group, *key, NULL);
        if (strcmp(*key, "username") != 0 && strcmp(*key, "password") != 0)
            return noren_err_set(
                    err, NOREN_E_ARGUMENT, "[%s] %s: only username and password", group, *key);
        if (value == NULL)
            return noren_err_set(err, NOREN_E_ARGUMENT, "[%s] %s is not UTF-8", group, *key);
    }
    return true;
}

/* Answers the content for g_free. */
static char *read_credentials(const char *path, const struct brand *brand, struct noren_err *err)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) error = NULL;

    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &error)) {
        noren_err_set(err, NOREN_E_ARGUMENT, "credentials %s: %s", path, error->message);
        return NULL;
    }
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
    for (char **group = groups; *group != NULL; group++) {
        if (!check_credentials(file, *group, brand, err)) {
            noren_err_wrap(err, "credentials %s", path);
            return NULL;
        }
    }
    gsize len = 0;
    char *text = g_key_file_to_data(file, &len, NULL);
    if (len <= CREDENTIALS_MAX_BYTES)
        return text;
    g_free(text);
    noren_err_set(err, NOREN_E_LIMIT, "credentials %s are too long", path);
    return NULL;
}

static GBytes *compile(const char *dir, EVP_PKEY *key, struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer out = { 0 };
    noren_cleanup(brandpack_freep) struct brandpack *folder =
            brandpack_open_folder(dir, NULL, NULL, err);

    writer_init(&out, BRANDPACK_TOTAL_MAX_BYTES);
    if (folder == NULL || !brand_compile(folder, key, tarball_time(), &out, err))
        return NULL;
    return g_bytes_new(out.data, out.len);
}

/* The script, filled in and filled up to its fixed size with empty comment lines. */
static bool write_header(const struct brand *brand, const char *version,
        const struct writer *payload, struct writer *out, struct noren_err *err)
{
    uint8_t hash[32];
    char digits[65];

    sha256(payload->data, payload->len, hash);
    noren_hex(hash, sizeof hash, digits);
    char *text = run_replace(run_template("header.sh", brand), "HASH", digits);
    g_autofree char *header = run_replace(text, "VERSION", version);
    size_t len = strlen(header);
    if (len >= HEADER_BYTES)
        return noren_err_set(err, NOREN_E_LIMIT, "the script of %zu bytes is too long", len);
    writer_put(out, header, len);
    memset(writer_extend(out, HEADER_BYTES - len), '\n', HEADER_BYTES - len);
    return true;
}

static bool pack_payload(const struct run_parts *parts, struct writer *out, struct noren_err *err)
{
    g_autoptr(GPtrArray) files = tarball_new();

    return run_files_add(parts, files, err) && tarball_write(files, tarball_time(), out, err);
}

/* Holds credentials when it has them: then only its owner may read it. */
static bool write_installer(
        const struct run_parts *parts, const char *out_dir, char **out_path, struct noren_err *err)
{
    noren_cleanup(writer_wipe) struct writer payload = { 0 };
    noren_cleanup(writer_wipe) struct writer run = { 0 };
    int serial = brand_serial(parts->brand);
    g_autofree char *version = g_strdup_printf("%s.%d", PACKAGE_VERSION, serial);
    g_autofree char *name = g_strdup_printf("%s-%s-linux-amd64.run", parts->names->id, version);
    g_autofree char *path = g_build_filename(out_dir, name, NULL);

    writer_init(&payload, PAYLOAD_MAX_BYTES);
    writer_init(&run, PAYLOAD_MAX_BYTES + HEADER_BYTES);
    if (!pack_payload(parts, &payload, err)
            || !write_header(parts->brand, version, &payload, &run, err))
        return false;
    writer_put(&run, payload.data, payload.len);
    if (!noren_file_replace(path, run.data, run.len, parts->credentials != NULL ? 0700 : 0755, err))
        return false;
    *out_path = g_steal_pointer(&path);
    return true;
}

static bool write_pack(const struct run_parts *parts, const char *out_dir, struct noren_err *err)
{
    g_autofree char *name =
            g_strdup_printf("%s-%d.brandpack", parts->names->id, brand_serial(parts->brand));
    g_autofree char *path = g_build_filename(out_dir, name, NULL);
    gsize len = 0;
    const void *data = g_bytes_get_data(parts->pack, &len);

    return noren_make_dirs(out_dir, 0755, err) && noren_file_replace(path, data, len, 0644, err);
}

bool kit_build_run(const struct kit_build_options *options, char **out_path, struct noren_err *err)
{
    noren_cleanup(brand_freep) struct brand *brand = brand_load_folder(options->dir, err);
    noren_cleanup(free_key) EVP_PKEY *key = NULL;
    noren_cleanup(payload_clear) struct payload payload = { 0 };
    g_autoptr(GBytes) pack = NULL;
    g_autofree char *credentials = NULL;
    struct brand_names names;
    guint8 raw_key[ED25519_KEY_BYTES];
    bool made;

    if (brand == NULL || !brand_names_from_id(brand_id(brand), &names, err))
        return false;
    key = kit_signing_key(options->signing_key, &made, err);
    pack = key != NULL ? compile(options->dir, key, err) : NULL;
    if (pack == NULL || !ed25519_public(key, raw_key, err)
            || !payload_find(options->payload, &payload, err))
        return false;
    if (options->credentials != NULL) {
        credentials = read_credentials(options->credentials, brand, err);
        if (credentials == NULL)
            return false;
    }
    const struct run_parts parts = { brand, &names, &payload, pack, raw_key, credentials };
    return write_pack(&parts, options->out_dir, err)
           && write_installer(&parts, options->out_dir, out_path, err);
}
