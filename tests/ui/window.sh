#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs window.py: the real window under Xvfb against a scripted service, seen through AT-SPI.
# The window refuses root, so root hands over to nobody; everything is copied to where nobody may read.
set -eu

usage() {
    echo "usage: srcdir=DIR builddir=DIR $0 [TEST...]"
}

skip() {
    echo "SKIP: $1"
    exit 77
}

find_tools() {
    for tool in Xvfb xdotool xprop import dbus-run-session setpriv; do
        command -v "$tool" > /dev/null || skip "$tool is not installed"
    done
    /usr/bin/python3 -c "from gi.repository import Gio" 2> /dev/null || skip "python3-gi is not installed"
    [ -e /usr/share/dbus-1/services/org.a11y.Bus.service ] || skip "at-spi2-core is not installed"
}

# Root is refused before a display is looked for, in words that name the product only.
check_root() {
    [ "$(id -u)" = 0 ] || return 0
    status=0
    env -u DISPLAY LC_ALL=C.UTF-8 "$room/noren-connect" --brand "$room/brand" --lang en \
        > "$room/root.log" 2>&1 || status=$?
    if [ "$status" != 3 ] || ! grep -q "Kawabe Link: do not start the window as root" "$room/root.log"; then
        echo "FAIL: root is not refused: status $status"
        cat "$room/root.log"
        exit 1
    fi
    echo "ok root is refused"
}

# GTK and its fonts keep memory until the end, so a sanitized build does not look for leaks here.
run_tests() {
    as_user=""
    [ "$(id -u)" != 0 ] || as_user="setpriv --reuid=65534 --regid=65534 --clear-groups"
    # shellcheck disable=SC2086 # as_user is several words on purpose
    env -u DBUS_SESSION_BUS_ADDRESS -u WAYLAND_DISPLAY HOME="$room/home" TMPDIR="$room/home" \
        XDG_RUNTIME_DIR="$room/home" LC_ALL=C.UTF-8 GDK_BACKEND=x11 \
        ASAN_OPTIONS="detect_leaks=0:${ASAN_OPTIONS:-}" \
        $as_user dbus-run-session -- /usr/bin/python3 -B "$room/window.py" "$@"
}

main() {
    [ "${1:-}" != --help ] || { usage; exit 0; }
    : "${srcdir:?}" "${builddir:?}"
    find_tools
    room=$(mktemp -d "${TMPDIR:-/tmp}/window-test-XXXXXX")
    trap 'rm -rf "$room"' EXIT
    mkdir "$room/home"
    chmod 755 "$room"
    [ "$(id -u)" != 0 ] || chown 65534:65534 "$room/home"
    chmod 700 "$room/home"
    cp "$builddir/client/noren-connect" "$room/"
    cp -r "$srcdir/tests/ui/brand" "$srcdir"/tests/ui/*.py "$srcdir/resources/strings" \
        "$srcdir/resources/ui" "$srcdir/branding/brands" "$room/"
    chmod -R a+rX,u+w "$room" # a tarball under test is read-only
    check_root
    run_tests "$@"
    mkdir -p "$builddir/tests/ui/shots"
    find "$room/home" -name "*.png" -exec cp {} "$builddir/tests/ui/shots/" \;
}

main "$@"
