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
tests/support/session; the program is found by its name on the accessibility bus.

As a module:

  from topdog_driver import App
  with App.launch(["build/src/app/topdog"]) as app:
      app.click("button:New Chat")
      app.wait_for("text:Message")
  # left normally: the program was asked to quit, and a bad exit status (a leak, say) is an error

A look at the program asks for all objects of one depth at once, which takes a tenth of the time of asking one
after another.  Nothing is waited for by time; the program is looked at again until it is so, with a limit.

What GTK 4.18 does over AT-SPI, and what this module does about it:

- Cache.GetItems tells all in one call, but of widgets that are out of the window too, and wakes them: putting
  one back is then a critical warning.  It is not used.
- Rows, AdwActionRow, AdwComboRow, AdwExpanderRow and tabs have no action: select() or mouse().
- SHOWING means mapped; what is scrolled out of sight counts as showing.  mouse() turns the wheel first.
- Menu items have no name of their own: name is made up from their label, and tree shows it with "?".
- GtkEntry and GtkPasswordEntry give away hidden text; AdwPasswordEntryRow does not.
"""
import argparse
import os
import re
import subprocess
import sys
import time

# Libraries in this process may warn; that must not end the test.  GLib reads the variable when it is loaded.
# Programs started from here get it back.
_G_DEBUG = os.environ.pop("G_DEBUG", None)

from gi.repository import Gio, GLib  # noqa: E402

# The order is AT-SPI's own: the numbers that go over the bus.
ROLES = (
    "invalid,accelerator label,alert,animation,arrow,calendar,canvas,check box,check menu item,color chooser,"
    "column header,combo box,date editor,desktop icon,desktop frame,dial,dialog,directory pane,drawing area,"
    "file chooser,filler,focus traversable,font chooser,frame,glass pane,html container,icon,image,internal frame,"
    "label,layered pane,list,list item,menu,menu bar,menu item,option pane,page tab,page tab list,panel,"
    "password text,popup menu,progress bar,button,radio button,radio menu item,root pane,row header,scroll bar,"
    "scroll pane,separator,slider,spin button,split pane,status bar,table,table cell,table column header,"
    "table row header,tearoff menu item,terminal,text,toggle button,tool bar,tool tip,tree,tree table,unknown,"
    "viewport,window,extended,header,footer,paragraph,ruler,application,autocomplete,editbar,embedded,entry,chart,"
    "caption,document frame,heading,page,section,redundant object,form,link,input method window,table row,"
    "tree item,document spreadsheet,document presentation,document text,document web,document email,comment,"
    "list box,grouping,image map,notification,info bar,level bar,title bar,block quote,audio,video,definition,"
    "article,landmark,log,marquee,math,rating,timer,static,math fraction,math root,subscript,superscript,"
    "description list,description term,description value,footnote,content deletion,content insertion,mark,"
    "suggestion,push button menu,switch").split(",")
STATES = (
    "invalid,active,armed,busy,checked,collapsed,defunct,editable,enabled,expandable,expanded,focusable,focused,"
    "has-tooltip,horizontal,iconified,modal,multi-line,multiselectable,opaque,pressed,resizable,selectable,"
    "selected,sensitive,showing,single-line,stale,transient,vertical,visible,manages-descendants,indeterminate,"
    "required,truncated,animated,invalid-entry,supports-autocompletion,selectable-text,is-default,visited,"
    "checkable,has-popup,read-only").split(",")
LABELLED_BY = 2                     # of AT-SPI's relation types
IN_WINDOW = 1                       # of its coordinate types

CONTAINERS = {"panel", "scroll pane", "list", "viewport", "application", "frame", "window", "filler", "generic",
              "grouping", "table", "tree table", "page tab list", "list box", "separator"}
NOTABLE = {"focused", "checked", "selected", "expanded", "editable", "checkable", "pressed", "modal", "active",
           "busy", "invalid-entry", "required", "has-popup", "multi-line", "read-only"}
UNNAMED = {"menu item", "check menu item", "radio menu item", "list item", "table row", "table cell"}
RANGES = {"slider", "spin button", "progress bar", "level bar", "scroll bar"}
BORDER = 4                          # px around the window while there is no window manager
CALL_MS = 15000                     # for an answer; a program under the sanitizers may be busy for long

ROOT = "/org/a11y/atspi/accessible/root"
ACCESSIBLE = "org.a11y.atspi.Accessible"
PROPERTIES = "org.freedesktop.DBus.Properties"


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


class Bus:
    """The accessibility bus."""

    def __init__(self):
        address = Gio.bus_get_sync(Gio.BusType.SESSION).call_sync(
            "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None, 0, CALL_MS, None).unpack()[0]
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)

    def call(self, owner, path, interface, method, form=None, *values):
        """The first value of the answer, or all of several."""
        if "." not in interface:
            interface = "org.a11y.atspi." + interface
        result = self.connection.call_sync(owner, path, interface, method, GLib.Variant(form, values) if form else None,
                                           None, 0, CALL_MS, None).unpack()
        return result[0] if len(result) == 1 else result

    def get(self, owner, path, interface, name):
        return self.call(owner, path, PROPERTIES, "Get", "(ss)", "org.a11y.atspi." + interface, name)

    def gather(self, owner, requests):
        """The answers to (path, question) that are all asked at once; None: refused."""
        answers, context = {}, GLib.MainContext.default()

        def answered(connection, result, number):
            try:
                answers[number] = requests[number][1][3](connection.call_finish(result))
            except GLib.Error:
                answers[number] = None

        for number, (path, (interface, method, arguments, _)) in enumerate(requests):
            self.connection.call(owner, path, interface, method, arguments, None, 0, CALL_MS, None, answered, number)
        while len(answers) < len(requests):
            context.iteration(True)
        return [answers[number] for number in range(len(requests))]

    def programs(self):
        """(owner, name, process ID) of each."""
        for owner, path in self.call("org.a11y.atspi.Registry", ROOT, "Accessible", "GetChildren"):
            yield (owner, _ok(lambda: self.get(owner, path, "Accessible", "Name"), ""),
                   _ok(lambda: self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                         "GetConnectionUnixProcessID", "(s)", owner), 0))


# What a look asks, and how the answer is read: as text where unpack(), which is slow, would make many objects.
ASK_ROLE = (ACCESSIBLE, "GetRole", None, lambda answer: answer.unpack()[0])
ASK_INTERFACES = (ACCESSIBLE, "GetInterfaces", None, lambda answer: re.findall(r"atspi\.(\w+)'", answer.print_(False)))
ASK_NAME = (PROPERTIES, "Get", GLib.Variant("(ss)", (ACCESSIBLE, "Name")),
            lambda answer: answer.get_child_value(0).get_variant().get_string())
ASK_STATES = (ACCESSIBLE, "GetState", None, lambda answer: [int(word) for word in re.findall(r"(\d+)[],]", answer.print_(False))])
ASK_CHILDREN = (ACCESSIBLE, "GetChildren", None, lambda answer: re.findall("'(/[^']+)'", answer.print_(False)))


class Look:
    """All objects of a program, as they were at one moment; everything: also what is not showing."""

    def __init__(self, bus, owner, fixed, everything=False):
        self.bus, self.owner, self.nodes = bus, owner, {}
        self._fixed = fixed         # {path: (role, interfaces)}, kept from look to look: these never change
        level, self.parents = [ROOT], {ROOT: None}
        while level:
            nodes, level = self._add(level), []
            for node in nodes:
                shows = everything or node.showing or node.id == ROOT
                # A stack and the page of it both name the page's child, which names either as its parent: the
                # tree is made of who named it first.
                node.child_ids = [child for child in node.child_ids if shows and child not in self.parents]
                self.parents.update((child, node) for child in node.child_ids)
                level += node.child_ids

    def _add(self, paths):
        """Asks about these, which are then among the nodes."""
        new = [path for path in paths if path not in self._fixed]
        answers = iter(self.bus.gather(
            self.owner, [(path, ask) for path in new for ask in (ASK_ROLE, ASK_INTERFACES)] +
            [(path, ask) for path in paths for ask in (ASK_NAME, ASK_STATES, ASK_CHILDREN)]))
        self._fixed.update({path: (next(answers), next(answers)) for path in new})
        for path in paths:
            facts = (*self._fixed[path], next(answers), next(answers), next(answers))
            if None not in facts:
                self.nodes[path] = Node(self, path, *facts)
            else:
                self._fixed.pop(path)               # gone meanwhile
        return [self.nodes[path] for path in paths if path in self.nodes]


class Node:
    """One accessible object: what it was at the time of the look, and what can be asked of it now."""

    def __init__(self, look, path, role, interfaces, name, states, child_ids):
        self.look, self.id, self.own_name, self.child_ids, self.path = look, path, name, child_ids, ()
        self.interfaces = interfaces
        self.role = ROLES[role] if role < len(ROLES) else "unknown"
        self._states, self._name = states, None

    def __eq__(self, other):
        return isinstance(other, Node) and (self.look.owner, self.id) == (other.look.owner, other.id)

    __hash__ = None

    def call(self, interface, method, form=None, *values):
        return self.look.bus.call(self.look.owner, self.id, interface, method, form, *values)

    @property
    def name(self):
        """The accessible name; where GTK gives none, what a screen reader would make up."""
        if self._name is None:
            self._name = self.own_name or (self._make_up_name() if self.role in UNNAMED else "")
        return self._name

    def _make_up_name(self):
        bus, owner = self.look.bus, self.look.owner
        for kind, targets in _ok(lambda: self.call("Accessible", "GetRelationSet"), []):
            if kind == LABELLED_BY:         # often by a label that is not in the tree
                names = (_ok(lambda path=path: bus.get(owner, path, "Accessible", "Name") or bus.call(
                    owner, path, "Text", "GetText", "(ii)", 0, -1)) for _, path in targets)
                name = " ".join(filter(None, names))
                if name:
                    return name
        return " ".join(node.own_name for node in self.walk() if node.role == "label")

    def had(self, state):
        """Whether it was in this state when it was looked at."""
        number = STATES.index(state)
        return bool(self._states[number // 32] >> number % 32 & 1)

    def states(self):
        """The states it is in now."""
        low, high = _ok(lambda: self.call("Accessible", "GetState"), (0, 0))
        return {state for number, state in enumerate(STATES) if (high << 32 | low) >> number & 1}

    showing = property(lambda self: self.had("showing"))
    description = property(lambda self: _ok(lambda: self.look.bus.get(self.look.owner, self.id, "Accessible", "Description"), ""))

    def parent(self):
        return self.look.parents[self.id]

    def children(self):
        for index, path in enumerate(self.child_ids):
            child = self.look.nodes.get(path)
            if child is not None:
                child.path = self.path + (index,)
                yield child

    def walk(self, everything=False, depth=99):
        yield self
        if depth > 0:
            for child in self.children():
                if everything or child.showing:
                    yield from child.walk(everything, depth - 1)

    def text(self):
        if "Text" not in self.interfaces:
            return None
        return _ok(lambda: self.call("Text", "GetText", "(ii)", 0, -1))

    def value(self):
        if "Value" not in self.interfaces:
            return None
        return _ok(lambda: self.look.bus.get(self.look.owner, self.id, "Value", "CurrentValue"))

    def set_value(self, number):
        self.call(PROPERTIES, "Set", "(ssv)", "org.a11y.atspi.Value", "CurrentValue",
                  GLib.Variant("d", number))

    def actions(self):
        if "Action" not in self.interfaces:
            return []
        # GetActions translates the names; GetName does not, but actions come and go between two questions.
        count = _ok(lambda: self.look.bus.get(self.look.owner, self.id, "Action", "NActions"), 0)
        names = (_ok(lambda i=i: self.call("Action", "GetName", "(i)", i)) for i in range(count))
        return [name for name in names if name]

    def do(self, *names):
        """Performs the first of the named actions that there is."""
        actions = self.actions()
        for name in names:
            if name in actions:
                return _ok(lambda: self.call("Action", "DoAction", "(i)", actions.index(name)), False)
        return False

    def extents(self):
        if "Component" not in self.interfaces:
            return None
        return _ok(lambda: tuple(self.call("Component", "GetExtents", "(u)", IN_WINDOW)))

    def place(self):
        """extents() of what has to be there."""
        extents = self.extents()
        if extents is None:
            raise DriverError("not there any more: %s %s" % (self.role, self.name))
        return extents

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
        x, y, w, h = self.place()
        fx, fy = self.toplevel().place()[:2]
        return x - 2 * fx + w // 2, y - 2 * fy + h // 2

    def line(self):
        """The node in one line, for people."""
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
        keep = {state for state in NOTABLE if self.had(state)}
        if self.role != "application":
            keep |= {word for word, state in (("INSENSITIVE", "sensitive"), ("HIDDEN", "showing")) if not self.had(state)}
        return out + (" [%s]" % ",".join(sorted(keep)) if keep else "")


class App:
    """A running program, found on the accessibility bus by its process, or by its name."""

    def __init__(self, name=None, timeout=10, process=None):
        self.timeout, self.process, self.bus, self._fixed = timeout, process, Bus(), {}
        seen = set()

        def find():
            if process is not None and process.poll() is not None:
                raise DriverError("%s ended with status %d before it had a window" % (name, process.returncode))
            for owner, its_name, pid in self.bus.programs():
                seen.add(its_name)
                # a program without children is still starting
                if (pid == process.pid if process else name is None or name.lower() in its_name.lower()) and \
                        self.bus.gather(owner, [(ROOT, ASK_CHILDREN)])[0]:
                    return owner, pid
            return None

        self.owner, self.pid = wait_until(find, timeout, lambda: "no program %s on the accessibility bus; there are: %s"
                                          % (name or "", ", ".join(sorted(seen))))

    @classmethod
    def launch(cls, argv, env=None, timeout=10, start_timeout=30, log=None):
        """Starts a program and waits for its window.  env: changes to the environment; log: a file for what it prints."""
        process = subprocess.Popen(argv, env=environment(**(env or {})), stdout=log, stderr=log)
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

    def look(self, everything=False):
        """The program's root, as everything is now."""
        look = Look(self.bus, self.owner, self._fixed, everything)
        if ROOT not in look.nodes:
            raise DriverError("the program ended with status %d" % self.process.returncode
                              if self.process is not None and self.process.poll() is not None
                              else "the program does not answer")
        return look.nodes[ROOT]

    root = property(look)

    def matches(self, spec, everything=False):
        """What fits, one after another: whoever needs only the first does not pay for the rest."""
        role, name, nth = re.fullmatch(r"(?:([a-z][a-z ]*):)?(.*?)(?:#(\d+))?", spec, re.S).groups()
        regex = re.compile(name[1:-1]) if len(name) > 2 and name[0] == name[-1] == "/" else None
        seen = -1
        for node in self.look(everything).walk(everything):
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
        return self.find(spec, timeout, need=lambda node: state is None or node.had(state))

    def wait_gone(self, spec, timeout=None):
        wait_until(lambda: next(self.matches(spec), None) is None, self.timeout if timeout is None else timeout,
                   "still there: " + spec)

    def wait_text(self, spec, text, timeout=None):
        """Waits until a match has text in its name or its text."""
        return self.find(spec, timeout, need=lambda node: text in node.name or text in (node.text() or ""))

    def focused(self):
        return next((n for n in self.root.walk() if n.had("focused")), None)

    def audit(self):
        """Focusable widgets a screen reader has no name for."""
        return [n for n in self.root.walk() if n.role not in CONTAINERS and n.had("focusable") and not n.name]

    def tree(self, everything=False, depth=99):
        return "\n".join("  " * len(n.path) + n.line() for n in self.look(everything).walk(everything, depth))

    # ---- doing ----

    def click(self, spec):
        # What is greyed out is waited for: GTK lets a quarter of a second pass between a button's own action and
        # its click, and what that click allows is not allowed before.
        def click():
            hits = [node for node in self.find_all(spec) if node.had("sensitive") and node.extents()]
            for node in hits:
                if node.do("click", "toggle", "press", "activate"):
                    return node
            return hits and self.mouse(next((node for node in hits if node.role != "label"), hits[0]))
        return wait_until(click, self.timeout, "not found: " + spec)

    def mouse(self, target, double=False, button=1):
        node = self.find(target) if isinstance(target, str) else target
        node.do("listitem.scroll-to")
        self._reveal(node)
        self._click_at(node.center(), button, 2 if double else 1)
        return node

    def _click_at(self, point, button, times=1):
        window = self.window()
        # Without --sync: that waits 15 seconds where the pointer is there already.  One connection's events stay in order.
        xdotool("mousemove", window["X"] + point[0], window["Y"] + point[1],
                "click", "--repeat", times, "--delay", 60, button)

    def _reveal(self, node):
        """Turns the wheel until the middle of the node is inside the pane that scrolls it."""
        pane = node.parent()
        while pane is not None and pane.role != "scroll pane":
            pane = pane.parent()

        def way():
            (_, y, _, height), (_, top, _, room) = node.place(), pane.place()
            middle = y + height // 2
            return "up" if middle <= top else "down" if middle >= top + room else None

        while pane is not None and way():
            before = node.place()
            self._click_at(pane.center(), 4 if way() == "up" else 5)
            wait_until(lambda: node.place() != before, self.timeout, "out of sight: " + node.line())

    def select(self, spec):
        node = self.find(spec, need=lambda n: n.had("selectable")
                         or n.role in ("list item", "table row", "page tab", "tree item"))
        parent, index = node.parent(), _ok(lambda: node.call("Accessible", "GetIndexInParent"), -1)
        if parent is None or not _ok(lambda: parent.call("Selection", "SelectChild", "(i)", index), False):
            raise DriverError("cannot select " + node.line())
        return node

    def type(self, spec, text):
        node = self.find(spec, need=lambda n: "EditableText" in n.interfaces)
        if not _ok(lambda: node.call("EditableText", "SetTextContents", "(s)", text)):
            raise DriverError("refused the text: " + node.line())
        return node

    def text(self, spec):
        return self.find(spec, need=lambda n: "Text" in n.interfaces).text()

    def window(self):
        """Geometry of the program's biggest X window (GTK also has 1x1 helpers)."""
        def find():
            out = subprocess.run(["xdotool", "search", "--all", "--onlyvisible", "--pid", str(self.pid),
                                  "--name", "", "getwindowgeometry", "--shell", "%@"], capture_output=True, text=True).stdout
            values = [(key, int(value)) for key, value in re.findall(r"(\w+)=(-?\d+)", out)]
            windows = [dict(values[i:i + 6]) for i in range(0, len(values), 6)]
            return max(windows, key=lambda window: window["WIDTH"] * window["HEIGHT"], default=None)
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
