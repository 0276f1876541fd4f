#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Throws what strangers send at a running server, before log-in, while a client stays connected."""
import os
import random
import re
import signal
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.environ.get("srcdir", "."), "tests"))

from lab.lab import Failed, Lab, say, wait_for  # noqa: E402
from lab.noren import Client, Server, main  # noqa: E402
from lab.stranger import (GOOD_START, PORT, check_alive, element, end_of, error_of,  # noqa: E402
                          in_namespace, login, memory, pack, post, say_hello, text, tls)

HALF_OPEN = 1500


def after_hello(host, request):
    with say_hello(host) as sock:
        sock.sendall(request)
        try:
            return end_of(sock)
        except TimeoutError:
            raise Failed(f"the server kept a broken request open: {request[:60]!r}") from None


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


def too_many_requests(host):
    """25 requests in one write: the server answers some and goes."""
    with tls(host) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\n\r\n" * 25)
        answers = end_of(sock).count(b"HTTP/1.1 403")
        if answers != 19:
            raise Failed(f"{answers} of 25 requests were answered")


def half_closed(host):
    """Whoever has said all may not keep the connection by saying nothing more."""
    for begun in (b"", b"POST /vpn", GOOD_START):
        with tls(host) as sock:
            sock.sendall(begun)
            sock.shutdown(socket.SHUT_WR)
            start = time.monotonic()
            end_of(sock)
            if time.monotonic() - start > 5:
                raise Failed(f"a half-closed connection lived on after {begun[:20]!r}")


def client_hello():
    """The first bytes of a TLS connection."""
    out = ssl.MemoryBIO()
    wrapped = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), out, server_hostname="x")
    try:
        wrapped.do_handshake()
    except ssl.SSLWantReadError:
        return out.read()


def slow_senders(host):
    """A byte every now and then must not hold a connection for ever, wherever it stands."""
    body = post(login("alice", "x" * 4000))
    drips = [(socket.create_connection((host, PORT), 10), client_hello()) for _ in range(4)]
    drips += [(tls(host), b"P" * 200) for _ in range(4)]
    drips += [(tls(host), b"GET / HTTP/1.1\r\n\r\n" * 15) for _ in range(4)]
    drips += [(say_hello(host), body) for _ in range(4)]
    start, at = time.monotonic(), 0
    while drips and time.monotonic() - start < 90:
        drips = [drip for drip in drips if still_open(*drip, at)]
        at += 1
        time.sleep(1)
    if drips:
        raise Failed(f"{len(drips)} slow senders are still connected after 90 s")
    say(f"    slow senders were cut after {time.monotonic() - start:.0f} s at the most")


def still_open(sock, words, at):
    try:
        sock.settimeout(10)
        sock.sendall(words[at:at + 1])
        sock.settimeout(0.02)
        return sock.recv(4096) != b""
    except TimeoutError:
        return True
    except OSError:
        return False


def wrong_passwords(host, count=2000, threads=20):
    """As fast as they are refused, by names that exist and that do not."""
    def guess(mine):
        for i in range(mine, count, threads):
            try:
                with say_hello(host) as sock:
                    sock.sendall(post(login(("alice", f"nobody{i}")[i % 2], f"guess{i}")))
                    refusals[mine] += error_of(end_of(sock)) == 9
            except OSError:
                pass

    refusals = [0] * threads
    start = time.monotonic()
    workers = [threading.Thread(target=guess, args=(i,)) for i in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    say(f"    {sum(refusals)} wrong passwords refused in {time.monotonic() - start:.0f} s")
    if sum(refusals) < count * 0.99:
        raise Failed(f"only {sum(refusals)} of {count} wrong passwords were refused with 9")


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
                       too_many_requests, half_closed, slow_senders):
            say(f"  {attack.__name__}")
            in_namespace(stranger, attack, target)
            check_alive(server, user, attack.__name__)
        say("  wrong_passwords, while the session is used")
        guess_and_ping(stranger, target, user)
        check_alive(server, user, "the wrong passwords")
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


def guess_and_ping(stranger, target, user):
    """The delay that a user of the tunnel sees meanwhile."""
    ping = user.spawn("ping", "-i0.1", "-W2", "-c1000", "192.168.30.1", stdout=subprocess.PIPE,
                      text=True)
    in_namespace(stranger, wrong_passwords, target)
    ping.send_signal(signal.SIGINT)
    out = ping.communicate(timeout=10)[0]
    delays = re.search(r"= ([\d.]+)/([\d.]+)/([\d.]+)/", out)
    lost = re.search(r"([\d.]+)% packet loss", out)
    if not delays or float(lost.group(1)) > 1 or float(delays.group(3)) > 1000:
        raise Failed(f"the tunnel suffered from wrong passwords: {out[-300:]}")
    say(f"    echo through the tunnel: {delays.group(2)} ms in the mean, {delays.group(3)} ms at most")


def flood_and_wait(target, user, server, options):
    socks = half_open_flood(target)
    friend = Client(user, f"203.0.113.1:{PORT}", "TOKYO", "bob", "Pass-Wort-2", server.cert,
                    more=options + "netdev=friend0\n").start()
    wait_for(lambda: "connected" in friend.lines(), 30, f"bob logs in: {friend.lines()[-300:]}")
    friend.stop()
    for sock in socks:
        sock.close()


main(story)
