#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No mutable globals: the libraries hold no writable data (style.md, 8). Tables of pointers that the
# loader makes read-only (.data.rel.ro) are none. GObject's own tables, in the window and its model,
# are not looked at.
set -eu

cd "${builddir:-.}"
found=0
for library in libnoren/.libs/libnoren.a server/.libs/libserver.a client/.libs/libclient.a \
    branding/.libs/libbrandpack.a; do
    [ -f "$library" ] || { echo "$library is not built"; exit 1; }
    # sanitizers and the compiler itself add data of their own
    objdump --syms "$library" |
        awk 'NF < 5 { next } { section = $(NF - 2); name = $NF }
             section ~ /^\.(data|bss|tdata|tbss)(\.|$)/ && section !~ /^\.data\.rel\.ro/ &&
             name !~ /^(\.|__|_ZZ|completed)/ { print name, section }' | sort -u > globals.found
    if [ -s globals.found ]; then
        sed "s|^|$library: writable data: |" globals.found
        found=1
    fi
done
rm -f globals.found
exit $found
