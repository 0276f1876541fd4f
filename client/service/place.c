/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "service/place.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/crypto/random.h"
#include "noren/os/paths.h"

#include "branding/archive.h"
#include "branding/names.h"
#include "engine/keyfile.h"
#include "service/unpack.h"

static const char PLAIN_PRODUCT[] = "SSL-VPN Client";

void place_clear(struct place *place)
{
    free(place->state_dir);
    free(place->run_dir);
    free(place->log_file);
    free(place->socket);
    free(place->pid_file);
    free(place->users);
    free(place->credentials);
    free(place->profiles_dir);
    memset(place, 0, sizeof *place);
}

void place_product_text(const char *product, char out[128])
{
    bool misleads = strcasestr(product, "server") != NULL || strcasestr(product, "bridge") != NULL;

    if (*product == '\0' || misleads)
        snprintf(out, 128, "%s", PLAIN_PRODUCT);
    else
        snprintf(out, 128, "%.100s Client", product);
}

/* ---- the brand ---- */

/* <folder of the program>/../share/NAME, or NULL when there is none. */
static char *installed_file(const char *name)
{
    char self[512];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);

    if (len <= 0)
        return NULL;
    self[len] = '\0';
    char *slash = strrchr(self, '/');
    if (slash == NULL)
        return NULL;
    *slash = '\0';
    char *path = noren_asprintf("%s/../share/%s", self, name);
    if (access(path, F_OK) == 0)
        return path;
    free(path);
    return NULL;
}

static bool read_id(const struct keyfile *conf, struct place *place, struct noren_err *err)
{
    const struct keyfile_entry *id = keyfile_find(conf, "pack", "id");
    struct brand_names names;

    if (id == NULL || !keyfile_text_into(id, place->name, sizeof names.id, err))
        return noren_err_set(err, NOREN_E_ARGUMENT, "no usable [pack] id");
    if (!brand_names_from_id(place->name, &names, err))
        return noren_err_wrap(err, "[pack] id");
    memcpy(place->netdev, names.netdev, sizeof place->netdev);
    return true;
}

static bool read_conf(const struct brandpack *pack, struct place *place, struct noren_err *err)
{
    const struct brandpack_file *file = brandpack_find(pack, "brand.conf");
    char product[101] = "";

    if (file == NULL)
        return noren_err_set(err, NOREN_E_PROTOCOL, "no brand.conf in the pack");
    noren_cleanup(keyfile_freep) struct keyfile *conf =
            keyfile_parse((const char *)file->data, file->len, err);
    if (conf == NULL || !read_id(conf, place, err))
        return noren_err_wrap(err, "brand.conf");

    const struct keyfile_entry *name = keyfile_find(conf, "brand", "product");
    const struct keyfile_entry *start = keyfile_find(conf, "first-run", "auto-connect");
    if ((name != NULL && !keyfile_text_into(name, product, sizeof product, err))
            || (start != NULL && !keyfile_bool(start, &place->auto_connect, err)))
        return noren_err_wrap(err, "brand.conf");
    place_product_text(product, place->product);
    place->has_brand = true;
    return true;
}

static struct brandpack *open_pack(
        const char *brand_file, const char *keys_file, struct noren_err *err)
{
    struct brandpack_keys keys;

    if (keys_file == NULL) {
        noren_err_set(err, NOREN_E_ARGUMENT, "the keys of brand %s are not given", brand_file);
        return NULL;
    }
    if (!brandpack_keys_read(keys_file, &keys, err)) {
        noren_err_wrap(err, "brand keys");
        return NULL;
    }
    return brandpack_open(brand_file, &keys, err);
}

/* ---- folders ---- */

static char *given_or(const char *given, const char *folder, const char *name, const char *tail)
{
    return given != NULL ? noren_strdup(given) : noren_asprintf("%s/%s%s", folder, name, tail);
}

static void name_files(struct place *place, const struct place_options *options)
{
    place->state_dir = given_or(options->state_dir, "/var/lib", place->name, "");
    place->run_dir = given_or(options->run_dir, "/run", place->name, "");
    place->log_file = given_or(options->log_file, "/var/log", place->name, "/service.log");
    place->socket = noren_asprintf("%s/service.sock", place->run_dir);
    place->pid_file = noren_asprintf("%s/service.pid", place->run_dir);
    place->users = noren_asprintf("%s/users", place->state_dir);
    place->credentials = noren_asprintf("%s/credentials.conf", place->state_dir);
    place->profiles_dir = noren_asprintf("%s/pack/profiles", place->run_dir);
}

bool place_find(const struct place_options *options, const char *program, bool unpack,
        struct place *out, struct noren_err *err)
{
    noren_cleanup(place_clear) struct place place = { .has_brand = false };
    noren_cleanup(noren_freep) char *brand = options->brand_file != NULL
                                                     ? noren_strdup(options->brand_file)
                                                     : installed_file("brand.brandpack");
    noren_cleanup(noren_freep) char *keys = options->keys_file != NULL
                                                    ? noren_strdup(options->keys_file)
                                                    : installed_file("brand.pub");
    noren_cleanup(brandpack_freep) struct brandpack *pack = NULL;

    snprintf(place.name, sizeof place.name, "%.40s", program);
    snprintf(place.product, sizeof place.product, "%s", PLAIN_PRODUCT);
    snprintf(place.netdev, sizeof place.netdev, "sslvpn0");
    if (brand != NULL) {
        pack = open_pack(brand, keys, err);
        if (pack == NULL || !read_conf(pack, &place, err))
            return false;
    }
    name_files(&place, options);
    if (pack != NULL && unpack && !unpack_connections(pack, place.run_dir, err))
        return noren_err_wrap(err, "unpack the brand");
    *out = place;
    memset(&place, 0, sizeof place);
    return true;
}

bool place_make_folders(const struct place *place, struct noren_err *err)
{
    return noren_make_dirs(place->state_dir, 0700, err)
           && noren_make_dirs(place->run_dir, 0755, err);
}

bool place_make_log_folder(const struct place *place, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *folder = noren_strdup(place->log_file);
    char *slash = strrchr(folder, '/');

    if (slash == NULL || slash == folder)
        return true;
    *slash = '\0';
    return noren_make_dirs(folder, 0755, err);
}

bool place_machine_id(const struct place *place, uint8_t out[20], struct noren_err *err)
{
    noren_cleanup(noren_freep) char *path = noren_asprintf("%s/machine-id", place->state_dir);
    noren_cleanup(writer_clear) struct writer text;
    char hex[42];

    writer_init(&text, 256);
    if (noren_file_read(path, 64, &text, NULL) && text.len >= 40) {
        memcpy(hex, text.data, 40);
        hex[40] = '\0';
        if (noren_unhex(hex, out, 20))
            return true;
    }
    noren_random(out, 20);
    noren_hex(out, 20, hex);
    memcpy(hex + 40, "\n", 2);
    return noren_file_replace(path, hex, 41, 0600, err);
}
