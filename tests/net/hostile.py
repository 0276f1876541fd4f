#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Throws what strangers send at a running server, before log-in, while a client stays connected."""
import ctypes
import os
import random
import re
import socket
import ssl
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.environ.get("srcdir", "."), "tests"))

from lab.lab import Failed, Lab, say, wait_for  # noqa: E402
from lab.noren import Client, Server, main  # noqa: E402

PORT = 443
HALF_OPEN = 1500
GOOD_START = (b"POST /vpnsvc/connect.cgi HTTP/1.1\r\nContent-Type: image/jpeg\r\n"
              b"Content-Length: 10\r\n\r\nVPNCONNECT")


def tls(host):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    sock = context.wrap_socket(socket.create_connection((host, PORT), 10), server_hostname=host)
    sock.settimeout(30)
    return sock


def post(body, path="/vpnsvc/vpn.cgi", length=None):
    size = len(body) if length is None else length
    return (f"POST {path} HTTP/1.1\r\nContent-Type: application/octet-stream\r\n"
            f"Content-Length: {size}\r\n\r\n").encode() + body


def element(name, kind, *values, count=None):
    raw = name.encode()
    return struct.pack(f">I{len(raw)}sII", len(raw) + 1, raw, kind,
                       len(values) if count is None else count) + b"".join(values)


def text(value):
    return struct.pack(">I", len(value)) + value.encode()


def pack(*elements, count=None):
    return struct.pack(">I", len(elements) if count is None else count) + b"".join(elements)


def end_of(sock, limit_s=30):
    """Reads to the end; fails when the server neither answers nor closes in time."""
    sock.settimeout(limit_s)
    seen = b""
    try:
        while True:
            piece = sock.recv(65536)
            if not piece:
                return seen
            seen += piece
    except (ConnectionError, ssl.SSLError):
        return seen


def after_hello(host, request):
    with tls(host) as sock:
        sock.sendall(GOOD_START)
        head = sock.recv(65536)
        if b"200 OK" not in head:
            raise Failed(f"no hello for a good signature: {head[:200]}")
        sock.sendall(request)
        try:
            return end_of(sock)
        except TimeoutError:
            raise Failed(f"the server kept a broken request open: {request[:60]!r}") from None


def error_of(reply):
    match = re.search(rb"error\0\0\0\0\0\0\0\x01(....)", reply, re.DOTALL)
    return struct.unpack(">I", match.group(1))[0] if match else None


def raw_garbage(host):
    """Not TLS at all, of every size; the server must close, and soon."""
    chance = random.Random(1)
    for size in (1, 5, 100, 20000):
        with socket.create_connection((host, PORT), 10) as sock:
            sock.sendall(chance.randbytes(size))
            sock.shutdown(socket.SHUT_WR)
            end_of(sock)
    with socket.create_connection((host, PORT), 10) as sock:
        sock.sendall(b"GET / HTTP/1.0\r\n\r\n")
        end_of(sock)


def wrong_signatures(host):
    for body, path in ((b"VPNCONNECX", "/vpnsvc/connect.cgi"), (b"x" * 1411, "/vpnsvc/connect.cgi"),
                       (b"", "/vpnsvc/connect.cgi"), (b"x" * 4000, "/vpnsvc/connect.cgi")):
        with tls(host) as sock:
            sock.sendall(post(body, path))
            reply = sock.recv(4096)
            if not reply.startswith(b"HTTP/1.1 403"):
                raise Failed(f"a wrong signature of {len(body)} bytes got {reply[:60]!r}")
    with tls(host) as sock:
        sock.sendall(b"GET /" + b"a" * 10000 + b" HTTP/1.1\r\n\r\n")
        end_of(sock)
    with tls(host) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000 + b"\r\n")
        end_of(sock)


def broken_packs(host):
    good = pack(element("method", 2, text("login")), element("hubname", 2, text("TOKYO")),
                element("username", 2, text("alice")), element("authtype", 0, struct.pack(">I", 0)))
    cases = {
        "empty": b"\0",
        "count without elements": pack(count=5),
        "a billion elements": pack(count=10 ** 9),
        "a billion values": pack(element("method", 0, count=10 ** 9)),
        "no values": pack(element("method", 2, count=0)),
        "huge string": pack(element("method", 2, struct.pack(">I", 0xffffffff))),
        "huge name": struct.pack(">II", 1, 0xffffffff),
        "empty name": struct.pack(">III", 1, 0, 0),
        "unknown type": pack(element("method", 77, b"\0\0\0\0")),
        "a name twice": pack(element("a", 0, b"\0\0\0\1"), element("A", 0, b"\0\0\0\1")),
        "cut in the middle": good[:len(good) // 2],
        "unknown method": pack(element("method", 2, text("direct"))),
        "log-in without fields": pack(element("method", 2, text("login"))),
        "long user name": good.replace(text("alice"), text("a" * 5000)),
        "control characters": good.replace(text("alice"), text("a\r\nb\x1b[2J")),
    }
    for what, body in cases.items():
        number = error_of(after_hello(host, post(body)))
        if number not in (3, 4, 9, 94):
            raise Failed(f"{what}: answered with error {number}")
    if error_of(after_hello(host, post(good))) != 9:
        raise Failed("an anonymous log-in was not refused with 9")
    for kind in (96, 97, 98, 55):
        body = good[:-4] + struct.pack(">I", kind)
        if error_of(after_hello(host, post(body))) != 7:
            raise Failed(f"authentication type {kind} was not refused with 7")
    after_hello(host, post(b"", length=70000))
    after_hello(host, post(b"x", length=-5))


def random_bytes_after_hello(host):
    chance = random.Random(2)
    for _ in range(30):
        after_hello(host, chance.randbytes(chance.randrange(1, 3000)) + b"\r\n\r\n")


def slow_senders(host):
    """A byte every now and then must not hold a connection for ever."""
    socks = [tls(host) for _ in range(8)]
    start, alive = time.monotonic(), list(socks)
    while alive and time.monotonic() - start < 90:
        for sock in list(alive):
            try:
                sock.sendall(b"P")
                sock.settimeout(0.05)
                if sock.recv(100) == b"":
                    alive.remove(sock)
            except TimeoutError:
                pass
            except (OSError, ssl.SSLError):
                alive.remove(sock)
        time.sleep(1)
    if alive:
        raise Failed(f"{len(alive)} slow senders are still connected after 90 s")
    say(f"    slow senders were cut after {time.monotonic() - start:.0f} s at the most")


def half_open_flood(host):
    """More silent connections than the server may hold; the tunnel and new log-ins must live."""
    socks = []
    for _ in range(HALF_OPEN):
        try:
            socks.append(socket.create_connection((host, PORT), 2))
        except OSError:
            break
    say(f"    {len(socks)} silent connections opened")
    return socks


def memory(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))


def in_namespace(machine, function, *args):
    """Runs a function of this file in another process inside the machine's network."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            with open(f"/run/netns/{machine.ns}", encoding="ascii") as namespace:
                set_namespace(namespace.fileno())
            function(*args)
            status = 0
        except Failed as failure:
            say(f"    FAILED: {failure}")
        except Exception as trouble:  # noqa: BLE001 - the parent reports it
            say(f"    FAILED: {function.__name__}: {trouble!r}")
        os._exit(status)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0:
        raise Failed(function.__name__)


def set_namespace(fd):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(fd, 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def story():
    with Lab() as lab:
        host, user, stranger = (lab.machine(n) for n in ("server", "user", "stranger"))
        lab.connect(host, "203.0.113.1/25", user, "203.0.113.2/25")
        lab.connect(host, "203.0.113.129/25", stranger, "203.0.113.130/25")
        server = Server(host, "0.0.0.0")
        server.hub("TOKYO", {"alice": "Secret123", "bob": "Pass-Wort-2"})
        options = "routes=none\ndns=none\n"
        client = Client(user, f"203.0.113.1:{PORT}", "TOKYO", "alice", "Secret123", server.cert,
                        more=options).start()
        client.wait_connected()
        before = memory(server.process.pid)
        target = "203.0.113.129"
        for attack in (raw_garbage, wrong_signatures, broken_packs, random_bytes_after_hello,
                       slow_senders):
            say(f"  {attack.__name__}")
            in_namespace(stranger, attack, target)
            check_alive(server, user, attack.__name__)
        say("  half-open flood, while another user logs in from elsewhere")
        in_namespace(stranger, flood_and_wait, target, user, server, options)
        check_alive(server, user, "the flood")
        grown = memory(server.process.pid) - before
        say(f"  the server's memory grew by {grown} KiB")
        if grown > 64 * 1024 and "SANITIZED" not in os.environ:
            raise Failed(f"the server's memory grew by {grown} KiB")
        if "\x1b" in open(server.log, encoding="utf-8", errors="replace").read():
            raise Failed("a stranger's control characters reached the log")
        server.stop()


def flood_and_wait(target, user, server, options):
    socks = half_open_flood(target)
    friend = Client(user, f"203.0.113.1:{PORT}", "TOKYO", "bob", "Pass-Wort-2", server.cert,
                    more=options + "netdev=friend0\n").start()
    wait_for(lambda: "connected" in friend.lines(), 30, f"bob logs in: {friend.lines()[-300:]}")
    friend.stop()
    for sock in socks:
        sock.close()


def check_alive(server, user, after):
    if server.process.poll() is not None:
        raise Failed(f"the server died after {after}: {server.process.returncode}")
    done = user.run("ping", "-c1", "-W2", "192.168.30.1", check=False)
    if done.returncode != 0:
        raise Failed(f"the established session does not answer after {after}")


main(story)
