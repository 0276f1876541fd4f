#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the real include arrows between rooms and fails on one that points back.

    arrows.py [--print]

ALLOWED is the map of docs/architecture.md in another form; they change together.
"""
import collections
import os
import re
import subprocess
import sys

ROOT = os.environ.get("srcdir") or os.path.join(os.path.dirname(__file__), "..", "..")
PURE = {"base"}
LIB = {"base", "pack", "crypto", "packet", "proto", "io", "os"}

# room -> rooms it may include from, besides itself
ALLOWED = {
    "base": set(),
    "pack": PURE,
    "crypto": PURE | {"os"},  # key files survive a power cut: decision 0006
    "packet": PURE,
    "proto": PURE | {"pack", "crypto"},
    "io": PURE | {"crypto", "proto"},
    "os": PURE | {"packet"},
    "server/hub": PURE | {"crypto", "io"},
    "server/nat": PURE | {"io", "packet", "server/hub"},
    "server/store": PURE | {"crypto", "os"},
    "server/session": LIB | {"server/hub", "server/store", "server/nat"},
    "server/admin": LIB | {"server/store", "server/session"},
    "server": LIB | {"server/hub", "server/store", "server/nat", "server/admin", "server/session"},
    "branding": PURE | {"crypto", "os", "resources"},
    "resources": set(),
    "client/engine": LIB,
    "client/service": LIB | {"client/engine", "branding"},
    "client/model": PURE | {"branding"},
    "client/ui": PURE | {"client/model", "branding", "resources"},
    "client": LIB | {"client/engine", "client/service", "client/model", "client/ui", "branding"},
    "installer-kit": PURE | {"crypto", "os", "branding", "resources"},
    "sdk/norenctl": LIB,
}
# header -> rooms that may include it
SYSTEM = {
    r"uv\.h": {"io", "os", "server", "server/nat", "server/session", "server/admin", "server/hub",
               "client", "client/engine", "client/service", "sdk/norenctl"},
    r"sys/socket\.h|netinet/.*|arpa/inet\.h|sys/un\.h": {"io", "os", "server/nat", "server/session",
                                                         "client/engine", "sdk/norenctl"},
    r"glib.*|gio/.*|gmodule\.h|gobject/.*": {"client/model", "client/ui", "client", "branding",
                                            "installer-kit", "resources"},
    r"gtk/.*|gdk.*|atk/.*": {"client/ui", "client", "branding", "installer-kit"},
    r"sqlite3\.h": {"server/store"},
    r"slirp/.*|libslirp\.h": {"server/nat"},
    r"archive.*\.h": {"branding", "installer-kit"},
    r"openssl/.*": {"base", "crypto", "proto", "io", "server", "server/store", "server/session",
                    "server/admin", "client/engine", "branding", "installer-kit", "sdk/norenctl"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^">]+)[">]')


def room_of(path):
    """The room that a source file stands in; None for tests and generated files."""
    parts = path.split("/")
    if parts[0] == "libnoren":
        return parts[3] if parts[1] == "include" else parts[1]
    if parts[0] in ("server", "client"):
        return "/".join(parts[:2]) if len(parts) > 2 else parts[0]
    if parts[0] == "sdk":
        return "/".join(parts[:2])
    return parts[0] if parts[0] in ("branding", "installer-kit", "resources") else None


def target_of(include, path):
    """The room that an include of ours leads to; None when it is not ours."""
    if include.startswith("noren/"):
        return include.split("/")[1]
    here = path.split("/")[0]
    for candidate in (include, f"{here}/{include}", f"{os.path.dirname(path)}/{include}"):
        if os.path.exists(os.path.join(ROOT, candidate)):
            return room_of(candidate)
    return None


def sources():
    listing = subprocess.run(["git", "-C", ROOT, "ls-files", "*.c", "*.h"], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    if listing:
        return listing.split()
    found = []
    for folder, _, files in os.walk(ROOT):
        found += [os.path.relpath(os.path.join(folder, f), ROOT) for f in files if f[-2:] in (".c", ".h")]
    return found


def check_line(path, number, quote, include, arrows):
    room = room_of(path)
    if quote == '"':
        target = target_of(include, path)
        if target is None or target == room:
            return None
        arrows[room].add(target)
        if target not in ALLOWED[room]:
            return f"{path}:{number}: {room} may not include from {target} ({include})"
        return None
    for pattern, rooms in SYSTEM.items():
        if re.fullmatch(pattern, include) and room not in rooms:
            return f"{path}:{number}: {room} may not include <{include}>"
    return None


def main():
    findings, arrows = [], collections.defaultdict(set)
    for path in sorted(sources()):
        room = room_of(path)
        if room is None:
            continue
        if room not in ALLOWED:
            findings.append(f"{path}: stands in no room of the map (room {room})")
            continue
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                match = INCLUDE.match(line)
                if match:
                    finding = check_line(path, number, *match.groups(), arrows)
                    if finding:
                        findings.append(finding)
    if "--print" in sys.argv:
        for room in sorted(arrows):
            print(f"{room} -> {', '.join(sorted(arrows[room]))}")
    print("\n".join(findings))
    if not arrows:
        findings.append("no arrow found at all: the lint looked at the wrong place")
    sys.exit(1 if findings else 0)


main()
