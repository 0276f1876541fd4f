/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "branding/archive.h"
#include "branding/check.h"
#include "branding/keyscan.h"
#include "branding/schema.h"

/** One run of the checker; shared by the check_*.c files only. */

struct check {
    struct brandpack *pack;
    struct findings *findings;
    const struct check_options *options;
    struct keyscan *conf; /**< brand.conf; an empty one when the file is missing */
    char **languages;     /**< normal tags, the default first; never empty */
};

/** Each looks at one subject and adds what it finds. */
void check_layout(struct check *c);
void check_texts(struct check *c);
void check_conf(struct check *c);
void check_identity(struct check *c);
void check_colors(struct check *c);
void check_strings(struct check *c);
void check_legal(struct check *c);
void check_images(struct check *c);
void check_tray_shapes(struct check *c);
void check_profiles(struct check *c);
void check_trust(struct check *c);
void check_pages(struct check *c);

/** Scans a key file and holds it against its table: E101, E102, E103, E104, E507, E504. */
struct keyscan *check_keyfile(
        struct check *c, const struct brandpack_file *file, const struct schema *schema);
/** The brand's value of a key in brand.conf for a language, or the plain one, or NULL. Borrowed. */
const char *check_value(
        const struct check *c, const char *group, const char *key, const char *language);
/** Whether a path lies in a folder ("strings/") and ends so (".po"). */
gboolean check_path_is(const char *path, const char *folder, const char *ending);
/** The part of the path between folder and ending. Free with g_free. */
char *check_path_stem(const char *path, const char *folder, const char *ending);
/** UTF-8 without a byte order mark. What is not was told as E108: to parse it would tell it again. */
gboolean check_is_text(const struct brandpack_file *file);
/** Line, from 1, of a place in a file. */
int check_line_of(const struct brandpack_file *file, const void *at);
