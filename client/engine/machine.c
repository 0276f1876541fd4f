/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "engine/machine.h"

#include <dirent.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include "noren/base/alloc.h"

#include "engine/journal.h"

#define LOG_ROOM "machine"

struct machine {
    struct journal *journal;
    char *dns_backup;
    struct noren_log *log;
};

static bool undo_one(
        const struct machine *machine, const struct change *change, struct noren_err *err)
{
    /* what hung on an interface went with it; so it did with another namespace's */
    bool is_gone = change->kind != CHANGE_DNS
                   && (!journal_is_of_this_network(machine->journal)
                           || if_nametoindex(change->route.dev) == 0);

    if (is_gone)
        return true;
    switch (change->kind) {
    case CHANGE_ADDRESS:
        return net_address_remove(change->route.dev, change->ip, change->prefix, err);
    case CHANGE_ROUTE:
        return net_route_remove(&change->route, err);
    case CHANGE_DNS:
        return net_dns_restore(change->path, err);
    }
    return true;
}

static void undo_at(struct machine *machine, size_t index)
{
    struct noren_err err = { 0 };
    char line[JOURNAL_LINE_MAX];

    change_format(journal_at(machine->journal, index), line, sizeof line);
    if (!undo_one(machine, journal_at(machine->journal, index), &err)
            || !journal_undone(machine->journal, index, &err)) {
        noren_log(machine->log, NOREN_ERROR, "change not undone: change=\"%s\" why=\"%s\"", line,
                err.text);
        return;
    }
    noren_log(machine->log, NOREN_INFO, "change undone: change=\"%s\"", line);
}

void machine_undo_all(struct machine *machine)
{
    for (size_t i = journal_count(machine->journal); i > 0; i--)
        undo_at(machine, i - 1);
}

void machine_undo_paths(struct machine *machine)
{
    for (size_t i = journal_count(machine->journal); i > 0; i--)
        if (journal_at(machine->journal, i - 1)->kind != CHANGE_ADDRESS)
            undo_at(machine, i - 1);
}

struct machine *machine_new(const char *journal_path, const char *dns_backup, struct noren_log *log,
        struct noren_err *err)
{
    struct journal *journal = journal_open(journal_path, err);

    if (journal == NULL)
        return NULL;
    struct machine *machine = noren_alloc(sizeof *machine);
    machine->journal = journal;
    machine->dns_backup = noren_strdup(dns_backup);
    machine->log = log;
    if (journal_bad_lines(journal) > 0)
        noren_log(log, NOREN_WARN, "journal lines not understood: count=%u",
                journal_bad_lines(journal));
    if (journal_count(journal) > 0)
        noren_log(log, NOREN_WARN, "undoing what an earlier run left behind: changes=%zu",
                journal_count(journal));
    machine_undo_all(machine);
    return machine;
}

static int is_journal(const struct dirent *entry)
{
    const char *name = entry->d_name;
    size_t len = strlen(name);
    bool is_half = len > 4 && strcmp(name + len - 4, ".new") == 0;

    return strcmp(name, "journal") == 0 || (strncmp(name, "journal.", 8) == 0 && !is_half);
}

static void undo_left_in(const char *path, struct noren_log *log)
{
    struct noren_err err = { 0 };
    struct machine *machine = machine_new(path, "", log, &err);

    if (machine == NULL) {
        if (err.code != NOREN_E_STATE) /* a living owner is none of our business */
            noren_log(log, NOREN_WARN, "journal not read: why=\"%s\"", err.text);
        return;
    }
    if (journal_count(machine->journal) == 0)
        unlink(path); /* while we hold its lock */
    machine_free(machine);
}

void machine_undo_left(const char *state_dir, struct noren_log *log)
{
    struct dirent **entries = NULL;
    int count = scandir(state_dir, &entries, is_journal, alphasort);

    for (int i = 0; i < count; i++) {
        noren_cleanup(noren_freep) char *path =
                noren_asprintf("%s/%s", state_dir, entries[i]->d_name);
        undo_left_in(path, log);
        free(entries[i]);
    }
    free(entries);
}

void machine_free(struct machine *machine)
{
    if (machine == NULL)
        return;
    machine_undo_all(machine);
    journal_close(machine->journal);
    free(machine->dns_backup);
    free(machine);
}

static bool note(struct machine *machine, const struct change *change, struct noren_err *err)
{
    char line[JOURNAL_LINE_MAX];

    change_format(change, line, sizeof line);
    if (!journal_add(machine->journal, change, err))
        return noren_err_wrap(err, "%s", line);
    noren_log(machine->log, NOREN_INFO, "changing the machine: change=\"%s\"", line);
    return true;
}

/* A change that could not be made needs no undoing; undoing it anyway would do no harm. */
static bool forget_last(struct machine *machine)
{
    struct noren_err err = { 0 };

    if (!journal_undone(machine->journal, journal_count(machine->journal) - 1, &err))
        noren_log(machine->log, NOREN_WARN, "journal not shortened: why=\"%s\"", err.text);
    return false;
}

bool machine_add_address(struct machine *machine, const char *dev, uint32_t ip, uint8_t prefix,
        struct noren_err *err)
{
    struct change change = { .kind = CHANGE_ADDRESS, .ip = ip, .prefix = prefix };

    memcpy(change.route.dev, dev, strnlen(dev, sizeof change.route.dev - 1));
    if (!note(machine, &change, err))
        return false;
    return net_address_add(dev, ip, prefix, err) || forget_last(machine);
}

bool machine_add_route(
        struct machine *machine, const struct net_route *route, struct noren_err *err)
{
    struct change change = { .kind = CHANGE_ROUTE, .route = *route };

    if (!note(machine, &change, err))
        return false;
    return net_route_add(route, err) || forget_last(machine);
}

bool machine_set_dns(struct machine *machine, const char *dev, const uint32_t *servers,
        uint8_t count, const char *domain, struct noren_err *err)
{
    struct change change = { .kind = CHANGE_DNS };
    size_t len = strlen(machine->dns_backup);

    if (len >= sizeof change.path)
        return noren_err_set(err, NOREN_E_LIMIT, "dns backup path of %zu bytes", len);
    memcpy(change.path, machine->dns_backup, len);
    if (!note(machine, &change, err))
        return false;
    /* half a change of DNS is possible, so the note stays even when it failed */
    return net_dns_set(dev, servers, count, domain, machine->dns_backup, err);
}
