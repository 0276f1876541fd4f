/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "branding/names.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "noren/base/alloc.h"
#include "noren/base/bytes.h"
#include "noren/crypto/cert.h"

/* Everything with a name on the user's machine is named here, from the id and nothing else. */

enum { ID_MIN_BYTES = 3, ID_MAX_BYTES = 20, UUID_BYTES = 16, NETDEV_MAX_BYTES = 15 };

/* The name space of brand ids for version 5 UUIDs; changing it changes every brand's UUIDs. */
static const uint8_t UUID_SPACE[UUID_BYTES] = { 0x5b, 0x1d, 0x6c, 0x0e, 0x2f, 0x8a, 0x4e, 0x61,
    0x9c, 0x37, 0xd2, 0x0b, 0x7a, 0x45, 0xee, 0x13 };

/* Words that other software or the system uses for programs, units, folders or menu entries. */
static const char *const RESERVED[] = { "apache", "aux", "avahi", "bash", "bin", "bluetooth",
    "boot", "bridge", "chromium", "client", "con", "cups", "daemon", "dbus", "default", "dev",
    "docker", "etc", "eth", "firefox", "games", "gdm", "gnome", "google", "gtk", "home", "ipsec",
    "kde", "lib", "lightdm", "local", "log", "mail", "media", "mnt", "mozilla", "mullvad",
    "netbird", "network", "networkmanager", "nobody", "nordvpn", "noren", "nul", "openconnect",
    "openvpn", "opt", "outline", "packetix", "polkit", "prn", "proc", "protonvpn", "root", "run",
    "samba", "sbin", "server", "service", "share", "softether", "srv", "ssh", "sshd", "strongswan",
    "sudo", "sys", "system", "systemd", "tailscale", "tap", "tmp", "tun", "udev", "user", "usr",
    "var", "vpn", "vpnbridge", "vpnclient", "vpncmd", "vpnserver", "wayland", "wireguard", "xorg",
    "zerotier" };

bool brand_id_has_form(const char *id)
{
    size_t len = strlen(id);

    return len >= ID_MIN_BYTES && len <= ID_MAX_BYTES && id[0] >= 'a' && id[0] <= 'z'
           && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789") == len;
}

bool brand_id_is_reserved(const char *id)
{
    for (size_t i = 0; i < noren_countof(RESERVED); i++) {
        if (strcmp(RESERVED[i], id) == 0)
            return true;
    }
    return strncmp(id, "systemd", 7) == 0 || strncmp(id, "noren", 5) == 0;
}

/* RFC 4122, 4.3: SHA-1 over name space and name, version 5, variant 10. */
static void write_uuid(const char *id, char out[37])
{
    struct writer named;
    uint8_t hash[20];

    writer_init(&named, 0);
    writer_put(&named, UUID_SPACE, sizeof UUID_SPACE);
    writer_text(&named, id);
    sha1(named.data, named.len, hash);
    writer_clear(&named);
    hash[6] = (uint8_t)((hash[6] & 0x0f) | 0x50);
    hash[8] = (uint8_t)((hash[8] & 0x3f) | 0x80);
    snprintf(out, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
            hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7], hash[8],
            hash[9], hash[10], hash[11], hash[12], hash[13], hash[14], hash[15]);
}

/* "acme0"; an id that does not fit is cut and told apart by digits of its UUID. */
static void write_netdev(const char *id, const char *uuid, char out[NETDEV_MAX_BYTES + 1])
{
    if (strlen(id) < NETDEV_MAX_BYTES)
        snprintf(out, NETDEV_MAX_BYTES + 1, "%.14s0", id);
    else
        snprintf(out, NETDEV_MAX_BYTES + 1, "%.10s%.4s0", id, uuid);
}

bool brand_names_from_id(const char *id, struct brand_names *out, struct noren_err *err)
{
    if (!brand_id_has_form(id))
        return noren_err_set(err, NOREN_E_ARGUMENT,
                "a brand id is %d to %d small letters and digits, a letter first", ID_MIN_BYTES,
                ID_MAX_BYTES);
    if (brand_id_is_reserved(id))
        return noren_err_set(
                err, NOREN_E_ARGUMENT, "\"%s\" is reserved: other software uses it", id);

    struct brand_names names = { 0 };
    snprintf(names.id, sizeof names.id, "%.20s", id);
    snprintf(names.program, sizeof names.program, "%.20s", id);
    snprintf(names.service_program, sizeof names.service_program, "%.20s-service", id);
    snprintf(names.unit, sizeof names.unit, "%.20s-service.service", id);
    snprintf(names.install_dir, sizeof names.install_dir, "/opt/%.20s", id);
    snprintf(names.state_dir, sizeof names.state_dir, "/var/lib/%.20s", id);
    snprintf(names.run_dir, sizeof names.run_dir, "/run/%.20s", id);
    snprintf(names.socket, sizeof names.socket, "/run/%.20s/service.sock", id);
    snprintf(names.log_file, sizeof names.log_file, "/var/log/%.20s/service.log", id);
    snprintf(names.app_id, sizeof names.app_id, "%.20s.Connect", id);
    write_uuid(id, names.uuid);
    write_netdev(id, names.uuid, names.netdev);
    *out = names;
    return true;
}
