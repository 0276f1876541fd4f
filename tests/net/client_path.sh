#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A path that goes silent is noticed by the session's time-out and used again when it returns; a hub
# without DHCP gives the exit code for it.
set -eu
. "${srcdir:-.}/tests/net/lib.sh"

tunnel_address() {
    ip -n "$client_ns" -4 -o address show dev sslvpn0 | awk '{ sub("/.*", "", $4); print $4 }'
}

main() {
    lab_start
    server_init
    server_ctl hub create EMPTY
    server_ctl --hub EMPTY user create alice --user-password-file "$lab/alice.password"

    profile empty "password=Secret123" "trust=server.pem" "netdev=empty0"
    sed -i 's/hub=TOKYO/hub=EMPTY/' "$lab/profiles/empty.conf"
    client_start empty
    client_wait
    expect "a hub that gives no address ends with 8 (was $status)" test "$status" = 8
    expect "and says so" grep -q "error=no-address" "$lab/client.out"

    profile main "password=Secret123" "trust=server.pem" "default-gateway=true" "dns=none"
    client_start main
    wait_for "connected" 15 client_says "^connected"

    # nothing of what is sent arrives, and nobody is told
    ip -n "$server_ns" link set eth0 down
    wait_for "a silent path is noticed" 30 client_says "^reconnecting"

    # while it is away the server forgets its leases and somebody else takes the address
    old=$(tunnel_address)
    server_kill
    server_start
    profile thief "password=Secret123" "trust=server.pem" "dns=none" "netdev=thief0"
    ip netns exec "$server_ns" "$client_bin" up "$lab/profiles/thief.conf" --foreground \
        --state-dir "$lab/thief" --run-dir "$lab/thief" > "$lab/thief.out" 2> "$lab/thief.log" &
    thief_pid=$!
    wait_for "somebody else has the address" 20 grep -q "connected address=$old" "$lab/thief.out"

    ip -n "$server_ns" link set eth0 up
    wait_for "the path is used again when it returns" 75 on_client ping -c1 -W1 192.168.30.1
    expect "with another address" test "$old" != "$(tunnel_address)"
    expect "and no second one" test "$(ip -n "$client_ns" -4 -o address show dev sslvpn0 | wc -l)" = 1
    wait_for "which is told" 5 client_says "^connected address=$(tunnel_address)"
    kill "$thief_pid"
    client_stop
    expect "ends with 0 (was $status)" test "$status" = 0
}

main "$@"
