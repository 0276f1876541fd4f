#!/bin/sh
# Takes @PRODUCT_COMMENT@ away from this machine.
set -eu

ID=@ID@
PRODUCT=@PRODUCT@
HOME_DIR=/opt/$ID
UNIT=$ID-service.service

usage() {
    echo "usage: $ID-uninstall [--keep-settings]"
    echo "  --keep-settings  keep saved names and passwords in /var/lib/$ID"
    echo "  --stop           only end the service and the window"
}

# Pids of those that run a program file: by device and inode, so a file of the same name on another
# machine's file system is not taken for ours.
pids_of() {
    [ -e "$1" ] || return 0
    wanted=$(stat -Lc %d:%i "$1")
    stat -Lc '%d:%i %n' /proc/[0-9]*/exe 2>/dev/null |
        sed -n "s|^$wanted /proc/\([0-9]*\)/exe\$|\1|p" || true
}

stop_program() {
    pids=$(pids_of "$1")
    [ -n "$pids" ] || return 0
    # shellcheck disable=SC2086
    kill $pids 2>/dev/null || true
    tries=100
    while [ -n "$(pids_of "$1")" ]; do
        tries=$((tries - 1))
        if [ "$tries" = 0 ]; then
            # shellcheck disable=SC2086
            kill -KILL $pids 2>/dev/null || true
            return 0
        fi
        sleep 0.1
    done
}

systemd_is_ours() {
    [ -d /run/systemd/system ] &&
        [ "$(readlink /proc/1/ns/mnt)" = "$(readlink /proc/self/ns/mnt)" ] &&
        [ "$(readlink /proc/1/ns/net)" = "$(readlink /proc/self/ns/net)" ]
}

stop_all() {
    stop_program "$HOME_DIR/bin/$ID"
    if systemd_is_ours && systemctl --quiet is-active "$UNIT"; then
        systemctl stop "$UNIT"
    fi
    stop_program "$HOME_DIR/bin/$ID-service"
}

# All at once: whoever cuts this short finds everything, with the uninstaller, or nothing.
remove_home() {
    rm -rf "/opt/.$ID-removed"
    mv "$HOME_DIR" "/opt/.$ID-removed"
    rm -rf "/opt/.$ID-removed"
}

# The list names the inner before the outer; what holds files of others stays.
remove_folders() {
    for folder in $1; do
        [ ! -d "$folder" ] || rmdir --ignore-fail-on-non-empty "$folder"
    done
}

remove_files() {
    if systemd_is_ours; then
        systemctl --quiet disable "$UNIT" 2>/dev/null || true
    fi
    folders=$(sort -ur "$HOME_DIR/share/made-folders" 2>/dev/null || true)
    if [ -f "$HOME_DIR/share/installed-files" ]; then
        while read -r path; do
            case $path in
            "$HOME_DIR"/*) ;;
            *) rm -f "$path" "$path.new" ;;
            esac
        done <"$HOME_DIR/share/installed-files"
    fi
    rm -rf "/run/$ID" "/var/log/$ID"
    [ "$1" = yes ] || rm -rf "/var/lib/$ID"
    remove_folders "$folders"
    remove_home
    remove_folders "$folders"
    icons=/usr/share/icons/hicolor
    if [ -f "$icons/icon-theme.cache" ] && command -v gtk-update-icon-cache >/dev/null 2>&1; then
        gtk-update-icon-cache -q -f "$icons" || true
    fi
    ! systemd_is_ours || systemctl daemon-reload
}

main() {
    keep=no only_stop=no
    for option in "$@"; do
        case $option in
        --help) usage; exit 0 ;;
        --keep-settings) keep=yes ;;
        --stop) only_stop=yes ;;
        *) usage >&2; exit 2 ;;
        esac
    done
    if [ "$(id -u)" != 0 ]; then
        command -v pkexec >/dev/null 2>&1 && exec pkexec "$HOME_DIR/bin/$ID-uninstall" "$@"
        echo "$PRODUCT: run this line in a terminal: sudo $HOME_DIR/bin/$ID-uninstall $*" >&2
        exit 4
    fi
    cd /
    stop_all
    [ "$only_stop" = no ] || exit 0
    remove_files "$keep"
    echo "$PRODUCT: removed"
}

# read as a whole before it runs: the file itself is among what is removed
main "$@"
exit
