# SPDX-License-Identifier: Apache-2.0
"""Our own programs on lab machines, started as an operator and an end user would."""
import hashlib
import os
import re
import subprocess
import sys

from lab.lab import Failed, say, stop, wait_for

BUILD = os.environ.get("builddir") or os.getcwd()
TRANSFER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "transfer.py")
PYTHON = "/usr/bin/python3"
PORT = 443


def program(name):
    """A program of the build tree."""
    folder = {"noren-server": "server", "noren-client": "client", "noren-connect": "client",
              "norenctl": "sdk/norenctl", "noren-kit": "installer-kit"}[name]
    path = os.path.join(BUILD, folder, name)
    if not os.path.exists(path):
        raise Failed(f"{path} is not built")
    return path


def write(path, text, mode=0o600):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w",
              encoding="utf-8") as file:
        file.write(text)
    return path


class Server:
    """noren-server on a machine, with its operator's norenctl."""

    def __init__(self, machine, address, port=PORT):
        self.machine, self.where = machine, f"{address}:{port}"
        self.state = os.path.join(machine.dir, "state")
        self.log = os.path.join(machine.dir, "server.log")
        self.password = write(os.path.join(machine.dir, "admin.password"), "operator-Pw1\n")
        self.out = machine.run(program("noren-server"), "init", "--state", self.state,
                               "--admin-password-file", self.password)
        self.cert = os.path.join(self.state, "server.crt")
        self.process = None
        self.start()

    def start(self):
        self.process = self.machine.spawn(program("noren-server"), "run", "--state", self.state,
                                          "--listen", self.where, log=self.log)
        host, port = self.where.rsplit(":", 1)
        wait_for(lambda: self.machine.run(
            "sh", "-c", f"ss -Hltn sport = :{port} | grep -q {host}", check=False).returncode == 0,
            20, "noren-server listens")

    def kill(self):
        stop(self.process, 0)

    def stop(self):
        status = stop(self.process, 5)
        if status != 0:
            raise Failed(f"noren-server ended with {status} (negative: by that signal)")

    def ctl(self, *args):
        return self.machine.run(program("norenctl"), "--server", self.where, "--ca", self.cert,
                                "--password-file", self.password, *args)

    def hub(self, name, users, securenat=True):
        self.ctl("hub", "create", name, *(["--securenat"] if securenat else []))
        for user, password in users.items():
            self.user(name, user, password)

    def user(self, hub, user, password):
        secret = write(os.path.join(self.machine.dir, f"{user}.password"), password + "\n")
        self.ctl("--hub", hub, "user", "create", user, "--user-password-file", secret)


class Client:
    """noren-client up PROFILE --foreground on a machine."""

    def __init__(self, machine, server, hub, user, password, cert=None, pin=None, more=""):
        self.machine = machine
        folder = os.path.join(machine.dir, f"client-{user}")
        os.makedirs(f"{folder}/profiles", exist_ok=True)
        os.makedirs(f"{folder}/trust", exist_ok=True)
        if cert:
            with open(cert, encoding="ascii") as file:
                write(f"{folder}/trust/server.pem", file.read())
        if pin:
            write(f"{folder}/trust/server.pin", pin + "\n")
        self.log = f"{folder}/client.log"
        self.profile = write(f"{folder}/profiles/10-{user}.conf", (
            f"[profile]\nname=Main\nservers={server}\nhub={hub}\nauth=password\nusername={user}\n"
            f"password={password}\ntrust={'server.pem' if cert else 'server.pin'}\n{more}"))
        self.process = None

    def start(self):
        self.process = self.machine.spawn(program("noren-client"), "up", self.profile,
                                          "--foreground", log=self.log)
        return self

    def lines(self):
        try:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def wait_connected(self, seconds=20):
        """Waits for the state line; returns the address that the tunnel's DHCP gave."""
        def connected():
            if self.process.poll() is not None:
                raise Failed(f"client ended with {self.process.returncode}: {self.lines()[-800:]}")
            return re.findall(r"connected\b.*?(\d+\.\d+\.\d+\.\d+)", self.lines())
        wait_for(connected, seconds, f"client connects; it said: {self.lines()[-800:]}")
        return self.address()

    def device(self):
        out = self.machine.run("ip", "-4", "-o", "address", "show")
        for line in out.splitlines():
            words = line.split()
            if words[1] != "lo" and not words[1].startswith("eth") and "stock" not in words[1]:
                return words[1], words[3].split("/")[0]
        return None

    def address(self):
        return wait_for(self.device, 10, "the tunnel's interface has an address")[1]

    def stop(self):
        return stop(self.process, 5)

    def kill(self):
        stop(self.process, 0)


def transfer(serving, at, other, size, direction, port=5001):
    """Carries `size` bytes from or to `at` on machine `serving`; raises when the digests differ."""
    server = serving.spawn(PYTHON, TRANSFER, "serve", at, port, stdout=subprocess.PIPE, text=True)
    wait_for(lambda: f":{port}" in serving.run("ss", "-Hltn"), 10, "transfer server listens")
    mine = other.run(PYTHON, TRANSFER, direction, at, port, size, timeout=300).split()
    theirs = server.communicate(timeout=60)[0].split()
    if mine[1:] != theirs[1:] or int(mine[1]) != size or len(mine[2]) != 2 * hashlib.sha256().digest_size:
        raise Failed(f"{direction}: {mine} here, {theirs} there")
    say(f"{direction}: {size} bytes, SHA-256 {mine[2][:16]}... at both ends")


def main(story):
    """Runs a test function; its exit status is the test's."""
    try:
        story()
    except Failed as failure:
        say(f"FAILED: {failure}")
        sys.exit(1)
    say("passed")
