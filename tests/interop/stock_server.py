#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Our client joins a hub of the stock server: address by its DHCP, a gigabyte each way."""
import os
import sys

sys.path.insert(0, os.path.join(os.environ.get("srcdir", "."), "tests"))

from lab.lab import Failed, Lab, say, wait_for  # noqa: E402
from lab.noren import Client, main, transfer  # noqa: E402
from lab.stock import StockClient, StockServer  # noqa: E402

SIZE = int(os.environ.get("TRANSFER_BYTES", 10 ** 9))
STATIC = "192.168.30.210"


def story():
    with Lab() as lab:
        host, stock, ours = lab.machine("server"), lab.machine("stock"), lab.machine("ours")
        lab.connect(host, "203.0.113.1/25", stock, "203.0.113.2/25")
        lab.connect(host, "203.0.113.129/25", ours, "203.0.113.130/25")
        server = StockServer(host)
        server.hub("OSAKA", {"alice": "Secret123", "bob": "Pass-Wort-2"})
        cert = os.path.join(host.dir, "stock.pem")
        # vpncmd takes a leading slash for an option; its working folder is /
        server.command(f"ServerCertGet {cert[1:]}")

        wrong = Client(ours, "203.0.113.129:5555", "OSAKA", "bob", "wrong", cert,
                       more="routes=none\ndns=none\n").start()
        if wrong.process.wait(20) != 4:
            raise Failed(f"a wrong password gave exit {wrong.process.returncode}: {wrong.lines()}")
        say("a wrong password is refused with exit 4")

        client = Client(ours, "203.0.113.129:5555", "OSAKA", "bob", "Pass-Wort-2", cert,
                        more="routes=none\ndns=none\n").start()
        our_address = client.wait_connected()
        say(f"our client has {our_address} from the stock DHCP")

        peer = StockClient(stock)
        dev = peer.join("203.0.113.1:5555", "OSAKA", "alice", "Secret123")
        stock.run("ip", "address", "add", f"{STATIC}/24", "dev", dev)
        wait_for(lambda: ours.run("ping", "-c1", "-W1", STATIC, check=False).returncode == 0,
                 20, "our client pings the stock client in the stock hub")
        for direction in "up", "down":
            transfer(ours, our_address, stock, SIZE, direction)

        say("the stock server is killed and returns; our client comes back by itself")
        server.command("Flush")  # it saves by itself every 300 s only
        server.kill()
        wait_for(lambda: "reconnecting" in client.lines(), 30, "our client notices")
        server.start()
        wait_for(lambda: ours.run("ping", "-c1", "-W1", "192.168.30.1", check=False).returncode == 0,
                 60, "our client is back")
        if client.stop() != 0:
            raise Failed(f"our client ended with {client.process.returncode}: {client.lines()[-500:]}")


main(story)
