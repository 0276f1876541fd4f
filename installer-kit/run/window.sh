#!/bin/sh
# Whose window it is: "window.sh user" prints the name (nothing if nobody sits here), "window.sh open"
# opens the window as that user. The window never runs as root.
set -eu

ID=@ID@
PRODUCT=@PRODUCT@
PROGRAM=/opt/$ID/bin/$ID
# where the window keeps its things when it has no user of its own
PRIVATE_HOME=/run/$ID/home

owner_of_display() {
    if [ -n "${XAUTHORITY:-}" ] && [ -e "$XAUTHORITY" ]; then
        stat -Lc %U "$XAUTHORITY"
    fi
    if [ -n "${WAYLAND_DISPLAY:-}" ] && [ -S "${XDG_RUNTIME_DIR:-/}/$WAYLAND_DISPLAY" ]; then
        stat -c %U "$XDG_RUNTIME_DIR/$WAYLAND_DISPLAY"
    fi
    number=${DISPLAY:-}
    number=${number#:}
    number=${number%%.*}
    if [ -n "$number" ] && [ -S "/tmp/.X11-unix/X$number" ]; then
        stat -c %U "/tmp/.X11-unix/X$number"
    fi
}

window_user() {
    if [ -n "${PKEXEC_UID:-}" ] && [ "$PKEXEC_UID" != 0 ]; then
        id -nu "$PKEXEC_UID"
        return
    fi
    if [ -n "${SUDO_USER:-}" ] && [ "$SUDO_USER" != root ]; then
        id -nu "$SUDO_USER"
        return
    fi
    [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || return 0
    owner_of_display | grep -vx -e root -e UNKNOWN | head -n 1 | grep . || echo nobody
}

# Root's own X cookie is copied to where the window's user can read it.
private_home() {
    mkdir -p "$PRIVATE_HOME"
    chmod 0700 "$PRIVATE_HOME"
    cookie=${XAUTHORITY:-${HOME:-/root}/.Xauthority}
    if [ -f "$cookie" ]; then
        cp "$cookie" "$PRIVATE_HOME/.Xauthority"
    fi
    chown -R "$1" "$PRIVATE_HOME"
}

open_window() {
    [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || return 0
    user=$(window_user)
    number=$(id -u "$user")
    home=$(getent passwd "$user" | cut -d : -f 6)
    cookie=${XAUTHORITY:-$home/.Xauthority}
    runtime=/run/user/$number
    if [ "$user" = nobody ] || { [ -e "$cookie" ] && [ "$(stat -Lc %U "$cookie")" != "$user" ]; }; then
        private_home "$user"
        cookie=$PRIVATE_HOME/.Xauthority
    fi
    if [ "$user" = nobody ]; then
        home=$PRIVATE_HOME
    fi
    if [ ! -d "$runtime" ]; then
        mkdir -p "$PRIVATE_HOME"
        runtime=$PRIVATE_HOME
        [ "$(stat -c %U "$runtime")" = "$user" ] || private_home "$user"
    fi
    set -- HOME="$home" USER="$user" LOGNAME="$user" PATH=/usr/local/bin:/usr/bin:/bin \
        XDG_RUNTIME_DIR="$runtime"
    if [ -S "$runtime/bus" ]; then
        set -- "$@" DBUS_SESSION_BUS_ADDRESS="unix:path=$runtime/bus"
    fi
    if [ -f "$cookie" ]; then
        set -- "$@" XAUTHORITY="$cookie"
    fi
    for name in DISPLAY WAYLAND_DISPLAY LANG LANGUAGE LC_ALL LC_MESSAGES XDG_SESSION_TYPE GTK_THEME; do
        eval "value=\${$name:-}"
        # shellcheck disable=SC2154
        [ -z "$value" ] || set -- "$@" "$name=$value"
    done
    cd /
    env -i "$@" setsid setpriv --reuid="$number" --regid="$(id -g "$user")" --init-groups \
        "$PROGRAM" </dev/null >/dev/null 2>&1 &
    pid=$!
    sleep 0.5
    if kill -0 "$pid" 2>/dev/null; then
        echo "$PRODUCT: the window is open"
    else
        echo "$PRODUCT: the window did not open; start $PRODUCT from the menu" >&2
    fi
}

case ${1:-} in
user) window_user ;;
open) open_window ;;
*) exit 2 ;;
esac
