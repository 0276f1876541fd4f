#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A path that goes silent is noticed by the session's time-out and used again when it returns; a hub
# without DHCP gives the exit code for it.
set -eu
. "${srcdir:-.}/tests/net/lib.sh"

main() {
    lab_start
    server_init
    server_ctl hub create EMPTY
    server_ctl --hub EMPTY user create alice --user-password-file "$lab/alice.password"

    profile main "password=Secret123" "trust=server.pem" "default-gateway=true" "dns=none"
    client_start main
    wait_for "connected" 15 client_says "^connected"
    pid=$client_pid

    # the other one waits for an address meanwhile
    profile empty "password=Secret123" "trust=server.pem" "netdev=empty0"
    sed -i 's/hub=TOKYO/hub=EMPTY/' "$lab/profiles/empty.conf"
    client_start empty
    client_wait
    expect "a hub that gives no address ends with 8 (was $status)" test "$status" = 8
    expect "and says so" grep -q "error=no-address" "$lab/client.out"

    # nothing of what is sent arrives, and nobody is told
    client_pid=$pid
    client_start_log=$(wc -l < "$lab/client.log")
    ip -n "$server_ns" link set eth0 down
    wait_for "a silent path is noticed" 30 \
        sh -c "tail -n +$client_start_log '$lab/client.log' | grep -q state=reconnecting"
    ip -n "$server_ns" link set eth0 up
    wait_for "and used again when it returns" 75 on_client ping -c1 -W1 192.168.30.1
    client_stop
    expect "ends with 0 (was $status)" test "$status" = 0
}

main "$@"
