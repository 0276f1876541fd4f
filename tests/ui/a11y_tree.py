# SPDX-License-Identifier: Apache-2.0
"""What a screen reader sees of one program, asked for over D-Bus.

Plain calls without a cache: libatspi, which keeps one, blocks for ever when an event comes in while
it waits for an answer and no main loop runs.
"""
from gi.repository import Gio, GLib

ROOT = "/org/a11y/atspi/accessible/root"
FOCUSABLE, FOCUSED, SENSITIVE, SHOWING = 11, 12, 24, 25  # bits of GetState
LABELLED_BY = 2
TIMEOUT_MS = 5000


class Bus:
    """The accessibility bus of the session."""

    def __init__(self):
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress",
                                    None, None, 0, TIMEOUT_MS).unpack()[0]
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT \
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.connection = Gio.DBusConnection.new_for_address_sync(address, flags)

    def call(self, name, path, interface, method, arguments=None):
        return self.connection.call_sync(name, path, interface, method, arguments, None, 0,
                                         TIMEOUT_MS).unpack()

    def application(self, pid):
        """None while the program has not registered itself."""
        registry = Node(self, "org.a11y.atspi.Registry", ROOT)
        for child in registry.children():
            found = self.call("org.freedesktop.DBus", "/org/freedesktop/DBus",
                              "org.freedesktop.DBus", "GetConnectionUnixProcessID",
                              GLib.Variant("(s)", [child.owner]))
            if found[0] == pid:
                return child
        return None


class Node:
    """One accessible object; every question is asked anew."""

    def __init__(self, bus, owner, path):
        self.bus, self.owner, self.path = bus, owner, path

    def _ask(self, method, arguments=None, interface="org.a11y.atspi.Accessible"):
        return self.bus.call(self.owner, self.path, interface, method, arguments)

    def _property(self, name):
        return self._ask("Get", GLib.Variant("(ss)", ["org.a11y.atspi.Accessible", name]),
                         "org.freedesktop.DBus.Properties")[0]

    def children(self):
        return [Node(self.bus, owner, path) for owner, path in self._ask("GetChildren")[0]]

    def role(self):
        """"push button", "label", "frame", ..."""
        return self._ask("GetRoleName")[0]

    def name(self):
        return self._property("Name")

    def description(self):
        return self._property("Description")

    def has(self, state):
        return bool(self._ask("GetState")[0][state // 32] & 1 << state % 32)

    def text(self):
        """What is written in it; "" for what holds no text."""
        if "org.a11y.atspi.Text" not in self._ask("GetInterfaces")[0]:
            return ""
        return self._ask("GetText", GLib.Variant("(ii)", [0, -1]), "org.a11y.atspi.Text")[0]

    def bottom(self):
        """Where it ends on the screen, in pixels from the top."""
        _, top, _, height = self._ask("GetExtents", GLib.Variant("(u)", [0]),
                                      "org.a11y.atspi.Component")[0]
        return top + height

    def spoken_name(self):
        """Its own name, or that of the label that names it."""
        if self.name():
            return self.name()
        for kind, targets in self._ask("GetRelationSet")[0]:
            if kind == LABELLED_BY:
                return Node(self.bus, *targets[0]).name()
        return ""

    def showing(self):
        """What can be seen of this and all below it, parents first."""
        found, waiting = [], [self]
        while waiting:
            node = waiting.pop(0)
            if node is self or node.has(SHOWING):
                found.append(node)
                waiting += node.children()
        return found
