#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An end user of an installed brand meets our own name nowhere (legal notices excepted)."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.environ.get("srcdir", "."), "tests"))

from lab.desktop import Desktop, brand_for, brand_id, build_installer  # noqa: E402
from lab.lab import Failed, Lab, run, say, wait_for  # noqa: E402
from lab.noren import BUILD, Server, main  # noqa: E402

OWN_NAME = re.compile(rb"noren", re.IGNORECASE)
# the one list of places that may name us: licences of what is inside
LEGAL = re.compile(r"^/opt/\w+/share/legal/")
USER, PASSWORD = "hanako", "Sakura-2026"


class Findings:
    def __init__(self):
        self.list, self.looked_at = [], 0

    def look(self, where, content):
        self.looked_at += 1
        raw = content if isinstance(content, bytes) else content.encode()
        for line in raw.split(b"\n"):
            if OWN_NAME.search(line):
                self.list.append(f"{where}: {line[:160].decode(errors='replace')}")


def look_at_files(machine, findings):
    for path, real in machine.added():
        findings.look(f"file name {path}", path)
        if LEGAL.match(path) or os.path.islink(real) or not os.path.isfile(real):
            continue
        if path.endswith(".brandpack"):
            findings.look(f"in {path}", run("tar", "--extract", "--to-stdout", "--file", real))
            findings.look(f"names in {path}", run("tar", "--list", "--file", real))
            continue
        with open(real, "rb") as file:
            content = file.read()
        if not content.startswith(b"\x7fELF"):
            findings.look(f"in {path}", content)
        elif "/bin/" in path and "SANITIZED" not in os.environ:
            look_at_program(path, content, findings)


def look_at_program(path, content, findings):
    """What strings(1) shows: no folder of whoever built it; of our name, paths of resources only."""
    for folder in (BUILD, os.path.abspath(os.environ.get("srcdir", "."))):
        if folder.encode() + b"/" in content:
            findings.list.append(f"in {path}: {folder}")
    texts = re.findall(rb"[\x20-\x7e]{5,}", content)
    if len(texts) < 500:
        raise Failed(f"hardly any text in {path}, so this test would see nothing")
    for text in texts:
        # "noren" alone is a reserved id; the second form is the table of a resource bundle
        if text != b"noren" and not re.match(rb"/noren/|\(uuay\)noren/$", text):
            findings.look(f"in {path}", text)


def look_at_processes(machine, ident, findings):
    """Titles, programs and threads of what was installed; returns how many processes there are."""
    count = 0
    for pid in machine.pids():
        try:
            program = os.readlink(f"/proc/{pid}/exe")
            if not program.startswith(f"/opt/{ident}/"):
                continue
            count += 1
            findings.look(f"program of process {pid}", program)
            for what in ("cmdline", "comm"):
                with open(f"/proc/{pid}/{what}", "rb") as file:
                    findings.look(f"{what} of process {pid}", file.read().replace(b"\0", b" "))
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/comm", "rb") as file:
                    findings.look(f"thread of process {pid}", file.read())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return count


def look_at_window(desktop, findings):
    window = desktop.window()
    findings.look("window properties", desktop.run("xprop", "-id", window))
    told = desktop.accessible()
    if len(told.split("\n")) < 5:
        raise Failed(f"hardly anything is accessible, so this test would see nothing: {told!r}")
    findings.look("accessible text", told)
    names = desktop.run("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/",
                        "org.freedesktop.DBus.ListNames")
    findings.look("name on the session bus", names)


def story():
    example = "aozora"
    with Lab() as lab:
        host, machine = lab.machine("server"), lab.machine("user")
        lab.connect(host, "203.0.113.1/24", machine, "203.0.113.2/24")
        server = Server(host, "203.0.113.1")
        server.hub("TOKYO", {USER: PASSWORD})
        brand, profile = brand_for(server, example, "TOKYO", lab.dir)
        installer, _ = build_installer(brand, profile, USER, PASSWORD, lab.dir)
        ident = brand_id(brand)

        desktop = Desktop(machine, USER)
        desktop.session_bus()
        findings = Findings()
        findings.look("the installer's name", os.path.basename(installer))
        findings.look("what the installer says", desktop.install(installer, "--no-open"))
        desktop.spawn(f"/opt/{ident}/bin/{ident}", log=os.path.join(machine.dir, "window.log"))
        wait_for(lambda: machine.run("ping", "-c1", "-W1", "192.168.30.1", check=False).returncode == 0,
                 30, "the installed service connects by itself")
        desktop.window()
        wait_for(lambda: "192.168.30." in desktop.accessible(), 20, "the window shows the address", 0.3)
        desktop.picture(os.path.join(lab.dir, "leak.png"))

        look_at_window(desktop, findings)
        if look_at_processes(machine, ident, findings) < 2:
            raise Failed("service and window are not both running under the brand's names")
        with open(os.path.join(machine.dir, "window.log"), "rb") as file:
            findings.look("what the window writes", file.read())
        look_at_files(machine, findings)
        say(f"{findings.looked_at} places looked at")
        if findings.list:
            raise Failed("our own name is seen:\n  " + "\n  ".join(findings.list))


main(story)
