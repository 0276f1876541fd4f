/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "engine/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "noren/base/alloc.h"
#include "noren/base/bytes.h"

enum { JOURNAL_BYTES_MAX = 1 << 20 };

struct journal {
    char *path;
    int fd;
    size_t size; /* bytes in the file */
    struct change changes[JOURNAL_CHANGES_MAX];
    uint32_t numbers[JOURNAL_CHANGES_MAX]; /* of each change in the file, for "undone" */
    size_t count;
    uint32_t next_number;
    uint32_t bad_lines;
    bool of_this_network;
};

void journal_close(struct journal *journal)
{
    if (journal == NULL)
        return;
    noren_closep(&journal->fd);
    free(journal->path);
    free(journal);
}

NOREN_DEFINE_CLEANUP(struct journal, journal_close)

static unsigned long this_network(void)
{
    struct stat st;

    return stat("/proc/self/ns/net", &st) == 0 ? (unsigned long)st.st_ino : 0;
}

static void forget(struct journal *journal, size_t index)
{
    size_t behind = journal->count - index - 1;

    memmove(&journal->changes[index], &journal->changes[index + 1],
            behind * sizeof journal->changes[0]);
    memmove(&journal->numbers[index], &journal->numbers[index + 1],
            behind * sizeof journal->numbers[0]);
    journal->count--;
}

static bool read_undone(struct journal *journal, const char *line)
{
    unsigned number = 0;

    if (sscanf(line, "undone %9u", &number) != 1)
        return false;
    for (size_t i = 0; i < journal->count; i++)
        if (journal->numbers[i] == number) {
            forget(journal, i);
            break;
        }
    return true;
}

static void read_line(struct journal *journal, const char *line)
{
    unsigned long network = 0;

    if (sscanf(line, "netns %20lu", &network) == 1) {
        journal->of_this_network = network == this_network();
        return;
    }
    if (read_undone(journal, line))
        return;
    if (journal->count == JOURNAL_CHANGES_MAX
            || !change_parse(line, &journal->changes[journal->count])) {
        journal->bad_lines++;
        return;
    }
    journal->numbers[journal->count++] = journal->next_number++;
}

static size_t read_lines(struct journal *journal, char *text)
{
    char *at = text;

    for (char *end = strchr(at, '\n'); end != NULL; end = strchr(at, '\n')) {
        *end = '\0';
        read_line(journal, at);
        at = end + 1;
    }
    return (size_t)(at - text);
}

static bool read_file(struct journal *journal, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *text = noren_alloc(JOURNAL_BYTES_MAX + 1);
    size_t len = 0;

    for (;;) {
        ssize_t got = read(journal->fd, text + len, JOURNAL_BYTES_MAX - len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return noren_err_set_os(err, NOREN_E_IO, errno, "read");
        if (got == 0)
            break;
        len += (size_t)got;
    }
    journal->size = read_lines(journal, text);
    /* what stands behind the last line end was cut short by a crash: its change was never made,
     * and it must not run into the next line */
    if (journal->size < len && ftruncate(journal->fd, (off_t)journal->size) != 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "cut the last line");
    return true;
}

static bool sync_folder_of(const char *path, struct noren_err *err)
{
    const char *slash = strrchr(path, '/');
    noren_cleanup(noren_freep) char *folder =
            slash == NULL ? noren_strdup(".") : noren_strndup(path, (size_t)(slash - path + 1));
    noren_cleanup(noren_closep) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 || fsync(fd) != 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "sync folder %s", folder);
    return true;
}

static int open_locked(const char *path, int flags, struct noren_err *err)
{
    noren_cleanup(noren_closep) int fd =
            open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0600);

    if (fd < 0) {
        noren_err_set_os(err, NOREN_E_IO, errno, "open %s", path);
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        noren_err_set(err, NOREN_E_STATE, "%s is in use by a running client", path);
        return -1;
    }
    int taken = fd;
    fd = -1;
    return taken;
}

struct journal *journal_open(const char *path, struct noren_err *err)
{
    noren_cleanup(journal_closep) struct journal *journal = noren_alloc(sizeof *journal);

    journal->path = noren_strdup(path);
    journal->of_this_network = true;
    journal->fd = open_locked(path, 0, err);
    if (journal->fd < 0)
        return NULL;
    if (!read_file(journal, err) || !sync_folder_of(path, err)) {
        noren_err_wrap(err, "journal %s", path);
        return NULL;
    }
    return noren_steal(&journal);
}

size_t journal_count(const struct journal *journal)
{
    return journal->count;
}

const struct change *journal_at(const struct journal *journal, size_t index)
{
    noren_assert(index < journal->count);
    return &journal->changes[index];
}

uint32_t journal_bad_lines(const struct journal *journal)
{
    return journal->bad_lines;
}

bool journal_is_of_this_network(const struct journal *journal)
{
    return journal->of_this_network;
}

static bool put(int fd, const char *line, size_t len, struct noren_err *err)
{
    while (len > 0) {
        ssize_t done = write(fd, line, len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return noren_err_set_os(err, NOREN_E_IO, errno, "write");
        line += done;
        len -= (size_t)done;
    }
    if (fdatasync(fd) != 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "sync");
    return true;
}

static bool start_file(struct journal *journal, struct noren_err *err)
{
    char line[64];

    int len = snprintf(line, sizeof line, "netns %lu\n", this_network());
    if (!put(journal->fd, line, (size_t)len, err))
        return false;
    journal->size += (size_t)len;
    journal->of_this_network = true;
    return true;
}

static bool append(struct journal *journal, const char *text, struct noren_err *err)
{
    char line[JOURNAL_LINE_MAX + 2];
    int len = snprintf(line, sizeof line, "%s\n", text);

    if (journal->size == 0 && !start_file(journal, err))
        return false;
    if (!put(journal->fd, line, (size_t)len, err))
        return false;
    journal->size += (size_t)len;
    return true;
}

/* The live changes into a new file that takes the place, and the lock, of the old one. */
static bool compact(struct journal *journal, struct noren_err *err)
{
    noren_cleanup(noren_freep) char *beside = noren_asprintf("%s.new", journal->path);
    noren_cleanup(noren_closep) int fd = open_locked(beside, O_TRUNC, err);
    struct writer w;
    char line[JOURNAL_LINE_MAX];

    if (fd < 0)
        return false;
    writer_init(&w, JOURNAL_BYTES_MAX);
    writer_format(&w, "netns %lu\n", this_network());
    for (size_t i = 0; i < journal->count; i++) {
        change_format(&journal->changes[i], line, sizeof line);
        writer_format(&w, "%s\n", line);
        journal->numbers[i] = (uint32_t)i;
    }
    journal->next_number = (uint32_t)journal->count;
    bool good = put(fd, (const char *)w.data, w.len, err);
    if (good && rename(beside, journal->path) != 0)
        good = noren_err_set_os(err, NOREN_E_IO, errno, "rename %s", beside);
    if (good) {
        noren_closep(&journal->fd);
        journal->fd = fd;
        fd = -1;
        journal->size = w.len;
        journal->of_this_network = true;
        good = sync_folder_of(journal->path, err);
    }
    writer_clear(&w);
    return good;
}

bool journal_add(struct journal *journal, const struct change *change, struct noren_err *err)
{
    char line[JOURNAL_LINE_MAX];

    if (journal->count == JOURNAL_CHANGES_MAX)
        return noren_err_set(
                err, NOREN_E_LIMIT, "more than %d changes to the machine", JOURNAL_CHANGES_MAX);
    bool stale = journal->size > JOURNAL_COMPACT_BYTES || !journal->of_this_network;
    if (stale && !compact(journal, err))
        return noren_err_wrap(err, "journal");
    change_format(change, line, sizeof line);
    if (!append(journal, line, err))
        return noren_err_wrap(err, "journal");
    journal->changes[journal->count] = *change;
    journal->numbers[journal->count++] = journal->next_number++;
    return true;
}

static bool empty_file(struct journal *journal, struct noren_err *err)
{
    if (ftruncate(journal->fd, 0) != 0 || fdatasync(journal->fd) != 0)
        return noren_err_set_os(err, NOREN_E_IO, errno, "journal: empty %s", journal->path);
    journal->size = 0;
    journal->next_number = 0;
    journal->bad_lines = 0;
    return true;
}

bool journal_undone(struct journal *journal, size_t index, struct noren_err *err)
{
    char line[32];

    noren_assert(index < journal->count);
    uint32_t number = journal->numbers[index];
    forget(journal, index);
    if (journal->count == 0)
        return empty_file(journal, err);
    snprintf(line, sizeof line, "undone %u", number);
    return append(journal, line, err) || noren_err_wrap(err, "journal");
}
