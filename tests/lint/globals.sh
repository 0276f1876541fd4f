#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No mutable globals: the libraries hold no writable data (style.md, 8). GObject's own tables, in the
# window and its model, are not looked at.
set -eu

cd "${builddir:-.}"
found=0
for library in libnoren/.libs/libnoren.a server/.libs/libserver.a client/.libs/libclient.a; do
    [ -f "$library" ] || { echo "$library is not built"; exit 1; }
    # sanitizers and coverage add data of their own
    nm --defined-only "$library" | awk '$2 ~ /^[bBdD]$/ && $3 !~ /^(__|\.L|_ZZ|DW\.|completed)/ { print $3 }' |
        sort -u > globals.found
    if [ -s globals.found ]; then
        sed "s|^|$library: writable data: |" globals.found
        found=1
    fi
done
rm -f globals.found
exit $found
