# SPDX-License-Identifier: Apache-2.0
"""What a peer with its own ideas of the protocol needs: TLS, HTTP and PACK by hand, in a machine's network."""
import ctypes
import os
import re
import socket
import ssl
import struct

from lab.lab import Failed, say

PORT = 443
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


def error_of(reply):
    match = re.search(rb"error\0\0\0\0\0\0\0\x01(....)", reply, re.DOTALL)
    return struct.unpack(">I", match.group(1))[0] if match else None


def number(value):
    return struct.pack(">I", value)


def login(user, password, hub="TOKYO"):
    """The body of a log-in by plain password."""
    return pack(element("method", 2, text("login")), element("hubname", 2, text(hub)),
                element("username", 2, text(user)), element("authtype", 0, number(2)),
                element("plain_password", 2, text(password)))


def say_hello(host):
    """A connection after the server's hello."""
    sock = tls(host)
    sock.sendall(GOOD_START)
    head = sock.recv(65536)
    if b"200 OK" not in head:
        raise Failed(f"no hello for a good signature: {head[:200]}")
    return sock


def join(host, user, password, behind=b""):
    """A connection in data mode; `behind` is sent together with the log-in."""
    sock = say_hello(host)
    sock.sendall(post(login(user, password)) + behind)
    reply = sock.recv(65536)
    if b"session_key" not in reply:
        raise Failed(f"no welcome for {user}: error {error_of(reply)}")
    return sock


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


def check_alive(server, user, after):
    if server.process.poll() is not None:
        raise Failed(f"the server died after {after}: {server.process.returncode}")
    # one may be lost in the queues that a flood has left behind
    for _ in range(5):
        if user.run("ping", "-c1", "-W1", "192.168.30.1", check=False).returncode == 0:
            return
    raise Failed(f"the established session does not answer after {after}")
