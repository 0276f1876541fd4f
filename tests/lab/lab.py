# SPDX-License-Identifier: Apache-2.0
"""Machines for tests: network namespaces with a file system of their own.

A machine is a named network namespace (so `ip netns exec NAME ...` works by hand) plus a mount
namespace in which /etc, /opt, /usr, /var, /run, /home, /root and /tmp are overlays in memory: what
a program installs, writes or leaves behind is seen by that machine alone and is gone with it.

    with Lab() as lab:
        server, user = lab.machine("server"), lab.machine("user")
        lab.connect(server, "203.0.113.1/24", user, "203.0.113.2/24")
        user.run("ping", "-c1", "203.0.113.1")
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

OVERLAYS = ("etc", "opt", "usr", "var", "run", "home", "root")


class Failed(Exception):
    """Something that the test expected did not happen."""


def say(text):
    print(text, flush=True)


def wait_for(condition, seconds, what, step=0.05):
    """Waits until condition() is true and returns its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed(f"not within {seconds} s: {what}")
        time.sleep(step)


def run(*argv, check=True, timeout=60, **kw):
    done = subprocess.run(argv, text=True, errors="replace", timeout=timeout, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **kw)
    if check and done.returncode:
        raise Failed(f"{' '.join(argv)}: exit {done.returncode}: {done.stdout.strip()[-1500:]}")
    return done.stdout if check else done


def skip(reason):
    """Ends a test that cannot run here, loudly."""
    say(f"SKIP: {reason}")
    sys.exit(77)


class Machine:
    def __init__(self, lab, name):
        self.lab, self.name = lab, name
        self.ns = f"{lab.prefix}-{name}"
        self.dir = os.path.join(lab.dir, name)
        self.processes = []
        os.makedirs(self.dir)
        run("ip", "netns", "add", self.ns)
        self.holder = self._hold()
        self.run("ip", "link", "set", "lo", "up")

    def _hold(self):
        """A process that keeps the mount namespace alive."""
        layers = os.path.join(self.dir, "layers")
        os.makedirs(layers)
        script = [f"mount -t tmpfs tmpfs {layers}"]
        for folder in OVERLAYS:
            script.append(
                f"mkdir {layers}/{folder}.up {layers}/{folder}.work && mount -t overlay overlay -o "
                f"lowerdir=/{folder},upperdir={layers}/{folder}.up,workdir={layers}/{folder}.work "
                f"/{folder}")
        script.append("echo ready")
        script.append("exec sleep infinity")
        holder = subprocess.Popen(
            ["ip", "netns", "exec", self.ns, "unshare", "--mount", "--propagation", "private",
             "sh", "-ec", "\n".join(script)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
            cwd="/")
        line = holder.stdout.readline().strip()
        if line != "ready":
            raise Failed(f"machine {self.name}: {line} {holder.stdout.read()}")
        return holder

    def _enter(self, argv, user):
        # root and folder of the holder, so that this works inside a chroot too
        enter = ["nsenter", f"--target={self.holder.pid}", "--mount", "--net", "--root", "--wd"]
        if user is not None:
            enter += ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--"]
        return [*enter, *map(str, argv)]

    def run(self, *argv, user=None, check=True, timeout=60, env=None, **kw):
        """Runs to the end. With check: returns the output, raises Failed unless the exit is 0."""
        return run(*self._enter(argv, user), check=check, timeout=timeout,
                   env={**os.environ, **(env or {})}, **kw)

    def spawn(self, *argv, user=None, log=None, env=None, **kw):
        """Starts a process in the background; it ends with the machine. Output goes to the file."""
        out = open(log, "ab") if log else subprocess.DEVNULL
        process = subprocess.Popen(self._enter(argv, user), stdin=kw.pop("stdin", subprocess.DEVNULL),
                                   stdout=kw.pop("stdout", out), stderr=subprocess.STDOUT,
                                   env={**os.environ, **(env or {})}, start_new_session=True, **kw)
        self.processes.append(process)
        return process

    def pids(self):
        """Every process in the machine's network namespace."""
        out = run("ip", "netns", "pids", self.ns, check=False).stdout
        return [int(word) for word in out.split() if word.isdigit()]

    def path(self, inside):
        """A path of the machine as seen from outside."""
        return f"/proc/{self.holder.pid}/root{inside}"

    def read(self, inside):
        with open(self.path(inside), encoding="utf-8", errors="replace") as file:
            return file.read()

    def added(self):
        """What was made on the machine: (path as the machine sees it, where to read it)."""
        for layer in OVERLAYS:
            top = os.path.join(self.path(self.dir), "layers", f"{layer}.up")
            for folder, folders, files in os.walk(top):
                for name in folders + files:
                    real = os.path.join(folder, name)
                    yield f"/{layer}{real[len(top):]}", real

    def close(self):
        for process in self.processes:
            stop(process, 0)
        for pid in self.pids():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.holder.wait(10)
        run("ip", "netns", "delete", self.ns, check=False)


def stop(process, grace=5):
    """SIGTERM, and SIGKILL after `grace` seconds. Returns the exit status."""
    if process.poll() is None and grace > 0:
        process.terminate()
        try:
            return process.wait(grace)
        except subprocess.TimeoutExpired:
            pass
    if process.poll() is None:
        process.kill()
    return process.wait(10)


class Lab:
    def __init__(self, prefix="lab"):
        if os.geteuid() != 0:
            skip("needs root, for network namespaces")
        self.prefix = f"{prefix}{os.getpid()}"
        self.dir = tempfile.mkdtemp(prefix=f"{self.prefix}-")
        self.machines = []
        self.cables = 0

    def __enter__(self):
        for sig in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(sig, lambda *_: sys.exit(1))
        return self

    def __exit__(self, kind, *_):
        for machine in reversed(self.machines):
            machine.close()
        if kind is None:
            shutil.rmtree(self.dir, ignore_errors=True)
        else:
            say(f"logs are kept in {self.dir}")

    def machine(self, name):
        machine = Machine(self, name)
        self.machines.append(machine)
        return machine

    def connect(self, a, address_a, b, address_b):
        """A cable between two machines, each end with an address ("192.0.2.1/24")."""
        self.cables += 1
        ends = (f"eth{self.cables}", a, address_a), (f"eth{self.cables}", b, address_b)
        run("ip", "link", "add", ends[0][0], "netns", a.ns, "type", "veth",
            "peer", "name", ends[1][0], "netns", b.ns)
        for dev, machine, address in ends:
            machine.run("ip", "address", "add", address, "dev", dev)
            machine.run("ip", "link", "set", dev, "up")
        return ends[0][0]
