/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "noren/crypto/cert.h"
#include "noren/os/paths.h"

#include "branding/brand.h"
#include "branding/netvalue.h"
#include "branding/schema.h"
#include "installer-kit/kit.h"

/* `noren-kit new`: a folder that passes the check, to be made one's own. */

enum { CA_MAX_BYTES = 1 << 20, SHORT_MAX_CHARACTERS = 14 };

#define DEFAULT_SERVER "vpn.example.net:443"
#define DEFAULT_HUB    "MAIN"

/* Dark enough for white text on them (4.5:1). */
static const char *const ACCENTS[] = { "#1f5fbf", "#0f6b5c", "#7a3fa0", "#a3324f", "#8a4b08",
    "#2c5f8a", "#4a5a1f", "#5b4bc4" };

static bool write_text(const char *dir, const char *path, const char *text, struct noren_err *err)
{
    g_autofree char *full = g_build_filename(dir, path, NULL);

    return noren_file_replace(full, text, strlen(text), 0644, err);
}

static bool check_value(const char *option, const struct schema *schema, const char *group,
        const char *key, const char *value, struct noren_err *err)
{
    const struct schema_key *row = schema_find(schema, group, key);
    g_autofree char *problem = schema_value_problem(row, value);

    if (problem == NULL)
        return true;
    return noren_err_set(err, NOREN_E_ARGUMENT, "%s %s", option, problem);
}

static bool check_options(const struct kit_new_options *o, struct noren_err *err)
{
    struct brand_names names;

    return brand_names_from_id(o->id, &names, err)
           && check_value("--product", &SCHEMA_BRAND, "brand", "product", o->product, err)
           && (o->company == NULL
                   || check_value("--company", &SCHEMA_BRAND, "brand", "company", o->company, err))
           && (o->server == NULL
                   || check_value(
                           "--server", &SCHEMA_PROFILE, "profile", "servers", o->server, err))
           && (o->hub == NULL
                   || check_value("--hub", &SCHEMA_PROFILE, "profile", "hub", o->hub, err))
           && (o->color == NULL
                   || check_value("--color", &SCHEMA_BRAND, "colors", "accent", o->color, err));
}

/* Values that GKeyFile would read otherwise: a leading space, a backslash. */
static char *escape_value(const char *value)
{
    g_auto(GStrv) parts = g_strsplit(value, "\\", -1);

    return g_strjoinv("\\\\", parts);
}

static char *short_name(const char *product)
{
    glong len = MIN(g_utf8_strlen(product, -1), SHORT_MAX_CHARACTERS);
    char *name = g_utf8_substring(product, 0, len);

    return g_strchomp(name);
}

static const char *accent_of(const struct kit_new_options *o)
{
    return o->color != NULL ? o->color : ACCENTS[g_str_hash(o->id) % G_N_ELEMENTS(ACCENTS)];
}

static bool write_conf(const struct kit_new_options *o, struct noren_err *err)
{
    g_autofree char *product = escape_value(o->product);
    g_autofree char *short_text = short_name(product);
    g_autofree char *company = escape_value(o->company != NULL ? o->company : o->product);
    g_autofree char *text = g_strdup_printf(
            "# The manifest of this brand. Every key: docs/brand-pack.md, or the schema command of the kit.\n"
            "\n"
            "[pack]\n"
            "format=1\n"
            "id=%s\n"
            "# one more with each release\n"
            "serial=1\n"
            "base-min=%s\n"
            "languages=en;ja\n"
            "\n"
            "[brand]\n"
            "product=%s\n"
            "short=%s\n"
            "company=%s\n"
            "copyright=© %s\n"
            "\n"
            "[links]\n"
            "support=https://www.example.net/support\n"
            "privacy=https://www.example.net/privacy\n"
            "\n"
            "[colors]\n"
            "accent=%s\n"
            "background=#f6f7f9\n"
            "text=#1b1f24\n"
            "\n"
            "[first-run]\n"
            "auto-connect=true\n",
            o->id, PACKAGE_VERSION, product, short_text, company, company, accent_of(o));

    return write_text(o->dir, "brand.conf", text, err);
}

static bool write_words(const struct kit_new_options *o, struct noren_err *err)
{
    return write_text(o->dir, "strings/en.po",
                   "# Only what this brand says differently; ids as in the base catalogue.\n"
                   "msgid \"\"\n"
                   "msgstr \"\"\n"
                   "\"Language: en\\n\"\n"
                   "\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
                   "\n"
                   "msgid \"desktop.comment\"\n"
                   "msgstr \"{product}: a secure connection to {company}\"\n",
                   err)
           && write_text(o->dir, "strings/ja.po",
                   "msgid \"\"\n"
                   "msgstr \"\"\n"
                   "\"Language: ja\\n\"\n"
                   "\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
                   "\n"
                   "msgid \"desktop.comment\"\n"
                   "msgstr \"{product}：{company} への安全な接続\"\n",
                   err);
}

static bool write_profile(const struct kit_new_options *o, struct noren_err *err)
{
    g_autofree char *name = escape_value(o->product);
    g_autofree char *hub = escape_value(o->hub != NULL ? o->hub : DEFAULT_HUB);
    g_autofree char *text =
            g_strdup_printf("[profile]\n"
                            "name=%s\n"
                            "servers=%s\n"
                            "hub=%s\n"
                            "auth=password\n"
                            "trust=server.pem\n"
                            "routes=server\n"
                            "dns=server\n"
                            "# all traffic through the tunnel; false: only to the\n"
                            "# network itself and what it announces or routes= lists\n"
                            "default-gateway=true\n"
                            "auto-connect=true\n",
                    name, o->server != NULL ? o->server : DEFAULT_SERVER, hub);

    return write_text(o->dir, "profiles/10-main.conf", text, err);
}

static bool write_images(const struct kit_new_options *o, struct noren_err *err)
{
    static const char *const SHAPES[] = { "app-icon", "logo", "tray-off", "tray-connecting",
        "tray-on", "tray-error" };

    for (gsize i = 0; i < G_N_ELEMENTS(SHAPES); i++) {
        g_autofree char *drawing = kit_drawing(SHAPES[i], accent_of(o));
        g_autofree char *path = g_strdup_printf("images/%s.svg", SHAPES[i]);
        if (!write_text(o->dir, path, drawing, err))
            return false;
    }
    return true;
}

/* The host of "host:port", without the brackets of an IPv6 literal. */
static char *host_of(const char *server)
{
    g_autofree char *host = g_strndup(server, (gsize)(strrchr(server, ':') - server));

    if (*host != '[')
        return g_steal_pointer(&host);
    return g_strndup(host + 1, strlen(host) - 2);
}

static bool write_example_ca(
        const struct kit_new_options *o, const char *path, struct noren_err *err)
{
    g_autofree char *host = host_of(o->server != NULL ? o->server : DEFAULT_SERVER);
    EVP_PKEY *key = NULL;
    X509 *cert = NULL;

    if (!cert_make_self_signed(host, &key, &cert, err))
        return false;
    /* nobody keeps the key: the certificate only holds the place of the operator's */
    EVP_PKEY_free(key);
    bool written = cert_write_pem(path, cert, err);
    X509_free(cert);
    return written;
}

/* The operator's file, if it is one that may be given to everybody; out is empty without --ca. */
static bool read_ca(const struct kit_new_options *o, struct writer *out, struct noren_err *err)
{
    if (o->ca == NULL)
        return true;
    if (!noren_file_read(o->ca, CA_MAX_BYTES, out, err))
        return false;
    if (g_strstr_len((const char *)out->data, (gssize)out->len, "PRIVATE KEY-----") != NULL)
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "--ca %s holds a private key: name the certificate alone", o->ca);

    X509 *cert = cert_read_pem(o->ca, err);
    bool read = cert != NULL;
    X509_free(cert);
    return read || noren_err_wrap(err, "--ca");
}

static bool write_ca(
        const struct kit_new_options *o, const struct writer *ca, struct noren_err *err)
{
    g_autofree char *path = g_build_filename(o->dir, "trust/server.pem", NULL);

    if (o->ca == NULL)
        return write_example_ca(o, path, err);
    return noren_file_replace(path, ca->data, ca->len, 0644, err);
}

static bool make_folders(const char *dir, struct noren_err *err)
{
    static const char *const FOLDERS[] = { "", "images", "profiles", "strings", "trust" };
    g_autoptr(GDir) old = g_dir_open(dir, 0, NULL);

    if (old != NULL ? g_dir_read_name(old) != NULL : g_file_test(dir, G_FILE_TEST_EXISTS))
        return noren_err_set(err, NOREN_E_EXISTS, "%s exists and is not an empty folder", dir);
    for (gsize i = 0; i < G_N_ELEMENTS(FOLDERS); i++) {
        g_autofree char *path = g_build_filename(dir, FOLDERS[i], NULL);
        if (!noren_make_dirs(path, 0755, err))
            return false;
    }
    return true;
}

bool kit_write_brand(
        const struct kit_new_options *options, bool *out_example_ca, struct noren_err *err)
{
    noren_cleanup(writer_clear) struct writer ca = { 0 };

    writer_init(&ca, CA_MAX_BYTES);
    if (!check_options(options, err) || !read_ca(options, &ca, err)
            || !make_folders(options->dir, err) || !write_conf(options, err)
            || !write_words(options, err) || !write_profile(options, err)
            || !write_images(options, err) || !write_ca(options, &ca, err))
        return false;
    *out_example_ca = options->ca == NULL;
    return true;
}
