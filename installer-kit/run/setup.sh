#!/bin/sh
# The part of the installation that needs root: setup.sh START OPEN, each yes or no. It stands in the
# unpacked payload; root/ beside it holds the files as they will be.
set -eu

ID=@ID@
PRODUCT=@PRODUCT@
HOME_DIR=/opt/$ID
STATE_DIR=/var/lib/$ID
LIST=$HOME_DIR/share/installed-files
UNIT=$ID-service.service

fail() {
    status=$1
    shift
    echo "$PRODUCT: $*" >&2
    exit "$status"
}

# Only what this brand installed before may be written over.
check_old() {
    if [ ! -f "$HOME_DIR/share/brand.pub" ]; then
        while read -r path; do
            if [ -e "$path" ] || [ -L "$path" ]; then
                fail 1 "$path is there already and belongs to something else"
            fi
        done <"root$LIST"
        return
    fi
    grep -qxFf "root$HOME_DIR/share/brand.pub" "$HOME_DIR/share/brand.pub" ||
        fail 5 "it is installed with another signing key: uninstall it first if this one is meant"
    old=$(cat "$HOME_DIR/share/serial" 2>/dev/null || echo 0)
    new=$(cat "root$HOME_DIR/share/serial")
    [ "$old" -le "$new" ] || fail 6 "a newer one (release $old) is installed, this is release $new"
}

package_of() {
    case $1 in
    libgtk-3.so.* | libgdk-3.so.*) echo libgtk-3-0 ;;
    libssl.so.* | libcrypto.so.*) echo libssl3 ;;
    libglib-2.0.so.* | libgio-2.0.so.* | libgobject-2.0.so.* | libgmodule-2.0.so.*) echo libglib2.0-0 ;;
    libgdk_pixbuf-2.0.so.*) echo libgdk-pixbuf-2.0-0 ;;
    librsvg-2.so.*) echo librsvg2-2 ;;
    libxml2.so.*) echo libxml2 ;;
    *) echo "(for $1)" ;;
    esac
}

check_libraries() {
    missing=$(ldd "root$HOME_DIR/bin/$ID" "root$HOME_DIR/bin/$ID-service" 2>/dev/null |
        sed -n 's/^[[:space:]]*\([^ ]*\) => not found.*/\1/p' | sort -u)
    [ -n "$missing" ] || return 0
    packages=$(for library in $missing; do package_of "$library"; done | sort -u | tr '\n' ' ')
    fail 7 "system libraries are missing. On Debian or Ubuntu: sudo apt install $packages"
}

# mkdir -p that remembers what it makes, so that uninstalling can take it away.
make_folder() {
    [ ! -d "$1" ] || return 0
    make_folder "$(dirname "$1")"
    echo "$1" >>"$made"
    mkdir "$1"
}

# Under another name first: who cuts this short finds the old file or the new one, never a half.
install_one() {
    make_folder "$(dirname "$1")"
    cp --preserve=mode "root$1" "$1.new"
    mv -f "$1.new" "$1"
}

# Whose it is, and what was made for it, comes first: after that an installation that was cut short
# can be started again, and taken away as a whole.
install_identity() {
    rm -rf "/opt/.$ID-removed"
    made=$PWD/made-folders
    : >"$made"
    make_folder "$HOME_DIR/share"
    cat "$made" >>"$HOME_DIR/share/made-folders"
    made=$HOME_DIR/share/made-folders
    install_one "$HOME_DIR/share/brand.pub"
    install_one "$HOME_DIR/share/serial"
    install_one "$HOME_DIR/bin/$ID-uninstall"
}

install_files() {
    if [ -f "$LIST" ]; then
        grep -vxFf "root$LIST" "$LIST" >gone || true
        while read -r path; do rm -f "$path"; done <gone
    fi
    install_identity
    install_one "$LIST"
    while read -r path; do install_one "$path"; done <"root$LIST"
    icons=/usr/share/icons/hicolor
    if [ -f "$icons/icon-theme.cache" ] && command -v gtk-update-icon-cache >/dev/null 2>&1; then
        gtk-update-icon-cache -q -f "$icons" || true
    fi
}

install_state() {
    mkdir -p "$STATE_DIR" "/var/log/$ID"
    chmod 0700 "$STATE_DIR"
    if [ -f credentials.conf ]; then
        install -m 0600 credentials.conf "$STATE_DIR/credentials.conf"
    fi
    touch "$STATE_DIR/users"
    user=$(sh window.sh user)
    if [ -n "$user" ] && ! grep -qxF "$user" "$STATE_DIR/users"; then
        echo "$user" >>"$STATE_DIR/users"
    fi
}

# In a container or a namespace of its own, the systemd that can be seen is another machine's.
systemd_is_ours() {
    [ -d /run/systemd/system ] &&
        [ "$(readlink /proc/1/ns/mnt)" = "$(readlink /proc/self/ns/mnt)" ] &&
        [ "$(readlink /proc/1/ns/net)" = "$(readlink /proc/self/ns/net)" ]
}

start_service() {
    if systemd_is_ours; then
        systemctl daemon-reload
        systemctl --quiet enable --now "$UNIT"
    else
        setsid "$HOME_DIR/bin/$ID-service" service </dev/null >>"/var/log/$ID/service.log" 2>&1 &
    fi
    tries=100
    while [ ! -S "/run/$ID/service.sock" ]; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || fail 1 "the service did not start; /var/log/$ID/service.log may say why"
        sleep 0.1
    done
}

main() {
    cd "$(dirname "$0")"
    check_old
    check_libraries
    [ ! -x "$HOME_DIR/bin/$ID-uninstall" ] || "$HOME_DIR/bin/$ID-uninstall" --stop
    install_files
    install_state
    echo "$PRODUCT: installed in $HOME_DIR"
    if [ "$1" = yes ]; then
        start_service
        echo "$PRODUCT: the service runs"
    fi
    [ "$2" = no ] || sh window.sh open
}

main "$@"
