# SPDX-License-Identifier: Apache-2.0
"""One TCP connection that carries N bytes of fresh random data one way, hashed at both ends.

    transfer.py serve ADDRESS PORT             waits for one client
    transfer.py up|down ADDRESS PORT BYTES     sends to the server, or receives from it

Each side prints "DIRECTION BYTES SHA256" when the last byte has been seen.
"""
import hashlib
import os
import socket
import sys

CHUNK = 1 << 18


def send(sock, size):
    digest = hashlib.sha256()
    block = os.urandom(CHUNK)
    left, turn = size, 0
    while left > 0:
        # a counter in every block, so that lost, repeated or swapped blocks change the digest
        piece = (turn.to_bytes(8, "big") + block[8:])[:left]
        sock.sendall(piece)
        digest.update(piece)
        left -= len(piece)
        turn += 1
    sock.shutdown(socket.SHUT_WR)
    return digest.hexdigest()


def receive(sock):
    digest, size = hashlib.sha256(), 0
    buffer = bytearray(CHUNK)
    while True:
        got = sock.recv_into(buffer)
        if got == 0:
            return size, digest.hexdigest()
        digest.update(memoryview(buffer)[:got])
        size += got


def main():
    verb, address, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if verb == "serve":
        with socket.create_server((address, port)) as listener:
            sock, _ = listener.accept()
        verb, size = sock.recv(32).decode().split()
        sock.sendall(b"k")
        verb = {"up": "down", "down": "up"}[verb]
    else:
        sock = socket.create_connection((address, port), 20)
        size = int(sys.argv[4])
        sock.sendall(f"{verb} {size}".ljust(32).encode())
        sock.recv(1)
    sock.settimeout(60)
    if verb == "up":
        print("sent", size, send(sock, int(size)), flush=True)
        sock.recv(1)  # the other side closes after its last byte
    else:
        print("received", *receive(sock), flush=True)


main()
