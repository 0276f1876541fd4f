/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include "noren/crypto/cert.h"

#include "branding/archive.h"
#include "branding/compile.h"
#include "branding/tarball.h"
#include "tests/unit/brand_folder.h"
#include "tests/unit/test.h"

/* A pack is read whole and unchanged, or not at all. */

struct signed_pack {
    EVP_PKEY *key;
    struct brandpack_keys keys;
    struct writer bytes;
};

static void sign_folder(const char *dir, struct signed_pack *out)
{
    noren_cleanup(brandpack_freep) struct brandpack *folder =
            brandpack_open_folder(dir, NULL, NULL, NULL);

    *out = (struct signed_pack){ .key = ed25519_make_key(NULL), .keys = { .count = 1 } };
    assert_non_null(folder);
    assert_true(ed25519_public(out->key, out->keys.key[0], NULL));
    writer_init(&out->bytes, 0);
    assert_true(brand_compile(folder, out->key, 0, &out->bytes, NULL));
}

static void sign_new_brand(struct signed_pack *out)
{
    char *dir = brand_folder_new();

    sign_folder(dir, out);
    brand_folder_free(dir);
}

static void clear_pack(struct signed_pack *pack)
{
    EVP_PKEY_free(pack->key);
    writer_clear(&pack->bytes);
}

static enum noren_code open_code(const void *data, size_t len, const struct brandpack_keys *keys)
{
    struct noren_err err = { 0 };
    struct brandpack *pack = brandpack_open_bytes(data, len, keys, &err);

    brandpack_free(pack);
    return pack != NULL ? NOREN_OK : err.code;
}

static void test_a_signed_pack_gives_its_files_back(void **state)
{
    (void)state;
    struct signed_pack signed_pack;

    sign_new_brand(&signed_pack);
    noren_cleanup(brandpack_freep) struct brandpack *pack = brandpack_open_bytes(
            signed_pack.bytes.data, signed_pack.bytes.len, &signed_pack.keys, NULL);
    assert_non_null(pack);
    const struct brandpack_file *conf = brandpack_find(pack, "brand.conf");
    assert_non_null(conf);
    assert_non_null(g_strstr_len((const char *)conf->data, (gssize)conf->len, "\nid=acme\n"));
    assert_null(brandpack_find(pack, "brand.con"));
    assert_string_equal(brandpack_at(pack, 0)->path, "MANIFEST");
    clear_pack(&signed_pack);
}

static void test_another_key_is_not_trusted(void **state)
{
    (void)state;
    struct signed_pack pack;

    sign_new_brand(&pack);
    struct brandpack_keys none = { .count = 0 };
    assert_int_equal(open_code(pack.bytes.data, pack.bytes.len, &none), NOREN_E_TRUST);
    pack.keys.key[0][5] ^= 1;
    assert_int_equal(open_code(pack.bytes.data, pack.bytes.len, &pack.keys), NOREN_E_TRUST);
    clear_pack(&pack);
}

static void test_the_second_of_two_keys_is_enough(void **state)
{
    (void)state;
    struct signed_pack pack;

    sign_new_brand(&pack);
    memcpy(pack.keys.key[1], pack.keys.key[0], BRANDPACK_KEY_BYTES);
    pack.keys.key[0][0] ^= 1;
    pack.keys.count = 2;
    assert_int_equal(open_code(pack.bytes.data, pack.bytes.len, &pack.keys), NOREN_OK);
    clear_pack(&pack);
}

static void test_every_prefix_of_a_pack_is_refused(void **state)
{
    (void)state;
    struct signed_pack pack;

    sign_new_brand(&pack);
    for (size_t cut = 0; cut < pack.bytes.len; cut++) {
        uint8_t *exact = noren_alloc(cut + 1);
        memcpy(exact, pack.bytes.data, cut);
        assert_int_not_equal(open_code(exact, cut, &pack.keys), NOREN_OK);
        free(exact);
    }
    clear_pack(&pack);
}

/* Of a large archive the end of the tar is read long before the end of the file. */
static void test_the_missing_end_of_a_large_pack_is_noticed(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    enum { LARGE = 1 << 20 };
    g_autofree uint8_t *noise = g_malloc(LARGE);
    struct signed_pack pack;

    for (guint32 i = 0, x = 1; i < LARGE; i++) {
        x = x * 1664525U + 1013904223U;
        noise[i] = (uint8_t)(x >> 24);
    }
    brand_folder_write(dir, "images/welcome.png", noise, LARGE);
    sign_folder(dir, &pack);
    assert_int_equal(open_code(pack.bytes.data, pack.bytes.len, &pack.keys), NOREN_OK);
    for (size_t cut = 1; cut <= 64; cut++)
        assert_int_not_equal(
                open_code(pack.bytes.data, pack.bytes.len - cut, &pack.keys), NOREN_OK);
    clear_pack(&pack);
    brand_folder_free(dir);
}

static void test_no_changed_byte_changes_what_is_read(void **state)
{
    (void)state;
    struct signed_pack pack;

    sign_new_brand(&pack);
    noren_cleanup(brandpack_freep) struct brandpack *good =
            brandpack_open_bytes(pack.bytes.data, pack.bytes.len, &pack.keys, NULL);
    for (size_t at = 0; at < pack.bytes.len; at++) {
        pack.bytes.data[at] ^= 0x20;
        struct brandpack *bad =
                brandpack_open_bytes(pack.bytes.data, pack.bytes.len, &pack.keys, NULL);
        /* bytes of the container that carry no content may change; content may not */
        for (size_t i = 0; bad != NULL && i < brandpack_count(bad); i++) {
            const struct brandpack_file *file = brandpack_at(bad, i);
            const struct brandpack_file *same = brandpack_find(good, file->path);
            assert_non_null(same);
            assert_int_equal(same->len, file->len);
            assert_memory_equal(same->data, file->data, file->len);
        }
        brandpack_free(bad);
        pack.bytes.data[at] ^= 0x20;
    }
    clear_pack(&pack);
}

/* A tar.xz of MANIFEST and signature for `folder`, and then whatever the caller says is in it. */
static void write_tarball(GPtrArray *files, struct writer *out)
{
    writer_init(out, 0);
    assert_true(tarball_write(files, 0, out, NULL));
}

static void add_signed_manifest(GPtrArray *files, const char *manifest, struct signed_pack *out)
{
    uint8_t signature[ED25519_SIGNATURE_BYTES];

    *out = (struct signed_pack){ .key = ed25519_make_key(NULL), .keys = { .count = 1 } };
    assert_true(ed25519_public(out->key, out->keys.key[0], NULL));
    assert_true(ed25519_sign(out->key, manifest, strlen(manifest), signature, NULL));
    tarball_add(files, "MANIFEST", g_bytes_new(manifest, strlen(manifest)), 0644);
    tarball_add(files, "MANIFEST.sig", g_bytes_new(signature, sizeof signature), 0644);
}

#define HASH_OF_A "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"

#define HASH_OF_B "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d"

static enum noren_code code_for_manifest(const char *manifest)
{
    g_autoptr(GPtrArray) files = tarball_new();
    struct signed_pack pack;

    add_signed_manifest(files, manifest, &pack);
    tarball_add(files, "a.txt", g_bytes_new("a", 1), 0644);
    write_tarball(files, &pack.bytes);
    enum noren_code code = open_code(pack.bytes.data, pack.bytes.len, &pack.keys);
    clear_pack(&pack);
    return code;
}

static void test_manifest_and_files_must_agree_both_ways(void **state)
{
    (void)state;
    assert_int_equal(code_for_manifest("brandpack 1\n" HASH_OF_A " 1 a.txt\n"), NOREN_OK);
    assert_int_equal(code_for_manifest("brandpack 1\n"), NOREN_E_TRUST);
    assert_int_equal(code_for_manifest("brandpack 1\n" HASH_OF_B " 1 a.txt\n"), NOREN_E_TRUST);
    assert_int_equal(code_for_manifest("brandpack 1\n" HASH_OF_A " 2 a.txt\n"), NOREN_E_TRUST);
    assert_int_equal(
            code_for_manifest("brandpack 1\n" HASH_OF_A " 1 a.txt\n" HASH_OF_A " 1 b.txt\n"),
            NOREN_E_TRUST);
    assert_int_equal(code_for_manifest("brandpack 1\n0" HASH_OF_A " 1 a.txt\n"), NOREN_E_PROTOCOL);
    assert_int_equal(code_for_manifest("brandpack 2\n" HASH_OF_A " 1 a.txt\n"), NOREN_E_PROTOCOL);
    assert_int_equal(code_for_manifest("brandpack 1\n" HASH_OF_A " 1 a.txt"), NOREN_E_PROTOCOL);
    assert_int_equal(
            code_for_manifest("brandpack 1\n" HASH_OF_A " 1 a.txt\n" HASH_OF_A " 1 a.txt\n"),
            NOREN_E_PROTOCOL);
}

/* One raw entry of any kind, which our own writer would never make. */
static enum noren_code code_for_entry(const char *path, unsigned kind, const char *link, size_t len)
{
    struct brandpack_keys keys = { .count = 1 };
    size_t used = 0;
    size_t room = len + (64 << 10);
    g_autofree char *out = g_malloc0(room);
    g_autofree char *content = g_malloc0(len + 1);
    struct archive *archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();

    archive_write_add_filter_xz(archive);
    archive_write_set_format_pax_restricted(archive);
    archive_write_open_memory(archive, out, room, &used);
    archive_entry_set_pathname(entry, path);
    archive_entry_set_filetype(entry, kind);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)len);
    if (link != NULL && kind == AE_IFLNK)
        archive_entry_set_symlink(entry, link);
    else if (link != NULL)
        archive_entry_set_hardlink(entry, link);
    assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
    archive_write_data(archive, content, len);
    archive_write_close(archive);
    archive_entry_free(entry);
    archive_write_free(archive);
    return open_code(out, used, &keys);
}

static void test_only_plain_files_with_plain_paths_are_read(void **state)
{
    (void)state;
    assert_int_equal(code_for_entry("a.txt", AE_IFREG, NULL, 1), NOREN_E_TRUST); /* no MANIFEST */
    assert_int_equal(code_for_entry("a.txt", AE_IFLNK, "/etc/passwd", 0), NOREN_E_PROTOCOL);
    assert_int_equal(code_for_entry("a.txt", AE_IFREG, "b.txt", 0), NOREN_E_PROTOCOL);
    assert_int_equal(code_for_entry("a.txt", AE_IFCHR, NULL, 0), NOREN_E_PROTOCOL);
    assert_int_equal(code_for_entry("a", AE_IFDIR, NULL, 0), NOREN_E_PROTOCOL);
    assert_int_equal(code_for_entry("../a.txt", AE_IFREG, NULL, 1), NOREN_E_PROTOCOL);
    assert_int_equal(code_for_entry("/a.txt", AE_IFREG, NULL, 1), NOREN_E_PROTOCOL);
    assert_int_equal(code_for_entry("a/.b", AE_IFREG, NULL, 1), NOREN_E_PROTOCOL);
    assert_int_equal(code_for_entry("a//b", AE_IFREG, NULL, 1), NOREN_E_PROTOCOL);
    assert_int_equal(code_for_entry("a b", AE_IFREG, NULL, 1), NOREN_E_PROTOCOL);
}

static void test_a_file_over_the_limit_is_refused(void **state)
{
    (void)state;
    assert_int_equal(
            code_for_entry("a.txt", AE_IFREG, NULL, BRANDPACK_FILE_MAX_BYTES), NOREN_E_TRUST);
    assert_int_equal(
            code_for_entry("a.txt", AE_IFREG, NULL, BRANDPACK_FILE_MAX_BYTES + 1), NOREN_E_LIMIT);
}

static void test_too_many_files_and_too_much_in_all_are_refused(void **state)
{
    (void)state;
    struct brandpack_keys keys = { .count = 1 };
    g_autoptr(GPtrArray) many = tarball_new();
    g_autoptr(GPtrArray) much = tarball_new();
    struct writer bytes;
    g_autofree char *zeros = g_malloc0(BRANDPACK_FILE_MAX_BYTES);

    for (int i = 0; i <= BRANDPACK_FILES_MAX; i++) {
        g_autofree char *path = g_strdup_printf("f%d", i);
        tarball_add(many, path, g_bytes_new(NULL, 0), 0644);
    }
    write_tarball(many, &bytes);
    assert_int_equal(open_code(bytes.data, bytes.len, &keys), NOREN_E_LIMIT);
    writer_clear(&bytes);
    for (int i = 0; i <= BRANDPACK_TOTAL_MAX_BYTES / BRANDPACK_FILE_MAX_BYTES; i++) {
        g_autofree char *path = g_strdup_printf("f%d", i);
        tarball_add(much, path, g_bytes_new_static(zeros, BRANDPACK_FILE_MAX_BYTES), 0644);
    }
    write_tarball(much, &bytes);
    assert_int_equal(open_code(bytes.data, bytes.len, &keys), NOREN_E_LIMIT);
    writer_clear(&bytes);
}

static void test_a_path_given_twice_is_refused(void **state)
{
    (void)state;
    struct brandpack_keys keys = { .count = 1 };
    g_autoptr(GPtrArray) files = tarball_new();
    struct writer bytes;

    tarball_add(files, "a.txt", g_bytes_new("a", 1), 0644);
    tarball_add(files, "a.txt", g_bytes_new("b", 1), 0644);
    write_tarball(files, &bytes);
    assert_int_equal(open_code(bytes.data, bytes.len, &keys), NOREN_E_PROTOCOL);
    writer_clear(&bytes);
}

static void test_equal_folders_give_equal_packs(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    struct signed_pack first;
    noren_cleanup(writer_clear) struct writer second = { 0 };

    sign_folder(dir, &first);
    g_autofree char *conf = brand_folder_read(dir, "brand.conf");
    brand_folder_delete(dir, "brand.conf");
    brand_folder_write(dir, "brand.conf", conf, strlen(conf));
    noren_cleanup(brandpack_freep) struct brandpack *folder =
            brandpack_open_folder(dir, NULL, NULL, NULL);
    writer_init(&second, 0);
    assert_true(brand_compile(folder, first.key, 0, &second, NULL));
    assert_int_equal(first.bytes.len, second.len);
    assert_memory_equal(first.bytes.data, second.data, second.len);
    clear_pack(&first);
    brand_folder_free(dir);
}

static void test_a_folder_with_a_link_is_not_read(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    g_autofree char *link = g_build_filename(dir, "images/x.svg", NULL);
    struct noren_err err = { 0 };

    assert_int_equal(symlink("app-icon.svg", link), 0);
    assert_null(brandpack_open_folder(dir, NULL, NULL, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
    brand_folder_free(dir);
}

static void test_key_files_hold_one_key_a_line(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    g_autofree char *path = g_build_filename(dir, "brand.pub", NULL);
    struct brandpack_keys keys;
    struct noren_err err = { 0 };

    brand_folder_write(dir, "brand.pub", "# old\n" HASH_OF_A "\n\n" HASH_OF_A, 6 + 64 + 2 + 64);
    assert_true(brandpack_keys_read(path, &keys, &err));
    assert_int_equal(keys.count, 2);
    assert_int_equal(keys.key[1][0], 0xca);
    brand_folder_write(dir, "brand.pub", HASH_OF_A "00\n", 67);
    assert_false(brandpack_keys_read(path, &keys, &err));
    assert_int_equal(err.code, NOREN_E_ARGUMENT);
    brand_folder_write(dir, "brand.pub", "#\n", 2);
    assert_false(brandpack_keys_read(path, &keys, &err));
    brand_folder_delete(dir, "brand.pub");
    assert_false(brandpack_keys_read(path, &keys, &err));
    assert_int_equal(err.code, NOREN_E_NOT_FOUND);
    brand_folder_free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_signed_pack_gives_its_files_back),
        cmocka_unit_test(test_another_key_is_not_trusted),
        cmocka_unit_test(test_the_second_of_two_keys_is_enough),
        cmocka_unit_test(test_every_prefix_of_a_pack_is_refused),
        cmocka_unit_test(test_the_missing_end_of_a_large_pack_is_noticed),
        cmocka_unit_test(test_no_changed_byte_changes_what_is_read),
        cmocka_unit_test(test_manifest_and_files_must_agree_both_ways),
        cmocka_unit_test(test_only_plain_files_with_plain_paths_are_read),
        cmocka_unit_test(test_a_file_over_the_limit_is_refused),
        cmocka_unit_test(test_too_many_files_and_too_much_in_all_are_refused),
        cmocka_unit_test(test_a_path_given_twice_is_refused),
        cmocka_unit_test(test_equal_folders_give_equal_packs),
        cmocka_unit_test(test_a_folder_with_a_link_is_not_read),
        cmocka_unit_test(test_key_files_hold_one_key_a_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
