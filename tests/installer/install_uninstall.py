#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The .run installs what docs/installed-layout.md says, refuses what it must, and leaves nothing."""
import os
import re
import shlex
import shutil
import stat
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ.get("srcdir", "."), "tests"))

from lab.desktop import Desktop  # noqa: E402
from lab.lab import Failed, Lab, run, say, wait_for  # noqa: E402
from lab.noren import main, program, write  # noqa: E402

KIT = "noren-kit"
# a cache of the desktop that is written anew when icons come and go
CACHES = {"/usr/share/icons/hicolor/icon-theme.cache"}
INSTALLED = """
/etc/systemd/system/{0}-service.service
/opt/{0}/bin/{0}
/opt/{0}/bin/{0}-service
/opt/{0}/bin/{0}-uninstall
/opt/{0}/share/brand.brandpack
/opt/{0}/share/brand.pub
/opt/{0}/share/installed-files
/usr/share/applications/{0}.desktop
/usr/share/icons/hicolor/scalable/apps/{0}.svg
/var/lib/{0}/credentials.conf
/var/lib/{0}/users
""".split()


def expect(condition, what):
    if not condition:
        raise Failed(what)


def left_behind(machine):
    """Files that were added or taken away, folders that were added."""
    return sorted(path for path, real in machine.added() if path not in CACHES
                  and not (stat.S_ISDIR(os.lstat(real).st_mode) and os.path.isdir(path)))


def build(lab, ident, serial, key=None):
    """An installer of a new brand; the folder is used again for the next serial."""
    brand = os.path.join(lab.dir, ident)
    if not os.path.exists(brand):
        run(program(KIT), "new", brand, "--id", ident, "--product", f"{ident.title()}'s Link",
            "--server", "203.0.113.99:443")
    conf = f"{brand}/brand.conf"
    with open(conf, encoding="utf-8") as file:
        text = re.sub(r"serial=\d+", f"serial={serial}", file.read())
    write(conf, text, 0o644)
    credentials = write(os.path.join(lab.dir, "credentials"),
                        "[10-main]\nusername=alice\npassword=Pw-1\n")
    out = os.path.join(lab.dir, f"out-{ident}-{serial}-{'other' if key else 'own'}")
    options = ["--signing-key", key] if key else []
    said = run(program(KIT), "build", brand, "--target", "run", "--out", out, "--credentials",
               credentials, *options)
    return said.strip().split("\n")[-1]


def service_pid(machine, ident):
    return machine.read(f"/run/{ident}/service.pid").strip()


def runs(pid):
    """A process that ended has no program any more, also when nobody has asked for its status."""
    return os.path.exists(f"/proc/{pid}/exe")


def install_and_look(machine, installer):
    say("a fresh installation has every file under the brand's names")
    machine.run("sh", installer, env={"SUDO_USER": "daemon"})
    for path in INSTALLED:
        expect(os.path.exists(machine.path(path.format("acme"))), f"{path} is not installed")
    names = [path for path, _ in machine.added()]
    expect(len(names) > 20, "hardly anything is installed, so this test would see nothing")
    expect(not [n for n in names if "noren" in n.lower()], f"our own name in {names}")
    mode = os.stat(machine.path("/var/lib/acme/credentials.conf")).st_mode
    expect(stat.S_IMODE(mode) == 0o600, f"credentials have mode {mode:o}")
    expect(machine.read("/var/lib/acme/users") == "daemon\n", "users names who installed")
    machine.run("desktop-file-validate", "/usr/share/applications/acme.desktop")
    status = machine.run("/opt/acme/bin/acme-service", "status", check=False)
    expect(status.returncode == 0, f"the service answers: {status.stdout}")


def refuse(machine, lab, installer):
    say("a damaged or cut file, another key and an older serial are refused")
    with open(installer, "rb") as file:
        good = file.read()
    for name, bad in (("flipped", good[:-100] + bytes([good[-100] ^ 1]) + good[-99:]),
                      ("cut", good[:-1]), ("head", good[:16384])):
        path = os.path.join(lab.dir, f"{name}.run")
        with open(path, "wb") as file:
            file.write(bad)
        done = machine.run("sh", path, check=False)
        expect(done.returncode == 3, f"{name}: exit {done.returncode}: {done.stdout}")
    other = build(lab, "acme", 9, key=os.path.join(lab.dir, "other.key"))
    done = machine.run("sh", other, check=False)
    expect(done.returncode == 5 and "another signing key" in done.stdout, f"key: {done.stdout}")
    done = machine.run("sh", installer, "--frobnicate", check=False)
    expect(done.returncode == 2, f"unknown option: exit {done.returncode}")


def upgrade(machine, lab, installer):
    say("an upgrade replaces the program, keeps the settings and restarts the service")
    before = service_pid(machine, "acme")
    newer = build(lab, "acme", 2)
    write(machine.path("/var/lib/acme/users"), "daemon\nbin\n", 0o644)
    machine.run("sh", newer, "--no-open")
    expect(machine.read("/opt/acme/share/serial") == "2\n", "the new release is installed")
    expect(service_pid(machine, "acme") != before, "the service was restarted")
    expect(not runs(before), "the old service ended")
    expect(machine.read("/var/lib/acme/users") == "daemon\nbin\n", "users were kept")
    done = machine.run("sh", installer, check=False)
    expect(done.returncode == 6, f"the older release: exit {done.returncode}: {done.stdout}")


def as_ordinary_user(machine, installer):
    say("without rights the line to type is told")
    path = shutil.copy(installer, "/tmp/acme-installer.run")
    os.chmod(path, 0o755)
    try:
        done = machine.run("sh", path, check=False, user="65534",
                           env={"DISPLAY": "", "WAYLAND_DISPLAY": ""})
    finally:
        os.remove(path)
    expect(done.returncode == 4 and "sudo sh '" in done.stdout,
           f"exit {done.returncode}: {done.stdout}")


def side_by_side(machine, lab):
    say("two brands live beside each other; taking one away leaves the other running")
    machine.run("sh", build(lab, "otherbrand", 1), "--no-open")
    pid = service_pid(machine, "otherbrand")
    machine.run("/opt/acme/bin/acme-uninstall", "--keep-settings")
    expect(os.path.exists(machine.path("/var/lib/acme/credentials.conf")), "settings were kept")
    expect(not os.path.exists(machine.path("/opt/acme")), "the program is gone")
    expect(service_pid(machine, "otherbrand") == pid and runs(pid),
           "the other brand runs on")
    machine.run("/opt/otherbrand/bin/otherbrand-uninstall")


def uninstall(machine, installer):
    say("uninstalling leaves nothing")
    machine.run("sh", installer, "--no-open")
    pid = service_pid(machine, "acme")
    machine.run("sh", installer, "--uninstall")
    wait_for(lambda: not runs(pid), 5, "the service ended")
    left = left_behind(machine)
    expect(not left, f"left behind: {left}")


def cut_short(machine, installer):
    say("an installation that was cut short can be started again")
    # the disk is full after the first files
    machine.run("mkdir", "-p", "/opt/acme/bin")
    machine.run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/opt/acme/bin")
    done = machine.run("sh", installer, "--no-open", check=False)
    expect(done.returncode == 1, f"a full disk: exit {done.returncode}: {done.stdout}")
    expect("not finished" in done.stdout, f"it is told: {done.stdout}")
    machine.run("umount", "/opt/acme/bin")
    machine.run("sh", installer, "--no-open")
    machine.run("/opt/acme/bin/acme-uninstall")
    expect(not left_behind(machine), f"left behind: {left_behind(machine)}")


def killed(machine, installer):
    say("installing and uninstalling may be killed at any step and started again")
    for step in ("mv -f", "mkdir /opt/acme/share", "cp --preserve=mode root/opt/acme/share/serial",
                 "mv -f /opt/acme/lib", "cp --preserve=mode root/usr", "touch /var/lib/acme/users"):
        done = kill_at(machine, step, "sh", installer, "--no-open")
        expect(done.returncode != 0, f"killed at {step}, yet: {done.stdout}")
        machine.run("sh", installer, "--no-open")
        machine.run("/opt/acme/bin/acme-uninstall")
        expect(not left_behind(machine), f"after {step}, left: {left_behind(machine)}")
    for step in ("rm -f /usr", "rm -rf /run", "rmdir", "mv /opt/acme"):
        machine.run("sh", installer, "--no-open")
        kill_at(machine, step, "/opt/acme/bin/acme-uninstall")
        machine.run("/opt/acme/bin/acme-uninstall")
        expect(not left_behind(machine), f"after {step}, left: {left_behind(machine)}")
    machine.run("sh", installer, "--no-open")
    kill_at(machine, "rm -rf /opt/.acme-removed", "/opt/acme/bin/acme-uninstall", count=2)
    machine.run("sh", installer, "--no-open")
    machine.run("/opt/acme/bin/acme-uninstall")
    expect(not left_behind(machine), f"after the move, left: {left_behind(machine)}")


def kill_at(machine, step, *command, count=1):
    """Runs a command whose shell is killed, as kill -9 does, before it starts `step`, the n-th time."""
    folder = tempfile.mkdtemp()
    tool, words = step.split(" ", 1) if " " in step else (step, "")
    write(f"{folder}/{tool}", f"""#!/bin/sh
case "$* " in
*"{words}"*)
    echo x >>{folder}/count
    if [ "$(wc -l <{folder}/count)" = {count} ]; then
        kill -KILL $PPID
        exit 1
    fi
    ;;
esac
exec $(PATH=/usr/sbin:/usr/bin:/sbin:/bin command -v {tool}) "$@"
""", 0o755)
    try:
        return machine.run(*command, check=False,
                           env={"PATH": f"{folder}:/usr/sbin:/usr/bin:/sbin:/bin"})
    finally:
        shutil.rmtree(folder)


def odd_surroundings(machine, lab, installer):
    say("odd names and folders, a narrow umask, a folder where nothing may be run, and no file at all")
    folder = os.path.join(lab.dir, "it's \"odd\"\n$(touch bad) dir")
    os.mkdir(folder)
    odd = shutil.copy(installer, os.path.join(folder, "a b'c\nd.run"))
    os.chmod(odd, 0o755)
    machine.run("mkdir", "-p", "/run/noexec")
    machine.run("mount", "-t", "tmpfs", "-o", "noexec", "tmpfs", "/run/noexec")
    name = shlex.quote(os.path.basename(odd))
    for line in (f"cd {shlex.quote(folder)} && ./{name} --no-open",
                 f"cd {shlex.quote(folder)} && sh {name} --no-open",
                 f"cd / && sh {shlex.quote(odd)} --no-open",
                 f"umask 077 && TMPDIR=/run/noexec sh {shlex.quote(odd)} --no-open"):
        machine.run("sh", "-c", line)
        modes = {path: os.stat(machine.path(path)).st_mode & 0o777 for path in (
            "/opt/acme", "/opt/acme/bin/acme", "/opt/acme/share/brand.brandpack",
            "/usr/share/applications/acme.desktop", "/var/lib/acme")}
        expect(list(modes.values()) == [0o755, 0o755, 0o644, 0o644, 0o700], f"modes {modes}")
        machine.run("sh", "-c", f"sh {shlex.quote(odd)} --uninstall")
        expect(not os.path.exists(os.path.join(folder, "bad")), "the name of the folder was run")
    machine.run("umount", "/run/noexec")
    machine.run("rmdir", "/run/noexec")
    done = machine.run("sh", "-c", f"cat {shlex.quote(odd)} | sh", check=False)
    expect(done.returncode == 1 and "as a file first" in done.stdout, f"a pipe: {done.stdout}")
    expect(not left_behind(machine), f"left behind: {left_behind(machine)}")


def window_owner(machine, ident):
    """Who runs the window, or None."""
    for pid in machine.pids():
        try:
            if os.readlink(f"/proc/{pid}/exe") == f"/opt/{ident}/bin/{ident}":
                return os.stat(f"/proc/{pid}").st_uid
        except FileNotFoundError:
            continue
    return None


def window(machine, installer):
    say("the window opens as the user who sits there, and never as root")
    desktop = Desktop(machine, "hanako")
    for user, uid in (("hanako", int(desktop.uid)), (None, 65534)):
        env = {"DISPLAY": desktop.display, "SUDO_USER": user or "", "XAUTHORITY": ""}
        machine.run("sh", installer, env=env)
        wait_for(lambda: window_owner(machine, "acme") is not None, 10, "the window's program runs")
        expect(window_owner(machine, "acme") == uid, f"the window runs as {window_owner(machine, 'acme')}")
        users = machine.read("/var/lib/acme/users").split()
        expect(users == [user or "nobody"], f"who may use it: {users}")
        wait_for(lambda: machine.run("xdotool", "search", "--onlyvisible", "--name", "Acme", env=env,
                                     check=False).stdout.strip(), 20, "the window is on the screen", 0.2)
        machine.run("/opt/acme/bin/acme-uninstall")
        expect(window_owner(machine, "acme") is None, "the window ended with the program")


def foreign_file(machine, installer):
    say("files of others are not written over")
    menu = "/usr/share/applications/acme.desktop"
    machine.run("sh", "-c", f"mkdir -p /usr/share/applications && echo mine >{menu}")
    done = machine.run("sh", installer, check=False)
    expect(done.returncode == 1 and menu in done.stdout, f"exit {done.returncode}: {done.stdout}")
    expect(machine.read(menu) == "mine\n", "it was left alone")
    expect(not os.path.exists(machine.path("/opt/acme")), "nothing was installed")
    machine.run("rm", menu)


def story():
    with Lab("inst") as lab:
        machine = lab.machine("user")
        installer = build(lab, "acme", 1)
        before = run("sha256sum", installer)
        expect(run("sha256sum", build(lab, "acme", 1)) == before, "equal input, equal bytes")
        foreign_file(machine, installer)
        cut_short(machine, installer)
        killed(machine, installer)
        odd_surroundings(machine, lab, installer)
        install_and_look(machine, installer)
        refuse(machine, lab, installer)
        as_ordinary_user(machine, installer)
        upgrade(machine, lab, installer)
        side_by_side(machine, lab)
        uninstall(machine, installer)
        window(machine, installer)


main(story)
