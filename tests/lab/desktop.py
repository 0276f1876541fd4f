# SPDX-License-Identifier: Apache-2.0
"""An end user's desktop on a lab machine: account, screen, session bus, accessibility, installer."""
import os
import re
import shutil

from lab.lab import Failed, run, wait_for
from lab.noren import program, write

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


class Desktop:
    """A person with a screen. Everything ends with the machine."""

    def __init__(self, machine, user):
        self.machine, self.user = machine, user
        machine.run("useradd", "--create-home", "--shell", "/bin/sh", user)
        self.uid = machine.run("id", "-u", user).strip()
        self.display = self._screen()
        self.env = {"DISPLAY": self.display, "HOME": f"/home/{user}", "USER": user,
                    "LANG": "C.UTF-8", "XDG_RUNTIME_DIR": f"/run/user/{self.uid}"}
        machine.run("install", "-d", "-m", "700", "-o", user, self.env["XDG_RUNTIME_DIR"])

    def _screen(self):
        read, write_end = os.pipe()
        self.machine.spawn("Xvfb", "-displayfd", str(write_end), "-screen", "0", "1000x860x24",
                           "-nolisten", "tcp", "-ac", pass_fds=(write_end,),
                           log=os.path.join(self.machine.dir, "xvfb.log"))
        os.close(write_end)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise Failed("Xvfb did not start")
        return f":{number}"

    def session_bus(self):
        """Starts a session bus; programs of this desktop find it (and the accessibility bus on it)."""
        socket = f"{self.env['XDG_RUNTIME_DIR']}/bus"
        address = f"unix:path={socket}"
        self.machine.spawn("dbus-daemon", "--session", "--nofork", f"--address={address}",
                           user=self.user, env=self.env,
                           log=os.path.join(self.machine.dir, "bus.log"))
        wait_for(lambda: os.path.exists(self.machine.path(socket)), 10, "the session bus is up")
        self.env["DBUS_SESSION_BUS_ADDRESS"] = address

    def run(self, *argv, **kw):
        return self.machine.run(*argv, user=self.user, env=self.env, **kw)

    def spawn(self, *argv, log=None):
        return self.machine.spawn(*argv, user=self.user, env=self.env, log=log)

    def install(self, installer, *options):
        """What sudo sh INSTALLER does for this user."""
        return self.machine.run("sh", installer, *options, timeout=120, env={
            **self.env, "SUDO_USER": self.user, "SUDO_UID": self.uid})

    def window(self, seconds=20):
        """The X id of the program's window, once it is there."""
        found = wait_for(lambda: self.run("xdotool", "search", "--onlyvisible", "--name", ".",
                                          check=False).stdout.split(), seconds, "a window", 0.2)
        return found[-1]

    def picture(self, path):
        self.machine.run("import", "-window", self.window(), path, env=self.env)

    def accessible(self):
        """Every name, description and text that assistive technology is told, one a line."""
        return self.run("/usr/bin/python3", os.path.join(HERE, "accessible.py"))


def brand_id(folder):
    with open(os.path.join(folder, "brand.conf"), encoding="utf-8") as file:
        return re.search(r"^id\s*=\s*(\w+)", file.read(), re.MULTILINE).group(1)


def set_keys(path, values):
    """Sets keys of the [profile] group and leaves the rest of the file alone."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for key, value in values.items():
        pattern = re.compile(rf"^{re.escape(key)}\s*=.*$", re.MULTILINE)
        line = f"{key}={value}"
        text = pattern.sub(line, text, count=1) if pattern.search(text) else \
            text.replace("[profile]\n", f"[profile]\n{line}\n", 1)
    write(path, text, 0o644)


def brand_for(server, example, hub, where):
    """A copy of an example brand that leads to a server of the lab; returns its folder and profile."""
    brand = os.path.join(where, f"brand-{example}")
    shutil.copytree(os.path.join(ROOT, "branding", "brands", example), brand)
    for old in os.listdir(f"{brand}/trust"):
        os.remove(f"{brand}/trust/{old}")
    shutil.copyfile(server.cert, f"{brand}/trust/server.pem")
    profiles = sorted(os.listdir(f"{brand}/profiles"))
    for name in profiles[1:]:
        os.remove(f"{brand}/profiles/{name}")
    set_keys(f"{brand}/profiles/{profiles[0]}", {
        "servers": server.where, "hub": hub, "auth": "password", "trust": "server.pem",
        "default-gateway": "true", "auto-connect": "true"})
    return brand, profiles[0][:-len(".conf")]


def build_installer(brand, profile, user, password, where):
    """noren-kit check and build; returns the installer's path and what the kit said."""
    credentials = write(os.path.join(where, "credentials.conf"),
                        f"[{profile}]\nusername={user}\npassword={password}\n")
    out = os.path.join(where, f"installers-{brand_id(brand)}")
    said = run(program("noren-kit"), "check", brand)
    said += run(program("noren-kit"), "build", brand, "--target", "run", "--out", out,
                "--credentials", credentials)
    name = next(f for f in sorted(os.listdir(out)) if f.endswith(".run"))
    return os.path.join(out, name), said
