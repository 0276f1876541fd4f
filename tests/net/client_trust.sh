#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A server that is not the one the profile trusts gets nothing but a TLS handshake.
set -eu
. "${srcdir:-.}/tests/net/lib.sh"

main() {
    lab_start
    server_init
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
        -subj /CN=203.0.113.1 -addext subjectAltName=IP:203.0.113.1 \
        -keyout "$lab/other.key" -out "$lab/other.pem" 2> /dev/null
    pin=$(openssl x509 -in "$lab/server/server.crt" -noout -pubkey \
        | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | openssl base64)

    mkdir -p "$lab/trust"
    cp "$lab/other.pem" "$lab/trust/wrong.pem"
    echo "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=" > "$lab/trust/wrong.pin"
    echo "$pin" > "$lab/trust/right.pin"

    for trust in wrong.pem wrong.pin system; do
        profile "wrong" "password=Secret123" "trust=$trust"
        client_start wrong
        client_wait
        expect "trust=$trust: refused with 5 (was $status)" test "$status" = 5
        expect "trust=$trust: said so" grep -q "error=trust" "$lab/client.out"
    done
    expect_not "not even a user name was sent" grep -q "session: .*alice" "$lab/server.log"

    for trust in right.pin "wrong.pem;server.pem"; do
        profile "right" "password=Secret123" "trust=$trust"
        client_start right
        wait_for "trust=$trust: connected" 15 client_says "^connected"
        expect "trust=$trust: the user logged in" grep -q "session: .*alice" "$lab/server.log"
        client_stop
    done
}

main "$@"
