#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What users and administrators with a log-in may try: broken data mode, a session that never reads,
calls whose replies are not fetched. The sessions of others must live and memory stay bounded."""
import os
import select
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.environ.get("srcdir", "."), "tests"))

from lab.lab import Failed, Lab, say  # noqa: E402
from lab.noren import Client, Server, main  # noqa: E402
from lab.stranger import (check_alive, element, end_of, in_namespace, join, memory,  # noqa: E402
                          number, pack, post, text, tls, GOOD_START)

PASSWORD = "Mallory-Pw1"
DEAF = 12            # sessions that never read
FLOOD_BYTES = 300 * 1024 * 1024
GROWTH_KIB = 48 * 1024
KEEPALIVE = 0xffffffff


def frame(chance, size=1514):
    """A broadcast from an address of its own."""
    return b"\xff" * 6 + bytes((0x5e, 0, 0, 0, 1, chance)) + b"\x88\xb5" + b"x" * (size - 14)


def unit(*blocks):
    return number(len(blocks)) + b"".join(number(len(block)) + block for block in blocks)


def must_close(sock, what):
    start = time.monotonic()
    try:
        end_of(sock, 10)
    except TimeoutError:
        raise Failed(f"{what}: the session goes on") from None
    finally:
        sock.close()
    if time.monotonic() - start > 5:
        raise Failed(f"{what}: closed after {time.monotonic() - start:.0f} s only")


def broken_units(host):
    """What ends a session at once, in one piece and byte by byte."""
    for what, sent in {
        "a block of 3201 bytes": number(1) + number(3201) + b"x" * 3201,
        "a block of 4 GiB": number(1) + number(0xffffffff),
        "a keep-alive of 513 bytes": number(KEEPALIVE) + number(513) + b"x" * 513,
        "a keep-alive of 4 GiB": number(KEEPALIVE) + number(0xffffffff),
        "HTTP after the welcome": post(b"x" * 100),
    }.items():
        sock = join(host, "mallory", PASSWORD)
        sock.sendall(sent)
        must_close(sock, what)
        sock = join(host, "mallory", PASSWORD)
        try:
            for i in range(12):
                sock.sendall(sent[i:i + 1])
        except OSError:
            pass
        must_close(sock, what + ", byte by byte")
    must_close(join(host, "mallory", PASSWORD, b"garbage!" * 1000), "garbage behind the log-in")


def strange_units(host):
    """What is odd but allowed: the session must go on, and the server take no memory for it."""
    with join(host, "mallory", PASSWORD) as sock:
        sock.sendall(number(0) * 100000)
        sock.sendall(number(KEEPALIVE) + number(512) + b"x" * 512)
        sock.sendall(number(KEEPALIVE) + number(0))
        sock.sendall(unit(b"", b"x", b"x" * 13, b"x" * 1601, b"x" * 3200))
        sock.sendall(number(0xfffffffe))
        for _ in range(1000):
            sock.sendall(number(0) + number(60) + frame(1, 60))
        sock.settimeout(1)
        try:
            while sock.recv(65536):
                pass
            raise Failed("a session was ended for units that are allowed")
        except TimeoutError:
            pass


def half_closed(host):
    sock = join(host, "mallory", PASSWORD)
    sock.sendall(number(1) + number(100) + b"x" * 10)
    sock.shutdown(socket.SHUT_WR)
    must_close(sock, "half-closed in a frame")


def deaf_sessions(host):
    """Many that never read, one that floods them. Nothing may pile up for them."""
    deaf = [join(host, "mallory", PASSWORD) for _ in range(DEAF)]
    flood = unit(*(frame(2) for _ in range(64)))
    with join(host, "mallory", PASSWORD) as sender:
        sent, start = 0, time.monotonic()
        while sent < FLOOD_BYTES and time.monotonic() - start < 60:
            sender.sendall(flood)
            sent += len(flood)
            if sent % (len(flood) * 100) == 0:
                for sock in deaf:
                    sock.sendall(number(KEEPALIVE) + number(0))
            if select.select([sender], [], [], 0)[0]:
                sender.recv(65536)
        say(f"    {sent // 2 ** 20} MiB of broadcasts for {DEAF} sessions that do not read, in "
            f"{time.monotonic() - start:.0f} s")
    return deaf


def sha0(data):
    """What the password formulas are made of; see docs/protocol/login.md."""
    def left(value, by):
        return (value << by | value >> (32 - by)) & 0xffffffff
    chain = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]
    padded = data + b"\x80" + b"\0" * ((55 - len(data)) % 64) + struct.pack(">Q", 8 * len(data))
    for at in range(0, len(padded), 64):
        words = list(struct.unpack(">16I", padded[at:at + 64]))
        for t in range(16, 80):
            words.append(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16])
        a, b, c, d, e = chain
        for t in range(80):
            mixed = ((b & c) | (~b & d), b ^ c ^ d, (b & c) | (b & d) | (c & d), b ^ c ^ d)[t // 20]
            constant = (0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6)[t // 20]
            a, b, c, d, e = ((left(a, 5) + mixed + e + words[t] + constant) & 0xffffffff, a,
                             left(b, 30), c, d)
        chain = [(old + new) & 0xffffffff for old, new in zip(chain, (a, b, c, d, e))]
    return struct.pack(">5I", *chain)


def administer(host, password):
    """A management connection after its log-in."""
    sock = tls(host)
    sock.sendall(GOOD_START)
    hello = sock.recv(65536)
    at = hello.index(b"random") + len("random") + 12
    answer = sha0(sha0(password.encode()) + hello[at:at + 20])
    sock.sendall(post(pack(element("method", 2, text("admin")),
                           element("secure_password", 1, number(20) + answer))))
    reply = sock.recv(65536)
    if b"error" not in reply or not reply.endswith(b"\0\0\0\0"):
        raise Failed("the administrator was not let in")
    return sock


def call(name, *more):
    body = pack(element("function_name", 2, text(name)), *more)
    return number(len(body)) + body


def broken_calls(host, password):
    for what, sent in {
        "a frame of no bytes": number(0),
        "a frame of 4 GiB": number(0xffffffff),
        "a frame of 17 MiB": number(17 * 2 ** 20) + b"x" * 1000,
        "no PACK": number(8) + b"garbage!",
    }.items():
        sock = administer(host, password)
        sock.sendall(call("Test") + sent)
        must_close(sock, what)


def calls_without_end(host, password):
    """Requests as fast as they are taken, and not one reply is fetched."""
    sock = administer(host, password)
    burst = call("GetServerInfo") * 500
    sock.settimeout(3)
    start = time.monotonic()
    try:
        while time.monotonic() - start < 20:
            sock.sendall(burst)
        raise Failed("the server takes calls without end")
    except TimeoutError:
        say("    the server took no more calls")
    except OSError:
        say(f"    the server closed after {time.monotonic() - start:.0f} s")
    return sock


def stay_bounded(what, machine, server, before, attack, *args):
    """Runs it in the machine's network, and looks at the server's memory before it lets go."""
    def run():
        held = attack(*args)
        grown = memory(server.process.pid) - before
        say(f"    the server's memory grew by {grown} KiB")
        if grown > GROWTH_KIB and "SANITIZED" not in os.environ:
            raise Failed(f"{what}: the server's memory grew by {grown} KiB")
        del held
    run.__name__ = what
    in_namespace(machine, run)


def story():
    if sha0(b"abc").hex() != "0164b8a914cd2a5e74c4f7ff082c4d97f1edf880":
        raise Failed("SHA-0 of this test is broken")
    with Lab() as lab:
        host, user, member = (lab.machine(n) for n in ("server", "user", "member"))
        lab.connect(host, "203.0.113.1/25", user, "203.0.113.2/25")
        lab.connect(host, "203.0.113.129/25", member, "203.0.113.130/25")
        server = Server(host, "0.0.0.0")
        server.hub("TOKYO", {"alice": "Secret123", "mallory": PASSWORD})
        Client(user, "203.0.113.1:443", "TOKYO", "alice", "Secret123", server.cert,
               more="routes=none\ndns=none\n").start().wait_connected()
        before = memory(server.process.pid)
        target, operator = "203.0.113.129", "operator-Pw1"
        for attack, *more in ((broken_units,), (strange_units,), (half_closed,), (deaf_sessions,),
                              (broken_calls, operator), (calls_without_end, operator)):
            say(f"  {attack.__name__}")
            stay_bounded(attack.__name__, member, server, before, attack, target, *more)
            check_alive(server, user, attack.__name__)
        server.stop()


main(story)
