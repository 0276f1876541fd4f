#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Our client joins our server, gets an address, comes back by itself, and leaves no trace.
set -eu
. "${srcdir:-.}/tests/net/lib.sh"

main() {
    lab_start
    server_init
    profile main "password=Secret123" "trust=server.pem" "dns=none"
    machine_state > "$lab/before"

    client_start main
    wait_for "connected" 15 client_says "^connected address=192.168.30"
    expect "the gateway of the hub answers" on_client ping -c1 -W3 192.168.30.1
    address=$(ip -n "$client_ns" -4 -o address show dev sslvpn0 | awk '{ print $4 }')

    server_kill
    wait_for "the loss is noticed" 10 client_says "^reconnecting"
    expect "the address stays meanwhile" test "$address" = \
        "$(ip -n "$client_ns" -4 -o address show dev sslvpn0 | awk '{ print $4 }')"
    server_start
    wait_for "connected again by itself" 30 client_says "^connected"
    expect "the gateway of the hub answers again" on_client ping -c1 -W3 192.168.30.1

    began=$(date +%s%N)
    client_stop
    took_ms=$((($(date +%s%N) - began) / 1000000))
    expect "a stopped client ends with 0 (was $status)" test "$status" = 0
    expect "in under 3 s (took $took_ms ms)" test "$took_ms" -lt 3000
    machine_state > "$lab/after"
    expect "the machine is as before" cmp "$lab/before" "$lab/after"

    profile wrong "password=wrong" "trust=server.pem"
    client_start wrong
    client_wait
    expect "a wrong password ends with 4 (was $status)" test "$status" = 4
    profile nohub "password=Secret123" "trust=server.pem"
    sed -i 's/hub=TOKYO/hub=NOWHERE/; s/443/444/' "$lab/profiles/nohub.conf"
    client_start nohub
    client_wait
    expect "an unreachable server ends with 6 (was $status)" test "$status" = 6
}

main "$@"
