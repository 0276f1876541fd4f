# shellcheck shell=sh disable=SC2034,SC2154
# SPDX-License-Identifier: Apache-2.0
# Our server and our client in the namespaces of lib.sh, which sources this.

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
