#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The stock client joins our hub: address by our DHCP, neighbours, a gigabyte each way, returns."""
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("srcdir", "."), "tests"))

from lab.lab import Failed, Lab, say, wait_for  # noqa: E402
from lab.noren import Client, Server, main, transfer  # noqa: E402
from lab.stock import StockClient  # noqa: E402

SIZE = int(os.environ.get("TRANSFER_BYTES", 10 ** 9))
UDHCPC = """#!/bin/sh
[ "$1" = bound ] || [ "$1" = renew ] || exit 0
ip address replace "$ip/${mask:-24}" dev "$interface"
echo "$ip" > "$LEASE"
"""


def lease(machine, dev):
    """An address from the segment's DHCP by an independent client, busybox udhcpc."""
    script = os.path.join(machine.dir, "udhcpc.sh")
    with open(os.open(script, os.O_WRONLY | os.O_CREAT, 0o755), "w", encoding="ascii") as file:
        file.write(UDHCPC)
    path = os.path.join(machine.dir, "lease")
    machine.run("busybox", "udhcpc", "-i", dev, "-n", "-q", "-f", "-t", "10", "-T", "1",
                "-s", script, env={"LEASE": path})
    with open(path, encoding="ascii") as file:
        return file.read().strip()


def ping(machine, address, what, seconds=20):
    wait_for(lambda: machine.run("ping", "-c1", "-W1", address, check=False).returncode == 0,
             seconds, what)


def story():
    with Lab() as lab:
        host, stock, ours = lab.machine("server"), lab.machine("stock"), lab.machine("ours")
        lab.connect(host, "203.0.113.1/25", stock, "203.0.113.2/25")
        lab.connect(host, "203.0.113.129/25", ours, "203.0.113.130/25")
        server = Server(host, "0.0.0.0")
        server.hub("TOKYO", {"alice": "Secret123", "bob": "Pass-Wort-2"})

        client = Client(ours, "203.0.113.129:443", "TOKYO", "bob", "Pass-Wort-2", server.cert,
                        more="routes=none\ndns=none\n").start()
        our_address = client.wait_connected()
        say(f"our client has {our_address}")

        peer = StockClient(stock)
        dev = peer.join("203.0.113.1:443", "TOKYO", "alice", "Secret123")
        their_address = lease(stock, dev)
        say(f"the stock client has {their_address} from our DHCP")
        if their_address == our_address:
            raise Failed("one address for two clients")
        ping(stock, our_address, "stock client pings our client")
        ping(ours, their_address, "our client pings the stock client")
        ping(stock, "192.168.30.1", "stock client pings the SecureNAT host")
        for direction in "up", "down":
            transfer(ours, our_address, stock, SIZE, direction)

        say("our client is killed and returns")
        client.kill()
        client.start()
        our_address = client.wait_connected()
        ping(stock, our_address, "stock client sees our client again")

        say("the stock client is killed and returns")
        peer.kill()
        peer.start()
        peer.command("AccountConnect TOKYO") if "Established" not in peer.status("TOKYO") else None
        peer.wait_connected("TOKYO")
        stock.run("ip", "address", "replace", f"{their_address}/24", "dev", dev)
        ping(ours, their_address, "our client sees the stock client again")

        # a stock client whose server vanished without close_notify never gets a session again, at a
        # stock server neither (docs/protocol/peers.md); so for it the server stops in order
        say("the server is restarted; both come back by themselves")
        server.stop()
        server.start()
        ping(ours, "192.168.30.1", "our client is back")
        # it waits for its session's timeout and then for its retry interval of 15 s
        ping(stock, our_address, "the stock client is back", 60)
        say("the server is killed; our client comes back by itself")
        server.kill()
        server.start()
        ping(ours, "192.168.30.1", "our client is back after the kill")
        server.stop()


main(story)
