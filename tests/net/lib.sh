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
    [ -z "$client_pid" ] || kill -9 "$client_pid" 2> /dev/null || true
    [ -z "$server_pid" ] || kill -9 "$server_pid" 2> /dev/null || true
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

# server_init: an identity, a hub TOKYO with SecureNAT and the user alice
server_init() {
    echo "admin-pass" > "$lab/admin.password"
    echo "Secret123" > "$lab/alice.password"
    "$server_bin" init --state "$lab/server" --admin-password-file "$lab/admin.password" \
        > "$lab/init.log" 2>&1 || fail "the server's state is made"
    server_start
    server_ctl hub create TOKYO --securenat
    server_ctl --hub TOKYO user create alice --user-password-file "$lab/alice.password"
}

server_ctl() {
    on_server "$ctl_bin" --server 203.0.113.1:443 --ca "$lab/server/server.crt" \
        --password-file "$lab/admin.password" "$@" >> "$lab/ctl.log" 2>&1 || fail "norenctl $*"
}

server_listens() { on_server ss -Hltn | grep -q '203.0.113.1:443'; }

server_start() {
    ip netns exec "$server_ns" "$server_bin" run --state "$lab/server" \
        --listen 203.0.113.1:443 >> "$lab/server.log" 2>&1 &
    server_pid=$!
    wait_for "the server listens" 10 server_listens
}

server_kill() {
    kill -9 "$server_pid"
    wait "$server_pid" 2> /dev/null || true
    server_pid=
}

# profile NAME LINES...: a profile for alice with these lines more; trust is server.pem
profile() {
    mkdir -p "$lab/profiles" "$lab/trust"
    [ -e "$lab/trust/server.pem" ] || cp "$lab/server/server.crt" "$lab/trust/server.pem"
    file=$lab/profiles/$1.conf
    shift
    (
        umask 077
        printf '%s\n' "[profile]" "servers=203.0.113.1:443" "hub=TOKYO" "username=alice" "$@" \
            > "$file"
    )
}

# client_start NAME: runs the profile; its lines go to client.out
client_start() {
    : > "$lab/client.out"
    ip netns exec "$client_ns" "$client_bin" up "$lab/profiles/$1.conf" --foreground \
        --state-dir "$lab/state" --run-dir "$lab/run" --log-file "$lab/client.log" \
        > "$lab/client.out" 2>> "$lab/client.err" &
    client_pid=$!
}

client_says() { tail -n 1 "$lab/client.out" | grep -q "$1"; }

# client_wait: its exit status in $status
client_wait() {
    status=0
    wait "$client_pid" || status=$?
    client_pid=
}

client_stop() {
    kill -TERM "$client_pid"
    client_wait
}

client_kill() {
    kill -9 "$client_pid"
    client_wait
}

# what a connection may change and has to put back
machine_state() {
    ip -n "$client_ns" -4 route show
    ip -n "$client_ns" -4 -o address show
    on_client cat /etc/resolv.conf
}
