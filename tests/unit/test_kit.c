/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <sys/stat.h>

#include "noren/crypto/cert.h"

#include "branding/brand.h"
#include "tests/unit/brand_folder.h"
#include "tests/unit/test.h"

/* new and build, with any two programs in place of the client's. */

struct bench {
    char *dir;
    char *payload;
    char *out;
    char *key;
};

static void copy_program(const char *from, const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *data = NULL;
    gsize len;

    assert_true(g_file_get_contents(from, &data, &len, NULL));
    assert_true(g_file_set_contents_full(
            path, data, (gssize)len, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
}

static struct bench bench_new(void)
{
    struct bench bench = { .dir = brand_folder_new() };

    bench.payload = kit_beside(bench.dir, "-payload");
    bench.out = kit_beside(bench.dir, "-out");
    bench.key = kit_beside(bench.dir, ".key");
    g_mkdir(bench.payload, 0700);
    copy_program("/bin/true", bench.payload, "noren-connect");
    copy_program("/bin/false", bench.payload, "noren-client");
    return bench;
}

static void bench_clear(struct bench *bench)
{
    brand_folder_free(bench->dir);
    g_free(bench->payload);
    g_free(bench->out);
    g_free(bench->key);
}

/* The installer's bytes; NULL with err when it is not built. */
static GBytes *build(const struct bench *bench, const char *credentials, struct noren_err *err)
{
    g_autofree char *path = NULL;
    char *data = NULL;
    gsize len;
    const struct kit_build_options options = {
        .dir = bench->dir,
        .out_dir = bench->out,
        .credentials = credentials,
        .signing_key = bench->key,
        .payload = bench->payload,
    };

    if (!kit_build_run(&options, &path, err))
        return NULL;
    assert_true(g_file_get_contents(path, &data, &len, NULL));
    return g_bytes_new_take(data, len);
}

static char *write_credentials(const struct bench *bench, const char *text)
{
    char *path = kit_beside(bench->dir, "-credentials");

    assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static mode_t mode_of(const char *path)
{
    struct stat info;

    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 07777;
}

static void test_equal_input_gives_equal_bytes(void **state)
{
    (void)state;
    struct bench bench = bench_new();
    g_autoptr(GBytes) first = build(&bench, NULL, NULL);
    g_autoptr(GBytes) second = build(&bench, NULL, NULL);

    assert_non_null(first);
    assert_true(g_bytes_equal(first, second));
    brand_folder_replace(bench.dir, "brand.conf", "serial=1", "serial=2");
    g_autoptr(GBytes) other = build(&bench, NULL, NULL);
    assert_false(g_bytes_equal(first, other));
    bench_clear(&bench);
}

static void test_the_pack_that_is_built_is_accepted_by_its_key_alone(void **state)
{
    (void)state;
    struct bench bench = bench_new();
    g_autoptr(GBytes) installer = build(&bench, NULL, NULL);
    g_autofree char *pack = g_build_filename(bench.out, "acme-1.brandpack", NULL);
    bool made = true;
    EVP_PKEY *key = kit_signing_key(bench.key, &made, NULL);
    uint8_t raw[1][32];
    const struct brand_keys keys = { raw, 1 };
    struct noren_err err = { 0 };

    assert_non_null(installer);
    assert_false(made);
    assert_true(ed25519_public(key, raw[0], NULL));
    struct brand *brand = brand_load(pack, &keys, &err);
    assert_non_null(brand);
    assert_string_equal(brand_id(brand), "acme");
    brand_free(brand);
    raw[0][0] ^= 1;
    assert_null(brand_load(pack, &keys, &err));
    assert_int_equal(err.code, NOREN_E_TRUST);
    EVP_PKEY_free(key);
    bench_clear(&bench);
}

static void test_a_new_signing_key_is_for_its_owner_only(void **state)
{
    (void)state;
    struct bench bench = bench_new();
    bool made = false;
    EVP_PKEY *key = kit_signing_key(bench.key, &made, NULL);

    assert_non_null(key);
    assert_true(made);
    assert_int_equal(mode_of(bench.key), 0600);
    EVP_PKEY_free(key);
    bench_clear(&bench);
}

static void test_an_installer_with_credentials_is_for_its_owner_only(void **state)
{
    (void)state;
    struct bench bench = bench_new();
    g_autofree char *credentials =
            write_credentials(&bench, "[10-main]\nusername=alice\npassword=Secret-1\n");
    g_autoptr(GBytes) installer = build(&bench, credentials, NULL);
    g_autofree char *path =
            g_build_filename(bench.out, "acme-" PACKAGE_VERSION ".1-linux-amd64.run", NULL);
    g_autofree char *pack = g_build_filename(bench.out, "acme-1.brandpack", NULL);

    assert_non_null(installer);
    assert_int_equal(mode_of(path), 0700);
    assert_int_equal(mode_of(pack), 0644);
    bench_clear(&bench);
}

static void test_credentials_of_no_profile_and_other_keys_are_refused(void **state)
{
    (void)state;
    struct bench bench = bench_new();
    static const char *const bad[] = { "[10-other]\nusername=a\n", "[10-main]\nuser=a\n",
        "username=a\n", "[10-main\n", "[10-main]\nusername=\xff\n" };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *credentials = write_credentials(&bench, bad[i]);
        struct noren_err err = { 0 };
        assert_null(build(&bench, credentials, &err));
        assert_int_equal(err.code, NOREN_E_ARGUMENT);
    }
    bench_clear(&bench);
}

static void test_a_product_name_cannot_break_out_of_the_script(void **state)
{
    (void)state;
    struct bench bench = bench_new();

    brand_folder_replace(
            bench.dir, "brand.conf", "product=Acme Link", "product=A'; touch $(id) `id`; '");
    g_autoptr(GBytes) installer = build(&bench, NULL, NULL);
    assert_non_null(installer);
    gsize len;
    const char *text = g_bytes_get_data(installer, &len);
    assert_non_null(g_strstr_len(text, 16384, "\nPRODUCT='A'\\''; touch $(id) `id`; '\\'''\n"));
    assert_null(g_strstr_len(text, 16384, "@PRODUCT"));
    bench_clear(&bench);
}

static void test_a_missing_payload_is_told_by_name(void **state)
{
    (void)state;
    struct bench bench = bench_new();
    struct noren_err err = { 0 };

    brand_folder_delete(bench.payload, "noren-client");
    assert_null(build(&bench, NULL, &err));
    assert_int_equal(err.code, NOREN_E_NOT_FOUND);
    assert_non_null(strstr(err.text, "--payload"));
    bench_clear(&bench);
}

static void test_new_refuses_bad_names_and_folders_in_use(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    g_autofree char *fresh = kit_beside(dir, "-fresh");
    bool example;
    g_autofree char *key = kit_beside(dir, ".key");
    const struct kit_new_options bad[] = {
        { .id = "Acme", .product = "Acme" },
        { .id = "openvpn", .product = "Acme" },
        { .id = "acme", .product = "A" },
        { .id = "acme", .product = "Acme", .server = "example.net" },
        { .id = "acme", .product = "Acme", .color = "blue" },
        { .id = "acme", .product = "Acme", .hub = "A\ntrust=system" },
        { .id = "acme", .product = "Acme", .ca = key },
    };

    assert_true(g_file_set_contents(key, "-----BEGIN PRIVATE KEY-----\n", -1, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        struct kit_new_options options = bad[i];
        struct noren_err err = { 0 };
        options.dir = fresh;
        assert_false(kit_write_brand(&options, &example, &err));
        assert_int_equal(err.code, NOREN_E_ARGUMENT);
        assert_false(g_file_test(fresh, G_FILE_TEST_EXISTS));
    }
    const struct kit_new_options again = { .dir = dir, .id = "acme", .product = "Acme" };
    struct noren_err err = { 0 };
    assert_false(kit_write_brand(&again, &example, &err));
    assert_int_equal(err.code, NOREN_E_EXISTS);
    brand_folder_free(dir);
}

static void test_new_takes_server_and_ca_of_the_operator(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    g_autofree char *ca = g_build_filename(dir, "trust/server.pem", NULL);
    g_autofree char *other = kit_beside(dir, "-other");
    const struct kit_new_options options = { .dir = other,
        .id = "other",
        .product = "Другое имя: нет",
        .server = "[2001:db8::1]:443",
        .hub = "TOKYO",
        .ca = ca };
    bool example = true;

    struct noren_err err = { 0 };
    assert_false(kit_write_brand(&options, &example, &err)); /* ':' is not for a product */
    struct kit_new_options good = options;
    good.product = "Другое имя";
    assert_true(kit_write_brand(&good, &example, &err));
    assert_false(example);
    noren_cleanup(findings_freep) struct findings *findings = kit_findings(other, &err);
    assert_int_equal(findings_count(findings), 0);
    g_autofree char *profile = brand_folder_read(other, "profiles/10-main.conf");
    assert_non_null(strstr(profile, "servers=[2001:db8::1]:443\nhub=TOKYO\n"));
    brand_folder_free(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_input_gives_equal_bytes),
        cmocka_unit_test(test_the_pack_that_is_built_is_accepted_by_its_key_alone),
        cmocka_unit_test(test_a_new_signing_key_is_for_its_owner_only),
        cmocka_unit_test(test_an_installer_with_credentials_is_for_its_owner_only),
        cmocka_unit_test(test_credentials_of_no_profile_and_other_keys_are_refused),
        cmocka_unit_test(test_a_product_name_cannot_break_out_of_the_script),
        cmocka_unit_test(test_a_missing_payload_is_told_by_name),
        cmocka_unit_test(test_new_refuses_bad_names_and_folders_in_use),
        cmocka_unit_test(test_new_takes_server_and_ca_of_the_operator),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
