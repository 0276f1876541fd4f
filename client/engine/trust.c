/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "engine/trust.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/crypto/cert.h"

enum { TRUST_CERTS_MAX = 64, TRUST_PINS_MAX = 64 };

struct trust {
    X509 *cas[TRUST_CERTS_MAX];
    size_t ca_count;
    char *pins[TRUST_PINS_MAX];
    size_t pin_count;
};

static void trust_clear(struct trust *trust)
{
    for (size_t i = 0; i < trust->ca_count; i++)
        X509_free(trust->cas[i]);
    for (size_t i = 0; i < trust->pin_count; i++)
        free(trust->pins[i]);
}

static void file_closep(FILE **file)
{
    if (*file != NULL)
        fclose(*file);
}

static bool add_certs(struct trust *trust, FILE *file, struct noren_err *err)
{
    size_t before = trust->ca_count;

    while (trust->ca_count < TRUST_CERTS_MAX) {
        X509 *cert = PEM_read_X509(file, NULL, NULL, NULL);
        if (cert == NULL)
            break;
        trust->cas[trust->ca_count++] = cert;
    }
    ERR_clear_error(); /* the end of the file is an error to the library */
    if (trust->ca_count == before)
        return noren_err_set(err, NOREN_E_ARGUMENT, "no certificate in it: put a PEM file there");
    return true;
}

static bool add_pins(struct trust *trust, FILE *file, struct noren_err *err)
{
    char line[256];
    size_t before = trust->pin_count;

    while (fgets(line, sizeof line, file) != NULL && trust->pin_count < TRUST_PINS_MAX) {
        char *text = line + strspn(line, " \t");
        text[strcspn(text, " \t\r\n#")] = '\0';
        if (*text == '\0')
            continue;
        if (!pin_is_valid(text))
            return noren_err_set(err, NOREN_E_ARGUMENT,
                    "\"%.50s\" is no pin: write the 44 characters that the server prints", text);
        trust->pins[trust->pin_count++] = noren_strdup(text);
    }
    if (trust->pin_count == before)
        return noren_err_set(err, NOREN_E_ARGUMENT, "no pin in it");
    return true;
}

static bool add_file(struct trust *trust, const char *path, struct noren_err *err)
{
    noren_cleanup(file_closep) FILE *file = fopen(path, "re");
    size_t len = strlen(path);

    if (file == NULL)
        return noren_err_set_os(err, NOREN_E_IO, errno, "open");
    if (strcmp(path + len - 4, ".pem") == 0)
        return add_certs(trust, file, err);
    return add_pins(trust, file, err);
}

struct tls_context *trust_load(const struct profile *profile, struct noren_err *err)
{
    noren_cleanup(trust_clear) struct trust trust = { .ca_count = 0 };
    const char *pins[TRUST_PINS_MAX];

    for (uint32_t i = 0; i < profile->trust_count; i++)
        if (!add_file(&trust, profile->trust[i], err)) {
            noren_err_wrap(err, "trust file %s", profile->trust[i]);
            return NULL;
        }
    for (size_t i = 0; i < trust.pin_count; i++)
        pins[i] = trust.pins[i];

    struct tls_trust given = {
        .cas = trust.cas,
        .ca_count = trust.ca_count,
        .pins = pins,
        .pin_count = trust.pin_count,
        .use_system = profile->trust_system,
    };
    return tls_context_client(&given, err);
}
