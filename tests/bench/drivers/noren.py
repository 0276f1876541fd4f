# SPDX-License-Identifier: Apache-2.0
"""noren-server and noren-client over TLS, TAP on both ends.

The server machine takes part in the hub by a noren-client of its own, as there is no local bridge
yet: traffic between a client and the server machine passes two clients and the server, and their
CPU time is counted as the server's. Client to client is the same path as with other products.

builddir      the build tree with the programs
NOREN_NICE    priority of our programs (default 0); SoftEther gives itself -20
"""
import os
import time

from drivers import Driver
from lab import sh, stop_process, wait_for

BUILD = os.environ.get("builddir") or os.getcwd()
SERVER = os.path.join(BUILD, "server/noren-server")
CLIENT = os.path.join(BUILD, "client/noren-client")
CTL = os.path.join(BUILD, "sdk/norenctl/norenctl")
NICE = os.environ.get("NOREN_NICE", "0")
PORT = 5555
PROFILE = """[profile]
name=Bench
servers={host}:{port}
hub=BENCH
auth=password
username=u
password=bench-Pw1
trust=server.pem
netdev={dev}
address={address}
routes=none
dns=none
"""


class Noren(Driver):
    def __init__(self, lab, directory):
        super().__init__(lab, directory)
        self.title = ("noren-client (TAP), TLS over 1 TCP connection, no compression; the server machine "
                      f"takes part by a client of its own; nice {NICE}")
        self.clients = {}

    def _write(self, name, text):
        path = os.path.join(self.dir, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w",
                  encoding="utf-8") as file:
            file.write(text)
        return path

    def _spawn(self, role, *argv, log):
        return self.lab.spawn(role, "nice", "-n", NICE, *argv, log=log)

    def _ctl(self, *args):
        self.lab.run("server", CTL, "--server", f"10.90.1.1:{PORT}", "--ca", f"{self.dir}/state/server.crt",
                     "--password-file", f"{self.dir}/admin.password", *args)

    def _client(self, role, name, host, address):
        folder = f"{self.dir}/{name}"
        with open(f"{self.dir}/state/server.crt", encoding="ascii") as file:
            self._write(f"{name}/trust/server.pem", file.read())
        profile = self._write(f"{name}/profiles/bench.conf",
                              PROFILE.format(host=host, port=PORT, dev=name, address=address))
        return self._spawn(role, CLIENT, "up", profile, "--foreground", "--state-dir", f"{folder}/state",
                           "--run-dir", f"{folder}/run", log=f"{name}.log")

    def _says(self, name, word):
        try:
            with open(f"{self.dir}/{name}.log", encoding="utf-8", errors="replace") as file:
                return any(line.startswith(word) for line in file)
        except FileNotFoundError:
            return False

    def start(self):
        admin = self._write("admin.password", "operator-Pw1\n")
        user = self._write("user.password", "bench-Pw1\n")
        sh(SERVER, "init", "--state", f"{self.dir}/state", "--admin-password-file", admin)
        self._spawn("server", SERVER, "run", "--state", f"{self.dir}/state", "--listen", f":{PORT}",
                    log="noren-server.log")
        wait_for(lambda: f":{PORT}" in self.lab.run("server", "ss", "-Hltn"), 10, "noren-server")
        self._ctl("hub", "create", "BENCH")
        self._ctl("--hub", "BENCH", "user", "create", "u", "--user-password-file", user)
        self._client("server", "nserver", "10.90.1.1", f"{self.server_ip}/24")
        wait_for(lambda: self._says("nserver", "connected"), 10, "the server machine's own client")

    def connect(self, i):
        self.clients[i] = self._client(f"client{i}", f"nclient{i}", f"10.90.{i}.1",
                                       f"{self.client_ip(i)}/24")

    def disconnect(self, i):
        stop_process(self.clients.pop(i))

    def connect_many(self, count):
        began = time.monotonic()
        for k in range(count):
            self._client("client1", f"nmany{k}", "10.90.1.1", f"10.91.1.{k + 1}/32")
        wait_for(lambda: all(self._says(f"nmany{k}", "connected") for k in range(count)), 120,
                 f"{count} sessions", 0.1)
        return time.monotonic() - began

    def facts(self):
        return {"server": sh(SERVER, "--version").strip(), "client": sh(CLIENT, "--version").strip()}


VARIANTS = {"noren": Noren}
