#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# All traffic through the tunnel; after kill -9 the next start puts routes and DNS back.
set -eu
. "${srcdir:-.}/tests/net/lib.sh"

route_dev() { ip -n "$client_ns" route get "$1" | grep -q "dev $2"; }

main() {
    lab_start
    server_init
    profile all "password=Secret123" "trust=server.pem" "default-gateway=true" "dns=9.9.9.9"
    # by a name, which the network's own DNS could not tell while the tunnel is down
    sed -i 's/203.0.113.1/vpn.test/' "$lab/profiles/all.conf"
    machine_state > "$lab/before"

    client_start all
    wait_for "connected" 15 client_says "^connected"
    expect "traffic goes into the tunnel" route_dev 198.51.100.1 sslvpn0
    expect "the server is reached outside of it" route_dev 203.0.113.1 eth0
    expect "the default route is still there" \
        sh -c "ip -n $client_ns route show default | grep -q 203.0.113.1"
    expect "DNS is the profile's" on_client grep -q "nameserver 9.9.9.9" /etc/resolv.conf
    expect "the connection lives on" on_client ping -c1 -W3 192.168.30.1

    : > "/etc/netns/$client_ns/hosts"
    server_kill
    wait_for "the server is gone" 10 client_says "^reconnecting"
    expect "traffic does not leave the tunnel meanwhile" route_dev 198.51.100.1 sslvpn0
    expect "DNS is still the profile's" on_client grep -q "nameserver 9.9.9.9" /etc/resolv.conf
    server_start
    wait_for "connected again" 15 client_says "^connected"
    echo "203.0.113.1 vpn.test" > "/etc/netns/$client_ns/hosts"

    client_kill
    machine_state > "$lab/killed"
    expect_not "a killed client leaves changes behind" cmp "$lab/before" "$lab/killed"
    expect "and a journal of them" test -s "$lab"/state/journal.all.*

    # the next start, whatever its profile: here one that does not even get to a server
    server_kill
    profile other "password=Secret123" "trust=server.pem" "reconnect=false"
    client_start other
    client_wait
    expect "no server, exit 6 (was $status)" test "$status" = 6
    machine_state > "$lab/after"
    expect "the machine is as before" cmp "$lab/before" "$lab/after"

    server_start
    client_start all
    wait_for "connected once more" 15 client_says "^connected"
    client_stop
    machine_state > "$lab/after"
    expect "an orderly end leaves nothing" cmp "$lab/before" "$lab/after"
}

main "$@"
