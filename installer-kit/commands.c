/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "branding/schema.h"
#include "installer-kit/kit.h"

/* Command lines in, sentences and exit statuses out. */

/* TRUE when the options are right and exactly one folder is named. */
static gboolean parse(int argc, char **argv, const GOptionEntry *entries, const char **out_dir)
{
    g_autoptr(GOptionContext) context = g_option_context_new("DIR");
    g_autoptr(GError) error = NULL;
    g_autofree char *name = g_strdup_printf("noren-kit %s", argv[0]);
    int count = argc;

    g_set_prgname(name);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &count, &argv, &error)) {
        fprintf(stderr, "noren-kit: %s\n", error->message);
        return FALSE;
    }
    if (count != 2) {
        fputs("noren-kit: name one brand folder; see noren-kit --help\n", stderr);
        return FALSE;
    }
    *out_dir = argv[1];
    return TRUE;
}

static enum kit_exit failed(const struct noren_err *err)
{
    fprintf(stderr, "noren-kit: %s\n", err->text);
    return err->code == NOREN_E_ARGUMENT ? KIT_USAGE : KIT_FAILED;
}

static void tell_new(const struct kit_new_options *options, bool example_ca, FILE *out)
{
    fprintf(out, "%s: a brand \"%s\" with the id \"%s\"\n", options->dir, options->product,
            options->id);
    if (example_ca)
        fprintf(out,
                "  REPLACE BEFORE USE: %s/trust/server.pem is an example certificate that no\n"
                "  server has. Put the operator's server.crt there%s.\n",
                options->dir,
                options->server == NULL ? ",\n  and write the server into profiles/10-main.conf"
                                        : "");
    fprintf(out,
            "  then: correct company and links in brand.conf, draw images/, write strings/\n"
            "  noren-kit check %s\n"
            "  noren-kit build %s --target run --out installers\n",
            options->dir, options->dir);
}

enum kit_exit kit_new(int argc, char **argv, FILE *out)
{
    g_autofree char *id = NULL;
    g_autofree char *product = NULL;
    g_autofree char *company = NULL;
    g_autofree char *server = NULL;
    g_autofree char *hub = NULL;
    g_autofree char *ca = NULL;
    g_autofree char *color = NULL;
    const GOptionEntry entries[] = {
        { "id", 0, 0, G_OPTION_ARG_STRING, &id, "all names are made from it", "ID" },
        { "product", 0, 0, G_OPTION_ARG_STRING, &product, "what users see", "NAME" },
        { "company", 0, 0, G_OPTION_ARG_STRING, &company, "the publisher", "NAME" },
        { "server", 0, 0, G_OPTION_ARG_STRING, &server, "of the profile", "HOST:PORT" },
        { "hub", 0, 0, G_OPTION_ARG_STRING, &hub, "of the profile", "HUB" },
        { "ca", 0, 0, G_OPTION_ARG_FILENAME, &ca, "whom to trust", "FILE" },
        { "color", 0, 0, G_OPTION_ARG_STRING, &color, "the accent", "#rrggbb" },
        { .long_name = NULL },
    };
    struct noren_err err = { 0 };
    const char *dir = NULL;
    bool example_ca = false;

    if (!parse(argc, argv, entries, &dir))
        return KIT_USAGE;
    if (id == NULL || product == NULL) {
        fputs("noren-kit: new needs --id and --product\n", stderr);
        return KIT_USAGE;
    }
    const struct kit_new_options options = { dir, id, product, company, server, hub, ca, color };
    if (!kit_write_brand(&options, &example_ca, &err))
        return failed(&err);
    tell_new(&options, example_ca, out);
    return KIT_OK;
}

struct findings *kit_findings(const char *dir, struct noren_err *err)
{
    struct check_released released;
    struct check_options options = { .base_version = PACKAGE_VERSION, .now = (gint64)time(NULL) };
    struct noren_err why = { 0 };

    if (kit_release_read(dir, &released, &why)) {
        options.released = &released;
    } else if (why.code != NOREN_E_NOT_FOUND) {
        if (err != NULL)
            *err = why;
        return NULL;
    }
    return brand_check_folder(dir, &options, err);
}

enum kit_exit kit_tell_findings(const struct findings *findings, const char *dir, FILE *out)
{
    guint errors = findings_errors(findings);
    guint warnings = findings_count(findings) - errors;
    g_autofree char *prefix =
            g_str_has_suffix(dir, "/") ? g_strdup(dir) : g_strconcat(dir, "/", NULL);

    for (guint i = 0; i < findings_count(findings); i++) {
        g_autofree char *line = finding_line(findings_at(findings, i), prefix);
        fprintf(out, "%s\n", line);
    }
    if (findings_count(findings) == FINDINGS_MAX)
        fprintf(out, "%s: only the first %d findings are told\n", dir, FINDINGS_MAX);
    fprintf(out, "%s: %u errors, %u warnings\n", dir, errors, warnings);
    return errors > 0 ? KIT_FINDINGS : KIT_OK;
}

enum kit_exit kit_check(int argc, char **argv, FILE *out)
{
    const GOptionEntry entries[] = { { .long_name = NULL } };
    struct noren_err err = { 0 };
    const char *dir;

    if (!parse(argc, argv, entries, &dir))
        return KIT_USAGE;
    noren_cleanup(findings_freep) struct findings *findings = kit_findings(dir, &err);
    return findings != NULL ? kit_tell_findings(findings, dir, out) : failed(&err);
}

static bool remember_release(const char *dir, struct noren_err *err)
{
    noren_cleanup(brandpack_freep) struct brandpack *folder =
            brandpack_open_folder(dir, NULL, NULL, err);
    const struct brandpack_file *conf =
            folder != NULL ? brandpack_find(folder, "brand.conf") : NULL;
    g_autoptr(GKeyFile) file = g_key_file_new();
    if (conf == NULL
            || !g_key_file_load_from_data(
                    file, (const char *)conf->data, conf->len, G_KEY_FILE_NONE, NULL))
        return noren_err_wrap(err, "remember the release");

    g_autofree char *id = g_key_file_get_string(file, "pack", "id", NULL);
    int serial = g_key_file_get_integer(file, "pack", "serial", NULL);
    return kit_release_write(dir, folder, serial, id, err);
}

static enum kit_exit build(const struct kit_build_options *options, gboolean release, FILE *out)
{
    struct noren_err err = { 0 };
    g_autofree char *path = NULL;
    bool made = false;
    noren_cleanup(findings_freep) struct findings *findings = kit_findings(options->dir, &err);

    if (findings == NULL)
        return failed(&err);
    if (kit_tell_findings(findings, options->dir, out) != KIT_OK)
        return KIT_FINDINGS;
    EVP_PKEY *key = kit_signing_key(options->signing_key, &made, &err);
    if (key == NULL)
        return failed(&err);
    EVP_PKEY_free(key);
    if (made)
        fprintf(out,
                "NEW SIGNING KEY: %s\n"
                "  Keep a copy in a safe place and give it to nobody: without it no later installer\n"
                "  of this brand is accepted where this one is installed.\n",
                options->signing_key);
    if (!kit_build_run(options, &path, &err) || (release && !remember_release(options->dir, &err)))
        return failed(&err);
    fprintf(out, "%s\n", path);
    return KIT_OK;
}

enum kit_exit kit_build(int argc, char **argv, FILE *out)
{
    g_autofree char *target = NULL;
    g_autofree char *out_dir = NULL;
    g_autofree char *credentials = NULL;
    g_autofree char *key = NULL;
    g_autofree char *payload = NULL;
    gboolean release = FALSE;
    const GOptionEntry entries[] = {
        { "target", 0, 0, G_OPTION_ARG_STRING, &target, "what to build", "run" },
        { "out", 0, 0, G_OPTION_ARG_FILENAME, &out_dir, "where to put it", "DIR" },
        { "credentials", 0, 0, G_OPTION_ARG_FILENAME, &credentials,
                "user names and passwords to put beside the pack", "FILE" },
        { "signing-key", 0, 0, G_OPTION_ARG_FILENAME, &key, "made when missing; else DIR.key",
                "FILE" },
        { "payload", 0, 0, G_OPTION_ARG_FILENAME, &payload, "the client's programs", "DIR" },
        { "release", 0, 0, G_OPTION_ARG_NONE, &release, "remember id and serial as released",
                NULL },
        { .long_name = NULL },
    };
    const char *dir = NULL;

    if (!parse(argc, argv, entries, &dir))
        return KIT_USAGE;
    if (g_strcmp0(target, "run") != 0 || out_dir == NULL) {
        fputs("noren-kit: build needs --target run and --out DIR\n", stderr);
        return KIT_USAGE;
    }
    if (key == NULL)
        key = kit_beside(dir, ".key");
    const struct kit_build_options options = { dir, out_dir, credentials, key, payload };
    return build(&options, release, out);
}

enum kit_exit kit_schema(FILE *out)
{
    const struct schema *const all[] = { &SCHEMA_BRAND, &SCHEMA_PROFILE, &SCHEMA_LOCKS,
        &SCHEMA_LINUX };

    for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
        g_autofree char *manual = schema_manual(all[i]);
        fprintf(out, "%s%s", i > 0 ? "\n" : "", manual);
    }
    return KIT_OK;
}
