#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A service that says what a test tells it to, in the words of docs/service-socket.md."""
import json
import os
import socket
import threading

HANG_UP = object()  # an answer: ends the connection
PROFILES = [
    {"id": "10-main", "name": "Tokyo", "needs_password": False, "user": "alice"},
]


def status(state, **members):
    """A complete status object; members replace what they name."""
    full = {
        "event": "status", "state": state, "profile": "10-main", "server": "", "user": "",
        "address": "", "since_ms": 0, "bytes_in": 0, "bytes_out": 0, "error": "", "detail": "",
        "retry_in_ms": 0, "profiles": PROFILES, "message": "",
    }
    full.update(members)
    return full


class Service:
    """One listener; every line that a window sends is kept, `answers` says what comes back."""

    def __init__(self, path, first, answers=None):
        self.path = path
        self.now = first            # the status that hello is answered with
        self.answers = answers or {}
        self.calls = []             # calls as objects, in order
        self.changed = threading.Condition()
        self.peers = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        os.chmod(path, 0o666)
        self.listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            self.peers.append(peer)
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        for line in peer.makefile("rb"):
            call = json.loads(line)
            with self.changed:
                self.calls.append(call)
                self.changed.notify_all()
            for answer in self.answers.get(call["call"], []):
                if answer is HANG_UP:
                    peer.shutdown(socket.SHUT_RDWR)
                else:
                    self._send(peer, answer)
            if call["call"] == "hello" and "hello" not in self.answers:
                self._send(peer, self.now)

    @staticmethod
    def _send(peer, event):
        data = event if isinstance(event, bytes) else json.dumps(event).encode() + b"\n"
        try:
            peer.sendall(data)
        except OSError:
            pass

    def say(self, event):
        """Tells every window; a status is also what hello is answered with from now on."""
        if isinstance(event, dict) and event.get("event") == "status":
            self.now = event
        for peer in self.peers:
            self._send(peer, event)

    def wait_call(self, name, count=1, timeout_s=15):
        """The count-th call of that name."""
        def found():
            return [c for c in self.calls if c["call"] == name]
        with self.changed:
            if not self.changed.wait_for(lambda: len(found()) >= count, timeout_s):
                raise AssertionError(f"no call {name} within {timeout_s} s; got {self.calls}")
            return found()[count - 1]

    def stop(self):
        """As a service that is restarted: the socket goes away, windows are hung up on."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        os.unlink(self.path)
        for peer in self.peers:
            try:
                peer.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            peer.close()
        self.peers = []
