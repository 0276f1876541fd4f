#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The service of a brand: verified pack, connection by itself, the command line as its window, and
# our own name nowhere. Then `up FILE` in the background.
set -eu
. "${srcdir:-.}/tests/net/lib.sh"

# a signed pack of one profile; the brand's program is a copy of ours under the brand's name
make_brand() {
    mkdir -p "$lab/pack/profiles" "$lab/pack/trust" "$lab/bin" "$lab/share" "$lab/state"
    cp "$client_bin" "$lab/bin/testbrand-service"
    cp "$lab/server/server.crt" "$lab/pack/trust/server.pem"
    printf '%s\n' "[pack]" "format=1" "id=testbrand" "[brand]" "product=Test Brand" \
        "[first-run]" "auto-connect=true" > "$lab/pack/brand.conf"
    printf '%s\n' "[profile]" "name=Main" "servers=203.0.113.1:443" "hub=TOKYO" \
        "trust=server.pem" "dns=none" > "$lab/pack/profiles/10-main.conf"
    cd "$lab/pack"
    find . -type f ! -name 'MANIFEST*' | sed 's,^\./,,' | LC_ALL=C sort > "$lab/names"
    echo "brandpack 1" > MANIFEST
    while read -r name; do
        echo "$(sha256sum < "$name" | cut -d' ' -f1) $(stat -c %s "$name") $name"
    done < "$lab/names" >> MANIFEST
    openssl genpkey -algorithm ed25519 -out "$lab/key.pem"
    openssl pkeyutl -sign -inkey "$lab/key.pem" -rawin -in MANIFEST -out MANIFEST.sig
    openssl pkey -in "$lab/key.pem" -pubout -outform DER | tail -c 32 | od -An -tx1 | tr -d ' \n' \
        > "$lab/share/brand.pub"
    tar -cJf "$lab/share/brand.brandpack" MANIFEST MANIFEST.sig -T "$lab/names"
    cd "$lab"
}

brand() {
    on_client "$lab/bin/testbrand-service" --state-dir "$lab/state" --run-dir "$lab/run" \
        --log-file "$lab/service.log" "$@"
}

service_start() {
    ip netns exec "$client_ns" "$lab/bin/testbrand-service" service --state-dir "$lab/state" \
        --run-dir "$lab/run" --log-file "$lab/service.log" 2> "$lab/client.err" &
    client_pid=$!
}

is_state() { brand status | grep -q "^$1"; }

main() {
    lab_start
    server_init
    make_brand
    machine_state > "$lab/before"

    service_start
    wait_for "without credentials the service waits" 10 is_state off
    expect "the profile of the pack is offered" \
        sh -c "ip netns exec $client_ns $lab/bin/testbrand-service status --output json \
            --run-dir $lab/run | grep -q '\"name\":\"Main\",\"needs_password\":true'"
    expect_not "up without credentials is refused" brand up 10-main
    client_stop
    expect "the service ends with 0 (was $status)" test "$status" = 0

    (umask 077 && printf '%s\n' "[10-main]" "username=alice" "password=Secret123" \
        > "$lab/state/credentials.conf")
    service_start
    wait_for "with credentials it connects by itself" 15 is_state connected
    expect "the interface has the brand's name" ip -n "$client_ns" link show testbrand0
    expect "the gateway of the hub answers" on_client ping -c1 -W3 192.168.30.1
    expect "down" brand down
    wait_for "down is off" 5 is_state off
    machine_state > "$lab/after"
    expect "the machine is as before" cmp "$lab/before" "$lab/after"
    expect "up by id" brand up 10-main

    kill -9 "$client_pid"
    client_wait
    service_start
    wait_for "a killed service comes back connected" 15 is_state connected
    expect_not "our own name is in no log" grep -ri noren "$lab/service.log" "$lab/state" "$lab/run"
    expect_not "nor in the process's title" grep -qi noren "/proc/$client_pid/comm"
    expect "the server knows the brand's product" grep -q "Test Brand Client" "$lab/server.log"
    expect_not "no log holds the password" grep -q Secret123 "$lab/service.log"
    client_stop
    expect_not "its socket is gone" test -e "$lab/run/service.sock"
    machine_state > "$lab/after"
    expect "the machine is as before" cmp "$lab/before" "$lab/after"

    head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' > "$lab/share/brand.pub"
    service_start
    client_wait
    expect "a pack by another key is refused with 3 (was $status)" test "$status" = 3
    rm "$lab/share/brand.brandpack"

    profile main "password=Secret123" "trust=server.pem" "dns=none"
    expect "up in the background" brand up "$lab/profiles/main.conf"
    client_pid=$(cat "$lab/run/service.pid")
    expect "it is connected" is_state connected
    expect "down" brand down
    # where nobody collects orphans, as in some containers, its number stays taken
    wait_for "and it goes away" 5 sh -c "! readlink /proc/$client_pid/exe"
    client_pid=
    profile wrong "password=wrong" "trust=server.pem"
    status=0
    brand up "$lab/profiles/wrong.conf" > "$lab/client.out" 2>&1 || status=$?
    expect "a wrong password in the background: 4 (was $status)" test "$status" = 4
    machine_state > "$lab/after"
    expect "the machine is as before" cmp "$lab/before" "$lab/after"
}

main "$@"
