# SPDX-License-Identifier: Apache-2.0
"""A screen, a scripted service and the window on it, as window.py needs them."""
import os
import re
import shutil
import subprocess
import tempfile
import time

from gi.repository import GLib

import a11y_tree
from scripted_service import Service

HERE = os.path.dirname(os.path.abspath(__file__))
TIMEOUT_S = 10


def catalogue(language):
    """id -> text of a base catalogue."""
    with open(f"{HERE}/strings/{language}.po", encoding="utf-8") as file:
        pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', file.read(), re.M)
    return {key: text.replace('\\"', '"') for key, text in pairs}


class Screen:
    """One Xvfb."""

    def __init__(self):
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "640x900x24", "-nolisten", "tcp",
             "-noreset"],
            pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as display:
            os.environ["DISPLAY"] = ":" + display.readline().strip()

    def close(self):
        self.server.terminate()
        self.server.wait()


class Window:
    """The program and its service; use as a context."""

    def __init__(self, first, language="en", options=(), brand=f"{HERE}/brand", answers=None):
        self.folder = tempfile.mkdtemp(prefix="run-")
        self.words = catalogue(language)
        self.bus = None
        self.service = Service(f"{self.folder}/service.sock", first, answers)
        self.log = open(f"{self.folder}/log", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [f"{HERE}/noren-connect", "--brand", brand, "--run-dir", self.folder,
             "--lang", language, *options],
            stderr=self.log, env=dict(os.environ, G_DEBUG="fatal-criticals"))

    def __enter__(self):
        self.focus()
        return self

    def __exit__(self, kind, value, trace):
        alive = self.process.poll() is None
        self.process.terminate()
        self.process.wait()
        self.log.seek(0)
        log = self.log.read()
        self.log.close()
        shutil.rmtree(self.folder)
        if not alive:
            raise AssertionError(f"the window ended by itself: {self.process.returncode}\n{log}")
        if kind:
            print(log)

    def focus(self, title=None):
        """There is no window manager, so the test gives the focus."""
        found = self.wait(lambda: self.window_ids(title), "a window on the screen")
        subprocess.run(["xdotool", "windowfocus", found[-1]], check=True, timeout=10)

    def window_ids(self, title=None):
        what = ["--name", title] if title else ["--pid", str(self.process.pid)]
        found = subprocess.run(["xdotool", "search", "--onlyvisible", *what],
                               capture_output=True, text=True, check=False)
        return found.stdout.split()

    def wait(self, condition, what):
        """Polls a condition, since AT-SPI answers by value; fails after a deadline."""
        end = time.monotonic() + TIMEOUT_S
        while time.monotonic() < end:
            try:
                found = condition()
            except GLib.Error:  # an object went away while it was looked at
                found = None
            if found:
                return found
            if self.process.poll() is not None:
                raise AssertionError(f"the window ended: {self.process.returncode}")
            time.sleep(0.05)
        raise AssertionError(f"not within {TIMEOUT_S} s: {what}; seen: {self.texts()}")

    def objects(self):
        """Everything of the program that shows, parents first."""
        if self.bus is None:
            self.bus = a11y_tree.Bus()
        application = self.bus.application(self.process.pid)
        return application.showing() if application else []

    def texts(self):
        """Names and descriptions of what shows, and what is written in it."""
        found = []
        for node in self.objects():
            found += [node.name(), node.description()]
            if node.role() != "password text":
                found.append(node.text())
        return [text for text in found if text]

    def says(self, text):
        return self.wait(lambda: text in self.texts(), f'"{text}"')

    def focused(self):
        """The widget that has the focus, None when no widget has."""
        for node in self.objects():
            if node.has(a11y_tree.FOCUSED) and node.role() not in ("frame", "menu"):
                return node
        return None

    def has_focus(self, name):
        self.wait(lambda: (node := self.focused()) and node.spoken_name() == name,
                  f'focus on "{name}"')

    @staticmethod
    def keys(*names):
        subprocess.run(["xdotool", "key", "--clearmodifiers", *names], check=True, timeout=10)

    @staticmethod
    def types(text):
        subprocess.run(["xdotool", "type", "--delay", "20", text], check=True, timeout=10)

    @staticmethod
    def picture(name):
        subprocess.run(["import", "-window", "root", f"{os.environ['HOME']}/{name}.png"], check=True, timeout=10)

