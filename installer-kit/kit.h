/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>
#include <openssl/evp.h>
#include <stdio.h>

#include "noren/base/err.h"

#include "branding/archive.h"
#include "branding/check.h"

/**
 * noren-kit: the provider's tool. It makes a brand folder, checks it, and builds installers from it.
 *
 * Commands write for people to `out` and give the program's exit status. Everything but main.c is a
 * library, so that tests call the steps. Thread: main.
 */

enum kit_exit {
    KIT_OK = 0,
    KIT_FINDINGS = 1, /**< the brand has errors */
    KIT_USAGE = 2,
    KIT_FAILED = 3, /**< the system, a file or a key refused */
};

enum kit_exit kit_new(int argc, char **argv, FILE *out);
enum kit_exit kit_check(int argc, char **argv, FILE *out);
enum kit_exit kit_build(int argc, char **argv, FILE *out);
/** Prints the tables of the manual. */
enum kit_exit kit_schema(FILE *out);

/** What `new` is asked for. All but dir, id and product may be NULL. */
struct kit_new_options {
    const char *dir, *id, *product, *company;
    const char *server; /**< host:port */
    const char *hub;
    const char *ca;    /**< file with the server's certificate or its CA */
    const char *color; /**< #rrggbb */
};
/** Writes the folder, which must not exist or be empty. *out_example_ca: the certificate is made up. */
NOREN_MUST_CHECK bool kit_write_brand(
        const struct kit_new_options *options, bool *out_example_ca, struct noren_err *err);

/** Free with g_free: a drawing of `shape` ("app-icon", "tray-on", "logo", ...) in a colour. */
char *kit_drawing(const char *shape, const char *color);

/** Checks a folder, with what was released before (DIR.released). NULL: cannot be read. */
struct findings *kit_findings(const char *dir, struct noren_err *err);
/** Prints findings and the sum; KIT_OK or KIT_FINDINGS. */
enum kit_exit kit_tell_findings(const struct findings *findings, const char *dir, FILE *out);

/** "DIR.key" beside the folder, however DIR was written. Free with g_free. */
char *kit_beside(const char *dir, const char *ending);

/** The signing key; a new one is made with mode 0600 when the file is missing (*out_made). */
EVP_PKEY *kit_signing_key(const char *path, bool *out_made, struct noren_err *err);

struct kit_build_options {
    const char *dir;
    const char *out_dir;
    const char *credentials; /**< NULL: none */
    const char *signing_key;
    const char *payload; /**< folder with the client's programs; NULL: look for it */
};
/** Builds one installer for Linux; *out_path is its name, g_free it. */
NOREN_MUST_CHECK bool kit_build_run(
        const struct kit_build_options *options, char **out_path, struct noren_err *err);

/** Remembers what was released in DIR.released, for E106 and E107. */
NOREN_MUST_CHECK bool kit_release_write(const char *dir, const struct brandpack *folder, int serial,
        const char *id, struct noren_err *err);
/** NOREN_E_NOT_FOUND when nothing was released. */
NOREN_MUST_CHECK bool kit_release_read(
        const char *dir, struct check_released *out, struct noren_err *err);
