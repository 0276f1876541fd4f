/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#include "noren/base/err.h"

/**
 * The client's programs and the shared libraries that a desktop does not have by itself: all
 * libraries of the programs less those that GTK, OpenSSL and the SVG loader bring.
 */

struct payload_library {
    char *name;   /**< "libuv.so.1" */
    char *path;   /**< where it was found */
    char *notice; /**< file with its licence, or NULL */
};

struct payload {
    char *window;         /**< path of noren-connect */
    char *service;        /**< path of noren-client */
    GPtrArray *libraries; /**< struct payload_library, sorted by name */
};

/** `dir` NULL looks beside the build tree's kit and in the installation. NOREN_E_NOT_FOUND. */
NOREN_MUST_CHECK bool payload_find(const char *dir, struct payload *out, struct noren_err *err);
void payload_clear(struct payload *payload);

/** A program without symbols, by strip(1) if it is there; NULL with NOREN_E_IO. */
GBytes *payload_stripped(const char *path, struct noren_err *err);
