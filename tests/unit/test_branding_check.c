/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <time.h>
#include <unistd.h>

#include "branding/check.h"
#include "branding/image_info.h"
#include "tests/unit/brand_folder.h"
#include "tests/unit/test.h"

/* Each fault alone in an otherwise good brand gives its one finding, at its line. */

struct golden {
    const char *file;
    const char *find; /**< NULL: the file is written as `put` */
    const char *put;  /**< NULL: the file is removed */
    const char *expected;
};

static const struct golden GOLDEN[] = {
    { "brand.conf", "auto-connect=true", "auto-conect=true", "brand.conf:27: E101" },
    { "brand.conf", "[first-run]", "[firstrun]", "brand.conf:26: E101" },
    { "brand.conf", "serial=1", "serial[de]=2\nserial=1", "brand.conf:7: E101" },
    { "brand.conf", "# one more", "one more", "brand.conf:6: E101" },
    { "brand.conf", "company=Acme Net\n", "company=A Net\ncompany=B Net\n", "brand.conf:15: E102" },
    { "brand.conf", "auto-connect=true", "auto-connect=true\n[brand]", "brand.conf:28: E102" },
    { "brand.conf", "auto-connect=true", "auto-connect=no", "brand.conf:27: E103" },
    { "brand.conf", "accent=#1f5fbf", "accent=red", "brand.conf:22: E103" },
    { "brand.conf", "short=Acme Link", "short=A", "brand.conf:13: E103" },
    { "brand.conf", "product=Acme Link", "product=A<b>c", "brand.conf:12: E103" },
    { "brand.conf", "languages=en;ja", "languages=en;ja;j", "brand.conf:9: E103" },
    { "brand.conf", "id=acme", "id=Acme", "brand.conf:5: E103" },
    { "brand.conf", "format=1", "format=one", "brand.conf:4: E103" },
    { "brand.conf", "company=Acme Net\n", "", "brand.conf:11: E104" },
    { "brand.conf", "format=1", "format=2", "brand.conf:4: E105" },
    { "brand.conf", "base-min=", "base-min=9", "brand.conf:8: E105" },
    { "brand.conf", "id=acme", "id=openvpn", "brand.conf:5: E107" },
    { "brand.conf", "# one more", "# one\033 more", "brand.conf:6: E108" },
    { "brand.conf", "# one more", "# \xef\xbb\xbf more", "brand.conf:6: E108" },
    { "brand.conf", "# one more", "# one\rmore", "brand.conf:6: E108" },
    { "brand.conf", "# The manifest", "\xef\xbb\xbf# The manifest", "brand.conf:1: E108" },
    { "brand.conf", "company=Acme Net", "company=Acme\xf0", "brand.conf:14: E108" },
    { "brand.conf", "company=Acme Net", "company=Acme\xc2\x9bNet", "brand.conf:14: E103" },
    { "brand.conf", "id=acme", "id=nul", "brand.conf:5: E107" },
    { "brand.conf", "# one more", "Password=x\n# one more", "brand.conf:6: E504" },
    { "strings/en.po", NULL, "\xef\xbb\xbf# no words\n", "strings/en.po:1: E108" },
    { "strings/en.po", "a secure", "une s\xe9", "strings/en.po:8: E108" },
    { "images/logo.svg", NULL, "\x89PNG\r\n", "images/logo.svg:1: E108" },
    { "images/logo.svg", "</svg>", "<style>a{fill:URL(http://a.example)}</style></svg>",
            "images/logo.svg:6: E304" },
    { "images/logo.svg", "<svg", "<?xml-stylesheet href=\"x.css\"?><svg",
            "images/logo.svg:1: E304" },
    { "trust/server.pem", NULL, "-----BEGIN PRIVATE KEY-----\n", "trust/server.pem:1: E503" },
    { "trust/next.pem", NULL,
            "# broken\n-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
            "trust/next.pem:2: E502" },
    { "profiles/10-main.conf", "auth=password", "auth=password\nPassWord[de]=secret",
            "profiles/10-main.conf:6: E504" },
    { "brand.conf", "# one more", "# one\xffmore", "brand.conf:6: E108" },
    { "brand.conf", "languages=en;ja", "languages=en;ja;fr", "brand.conf:9: E201" },
    { "brand.conf", "languages=en;ja", "languages=en", "strings/ja.po:1: E201" },
    { "brand.conf", "text=#1b1f24", "text=#1b1f24\nmuted=#9a9a9a", "brand.conf:25: E404" },
    { "brand.conf", "support=https", "support=http", "brand.conf:18: E507" },
    { "brand.conf", "support=https://", "support=https://me@", "brand.conf:18: E103" },
    { "legal/eula.en.txt", NULL, "text\n", "brand.conf:9: E201" },
    { "trust/con.pin", NULL, "# no pin\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
            "trust/con.pin:1: E109" },
    { "trust/a b.pin", NULL, "", "trust/a b.pin:1: E109" },
    { "scripts/post.sh", NULL, "#!/bin/sh\n", "scripts/post.sh:1: E110" },
    { "images/banner.svg", NULL, "<svg/>", "images/banner.svg:1: E110" },
    { "profiles/main.txt", NULL, "[profile]\n", "profiles/main.txt:1: E110" },
    { "strings/en.po", "desktop.comment", "desktop.coment", "strings/en.po:7: E202" },
    { "strings/en.po", "to {company}", "to {server}", "strings/en.po:8: E203" },
    { "strings/en.po", "to {company}", "to {company", "strings/en.po:8: E203" },
    { "strings/en.po", "to {company}\"", "to", "strings/en.po:8: E203" },
    { "strings/en.po", "msgid \"desktop.comment\"\nmsgstr \"{product}: a secure connection to",
            "msgid \"hint.off\"\nmsgstr \"Press for", "strings/en.po:8: E203" },
    { "strings/en.po", "msgid \"desktop.comment\"\nmsgstr \"{product}: a secure",
            "msgid \"button.connect\"\nmsgstr \"Start the", "strings/en.po:8: E204" },
    { "strings/en.po", "a secure", "a <b>secure</b>", "strings/en.po:8: E205" },
    { "strings/en.po", "a secure", "see http://a.example, a secure", "strings/en.po:8: E205" },
    { "strings/en.po", "msgstr \"{product}", "msgid_plural \"x\"\nmsgstr[0] \"{product}",
            "strings/en.po:8: E206" },
    { "images/tray-error.svg", NULL, NULL, "images/tray-error.svg:1: E301" },
    { "images/app-icon.svg", "0 0 256 256", "0 0 256 200", "images/app-icon.svg:1: E302" },
    { "images/app-icon.svg", " viewBox=\"0 0 256 256\"", "", "images/app-icon.svg:1: E302" },
    { "images/logo.svg", "</svg>", "<script/></svg>", "images/logo.svg:6: E304" },
    { "images/logo.svg", "</svg>", "<image href=\"http://a.example/x\"/></svg>",
            "images/logo.svg:6: E304" },
    { "images/logo.svg", "</svg>", "<g style=\"fill:url(http://a.example)\"/></svg>",
            "images/logo.svg:6: E304" },
    { "images/logo.svg", "</svg>", "<text>Acme</text></svg>", "images/logo.svg:6: E304" },
    { "images/logo.svg", "<circle", "<circle onload=\"x\"", "images/logo.svg:4: E304" },
    { "images/logo.svg", "</svg>", "", "images/logo.svg:7: E304" },
    { "ui/theme.css", NULL, "a {}\n@import \"x.css\";\n", "ui/theme.css:2: E405" },
    { "ui/theme.css", NULL, "box {\n background: url('http://a.example/x');\n}\n",
            "ui/theme.css:2: E405" },
    { "profiles/10-main.conf", "trust=server.pem\n", "", "profiles/10-main.conf:1: E501" },
    { "profiles/10-main.conf", "trust=server.pem", "trust=other.pem",
            "profiles/10-main.conf:6: E501" },
    { "trust/server.pem", NULL, "no certificate\n", "trust/server.pem:1: E502" },
    { "trust/next.pin", NULL,
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n# -----BEGIN PRIVATE KEY-----\n",
            "trust/next.pin:2: E503" },
    { "trust/next.pin", NULL, "short\n", "trust/next.pin:1: E103" },
    { "profiles/10-main.conf", "auth=password", "auth=password\npassword=secret",
            "profiles/10-main.conf:6: E504" },
    { "profiles/10-main.conf", "auth=password", "auth=password\nusername=alice",
            "profiles/10-main.conf:6: E504" },
    { "profiles/10-main.conf", "net:443", "net:70000", "profiles/10-main.conf:3: E506" },
    { "profiles/10-main.conf", "net:443", "net", "profiles/10-main.conf:3: E506" },
    { "profiles/10-main.conf", "routes=server\ndns=server",
            "routes=10.1.0.0/16;10.1.2.0/24\ndns=server", "profiles/10-main.conf:7: E506" },
    { "profiles/10-main.conf",
            "routes=server\ndns=server\n# all traffic through the tunnel; false: only to the\n"
            "# network itself and what it announces or routes= lists\ndefault-gateway=true",
            "routes=10.1.0.0/16\ndns=10.2.0.1", "profiles/10-main.conf:8: E506" },
    { "profiles/10-main.conf", "routes=server", "routes=10.1.0.1/16",
            "profiles/10-main.conf:7: E506" },
    { "profiles/10-main.conf", "hub=MAIN", "hup=MAIN", NULL },
    { "policy/locks.conf", NULL, "[locks]\nuninstall=locked\n", "policy/locks.conf:2: E601" },
    { "linux/metadata.conf", NULL, "[linux]\npackage=Acme_VPN\n", "linux/metadata.conf:2: E702" },
};

static struct findings *check(
        const char *dir, const struct check_released *released, gint64 later_s)
{
    const struct check_options options = {
        .base_version = PACKAGE_VERSION,
        .now = (gint64)time(NULL) + later_s,
        .released = released,
    };
    struct noren_err err = { 0 };
    struct findings *findings = brand_check_folder(dir, &options, &err);

    assert_non_null(findings);
    return findings;
}

/* Prints what else there is, so that one run shows every difference. */
static gboolean is_one(const struct findings *findings, const char *expected)
{
    guint count = findings_count(findings);
    g_autofree char *line = count > 0 ? finding_line(findings_at(findings, 0), "") : NULL;

    if (count == 1 && g_str_has_prefix(line, expected))
        return TRUE;
    print_error("expected %s alone, found %u:\n", expected, count);
    for (guint i = 0; i < count; i++) {
        g_autofree char *other = finding_line(findings_at(findings, i), "    ");
        print_error("%s\n", other);
    }
    return FALSE;
}

static void assert_one(const struct findings *findings, const char *expected)
{
    assert_true(is_one(findings, expected));
}

static void test_a_new_brand_has_no_findings(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    noren_cleanup(findings_freep) struct findings *findings = check(dir, NULL, 0);

    assert_int_equal(findings_count(findings), 0);
    brand_folder_free(dir);
}

static void test_each_fault_gives_its_own_finding_at_its_line(void **state)
{
    (void)state;
    int different = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(GOLDEN); i++) {
        const struct golden *golden = &GOLDEN[i];
        char *dir = brand_folder_new();

        if (golden->find != NULL)
            brand_folder_replace(dir, golden->file, golden->find, golden->put);
        else if (golden->put != NULL)
            brand_folder_write(dir, golden->file, golden->put, strlen(golden->put));
        else
            brand_folder_delete(dir, golden->file);

        noren_cleanup(findings_freep) struct findings *findings = check(dir, NULL, 0);
        if (golden->expected != NULL)
            different += !is_one(findings, golden->expected);
        else
            assert_int_equal(findings_count(findings), 2); /* unknown, and so missing */
        brand_folder_free(dir);
    }
    assert_int_equal(different, 0);
}

static void test_every_finding_is_told_in_one_run(void **state)
{
    (void)state;
    char *dir = brand_folder_new();

    brand_folder_replace(dir, "brand.conf", "auto-connect=true", "auto-connect=no");
    brand_folder_replace(dir, "strings/en.po", "desktop.comment", "desktop.coment");
    brand_folder_delete(dir, "images/logo.svg");
    noren_cleanup(findings_freep) struct findings *findings = check(dir, NULL, 0);
    assert_int_equal(findings_count(findings), 3);
    assert_string_equal(findings_at(findings, 0)->code, "E103");
    assert_string_equal(findings_at(findings, 1)->code, "E301");
    assert_string_equal(findings_at(findings, 2)->code, "E202");
    brand_folder_free(dir);
}

static void test_texts_that_stay_in_english_are_a_warning_only(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    const char fr[] = "msgid \"status.off\"\nmsgstr \"Non connecté\"\n";

    brand_folder_replace(dir, "brand.conf", "languages=en;ja", "languages=en;ja;fr");
    brand_folder_write(dir, "strings/fr.po", fr, strlen(fr));
    noren_cleanup(findings_freep) struct findings *findings = check(dir, NULL, 0);
    assert_one(findings, "strings/fr.po:1: W207");
    assert_int_equal(findings_errors(findings), 0);
    brand_folder_free(dir);
}

static void test_a_message_names_file_line_code_text_and_remedy(void **state)
{
    (void)state;
    char *dir = brand_folder_new();

    brand_folder_replace(dir, "brand.conf", "[colors]", "[colours]");
    noren_cleanup(findings_freep) struct findings *findings = check(dir, NULL, 0);
    g_autofree char *line = finding_line(findings_at(findings, 0), "acme/");
    assert_string_equal(line, "acme/brand.conf:1: E104 [colors] accent is missing -> buttons and "
                              "what is active");
    line = (g_free(line), finding_line(findings_at(findings, 3), "acme/"));
    assert_string_equal(
            line, "acme/brand.conf:21: E101 unknown group [colours] -> did you mean \"[colors]\"?");
    brand_folder_free(dir);
}

static void test_a_released_serial_or_id_is_not_used_again(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    const struct check_released newer = { "acme", 3, "" };
    const struct check_released other = { "acme2", 0, "" };

    noren_cleanup(findings_freep) struct findings *serial = check(dir, &newer, 0);
    assert_one(serial, "brand.conf:7: E106");
    noren_cleanup(findings_freep) struct findings *id = check(dir, &other, 0);
    assert_one(id, "brand.conf:5: E107");
    brand_folder_free(dir);
}

static void test_a_release_may_be_built_again_unchanged_only(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    struct check_released released;

    noren_cleanup(brandpack_freep) struct brandpack *folder =
            brandpack_open_folder(dir, NULL, NULL, NULL);
    assert_true(kit_release_write(dir, folder, 1, "acme", NULL));
    assert_true(kit_release_read(dir, &released, NULL));
    noren_cleanup(findings_freep) struct findings *same = check(dir, &released, 0);
    assert_int_equal(findings_count(same), 0);
    brand_folder_replace(dir, "brand.conf", "# one more", "# some more");
    noren_cleanup(findings_freep) struct findings *changed = check(dir, &released, 0);
    assert_one(changed, "brand.conf:7: E106");
    brand_folder_free(dir);
}

static void test_links_and_clashing_names_are_refused(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    g_autofree char *link = g_build_filename(dir, "trust/next.pem", NULL);

    assert_int_equal(symlink("/etc/passwd", link), 0);
    noren_cleanup(findings_freep) struct findings *linked = check(dir, NULL, 0);
    assert_one(linked, "trust/next.pem:1: E109");
    brand_folder_delete(dir, "trust/next.pem");
    g_autofree char *pem = brand_folder_read(dir, "trust/server.pem");
    brand_folder_write(dir, "trust/Server.pem", pem, strlen(pem));
    noren_cleanup(findings_freep) struct findings *clash = check(dir, NULL, 0);
    assert_one(clash, "trust/server.pem:1: E109");
    brand_folder_free(dir);
}

static void test_a_file_that_may_not_be_read_is_told(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    g_autofree char *top = g_path_get_dirname(dir);
    g_autofree char *path = g_build_filename(dir, "strings/en.po", NULL);
    uid_t self = geteuid();

    /* root may read everything, so somebody else looks */
    assert_int_equal(g_chmod(top, 0755), 0);
    assert_int_equal(g_chmod(path, 0), 0);
    assert_true(self != 0 || seteuid(65534) == 0);
    noren_cleanup(findings_freep) struct findings *findings = check(dir, NULL, 0);
    assert_true(self != 0 || seteuid(0) == 0);
    assert_one(findings, "strings/en.po:1: E109");
    brand_folder_free(dir);
}

static void test_an_ended_certificate_is_an_error_and_a_near_end_a_warning(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    const gint64 day_s = 24 * 3600;

    noren_cleanup(findings_freep) struct findings *ended = check(dir, NULL, 21 * 366 * day_s);
    assert_one(ended, "trust/server.pem:1: E502");
    noren_cleanup(findings_freep) struct findings *soon =
            check(dir, NULL, 20 * 365 * day_s - 30 * day_s);
    assert_one(soon, "trust/server.pem:1: W502");
    assert_int_equal(findings_errors(soon), 0);
    noren_cleanup(findings_freep) struct findings *early = check(dir, NULL, -400 * day_s);
    assert_one(early, "trust/server.pem:1: W502");
    brand_folder_free(dir);
}

/* A PNG as far as its head goes. `color` 2: RGB, 6: with alpha. */
static void write_png_head(
        const char *dir, const char *path, guint width, guint height, guint8 color)
{
    guint8 png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R',
        0, 0, (guint8)(width >> 8), (guint8)width, 0, 0, (guint8)(height >> 8), (guint8)height, 8,
        color, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'I', 'D', 'A', 'T' };

    brand_folder_write(dir, path, png, sizeof png);
}

static void write_png(const char *dir, const char *path, int width, int height, gboolean alpha)
{
    g_autoptr(GdkPixbuf) picture = gdk_pixbuf_new(GDK_COLORSPACE_RGB, alpha, 8, width, height);
    g_autofree char *data = NULL;
    gsize len;

    gdk_pixbuf_fill(picture, 0x1f5fbf80);
    assert_true(gdk_pixbuf_save_to_buffer(picture, &data, &len, "png", NULL, NULL));
    brand_folder_write(dir, path, data, len);
}

static void assert_png(const char *slot, guint width, guint height, guint8 color, const char *code)
{
    char *dir = brand_folder_new();
    g_autofree char *svg = g_strdup_printf("images/%s.svg", slot);
    g_autofree char *png = g_strdup_printf("images/%s.png", slot);
    g_autofree char *expected = g_strdup_printf("%s:1: %s", png, code);

    brand_folder_delete(dir, svg);
    if (*code != '\0')
        write_png_head(dir, png, width, height, color);
    else
        write_png(dir, png, (int)width, (int)height, color == 6);
    noren_cleanup(findings_freep) struct findings *findings = check(dir, NULL, 0);
    if (*code != '\0')
        assert_one(findings, expected);
    else
        assert_int_equal(findings_count(findings), 0);
    brand_folder_free(dir);
}

static void test_pictures_have_size_shape_and_transparency(void **state)
{
    (void)state;
    assert_png("app-icon", 1024, 1024, 6, "");
    assert_png("app-icon", 1024, 512, 6, "E302");
    assert_png("app-icon", 64, 64, 6, "E303");
    assert_png("app-icon", 5000, 5000, 6, "E302");
    assert_png("app-icon", 1024, 1024, 2, "E306");
    assert_png("logo", 150, 150, 6, "E302");
    assert_png("logo", 800, 200, 2, "");
    assert_png("tray-on", 16, 16, 6, "E303");
    assert_png("app-icon", 1024, 1024, 6, "E302"); /* a head and nothing to draw */
}

static void test_every_prefix_of_a_picture_head_is_refused(void **state)
{
    (void)state;
    static const guint8 png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I',
        'H', 'D', 'R', 0, 0, 0, 3, 0, 0, 0, 2, 8, 6, 0, 0, 0, 1, 2, 3, 4 };
    static const guint8 jpeg[] = { 0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 17, 8, 0, 2,
        0, 3, 4 };
    struct image_info info;

    for (gsize cut = 0; cut < sizeof png; cut++)
        assert_false(image_info_png(png, cut, &info));
    assert_true(image_info_png(png, sizeof png, &info));
    assert_int_equal(info.width, 3);
    assert_true(info.alpha);
    for (gsize cut = 0; cut < sizeof jpeg; cut++)
        assert_false(image_info_jpeg(jpeg, cut, &info));
    assert_true(image_info_jpeg(jpeg, sizeof jpeg, &info));
    assert_int_equal(info.width, 3);
    assert_int_equal(info.height, 2);
    assert_true(info.cmyk);
}

static void test_a_file_larger_than_a_pack_takes_is_told(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    g_autofree char *big = g_malloc0(BRANDPACK_FILE_MAX_BYTES + 1);

    brand_folder_write(dir, "images/welcome.png", big, BRANDPACK_FILE_MAX_BYTES + 1);
    noren_cleanup(findings_freep) struct findings *findings = check(dir, NULL, 0);
    assert_one(findings, "images/welcome.png:1: E302");
    brand_folder_free(dir);
}

/* Writes `count` lines of a format with one number, behind what the file holds. */
static void append_lines(const char *dir, const char *path, const char *format, int count)
{
    g_autofree char *old = brand_folder_read(dir, path);
    GString *text = g_string_new(old);

    for (int i = 0; i < count; i++) {
        g_auto(GStrv) parts = g_strsplit(format, "#", -1);
        g_autofree char *number = g_strdup_printf("%d", i);
        g_autofree char *line = g_strjoinv(number, parts);
        g_string_append(text, line);
    }
    brand_folder_write(dir, path, text->str, text->len);
    g_string_free(text, TRUE);
}

static guint count_with(const struct findings *findings, const char *words)
{
    guint count = 0;

    for (guint i = 0; i < findings_count(findings); i++)
        count += strstr(findings_at(findings, i)->text, words) != NULL;
    return count;
}

static void test_a_file_with_too_much_in_it_is_told_once_and_soon(void **state)
{
    (void)state;
    char *dir = brand_folder_new();

    append_lines(dir, "brand.conf", "[g#]\n", 5000);
    append_lines(dir, "strings/en.po", "\nmsgid \"\"\nmsgstr \"\"\n", 5000);
    noren_cleanup(findings_freep) struct findings *findings = check(dir, NULL, 0);
    assert_int_equal(count_with(findings, "the rest is not read"), 2);
    brand_folder_free(dir);

    dir = brand_folder_new();
    append_lines(dir, "brand.conf", "open-url=#\n", 5000);
    noren_cleanup(findings_freep) struct findings *twice = check(dir, NULL, 0);
    assert_int_equal(findings_count(twice), FINDINGS_MAX);
    brand_folder_free(dir);

    dir = brand_folder_new();
    g_autofree char *languages = g_strnfill(1 << 16, 'a');
    for (gsize i = 2; i < 1 << 16; i += 3)
        languages[i] = ';';
    g_autofree char *line = g_strdup_printf("languages=en;ja;%s", languages);
    brand_folder_replace(dir, "brand.conf", "languages=en;ja", line);
    noren_cleanup(findings_freep) struct findings *many = check(dir, NULL, 0);
    assert_true(findings_count(many) < 5);
    assert_true(strlen(findings_at(many, 0)->text) < 2 * FINDING_TEXT_MAX);
    brand_folder_free(dir);
}

static void test_a_drawing_that_cannot_be_drawn_is_told(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    GString *svg = g_string_new("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>");

    for (int i = 0; i < 300; i++)
        g_string_append(svg, "<g>");
    for (int i = 0; i < 300; i++)
        g_string_append(svg, "</g>");
    g_string_append(svg, "</svg>\n");
    brand_folder_write(dir, "images/tray-on.svg", svg->str, svg->len);
    noren_cleanup(findings_freep) struct findings *findings = check(dir, NULL, 0);
    assert_one(findings, "images/tray-on.svg:1: E304");
    g_string_free(svg, TRUE);
    brand_folder_free(dir);
}

static void test_a_message_cannot_steer_a_terminal(void **state)
{
    (void)state;
    noren_cleanup(findings_freep) struct findings *findings = findings_new();

    findings_add(findings, "a\033]0;b\xff", 1, "E109",
            "c\xc2\x9b"
            "31m",
            "d\u202ee\nf");
    g_autofree char *line = finding_line(findings_at(findings, 0), "");
    assert_string_equal(line, "a?]0;b\ufffd:1: E109 d?e?f -> c?31m");
}

static void test_tray_icons_must_differ_in_shape(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    g_autofree char *off = brand_folder_read(dir, "images/tray-off.svg");
    g_auto(GStrv) parts = g_strsplit(off, "#6b7280", -1);
    g_autofree char *other_color = g_strjoinv("#00aa00", parts);

    brand_folder_write(dir, "images/tray-on.svg", other_color, strlen(other_color));
    noren_cleanup(findings_freep) struct findings *findings = check(dir, NULL, 0);
    assert_one(findings, "images/tray-on.svg:1: E305");
    brand_folder_free(dir);
}

static void test_a_page_is_held_against_its_contract(void **state)
{
    (void)state;
    char *dir = brand_folder_new();
    const char page[] = "<interface><object class=\"WebKitWebView\" id=\"page\"/></interface>\n";

    brand_folder_write(dir, "ui/main.ui", page, strlen(page));
    noren_cleanup(findings_freep) struct findings *findings = check(dir, NULL, 0);
    assert_true(findings_errors(findings) > 1);
    assert_string_equal(findings_at(findings, findings_count(findings) - 1)->file, "ui/main.ui");
    brand_folder_free(dir);
}

static void test_the_example_brands_pass(void **state)
{
    (void)state;
    const char *srcdir = g_getenv("srcdir");
    static const char *const BRANDS[] = { "aozora", "kawasemi" };

    for (gsize i = 0; i < G_N_ELEMENTS(BRANDS); i++) {
        g_autofree char *dir = g_build_filename(
                srcdir != NULL ? srcdir : ".", "branding", "brands", BRANDS[i], NULL);
        noren_cleanup(findings_freep) struct findings *findings = check(dir, NULL, 0);
        for (guint j = 0; j < findings_count(findings); j++) {
            g_autofree char *line = finding_line(findings_at(findings, j), BRANDS[i]);
            print_error("%s\n", line);
        }
        assert_int_equal(findings_count(findings), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_brand_has_no_findings),
        cmocka_unit_test(test_each_fault_gives_its_own_finding_at_its_line),
        cmocka_unit_test(test_every_finding_is_told_in_one_run),
        cmocka_unit_test(test_texts_that_stay_in_english_are_a_warning_only),
        cmocka_unit_test(test_a_message_names_file_line_code_text_and_remedy),
        cmocka_unit_test(test_a_released_serial_or_id_is_not_used_again),
        cmocka_unit_test(test_a_release_may_be_built_again_unchanged_only),
        cmocka_unit_test(test_links_and_clashing_names_are_refused),
        cmocka_unit_test(test_a_file_that_may_not_be_read_is_told),
        cmocka_unit_test(test_an_ended_certificate_is_an_error_and_a_near_end_a_warning),
        cmocka_unit_test(test_pictures_have_size_shape_and_transparency),
        cmocka_unit_test(test_every_prefix_of_a_picture_head_is_refused),
        cmocka_unit_test(test_a_file_larger_than_a_pack_takes_is_told),
        cmocka_unit_test(test_a_file_with_too_much_in_it_is_told_once_and_soon),
        cmocka_unit_test(test_a_drawing_that_cannot_be_drawn_is_told),
        cmocka_unit_test(test_a_message_cannot_steer_a_terminal),
        cmocka_unit_test(test_tray_icons_must_differ_in_shape),
        cmocka_unit_test(test_a_page_is_held_against_its_contract),
        cmocka_unit_test(test_the_example_brands_pass),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
