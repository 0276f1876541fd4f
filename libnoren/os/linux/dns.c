/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "noren/os/netconf.h"

#include "libnoren/os/linux/dns_file.h"

#define RESOLV_CONF "/etc/resolv.conf"

bool net_dns_set(const char *dev, const uint32_t *servers, uint8_t count, const char *domain,
        const char *backup_path, struct noren_err *err)
{
    (void)dev;
    return dns_file_set(RESOLV_CONF, servers, count, domain, backup_path, err);
}

bool net_dns_restore(const char *backup_path, struct noren_err *err)
{
    return dns_file_restore(RESOLV_CONF, backup_path, err);
}
