#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034,SC2154
# What can be wrong with the machine and the network: each is told by its exit code, with a remedy,
# and nothing stays behind.
set -eu
. "${srcdir:-.}/tests/net/lib.sh"

said() { grep -q "$1" "$lab/client.out" "$lab/client.err"; }

unchanged() {
    machine_state > "$lab/after"
    expect "the machine is as before" cmp "$lab/before" "$lab/after"
}

# refused WHAT CODE TEXT: the client just started ends with that code and says that text
refused() {
    client_wait
    expect "$1: $2 (was $status)" test "$status" = "$2"
    expect "$1: says what to do" said "$3"
    unchanged
}

# as_other COMMAND...: the profile main, started by COMMAND, with folders of its own
as_other() {
    : > "$lab/client.out"
    # shellcheck disable=SC2024
    ip netns exec "$client_ns" "$@" "$client_bin" up "$lab/other/profiles/main.conf" --foreground \
        --state-dir "$lab/other/state" --run-dir "$lab/other/run" \
        > "$lab/client.out" 2> "$lab/client.err" &
    client_pid=$!
}

without_rights() {
    mkdir "$lab/other"
    cp -R "$lab/profiles" "$lab/trust" "$lab/other"
    as_other setpriv --bounding-set=-net_admin --inh-caps=-net_admin
    refused "without CAP_NET_ADMIN" 7 "CAP_NET_ADMIN"
    chown -R 65534:65534 "$lab/other"
    chmod 755 "$lab"
    if setpriv --reuid=65534 --clear-groups test -x "$client_bin"; then
        as_other setpriv --reuid=65534 --clear-groups
        refused "as a user" 7 "run it as root"
    fi
}

without_card() {
    ip -n "$client_ns" link add sslvpn0 type veth peer name sslvpn0peer
    client_start main
    refused "name of the interface taken" 7 "netdev="
    ip -n "$client_ns" link delete sslvpn0
    client_start main
    wait_for "connected" 15 client_says "^connected"
    ip -n "$client_ns" link delete sslvpn0
    refused "interface removed" 7 "removed by another program"
}

# resolv.conf cannot be written: not connected by half
without_dns() {
    : > "$lab/client.out"
    # shellcheck disable=SC2016
    ip netns exec "$client_ns" sh -c 'mount -o remount,ro,bind /etc/resolv.conf && exec "$@"' sh \
        "$client_bin" up "$lab/profiles/dns.conf" --foreground --state-dir "$lab/state" \
        --run-dir "$lab/run" --log-file "$lab/client.log" > "$lab/client.out" 2> "$lab/client.err" &
    client_pid=$!
    refused "resolv.conf not to be written" 7 "resolv.conf"
    client_start main
    wait_for "the next start is not held up by it" 15 client_says "^connected"
    client_stop
    unchanged
}

without_address() {
    server_ctl hub create EMPTY
    server_ctl --hub EMPTY user create alice --user-password-file "$lab/alice.password"
    profile empty "password=Secret123" "trust=server.pem"
    sed -i s/hub=TOKYO/hub=EMPTY/ "$lab/profiles/empty.conf"
    client_start empty
    refused "nobody gives an address" 8 "the network gives no address"
}

# another server has taken the place of ours while we were connected
without_trust() {
    client_start main
    wait_for "connected" 15 client_says "^connected"
    server_kill
    mv "$lab/server" "$lab/ours"
    rm "$lab/server.log" # of ours
    "$server_bin" init --state "$lab/server" --admin-password-file "$lab/admin.password" \
        > "$lab/init.log"
    server_start
    wait_for "another server is not trusted" 20 client_says "^error .*error=trust .*retry_in_ms"
    expect_not "it got no user name" grep -q alice "$lab/server.log"
    client_stop
    unchanged
}

main() {
    lab_start
    server_init
    profile main "password=Secret123" "trust=server.pem" "dns=none"
    profile dns "password=Secret123" "trust=server.pem" "dns=9.9.9.9"
    machine_state > "$lab/before"
    without_rights
    without_card
    without_dns
    without_address
    without_trust
}

main "$@"
