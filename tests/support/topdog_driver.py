#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a GTK 4 program as its user and a screen reader would, over AT-SPI and with real key and mouse events.

  topdog_driver.py [--app NAME] [--timeout S] COMMAND
    tree [--depth N] [--all]       the accessible tree as text (--all: also what is not showing)
    click   [ROLE:]NAME[#n]        the widget's own action if it has one, else a real mouse click
    mouse   [ROLE:]NAME [--double] [--button N]   a real mouse click in its middle
    select  [ROLE:]NAME            select a row through its list's Selection interface
    type    [ROLE:]NAME TEXT       put TEXT in an entry or text view (replaces what is there)
    keys    TEXT | --key ctrl+l    real key events to the focused widget
    text    [ROLE:]NAME            print the widget's text
    value   [ROLE:]NAME [NUMBER]   read or set a range's value
    wait-for [ROLE:]NAME [--gone] [--state S]   wait until it is showing (or gone, or has the state)
    focused                        the widget that has the focus (exit 1 if none)
    audit                          focusable widgets without a name (exit 1 if any)
    action  BUS-NAME ACTION [VALUE]   activate a GAction ("app.quit", "win.save") over D-Bus
    screenshot FILE.png [--window] the whole screen, or the program's window
    resize W H                     give the window's content this size

NAME is an exact name, or /regex/; ROLE as shown by tree; #n the n-th match (from 0).  Runs in a session of
tests/support/session; the program is found by the name of its executable.

As a module:

  from topdog_driver import App
  with App.launch(["build/src/app/topdog"]) as app:
      app.click("button:New Chat")
      app.wait_for("text:Message")
  # left normally: the program was asked to quit, and a bad exit status (a leak, say) is an error

What GTK 4.18 does over AT-SPI, and what this module does about it:

- A cached tree goes stale: caching is off.  Nothing is waited for by time; everything is asked again until it
  is so, with a limit.
- Rows, AdwActionRow, AdwComboRow, AdwExpanderRow and tabs have no action: select() or mouse().
- SHOWING means mapped; what is scrolled out of sight counts as showing.
- Menu items have no name of their own: name is made up from their label, and tree shows it with "?".
- GtkEntry and GtkPasswordEntry give away hidden text; AdwPasswordEntryRow does not.
"""
import argparse
import os
import re
import subprocess
import sys
import time
import warnings

# Libraries in this process may warn (libatspi does, at every start); that must not end the test.  GLib reads
# the variable when it is loaded.  Programs started from here get it back.
_G_DEBUG = os.environ.pop("G_DEBUG", None)

import gi  # noqa: E402
gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

warnings.simplefilter("ignore", DeprecationWarning)
Atspi.init()
Atspi.set_timeout(3000, 15000)      # ms for a call; ms for a program that is starting

CONTAINERS = {"panel", "scroll pane", "list", "viewport", "application", "frame", "window", "filler", "generic",
              "grouping", "table", "tree table", "page tab list", "list box", "separator"}
NOTABLE = {"focused", "checked", "selected", "expanded", "editable", "checkable", "pressed", "modal", "active",
           "busy", "invalid-entry", "required", "has-popup", "multi-line", "read-only"}
UNNAMED = {"menu item", "check menu item", "radio menu item", "list item", "table row", "table cell"}
RANGES = {"slider", "spin button", "progress bar", "level bar", "scroll bar"}
BORDER = 4                          # px around the window while there is no window manager


class DriverError(Exception):
    """What was asked for did not happen in time, or is not there."""


def environment(**changes):
    """The environment for a program under test."""
    env = dict(os.environ, **changes)
    if _G_DEBUG is not None:
        env.setdefault("G_DEBUG", _G_DEBUG)
    return env


def wait_until(condition, timeout, message):
    """Asks condition() until it is true and returns what it returned.  message: a string or a function."""
    end = time.monotonic() + timeout
    context = GLib.MainContext.default()
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise DriverError(message() if callable(message) else message)
        again = GLib.timeout_source_new(20)
        again.set_callback(lambda *_: GLib.SOURCE_REMOVE)
        again.attach(context)
        context.iteration(True)
        again.destroy()


def _ok(f, default=None):
    try:
        return f()
    except GLib.Error:              # the object went away, or lacks that interface
        return default


class Node:
    """One accessible object."""

    def __init__(self, acc, path=()):
        self.a, self.path = acc, path

    role = property(lambda self: _ok(self.a.get_role_name, "dead"))
    description = property(lambda self: _ok(self.a.get_description, "") or "")
    interfaces = property(lambda self: _ok(self.a.get_interfaces, []))
    own_name = property(lambda self: _ok(self.a.get_name, "") or "")

    @property
    def name(self):
        """The accessible name; where GTK gives none, what a screen reader would make up."""
        name = self.own_name
        if name or self.role not in UNNAMED:
            return name
        for relation in _ok(self.a.get_relation_set, []) or []:
            if relation.get_relation_type() == Atspi.RelationType.LABELLED_BY:
                targets = [Node(relation.get_target(i)) for i in range(relation.get_n_targets())]
                name = " ".join(filter(None, (t.own_name or t.text() for t in targets)))
                if name:
                    return name
        return " ".join(n.own_name for n in self.walk() if n.role == "label")

    def states(self):
        states = _ok(self.a.get_state_set)
        return {s.value_nick for s in states.get_states()} if states else set()

    @property
    def showing(self):
        states = _ok(self.a.get_state_set)
        return bool(states and states.contains(Atspi.StateType.SHOWING))

    def parent(self):
        parent = _ok(self.a.get_parent)
        return Node(parent) if parent else None

    def children(self):
        for i in range(_ok(self.a.get_child_count, 0)):
            child = _ok(lambda: self.a.get_child_at_index(i))
            if child is not None:
                yield Node(child, self.path + (i,))

    def walk(self, everything=False, depth=99):
        yield self
        if depth > 0:
            for child in self.children():
                if everything or child.showing:
                    yield from child.walk(everything, depth - 1)

    def text(self):
        iface = _ok(self.a.get_text_iface)
        if iface is None:
            return None
        return _ok(lambda: Atspi.Text.get_text(iface, 0, Atspi.Text.get_character_count(iface)))

    def value(self):
        iface = _ok(self.a.get_value_iface)
        return None if iface is None else _ok(lambda: Atspi.Value.get_current_value(iface))

    def set_value(self, number):
        Atspi.Value.set_current_value(self.a.get_value_iface(), number)

    def actions(self):
        iface = _ok(self.a.get_action_iface)
        if not iface:
            return []
        # Actions come and go with the widget's state, also between the two questions.
        names = (_ok(lambda i=i: Atspi.Action.get_action_name(iface, i)) for i in range(_ok(lambda: Atspi.Action.get_n_actions(iface), 0)))
        return [name for name in names if name]

    def do(self, *names):
        """Performs the first of the named actions that there is."""
        actions = self.actions()
        for name in names:
            if name in actions:
                return Atspi.Action.do_action(self.a.get_action_iface(), actions.index(name))
        return False

    def extents(self):
        iface = _ok(self.a.get_component_iface)
        e = iface and _ok(lambda: Atspi.Component.get_extents(iface, Atspi.CoordType.WINDOW))
        return (e.x, e.y, e.width, e.height) if e else None

    def toplevel(self):
        node = self
        while True:
            parent = node.parent()
            if parent is None or parent.role == "application":
                return node
            node = parent

    def center(self):
        """The middle, in coordinates of the X window.  GTK adds the frame's own (negative) offset, the width of
        the window's border, where it should have subtracted it."""
        x, y, w, h = self.extents()
        fx, fy = self.toplevel().extents()[:2]
        return x - 2 * fx + w // 2, y - 2 * fy + h // 2

    def line(self):
        """The node in one line, for people."""
        states = self.states()
        out, name, text = self.role, self.name, self.text()
        if name:
            out += ' "%s"' % name + ("" if self.own_name else "?")
        if text and text != name:
            out += " text=%r" % (text if len(text) < 60 else text[:57] + "...")
        if self.description:
            out += " desc=%r" % self.description
        if self.role in RANGES and self.value() is not None:
            out += " value=%g" % self.value()
        actions = [a for a in self.actions() if "." not in a]       # x.y: GTK's internal class actions
        if actions:
            out += " {%s}" % ",".join(actions)
        keep = states & NOTABLE
        if self.role != "application":
            keep |= {"INSENSITIVE"} - ({"INSENSITIVE"} if "sensitive" in states else set())
            keep |= {"HIDDEN"} - ({"HIDDEN"} if "showing" in states else set())
        return out + (" [%s]" % ",".join(sorted(keep)) if keep else "")


class App:
    """A running program, found on the accessibility bus by its executable's name."""

    def __init__(self, name=None, timeout=10, process=None):
        self.timeout, self.process = timeout, process
        seen = set()

        def find():
            if process is not None and process.poll() is not None:
                raise DriverError("%s ended with status %d before it had a window" % (name, process.returncode))
            desktop = Atspi.get_desktop(0)
            desktop.clear_cache()
            for i in range(desktop.get_child_count()):
                child = _ok(lambda: desktop.get_child_at_index(i))
                child_name = (_ok(child.get_name) or "") if child else ""
                seen.add(child_name)
                # a program without children is still starting
                if child and (name is None or name.lower() in child_name.lower()) and _ok(child.get_child_count, 0):
                    return child

        child = wait_until(find, timeout, lambda: "no program %s on the accessibility bus; there are: %s"
                           % (name or "", ", ".join(sorted(seen))))
        child.set_cache_mask(Atspi.Cache.NONE)
        self.root, self.pid = Node(child), child.get_process_id()

    @classmethod
    def launch(cls, argv, env=None, timeout=10, start_timeout=30):
        """Starts a program and waits for its window.  env: changes to the environment."""
        process = subprocess.Popen(argv, env=environment(**(env or {})))
        try:
            app = cls(os.path.basename(argv[0]), start_timeout, process)
        except BaseException:
            process.kill()
            process.wait()
            raise
        app.timeout = timeout
        return app

    def quit(self, bus_name="dev.topdog.Marketplace", status=0):
        """Asks the program to quit; its exit status must be this."""
        try:
            action(bus_name, "app.quit")
        except GLib.Error:
            pass                    # gone before it could answer; the status tells
        try:
            self.process.wait(self.timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise DriverError("the program did not quit") from None
        if self.process.returncode != status:
            raise DriverError("the program ended with status %d" % self.process.returncode)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process is None or self.process.poll() is not None:
            return
        if kind is None:
            self.quit()
        else:
            self.process.kill()
            self.process.wait()

    # ---- finding ----

    def matches(self, spec, everything=False):
        """What fits, one after another: whoever needs only the first does not pay for the rest."""
        role, name, nth = re.fullmatch(r"(?:([a-z][a-z ]*):)?(.*?)(?:#(\d+))?", spec, re.S).groups()
        regex = re.compile(name[1:-1]) if len(name) > 2 and name[0] == name[-1] == "/" else None
        seen = -1
        for node in self.root.walk(everything):
            if role and node.role != role:
                continue
            if regex.search(node.name) if regex else (node.name == name or (name == "" and role)):
                seen += 1
                if nth is None or seen == int(nth):
                    yield node
                if nth is not None and seen == int(nth):
                    return

    def find_all(self, spec, everything=False):
        return list(self.matches(spec, everything))

    def find(self, spec, timeout=None, need=lambda node: True):
        """The first match that fulfils need, waited for."""
        return wait_until(lambda: next((n for n in self.matches(spec) if need(n)), None),
                          self.timeout if timeout is None else timeout, "not found: " + spec)

    def wait_for(self, spec, state=None, timeout=None):
        return self.find(spec, timeout, need=lambda node: state is None or state in node.states())

    def wait_gone(self, spec, timeout=None):
        wait_until(lambda: next(self.matches(spec), None) is None, self.timeout if timeout is None else timeout,
                   "still there: " + spec)

    def wait_text(self, spec, text, timeout=None):
        """Waits until a match has text in its name or its text."""
        return self.find(spec, timeout, need=lambda node: text in node.name or text in (node.text() or ""))

    def focused(self):
        return next((n for n in self.root.walk() if "focused" in n.states()), None)

    def audit(self):
        """Focusable widgets a screen reader has no name for."""
        return [n for n in self.root.walk() if n.role not in CONTAINERS and not n.name and "focusable" in n.states()]

    def tree(self, everything=False, depth=99):
        return "\n".join("  " * len(n.path) + n.line() for n in self.root.walk(everything, depth))

    # ---- doing ----

    def click(self, spec):
        node = self.find(spec)
        for candidate in self.find_all(spec):
            if candidate.do("click", "toggle", "press", "activate"):
                return candidate
        hits = self.find_all(spec) or [node]
        return self.mouse(next((n for n in hits if n.role != "label"), hits[0]))

    def mouse(self, target, double=False, button=1):
        node = self.find(target) if isinstance(target, str) else target
        node.do("listitem.scroll-to")
        window, (x, y) = self.window(), node.center()
        xdotool("mousemove", "--sync", window["X"] + x, window["Y"] + y,
                "click", "--repeat", 2 if double else 1, "--delay", 60, button)
        return node

    def select(self, spec):
        node = self.find(spec, need=lambda n: "selectable" in n.states()
                         or n.role in ("list item", "table row", "page tab", "tree item"))
        parent = node.parent()
        iface = parent and _ok(parent.a.get_selection_iface)
        if not iface or not _ok(lambda: Atspi.Selection.select_child(iface, node.a.get_index_in_parent()), False):
            raise DriverError("cannot select " + node.line())
        return node

    def type(self, spec, text):
        node = self.find(spec, need=lambda n: "EditableText" in n.interfaces)
        if not Atspi.EditableText.set_text_contents(node.a.get_editable_text_iface(), text):
            raise DriverError("refused the text: " + node.line())
        return node

    def text(self, spec):
        return self.find(spec, need=lambda n: "Text" in n.interfaces).text()

    def window(self):
        """Geometry of the program's biggest X window (GTK also has 1x1 helpers)."""
        def find():
            best = None
            ids = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.pid)],
                                 capture_output=True, text=True).stdout.split()
            for window in ids:
                out = subprocess.run(["xdotool", "getwindowgeometry", "--shell", window],
                                     capture_output=True, text=True).stdout
                g = {k: int(v) for k, v in (line.split("=") for line in out.split())}
                if g and (not best or g["WIDTH"] * g["HEIGHT"] > best["WIDTH"] * best["HEIGHT"]):
                    best = g
            return best
        return wait_until(find, self.timeout, "no X window")

    def screenshot(self, path, window=False):
        # "import", not "xwd -root": that one misses popovers, windows of another depth
        target = str(self.window()["WINDOW"]) if window else "root"
        subprocess.run(["import", "-silent", "-window", target, path], check=True)

    def resize(self, width, height):
        """Gives the window's content this size and waits until it is laid out."""
        frame = self.find_all("frame:")[0]
        border = 2 * BORDER if frame.extents()[0] < 0 else 0
        size = (width + border, height + border)
        xdotool("windowsize", self.window()["WINDOW"], *size)
        wait_until(lambda: frame.extents()[2:] == size, self.timeout,
                   lambda: "the window is %d by %d instead of %d by %d" % (frame.extents()[2:] + size))


def xdotool(*args):
    subprocess.run(["xdotool", *map(str, args)], check=True)


def keys(text=None, key=None):
    """Types text, or presses a key such as ctrl+l, in whatever has the focus."""
    if key:
        xdotool("key", "--clearmodifiers", key)
    else:
        xdotool("type", "--delay", 12, "--", text)


def action(bus_name, detailed, value=None):
    """Activates app.X (or win.X of the first window) of a unique GApplication; value is GVariant text."""
    scope, name = detailed.split(".", 1)
    path = "/" + bus_name.replace(".", "/").replace("-", "_") + ("/window/1" if scope == "win" else "")
    values = [] if value is None else [GLib.Variant.parse(None, value, None, None)]
    Gio.bus_get_sync(Gio.BusType.SESSION).call_sync(
        bus_name, path, "org.gtk.Actions", "Activate", GLib.Variant("(sava{sv})", (name, values, {})), None, 0, 5000, None)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app")
    parser.add_argument("--timeout", type=float, default=10)
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name, *arguments):
        sub = commands.add_parser(name)
        for argument in arguments:
            words, options = argument if isinstance(argument, tuple) else (argument, {})
            sub.add_argument(words, **options)

    flag = {"action": "store_true"}
    command("tree", ("--depth", {"type": int, "default": 99}), ("--all", flag))
    command("click", "name")
    command("mouse", "name", ("--double", flag), ("--button", {"type": int, "default": 1}))
    command("select", "name")
    command("type", "name", "string")
    command("keys", ("string", {"nargs": "?"}), ("--key", {}))
    command("text", "name")
    command("value", "name", ("number", {"nargs": "?", "type": float}))
    command("wait-for", "name", ("--gone", flag), ("--state", {}))
    command("focused")
    command("audit")
    command("action", "bus_name", "action", ("value", {"nargs": "?"}))
    command("screenshot", "file", ("--window", flag))
    command("resize", ("width", {"type": int}), ("height", {"type": int}))
    return parser.parse_args()


def run(o):
    if o.command == "keys":
        keys(o.string, o.key)
        return 0
    if o.command == "action":
        action(o.bus_name, o.action, o.value)
        return 0
    app = App(o.app, o.timeout)
    if o.command == "tree":
        print(app.tree(o.all, o.depth))
    elif o.command == "click":
        print("clicked", app.click(o.name).line())
    elif o.command == "mouse":
        print("clicked", app.mouse(o.name, o.double, o.button).line())
    elif o.command == "select":
        print("selected", app.select(o.name).line())
    elif o.command == "type":
        print("typed", app.type(o.name, o.string).line())
    elif o.command == "text":
        print(app.text(o.name))
    elif o.command == "value":
        node = app.find(o.name, need=lambda n: "Value" in n.interfaces)
        if o.number is not None:
            node.set_value(o.number)
        print("%g" % node.value())
    elif o.command == "wait-for":
        if o.gone:
            app.wait_gone(o.name)
            print("gone")
        else:
            print(app.wait_for(o.name, o.state).line())
    elif o.command == "focused":
        node = app.focused()
        print(node.line() if node else "none")
        return 0 if node else 1
    elif o.command == "audit":
        nodes = app.audit()
        for node in nodes:
            print("no name:", "/".join(map(str, node.path)), node.line(), "in", node.parent().line())
        return 1 if nodes else 0
    elif o.command == "screenshot":
        app.screenshot(o.file, o.window)
    elif o.command == "resize":
        app.resize(o.width, o.height)
    return 0


def main():
    try:
        return run(parse_arguments())
    except DriverError as error:
        print("topdog_driver: %s" % error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
