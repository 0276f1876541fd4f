# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: Apache-2.0
# Helpers for the network tests: two network namespaces, "server" (203.0.113.1) and "client"
# (203.0.113.2, which has the server as its gateway), real programs in them, and expectations.
# Source it, call lab_start first; everything is gone when the script ends.

builddir=${builddir:-$PWD}
server_bin=$builddir/server/noren-server
client_bin=$builddir/client/noren-client
ctl_bin=$builddir/sdk/norenctl/norenctl
server_pid=
client_pid=

skip() {
    echo "SKIP: $*"
    exit 77
}

fail() {
    echo "FAILED: $*"
    for log in "$lab"/*.log "$lab"/client.err; do
        [ -s "$log" ] && echo "--- ${log##*/}" && tail -n 40 "$log"
    done
    exit 1
}

lab_start() {
    [ "$(id -u)" = 0 ] || skip "network namespaces need root"
    command -v ip > /dev/null || skip "ip is missing: apt-get install iproute2"
    lab=$(mktemp -d)
    # names of a script that was killed do not stand in the way: the pid makes them new
    server_ns=nt$$s
    client_ns=nt$$c
    trap lab_end EXIT
    trap 'exit 1' INT TERM
    ip netns add "$server_ns"
    ip netns add "$client_ns"
    mkdir -p "/etc/netns/$client_ns"
    echo "nameserver 203.0.113.53" > "/etc/netns/$client_ns/resolv.conf"
    echo "203.0.113.1 vpn.test" > "/etc/netns/$client_ns/hosts"
    ip -n "$server_ns" link set lo up
    ip -n "$client_ns" link set lo up
    ip -n "$client_ns" link add eth0 type veth peer name eth0 netns "$server_ns"
    ip -n "$server_ns" address add 203.0.113.1/24 dev eth0
    ip -n "$client_ns" address add 203.0.113.2/24 dev eth0
    ip -n "$server_ns" link set eth0 up
    ip -n "$client_ns" link set eth0 up
    ip -n "$client_ns" route add default via 203.0.113.1
}

lab_end() {
    # whoever lives in namespaces that we made is ours
    for pid in $(ip netns pids "$client_ns") $(ip netns pids "$server_ns"); do
        kill -9 "$pid" 2> /dev/null || true
    done
    ip netns delete "$client_ns" 2> /dev/null || true
    ip netns delete "$server_ns" 2> /dev/null || true
    rm -rf "/etc/netns/$client_ns" "$lab"
}

on_server() { ip netns exec "$server_ns" "$@"; }
on_client() { ip netns exec "$client_ns" "$@"; }

# wait_for WHAT SECONDS COMMAND...: until the command succeeds
wait_for() {
    what=$1
    tries=$(($2 * 10))
    shift 2
    until "$@" > /dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail "not in time: $what"
        sleep 0.1
    done
    echo "ok: $what"
}

expect() {
    what=$1
    shift
    "$@" > /dev/null 2>&1 || fail "$what"
    echo "ok: $what"
}

expect_not() {
    what=$1
    shift
    ! "$@" > /dev/null 2>&1 || fail "$what"
    echo "ok: $what"
}

# what a connection may change and has to put back
machine_state() {
    ip -n "$client_ns" -4 route show
    ip -n "$client_ns" -4 -o address show
    on_client cat /etc/resolv.conf
}

# shellcheck source=programs.sh
. "${srcdir:-.}/tests/net/programs.sh"
