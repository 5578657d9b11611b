# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of the window share: TAP, worlds of their own, and the parts every page has.

A test is a function; run() gives each of them its own home folder, so that no test sees what another left.
"""
import contextlib
import os
import sys
import tempfile
import time
import traceback

from topdog_driver import App, DriverError, keys, wait_until

PROGRAM = os.environ.get("TOPDOG_PROGRAM", "build/src/app/topdog")
PICTURES = os.environ.get("TOPDOG_PICTURES")       # a folder for what the display showed when a test failed


class World:
    """The folders one user's programs see.  May be started in several times."""

    def __init__(self, home, title):
        self.home, self.title = home, title
        self.environment = {
            "HOME": home,
            "XDG_DATA_HOME": os.path.join(home, "data"),
            "XDG_CONFIG_HOME": os.path.join(home, "config"),
            "XDG_CACHE_HOME": os.path.join(home, "cache"),
        }
        self.database = os.path.join(home, "data", "topdog", "topdog.db")
        # The look (fonts, no animations) is the session's; only what the program changes is this world's own.
        config = os.environ.get("XDG_CONFIG_HOME", os.path.join(os.environ["HOME"], ".config"))
        for part in ("gtk-4.0/settings.ini", "glib-2.0/settings/keyfile"):
            source, target = os.path.join(config, part), os.path.join(home, "config", part)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if os.path.exists(source):
                with open(source, encoding="utf-8") as old, open(target, "w", encoding="utf-8") as new:
                    new.write(old.read())
        # Chats are found by the words they begin with, and servers count what they are asked.
        with open(os.path.join(home, "config", "glib-2.0/settings/keyfile"), "a", encoding="utf-8") as keyfile:
            keyfile.write("\n[dev/topdog/Marketplace]\nwrite-titles=false\n")

    @contextlib.contextmanager
    def launch(self, log=None, **changes):
        """The program, for as long as the with statement lasts; it has to end well."""
        with App.launch([PROGRAM], dict(self.environment, **changes), timeout=30, log=log) as app:
            try:
                yield app
            except BaseException:
                if PICTURES:
                    app.screenshot(os.path.join(PICTURES, "failed-%s.png" % self.title))
                raise


def audit(app):
    """Every focusable thing has a name for screen readers."""
    unnamed = [node.line() for node in app.audit()]
    assert not unnamed, "without a name: %s" % unnamed


def fits(app, width):
    """Nothing that shows is cut off at the side of a window this wide."""
    frame = app.find_all("frame:")[0]
    left = 2 * frame.extents()[0]
    for node in app.root.walk():
        if node.role in ("button", "toggle button", "check box", "label", "entry", "status bar"):
            x, _, w, _ = node.extents()
            assert x - left + w <= width + 4, "cut off: %s ends at %d" % (node.line(), x - left + w)


def focus_is(app, text):
    """Waits until what has the focus has text in its name."""
    def has():
        node = app.focused()
        return node if node and text in node.name else None
    return wait_until(has, app.timeout, lambda: "the focus is not on %s but on %s"
                      % (text, app.focused() and app.focused().line()))


def run(name, tests):
    """Runs the tests (those named on the command line, if any), each in a world of its own; says in TAP how they went."""
    tests = [test for test in tests if len(sys.argv) < 2 or test.__name__ in sys.argv[1:]]
    print("TAP version 13\n1..%d" % len(tests), flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        title, start = test.__name__.replace("_", "-"), time.monotonic()
        with tempfile.TemporaryDirectory(prefix="world.") as home:
            try:
                test(World(home, title))
            except Exception:       # whatever it is, the other tests may still say something
                failed += 1
                for line in traceback.format_exc().splitlines():
                    print("# " + line)
                print("not ok %d %s" % (number, title), flush=True)
            else:
                print("ok %d %s # %.1f s" % (number, title, time.monotonic() - start), flush=True)
    sys.exit(1 if failed else 0)


__all__ = ["App", "DriverError", "World", "audit", "fits", "focus_is", "keys", "run", "wait_until"]
