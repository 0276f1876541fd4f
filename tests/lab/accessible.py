# SPDX-License-Identifier: Apache-2.0
"""Prints what assistive technology is told about every program on the desktop, one text a line."""
import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402


def texts(node):
    yield node.get_name()
    yield node.get_description()
    yield node.get_toolkit_name() if node.get_role() == Atspi.Role.APPLICATION else None
    if "Text" in node.get_interfaces():
        yield Atspi.Text.get_text(node, 0, -1)
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child:
            yield from texts(child)


def main():
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        try:
            for text in texts(desktop.get_child_at_index(index)):
                if text:
                    print(text)
        except GLib.Error:  # the program ended while it was looked at
            continue


main()
