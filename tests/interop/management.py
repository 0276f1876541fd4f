#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Management, both ways: vpncmd manages our server, norenctl manages the stock server, and what
was acknowledged survives kill -9."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("srcdir", "."), "tests"))

from lab.lab import Failed, Lab, say, wait_for  # noqa: E402
from lab.noren import Client, Server, main, program, write  # noqa: E402
from lab.stock import DONE, EXE, StockServer  # noqa: E402

HOST = "203.0.113.1"
KILLS = 10


def expect(condition, what):
    if not condition:
        raise Failed(what)


class Vpncmd:
    """The stock command line as an administrator of our server uses it."""

    def __init__(self, machine, password, *more):
        self.machine = machine
        self.where = [f"{HOST}:443", "/SERVER", f"/PASSWORD:{password}", *more]

    def run(self, *words):
        return self.machine.run(EXE.format("cmd"), *self.where, "/CMD", *words, check=False)

    def ok(self, *words):
        done = self.run(*words)
        expect(done.returncode == 0 and DONE in done.stdout, f"{words}: {done.stdout[-500:]}")
        return done.stdout

    def refused(self, code, *words):
        done = self.run(*words)
        expect(done.returncode == code, f"{words}: exit {done.returncode}, not {code}")


def rows(server, *args):
    return json.loads(server.ctl("--output", "json", *args))


def stock_tool(lab, server, admin):
    say("vpncmd makes hub and user on our server")
    cmd = Vpncmd(admin, "operator-Pw1")
    cmd.ok("HubCreate", "Osaka", "/PASSWORD:hub-Pw1")
    cmd.refused(57, "HubCreate", "OSAKA", "/PASSWORD:x")
    cmd.refused(38, "HubCreate", "a*b", "/PASSWORD:x")
    cmd.ok("ServerInfoGet"), cmd.ok("ServerStatusGet"), cmd.ok("ListenerList"), cmd.ok("Caps")
    expect("Osaka" in cmd.ok("HubList"), "HubList shows the hub")

    hub = Vpncmd(admin, "operator-Pw1", "/ADMINHUB:Osaka")
    hub.ok("SecureNatEnable")
    hub.ok("UserCreate", "alice", "/GROUP:none", "/REALNAME:Alice A.", "/NOTE:first")
    hub.ok("UserPasswordSet", "alice", "/PASSWORD:Secret123")
    hub.refused(66, "UserCreate", "Alice", "/GROUP:none", "/REALNAME:", "/NOTE:")
    hub.ok("UserExpiresSet", "alice", "/EXPIRES:2037/01/02 03:04:05")
    expect("2037-01-02" in hub.ok("UserGet", "alice"), "UserGet shows the expiry")
    hub.ok("UserSet", "alice", "/GROUP:none", "/REALNAME:Alice B.", "/NOTE:second")
    expect(rows(server, "--hub", "osaka", "user", "list")[0]["real_name"] == "Alice B.",
           "norenctl shows the user")
    expect(rows(server, "hub", "list")[0]["securenat"], "norenctl shows SecureNAT")
    hub.refused(33, "AccessList")
    hub.refused(33, "SetMaxSession", "5")

    say("the password that vpncmd set opens a session; both tools see it and end it")
    user = lab.machine("user")
    lab.connect(server.machine, "203.0.113.129/25", user, "203.0.113.130/25")
    client = Client(user, "203.0.113.129:443", "Osaka", "alice", "Secret123", server.cert,
                    more="routes=none\ndns=none\n").start()
    client.wait_connected()
    expect("alice" in hub.ok("SessionList"), "SessionList shows the session")
    session = rows(server, "--hub", "Osaka", "session", "list")[0]
    expect(session["user"] == "alice" and session["source"].startswith("203.0.113.130:"),
           f"norenctl shows the session: {session}")
    hub.ok("SessionDisconnect", session["name"])
    wait_for(lambda: session["name"] not in
             [row["name"] for row in rows(server, "--hub", "Osaka", "session", "list")],
             10, "the session has ended")
    client.stop()
    hub.ok("Offline"), hub.ok("Online"), hub.ok("SecureNatDisable")

    say("a hub's administrator has the own hub and no more")
    own = Vpncmd(admin, "hub-Pw1", "/HUB:Osaka")
    expect("alice" in own.ok("UserList"), "UserList for the hub's administrator")
    own.refused(52, "HubCreate", "evil", "/PASSWORD:x")
    own.ok("UserDelete", "alice")
    cmd.ok("HubDelete", "Osaka")
    expect(rows(server, "hub", "list") == [], "the hub is gone")


def survives_kill(server):
    say("what norenctl reported as done is there after kill -9")
    server.ctl("hub", "create", "durable", "--securenat")
    for i in range(KILLS):
        server.user("durable", f"user{i}", "pw")
        server.kill()
        server.start()
        names = {row["name"] for row in rows(server, "--hub", "durable", "user", "list")}
        expect(names == {f"user{k}" for k in range(i + 1)}, f"after kill {i}: {sorted(names)}")


def exit_codes(server, admin):
    say("norenctl says by its exit status what went wrong")
    base = [program("norenctl"), "--server", server.where, "--password-file", server.password]
    ca = ["--ca", server.cert]
    wrong = write(os.path.join(admin.dir, "wrong.password"), "wrong\n")
    other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    for status, words in (
            (0, [*base, *ca, "hub", "list"]),
            (2, [*base, "hub", "list"]),
            (3, [*base, *ca, "--server", f"{HOST}:444", "hub", "list"]),
            (4, [*base, "--pin", other, "hub", "list"]),
            (5, [*base, *ca, "--password-file", wrong, "hub", "list"]),
            (6, [*base, *ca, "hub", "delete", "nowhere"]),
            (7, [*base, *ca, "hub", "create", "DURABLE"]),
            (8, [*base, *ca, "hub", "create", "a/b"])):
        done = admin.run(*words, check=False)
        expect(done.returncode == status, f"{words}: exit {done.returncode}: {done.stdout}")


def stock_server(lab):
    say("norenctl manages the stock server")
    host = lab.machine("stock")
    StockServer(host)
    shown = host.run("sh", "-c", "openssl s_client -connect 127.0.0.1:5555 </dev/null 2>/dev/null"
                                 " | openssl x509")
    cert = write(os.path.join(host.dir, "stock.crt"), shown)
    secret = write(os.path.join(host.dir, "user.password"), "Pw-4-bob\n")
    empty = write(os.path.join(host.dir, "empty.password"), "stock-Pw\n")
    host.run(EXE.format("cmd"), "127.0.0.1:5555", "/SERVER", "/PASSWORD:", "/CMD",
             "ServerPasswordSet", "stock-Pw")

    def ctl(*args):
        return host.run(program("norenctl"), "--server", "127.0.0.1:5555", "--ca", cert,
                        "--password-file", empty, "--output", "json", *args)

    ctl("hub", "create", "Kyoto", "--securenat")
    ctl("--hub", "Kyoto", "user", "create", "bob", "--user-password-file", secret)
    expect("Kyoto" in ctl("hub", "list"), "hub list of the stock server")
    expect(json.loads(ctl("hub", "status", "Kyoto"))["securenat"], "SecureNAT is on")
    expect(json.loads(ctl("--hub", "Kyoto", "user", "list"))[0]["password"], "bob has a password")
    expect("SecureNAT" in ctl("--hub", "Kyoto", "session", "list"), "its sessions are listed")
    ctl("server", "status")
    ctl("hub", "delete", "Kyoto")


def story():
    with Lab("mgmt") as lab:
        host, admin = lab.machine("server"), lab.machine("admin")
        lab.connect(host, f"{HOST}/25", admin, "203.0.113.2/25")
        server = Server(host, "0.0.0.0")
        stock_tool(lab, server, admin)
        survives_kill(server)
        server.where = f"{HOST}:443"
        exit_codes(server, admin)
        server.stop()
        stock_server(lab)


main(story)
