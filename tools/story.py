#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The main story, played on three machines made for it: operator, end user, and a web site.

Started by tools/quickstart after the build. Everything runs in namespaces of its own: the folders
/etc, /opt, /usr and /var of this machine are not changed.
"""
import os
import shutil
import subprocess
import sys
import time

from lab.desktop import Desktop, brand_for, brand_id, build_installer
from lab.lab import Failed, Lab, wait_for
from lab.noren import Server, write

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(ROOT, "quickstart-out")
EXAMPLE = "aozora"
PUBLIC = "203.0.113.1"
SITE = "198.51.100.80"
USER, PASSWORD = "hanako", "Sakura-2026"


def tell(text):
    print(f"    {text}", flush=True)


def keep(path, name):
    """Copies a piece of evidence to where the reader looks."""
    if os.path.exists(path):
        shutil.copyfile(path, os.path.join(OUT, name))


def operate(machine):
    print("3/6 The operator starts a server, makes a hub and a user", flush=True)
    server = Server(machine, PUBLIC)
    server.hub("TOKYO", {USER: PASSWORD})
    tell(f"the server listens on {server.where}; hub TOKYO hands out addresses; user {USER} exists")
    return server


def provide(lab, server):
    print("4/6 The provider builds an installer under its own name", flush=True)
    brand, profile = brand_for(server, EXAMPLE, "TOKYO", lab.dir)
    installer, said = build_installer(brand, profile, USER, PASSWORD, lab.dir)
    print(indent(said), flush=True)
    kept = os.path.join(OUT, os.path.basename(installer))
    shutil.copyfile(installer, kept)
    tell(f"quickstart-out/{os.path.basename(kept)}: client, brand and connection in one file")
    return brand_id(brand), kept


def indent(text):
    return "\n".join(f"    | {line}" for line in text.strip().split("\n"))


def reaches_site(machine):
    done = machine.run("curl", "-sS", "-m", "4", f"http://{SITE}/", check=False)
    return done.returncode == 0 and "through the tunnel" in done.stdout


def use(desktop, ident, installer):
    print("5/6 The end user starts the installer and is connected", flush=True)
    machine = desktop.machine
    if reaches_site(machine):
        raise Failed("the web site is reachable without the VPN: the story would prove nothing")
    tell(f"before: http://{SITE}/ cannot be reached from the user's machine")
    start = time.monotonic()
    print(indent(desktop.install(installer)), flush=True)
    wait_for(lambda: reaches_site(machine), 30, "traffic flows through the tunnel", 0.2)
    tell(f"after {time.monotonic() - start:.1f} s: http://{SITE}/ answers, through the tunnel")
    print(indent(machine.run("ip", "-br", "-4", "address")), flush=True)
    print(indent(machine.run(f"/opt/{ident}/bin/{ident}-service", "status", check=False).stdout),
          flush=True)


def photograph(desktop):
    """A picture of the window that shows the connected state."""
    desktop.window()
    time.sleep(2)  # let the last animation end; there is no event for it
    desktop.picture(os.path.join(OUT, "connected.png"))
    tell("quickstart-out/connected.png: the window of the connected client")


def remove(machine, ident):
    print("6/6 The end user removes it again", flush=True)
    machine.run(f"/opt/{ident}/bin/{ident}-uninstall", timeout=60)
    left = machine.run("find", "/opt", "/etc", "/usr/share", "/var/lib", "/run", "/var/log", "-xdev",
                       "-name", f"*{ident}*", check=False).stdout.strip()
    if left:
        raise Failed(f"left behind: {left}")
    if reaches_site(machine):
        raise Failed("the tunnel still works after the removal")
    tell("nothing is left: no file, no interface, no route")


FOR_REAL = """
It works. How to do each step for real:

  operator   make install
             noren-server init --state /var/lib/noren --admin-password-file FILE
             noren-server run --state /var/lib/noren --listen 0.0.0.0:443
             norenctl --server HOST:443 --ca /var/lib/noren/server.crt --password-file FILE \\
                 hub create TOKYO --securenat
             norenctl ... --hub TOKYO user create NAME --user-password-file FILE
  provider   noren-kit new mybrand --id mybrand --product "My VPN" --server HOST:443 --hub TOKYO \\
                 --ca server.crt          (the operator's, from the state folder)
             make the files in mybrand/ your own: names, images, strings, colours
             noren-kit check mybrand && noren-kit build mybrand --target run --out installers
  end user   double-click the installer (or: sudo sh INSTALLER.run)

README.md and docs/ tell more. Evidence of this run: quickstart-out/
"""


def story(lab):
    operator, site, user = (lab.machine(name) for name in ("operator", "site", "user"))
    lab.connect(operator, f"{PUBLIC}/24", user, "203.0.113.2/24")
    lab.connect(operator, "198.51.100.1/24", site, f"{SITE}/24")
    page = os.path.join(site.dir, "www")
    os.makedirs(page)
    write(f"{page}/index.html", "you came through the tunnel\n", 0o644)
    site.spawn("/usr/bin/python3", "-m", "http.server", "80", "--directory", page,
               log=os.path.join(site.dir, "www.log"))
    server = operate(operator)
    ident, installer = provide(lab, server)
    try:
        desktop = Desktop(user, USER)
        use(desktop, ident, installer)
        photograph(desktop)
    finally:
        keep(server.log, "server.log")
        keep(user.path(f"/var/log/{ident}/service.log"), "client.log")
    remove(user, ident)
    server.stop()
    keep(server.log, "server.log")


def main():
    start = time.monotonic()
    shutil.rmtree(OUT, ignore_errors=True)
    os.makedirs(OUT)
    try:
        with Lab("story") as lab:
            story(lab)
    except (Failed, subprocess.TimeoutExpired, OSError) as failure:
        print(f"FAILED: {failure}", flush=True)
        sys.exit(1)
    print(FOR_REAL)
    print(f"The story took {time.monotonic() - start:.0f} s.")


main()
