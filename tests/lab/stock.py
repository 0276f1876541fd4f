# SPDX-License-Identifier: Apache-2.0
"""The real peers: Debian's vpnserver, vpnclient and vpncmd, version 5.01.9674, on a lab machine."""
import os
import time

from lab.lab import Failed, skip, wait_for

EXE = "/usr/libexec/softether/vpn{0}/vpn{0}"
STATE = ("/var/lib/softether", "/var/log/softether", "/run/softether")
DONE = "The command completed successfully"


class Stock:
    """One stock daemon ("server" or "client") on one machine."""

    def __init__(self, machine, kind):
        if not os.path.exists(EXE.format(kind)):
            skip(f"the stock {kind} is not installed: apt-get install softether-vpn{kind}")
        self.machine, self.kind = machine, kind
        self.process = None
        machine.run("mkdir", "-p", *STATE)
        self.start()

    def start(self):
        log = os.path.join(self.machine.dir, f"stock-{self.kind}.log")
        self.process = self.machine.spawn(EXE.format(self.kind), "execsvc", log=log)
        wait_for(lambda: DONE in self.try_command("About" if self.kind == "server" else "NicList"),
                 30, f"the stock {self.kind} answers", 0.2)

    def kill(self):
        """Cuts it off without any farewell."""
        for pid in self.machine.pids():
            try:
                if os.readlink(f"/proc/{pid}/exe").endswith(f"/vpn{self.kind}"):
                    os.kill(pid, 9)
            except (FileNotFoundError, ProcessLookupError):
                pass
        self.process.wait(10)

    def try_command(self, *lines, hub=None, timeout=60):
        """Runs lines of vpncmd; returns what it printed."""
        script = os.path.join(self.machine.dir, f"vpncmd-{time.monotonic_ns()}.txt")
        with open(script, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        where = ["localhost:5555", "/SERVER", "/PASSWORD:"] if self.kind == "server" else \
                ["localhost", "/CLIENT"]
        if hub:
            where.append(f"/ADMINHUB:{hub}")
        return self.machine.run(EXE.format("cmd"), *where, f"/IN:{script}", check=False,
                                timeout=timeout).stdout

    def command(self, *lines, hub=None):
        out = self.try_command(*lines, hub=hub)
        # a missing parameter makes vpncmd ask for it and swallow the next line: count
        if out.count(DONE) != len(lines):
            raise Failed(f"vpncmd: {out[-1500:]}")
        return out


class StockClient(Stock):
    def __init__(self, machine):
        super().__init__(machine, "client")

    def join(self, server, hub, user, password, dev="stock0", mac=None, extra=()):
        """Makes the virtual network card and an account, connects, waits for the session."""
        name = dev[:-1] if dev[-1].isdigit() else dev
        self.command(f"NicCreate {dev}")
        self.command(
            f"AccountCreate {hub} /SERVER:{server} /HUB:{hub} /USERNAME:{user} /NICNAME:{dev}",
            f"AccountPasswordSet {hub} /PASSWORD:{password} /TYPE:standard",
            f"AccountDetailSet {hub} /MAXTCP:1 /INTERVAL:1 /TTL:0 /HALF:no /BRIDGE:no /MONITOR:no "
            "/NOTRACK:yes /NOQOS:yes /DISABLEUDP:yes",
            *(line.format(account=hub) for line in extra),
            f"AccountConnect {hub}")
        self.wait_connected(hub)
        return f"vpn_{dev}" if name else dev

    def status(self, account):
        return self.try_command(f"AccountStatusGet {account}")

    def wait_connected(self, account, seconds=30):
        wait_for(lambda: "Connection Completed (Session Established)" in self.status(account),
                 seconds, f"stock client session {account}", 0.3)


class StockServer(Stock):
    def __init__(self, machine):
        super().__init__(machine, "server")

    def hub(self, name, users, securenat=True):
        self.command(f"HubCreate {name} /PASSWORD:hubpass")
        for user, password in users.items():
            self.command(f"UserCreate {user} /GROUP:none /REALNAME:none /NOTE:none",
                         f"UserPasswordSet {user} /PASSWORD:{password}", hub=name)
        if securenat:
            self.command("SecureNatEnable", hub=name)
