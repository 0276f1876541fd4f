#!/bin/sh
# Installs @PRODUCT_COMMENT@: run this file, or "sh FILE". "sh FILE --help" tells the options.
#
# Exit status: 0 done, 1 refused or failed, 2 wrong option, 3 this file is damaged, 4 no rights,
# 5 installed with another signing key, 6 a newer one is installed, 7 a system library is missing.
set -eu

ID=@ID@
PRODUCT=@PRODUCT@
VERSION=@VERSION@
HASH=@HASH@
# the payload starts behind this script, which is filled up to this size
HEADER_BYTES=16384

usage() {
    echo "$PRODUCT $VERSION"
    echo "usage: sh $(basename "$0") [--no-open] [--no-start] [--log FILE]"
    echo "       sh $(basename "$0") --uninstall [--keep-settings]"
    echo "  --no-open        do not open the window afterwards"
    echo "  --no-start       do not start the service (and open no window)"
    echo "  --log FILE       append what happens to FILE"
    echo "  --uninstall      take everything away again"
    echo "  --keep-settings  with --uninstall: keep saved names and passwords"
}

fail() {
    status=$1
    shift
    echo "$PRODUCT: $*" >&2
    exit "$status"
}

check_machine() {
    [ -f "$self" ] || fail 1 "save the installer as a file first, then run it"
    case $(uname -s)-$(uname -m) in
    Linux-x86_64) ;;
    *) fail 1 "this installer is for Linux on 64-bit Intel and AMD machines" ;;
    esac
    for tool in tar xz sha256sum setpriv; do
        command -v "$tool" >/dev/null 2>&1 || fail 7 "$tool is missing: install the packages tar, xz-utils, coreutils, util-linux"
    done
}

check_payload() {
    found=$(tail -c "+$((HEADER_BYTES + 1))" "$self" | sha256sum | cut -d ' ' -f 1)
    [ "$found" = "$HASH" ] || fail 3 "this file is damaged or not complete: download it again"
}

# Runs this file again with rights; the options stand in "$@".
become_root() {
    if command -v pkexec >/dev/null 2>&1; then
        status=0
        pkexec /bin/sh "$self" "$@" || status=$?
        case $status in
        126 | 127) ;;
        *) return "$status" ;;
        esac
    fi
    echo "$PRODUCT: the rights of an administrator are needed. Run this line in a terminal:" >&2
    echo "    sudo sh '$(printf '%s' "$self" | sed "s/'/'\\\\''/g")'" >&2
    return 4
}

open_as_self() {
    [ "$open" = yes ] && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || return 0
    setsid "/opt/$ID/bin/$ID" </dev/null >/dev/null 2>&1 &
    echo "$PRODUCT: the window is open"
}

install_as_root() {
    umask 022
    work=$(mktemp -d) || fail 1 "nothing can be written in ${TMPDIR:-/tmp}"
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM
    tail -c "+$((HEADER_BYTES + 1))" "$self" | tar -xJ -C "$work" --no-same-owner -p ||
        fail 1 "it cannot be unpacked in ${TMPDIR:-/tmp}: is there room?"
    status=0
    sh "$work/setup.sh" "$start" "$open" || status=$?
    [ "$status" != 1 ] || echo "$PRODUCT: not finished. Run this again when that is mended." >&2
    return "$status"
}

uninstall() {
    [ -x "/opt/$ID/bin/$ID-uninstall" ] || fail 1 "it is not installed"
    if [ "$keep" = yes ]; then
        exec "/opt/$ID/bin/$ID-uninstall" --keep-settings
    fi
    exec "/opt/$ID/bin/$ID-uninstall"
}

main() {
    open=yes start=yes keep=no remove=no log=
    while [ $# -gt 0 ]; do
        case $1 in
        --help) usage; exit 0 ;;
        --no-open) open=no ;;
        --no-start) start=no open=no ;;
        --uninstall) remove=yes ;;
        --keep-settings) keep=yes ;;
        --log)
            [ $# -gt 1 ] || { usage >&2; exit 2; }
            log=$2
            shift
            ;;
        *) usage >&2; exit 2 ;;
        esac
        shift
    done
    case $0 in
    /*) self=$0 ;;
    *) self=$PWD/$0 ;;
    esac
    [ -z "$log" ] || exec >>"$log" 2>&1
    [ "$remove" = no ] || uninstall

    check_machine
    check_payload
    if [ "$(id -u)" = 0 ]; then
        install_as_root
        return
    fi
    if [ "$start" = yes ]; then
        become_root --no-open || exit $?
    else
        become_root --no-start || exit $?
    fi
    open_as_self
}

main "$@"
exit
