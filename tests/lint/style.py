#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the house style asks for and a machine can see, over every tracked file.

Sizes of files, licence lines, calls that we do not make, words of unfinished work, product names
in what an end user sees, and paths of build machines.
"""
import os
import re
import subprocess
import sys

ROOT = os.environ.get("srcdir") or os.path.join(os.path.dirname(__file__), "..", "..")
LINES_MAX = 700
SHELL_LINES_MAX = 150
UNSAFE = re.compile(r"\b(strcpy|strcat|sprintf|vsprintf|gets|system|popen|strtok|alloca|atoi)\s*\(")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|[Nn]ot implemented")
# folders whose content reaches an end user under the provider's name
BRANDED = ("resources/", "installer-kit/run/", "branding/brands/")
OWN_NAME = re.compile(r"noren", re.IGNORECASE)
# the GResource prefix, C symbols and build fragments are not seen by anybody
OWN_NAME_ALLOWED = re.compile(r'/noren/|"noren/|\bnoren_|\bNOREN_|\bNoren[A-Z]|noren-(kit|connect|client)\b')


def tracked():
    listing = subprocess.run(["git", "-C", ROOT, "ls-files"], text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, check=False).stdout
    return listing.split("\n")[:-1]


def check_lines(path, lines):
    code = path.endswith((".c", ".h"))
    for number, line in enumerate(lines, 1):
        where = f"{path}:{number}"
        if code and UNSAFE.search(line) and not line.lstrip().startswith(("*", "/*")):
            yield f"{where}: a call that this project does not make: {line.strip()}"
        if path.endswith((".c", ".h", ".sh", ".mk", ".am")) and UNFINISHED.search(line):
            yield f"{where}: a word of unfinished work: {line.strip()}"
        if path.startswith(BRANDED) and not path.endswith((".mk", ".c", ".h", ".md")) \
                and OWN_NAME.search(OWN_NAME_ALLOWED.sub("", line)):
            yield f"{where}: our own name where an end user can see it: {line.strip()}"


def check_file(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as file:
        lines = file.read().splitlines() or [""]
    size = len(lines)
    head = "\n".join(lines[:3])
    shell = head.startswith("#!/bin/sh")
    if path.endswith((".c", ".h", ".py")) and size > LINES_MAX:
        yield f"{path}: {size} lines; split it (at most {LINES_MAX})"
    if shell and size > SHELL_LINES_MAX:
        yield f"{path}: {size} lines of shell; longer logic becomes C or Python"
    if path.endswith((".c", ".h")) and "SPDX-License-Identifier: Apache-2.0" not in lines[0]:
        yield f"{path}:1: the licence line is missing"
    yield from check_lines(path, lines)


def main():
    files = tracked()
    if not files:
        print("SKIP: not a git checkout")
        sys.exit(77)
    findings = []
    for path in files:
        if os.path.islink(os.path.join(ROOT, path)) or not os.path.isfile(os.path.join(ROOT, path)):
            continue
        if path.endswith((".png", ".ico", ".xz", ".brandpack", ".json")) or "/corpus/" in path \
                or path == "tests/lint/style.py":
            continue
        findings += check_file(path)
    print("\n".join(findings))
    sys.exit(1 if findings else 0)


main()
